#!/usr/bin/env bash
# A complaint about the general manager, who is on leave: the owner is told and endorses; the general manager does not learn that there is a
# case, and whoever stands in for the general manager does not endorse it either (H5.2).
#
# It makes a rehearsal of its own, where time passes by command, and leaves nothing else behind; called like docs/walkthrough-hotel.sh.
set -euo pipefail

# shellcheck source=docs/walkthrough-words.sh
. "$(dirname "$0")/walkthrough-words.sh"

a_hotel "2026-03-02 10:00+08:00"
echo "I delegate the endorsement of complaints to deputy1 while I am on leave." >"$home/paper.txt"
as gm1 delegation give deputy1 --until 2026-03-31 --paper "$home/paper.txt"
"$duecourse" person absent gm1 now +14d

# ---------------------------------------------------------------- about the general manager (H5.2)

ref front1 register hotel.complaint --set channel=letter --set department=front
complaint=$ref
as front1 record "$complaint" heard --set to_the_end=yes --set understanding=yes
as front1 record "$complaint" first_apology --set spoken_by=front1
as front1 record "$complaint" note --set guests.name="Mr Ran" --set guests.contact=letter --set department=front --set matters=attitude \
    --set against=gm1 --set "happened=he shouted at me in the hall" --set read_back=confirmed
report=$(reports "$complaint")
as front1 move "$complaint" write_down
passes +1m
shows "owner1" owner1 alarms
unknown gm1 show "$complaint"
unknown gm1 show "$report"
shows "No case here" gm1 list
refused 1 deputy1 record "$report" owner_acknowledgement
as owner1 record "$report" owner_acknowledgement
as owner1 move "$report" acknowledge

# ---------------------------------------------------------------- answered like any other (H3.1 to H4.3)

as front-lead1 record "$complaint" sorting --set own_department=yes --set simple=yes
as front-lead1 assign "$complaint" front-lead1
as front-lead1 move "$complaint" answer
as front-lead1 record "$complaint" facts --set "words=two heard it" --set verified=yes
as front-lead1 record "$complaint" explanation --set "words=nobody is shouted at here" --set rule=room-change
as front-lead1 record "$complaint" options --set 'offered=["a letter of the house", "a talk with the owner"]'
as front-lead1 record "$complaint" choice --set "chosen=a letter"
as front-lead1 move "$complaint" tell
as front-lead1 record "$complaint" result --set "words=the owner writes to you" --set channel=letter --set told_to_all=yes
as front-lead1 record "$complaint" result_apology --set spoken_by=front-lead1
as front1 record "$complaint" opinion --set opinion=satisfied
as front-lead1 move "$complaint" complete
as front-lead1 record "$complaint" detail --set "where=the hall" --set "when=on Sunday" --set "result=a letter of the owner" --set cost=0
as front-lead1 move "$complaint" submit

# ---------------------------------------------------------------- the owner's own words

unknown gm1 record "$complaint" endorsement --set "words=seen"
refused 2 deputy1 record "$complaint" delegated_endorsement --set "words=seen"
refused 1 duty1 record "$complaint" owner_endorsement --set "words=seen"
shows "$complaint" owner1 endorse --list
as owner1 record "$complaint" owner_endorsement --set "words=I have written, and spoken to him."
as owner1 move "$complaint" endorse
"$duecourse" archive run
shows '● archived' owner1 show "$complaint"
unknown gm1 show "$complaint"
"$duecourse" audit verify
echo "Endorsed by the owner: $complaint."
