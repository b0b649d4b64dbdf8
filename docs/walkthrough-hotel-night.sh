#!/usr/bin/env bash
# An angry, noisy, important guest at night, the general manager abroad, the manager on duty silent for five minutes: the next on the ladder
# is told (H1.2b, H1.3, H4.4). The manager on duty takes it in hand and the general manager is informed afterwards; at three in the morning
# the roster has a gap, and the general manager instructs by telephone.
#
# It makes a rehearsal of its own, where time passes by command, and leaves nothing else behind; called like docs/walkthrough-hotel.sh.
set -euo pipefail

# shellcheck source=docs/walkthrough-words.sh
. "$(dirname "$0")/walkthrough-words.sh"

a_hotel "2026-03-02 22:40+08:00"
as rooms-head1 rule add quiet-hours --words "From ten at night it is quiet; who is disturbed may have another room."

# ---------------------------------------------------------------- who is there tonight

"$duecourse" person absent gm1 now +3d
"$duecourse" person absent duty2 "2026-03-03 03:00" "2026-03-03 04:00"
"$duecourse" check | tee "$home/check.txt" || true
grep -q '03:00' "$home/check.txt"
shows "not on duty now" gm1 person list

# ---------------------------------------------------------------- told at once, and the next one after five minutes (H4.4)

ref rooms1 register hotel.complaint --set channel=in_person --set department=rooms --set vip=yes
complaint=$ref
report=$(reports "$complaint")
as rooms1 record "$complaint" mood --set angry=yes
as rooms1 record "$complaint" noise
passes +1m
shows "duty2" duty2 alarms
passes +6m
shows "owner1" duty2 alarms
refused 1 duty1 record "$report" takeover
as duty2 record "$report" takeover --set "remark=on the way"
as duty2 move "$report" take

# ---------------------------------------------------------------- led away, calmed, written down (H1.2b, H1.3)

as rooms1 record "$complaint" heard --set to_the_end=yes --set understanding=yes
as rooms1 record "$complaint" first_apology --set spoken_by=rooms1
as rooms1 record "$complaint" note --set name_declined=yes --set department=rooms --set matters=noise \
    --set "happened=music next door" --set read_back=confirmed
refused 1 rooms1 move "$complaint" write_down
wrong "say where the guest was led" rooms1 record "$complaint" led_away --set result=led
as rooms1 record "$complaint" led_away --set result=led --set "place=the small lounge"
as rooms1 move "$complaint" write_down

# At night whoever is on duty stands in for the supervisor.
as duty2 record "$complaint" sorting --set own_department=yes --set simple=yes
as duty2 assign "$complaint" duty2
as duty2 move "$complaint" answer
as duty2 record "$complaint" facts --set "words=music, until eleven" --set verified=yes
refused 1 duty2 record "$complaint" explanation --set "words=it has ended" --set rule=quiet-hours
as rooms1 record "$complaint" calmed
as duty2 record "$complaint" explanation --set "words=it has ended" --set rule=quiet-hours
as duty2 record "$complaint" options --set 'offered=["another room", "the night is free"]'
as duty2 record "$complaint" choice --set "chosen=another room"
as duty2 move "$complaint" tell
as duty2 record "$complaint" result --set "words=another room" --set channel=in_person --set told_to_all=yes
as duty2 record "$complaint" result_apology --set spoken_by=duty2
as rooms1 record "$complaint" opinion --set opinion=satisfied

# ---------------------------------------------------------------- three in the morning: nobody on duty, and the press calls (H4.4)

passes "2026-03-03 03:05"
as rooms1 record "$complaint" major_noticed --set matters=media
second=$(reports "$complaint" | tail -n 1)
passes +1m
shows "owner1" owner1 alarms
refused 1 duty2 record "$second" takeover
as rooms1 record "$second" instruction --set called_at=now --set spoke_to=gm1 --set "words=say that we answer in the morning"
as rooms1 move "$second" instruct

# ---------------------------------------------------------------- informed afterwards, and endorsed when back (H4.4, H5.2)

passes "2026-03-03 07:30"
as duty2 move "$complaint" complete
as duty2 record "$complaint" detail --set "where=room 1502" --set "when=from ten at night" --set "result=another room" --set cost=0
as duty2 move "$complaint" submit
refused 1 duty2 record "$complaint" endorsement --set "words=seen"
passes "2026-03-05 22:45"
as gm1 record "$complaint" endorsement --set "words=Well led. No music after ten."
refused 1 gm1 move "$complaint" endorse
as duty2 record "$report" report_after --set whom=gm1 --set told_at=now
as duty2 move "$report" inform
as gm1 move "$complaint" endorse
"$duecourse" archive run
shows '● archived' gm1 show "$complaint"
"$duecourse" audit verify
echo "From the night to archived: $complaint."
