#!/usr/bin/env bash
# A guest who is not satisfied: handled again, one level up; not satisfied again: closed by the general manager, with a reply (H4.3).
#
# It makes a rehearsal of its own, where time passes by command, and leaves nothing else behind; called like docs/walkthrough-hotel.sh.
set -euo pipefail

# shellcheck source=docs/walkthrough-words.sh
. "$(dirname "$0")/walkthrough-words.sh"

a_hotel "2026-03-02 10:00+08:00"

ref dining1 register hotel.complaint --set channel=in_person --set department=dining
complaint=$ref
as dining1 record "$complaint" heard --set to_the_end=yes --set understanding=yes
as dining1 record "$complaint" first_apology --set spoken_by=dining1
as dining1 record "$complaint" note --set guests.name="Ms Qi" --set guests.phone=13900000034 \
    --set department=dining --set matters=billing --set "happened=the buffet costs more than the sign says" --set read_back=confirmed
as dining1 move "$complaint" write_down
as dining-lead1 record "$complaint" sorting --set own_department=yes --set simple=yes
as dining-lead1 assign "$complaint" dining-lead1
as dining-lead1 move "$complaint" answer

# settled WHO: found out, explained, chosen, told; and the guest is not satisfied.
settled() {
    as "$1" record "$complaint" facts --set "words=the sign is of last year" --set verified=yes
    as "$1" record "$complaint" explanation --set "words=the sign is of last year" --set rule=served-wrong
    as "$1" record "$complaint" options --set 'offered=["the difference", "another lunch"]'
    as "$1" record "$complaint" choice --set "chosen=the difference"
    as "$1" move "$complaint" tell
    as "$1" record "$complaint" result --set "words=the difference is paid" --set channel=in_person --set told_to_all=yes
    as "$1" record "$complaint" result_apology --set "spoken_by=$1"
    as dining1 record "$complaint" opinion --set opinion=not_satisfied --set felt_heard=2
}

# ---------------------------------------------------------------- once: again, one level up (H4.3)

settled dining-lead1
refused 1 dining-lead1 move "$complaint" complete
refused 2 gm1 move "$complaint" close_unsatisfied
as dining-lead1 move "$complaint" again
refused 2 dining-lead1 record "$complaint" facts --set "words=as before" --set verified=yes

# ---------------------------------------------------------------- twice: the general manager's reply (H4.3)

settled dining-head1
refused 1 dining-head1 move "$complaint" again
refused 2 dining-head1 move "$complaint" close_unsatisfied
refused 1 dining-head1 record "$complaint" final_reply --set "words=we are sorry"
as gm1 record "$complaint" final_reply --set "words=The sign is changed, the difference paid, and I am sorry."
as gm1 move "$complaint" close_unsatisfied
as dining-head1 record "$complaint" detail --set "where=the restaurant" --set "when=at noon" --set "result=closed with a reply" --set cost=60
as dining-head1 move "$complaint" submit

# It may be given back, and is then written down anew before it is endorsed (H5.2).
as gm1 record "$complaint" returned --set "reason=say who changed the sign"
refused 2 gm1 move "$complaint" endorse
as gm1 move "$complaint" send_back
refused 1 dining-head1 move "$complaint" submit
as dining-head1 record "$complaint" detail --set "where=the restaurant" --set "when=at noon" --set "result=closed with a reply; changed by dining1" --set cost=60
as dining-head1 move "$complaint" submit
as gm1 record "$complaint" endorsement --set "words=Two read every sign from now on."
as gm1 move "$complaint" endorse
"$duecourse" archive run
shows '● archived' gm1 show "$complaint"
"$duecourse" audit verify
echo "Not satisfied twice, and answered: $complaint."
