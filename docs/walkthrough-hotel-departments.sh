#!/usr/bin/env bash
# A hard complaint of another department: handed over, accepted by name, apologised to again before it is explained, thanked, told what comes
# next, reported and acknowledged (H3.4, H4.2). When it is settled the guest turns out to be an important one (H4.4).
#
# It makes a rehearsal of its own, where time passes by command, and leaves nothing else behind; called like docs/walkthrough-hotel.sh.
set -euo pipefail

# shellcheck source=docs/walkthrough-words.sh
. "$(dirname "$0")/walkthrough-words.sh"

a_hotel "2026-03-02 10:00+08:00"

# ---------------------------------------------------------------- heard at the front desk, and not its own (H2.1, H3.4)

ref front1 register hotel.complaint --set channel=lobby_manager --set department=front
complaint=$ref
as front1 record "$complaint" heard --set to_the_end=yes --set understanding=yes
as front1 record "$complaint" first_apology --set spoken_by=front1
as front1 record "$complaint" note --set guests.name="Ms Li" --set guests.phone=13900000041 \
    --set department=dining --set matters=food --set "happened=the fish was cold" --set read_back=confirmed
as front1 move "$complaint" write_down
as front-lead1 record "$complaint" sorting --set own_department=no --set simple=no
as front-lead1 assign "$complaint" front-lead1
refused 1 front-lead1 move "$complaint" answer
refused 2 front-lead1 move "$complaint" hand_over
as front-lead1 record "$complaint" ascertained --set "words=table 12, at noon, two dishes"

# A department without a supervisor or manager gets nothing: it is found by `check`, and refused when it is named.
"$duecourse" person role security-lead1 supervisor --take
"$duecourse" person role security-head1 dept_manager --take
"$duecourse" check | tee "$home/check.txt" || true
grep -q 'Nobody in the unit security' "$home/check.txt"
wrong "a unit in which nobody is supervisor" front-lead1 record "$complaint" handover --set department=security
as front-lead1 record "$complaint" handover --set department=dining
as front-lead1 move "$complaint" hand_over

# Until somebody there takes it over by name, it is the first receiver's; then it is the other department's alone.
refused 1 front-lead1 record "$complaint" accepted --set handler=front-lead1
refused 1 dining-lead1 move "$complaint" accept
shows "handled by front-lead1" dining-lead1 show "$complaint"
as dining-lead1 record "$complaint" accepted --set handler=dining-lead1
as dining-lead1 move "$complaint" accept
shows "handled by dining-lead1" front-lead1 show "$complaint"
refused 1 front-lead1 record "$complaint" facts --set "words=the kitchen was asked" --set verified=yes
as dining-lead1 record "$complaint" facts --set "words=the lamp over the dish was off" --set verified=yes

# ---------------------------------------------------------------- apology, thanks, what comes next, the report: in this order (H4.2)

refused 1 dining-lead1 record "$complaint" explanation --set "words=the lamp was off" --set rule=served-wrong
refused 1 dining-lead1 record "$complaint" thanks
as dining-lead1 record "$complaint" second_apology --set spoken_by=dining-lead1
refused 1 dining-lead1 record "$complaint" next_told --set "words=the manager will call"
as dining-lead1 record "$complaint" thanks
as dining-lead1 record "$complaint" next_told --set "words=the manager will call"
as dining-lead1 record "$complaint" explanation --set "words=the lamp was off" --set rule=served-wrong
as dining-lead1 record "$complaint" options --set 'offered=["another dish", "the lunch is free"]'
as dining-lead1 record "$complaint" choice --set "chosen=the lunch is free"
refused 1 dining-head1 record "$complaint" dept_acknowledged
as dining-lead1 record "$complaint" dept_report
refused 1 rooms-head1 record "$complaint" dept_acknowledged
refused 1 dining-lead1 move "$complaint" tell
as dining-head1 record "$complaint" dept_acknowledged
as dining-lead1 move "$complaint" tell
as dining-lead1 record "$complaint" result --set "words=the lunch is free" --set channel=in_person --set told_to_all=yes
as dining-lead1 record "$complaint" result_apology --set spoken_by=dining-lead1
as dining1 record "$complaint" opinion --set opinion=satisfied
as dining-lead1 move "$complaint" complete
as dining-lead1 record "$complaint" detail --set "where=the restaurant" --set "when=at noon" --set "result=the lunch is free" --set cost=180
as dining-lead1 move "$complaint" submit
as gm1 record "$complaint" endorsement --set "words=Check every lamp before each meal."
as gm1 move "$complaint" endorse

# ---------------------------------------------------------------- an important guest, noticed when all is settled: not archived unseen (H4.4)

printf 'name,phone,until\nMs Li,139 0000 0041,\n' >"$home/vip.csv"
as gm1 guest import "$home/vip.csv"
report=$(reports "$complaint")
"$duecourse" archive run || [ $? = 1 ]
shows '● filed' gm1 show "$complaint"
as gm1 record "$report" gm_acknowledgement
as gm1 move "$report" acknowledge
"$duecourse" archive run
shows '● archived' gm1 show "$complaint"
"$duecourse" audit verify
echo "Handed over, settled, and archived when the general manager knew of the guest: $complaint."
