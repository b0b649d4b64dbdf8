#!/usr/bin/env bash
# Many cases endorsed at once, and only with a text for each (H5.2); somebody to whom it is given in writing, and nobody to whom it is not.
#
# It makes a rehearsal of its own, where time passes by command, and leaves nothing else behind; called like docs/walkthrough-hotel.sh.
set -euo pipefail

# shellcheck source=docs/walkthrough-words.sh
. "$(dirname "$0")/walkthrough-words.sh"

a_hotel "2026-03-02 10:00+08:00"

# elsewhere MATTER: a complaint that is for somebody else, which the general manager endorses like every other (X7).
elsewhere() {
    ref front1 register hotel.complaint --set channel=phone --set department=front
    as front1 record "$ref" heard --set to_the_end=yes --set understanding=yes
    as front1 record "$ref" first_apology --set spoken_by=front1
    as front1 record "$ref" note --set name_declined=yes --set department=front --set matters=other --set "happened=$1" --set read_back=declined
    as front1 move "$ref" write_down
    as front-lead1 record "$ref" guidance --set "why_not_ours=it is for the city" --set "authority=the city, 12345" --set told_at=now
    as front-lead1 move "$ref" guide
    refused 2 front-lead1 move "$ref" confirm
    as front-head1 record "$ref" not_ours --set "reason=so it is"
    as front-head1 move "$ref" confirm
}
elsewhere "the street is dark"
first=$ref
elsewhere "the bus is late"
second=$ref
shows "$second" gm1 endorse --list
shows "Nothing waits" duty1 endorse --list

# ---------------------------------------------------------------- with a text for each, or not at all

printf 'ref,words\n%s,seen\n%s,Seen.\n' "$first" "$second" >"$home/words.csv"
wrong "line 3, column words: they are those of line 2" gm1 endorse --file "$home/words.csv"
printf 'ref,words\n%s,\n%s,Tell the city.\n' "$first" "$second" >"$home/words.csv"
wrong "line 2, column words: the endorsement has no words" gm1 endorse --file "$home/words.csv"
printf 'ref,words\n%s,Lend our lamps.\n%s,Tell the city.\n' "$first" "$second" >"$home/words.csv"
refused 2 duty1 endorse --file "$home/words.csv"
as gm1 endorse --file "$home/words.csv"
shows "Nothing waits" gm1 endorse --list

# ---------------------------------------------------------------- in writing, and until a last day

elsewhere "the taxi was dear"
echo "I delegate the endorsement of complaints to deputy1 until the end of March." >"$home/paper.txt"
refused 1 duty1 delegation give duty1 --until 2026-03-31 --paper "$home/paper.txt"
as gm1 delegation give deputy1 --until 2026-03-31 --paper "$home/paper.txt"
shows "deputy1" gm1 delegation list
as deputy1 record "$ref" delegated_endorsement --set "words=A card with fares at the desk."
as deputy1 move "$ref" endorse
passes "2026-04-01 09:00"
shows "deputy1 .* 2026-03-31" gm1 delegation list --all
elsewhere "the taxi was dear again"
refused 1 deputy1 record "$ref" delegated_endorsement --set "words=A card with fares in the room."

"$duecourse" archive run
shows '● archived' gm1 show "$second"
"$duecourse" audit verify
echo "Endorsed together: $first and $second."
