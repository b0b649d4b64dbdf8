#!/usr/bin/env bash
# A guest who has left before there is a result: sought on three different days within three working days, and given up only then, by a
# second person (H4.3).
#
# It makes a rehearsal of its own, where time passes by command, and leaves nothing else behind; called like docs/walkthrough-hotel.sh.
set -euo pipefail

# shellcheck source=docs/walkthrough-words.sh
. "$(dirname "$0")/walkthrough-words.sh"

a_hotel "2026-03-05 15:00+08:00"    # a Thursday

ref rooms1 register hotel.complaint --set channel=phone --set department=rooms --set "leaves_at=2026-03-05 18:00"
complaint=$ref
as rooms1 record "$complaint" heard --set to_the_end=yes --set understanding=yes
as rooms1 record "$complaint" first_apology --set spoken_by=rooms1
as rooms1 record "$complaint" note --set guests.name="Ms Weng" --set guests.phone=13900000035 \
    --set department=rooms --set matters=room --set "happened=an earring is gone" --set read_back=confirmed
as rooms1 move "$complaint" write_down
as rooms-lead1 record "$complaint" sorting --set own_department=yes --set simple=yes
as rooms-lead1 assign "$complaint" rooms-lead1
as rooms-lead1 move "$complaint" answer

# ---------------------------------------------------------------- before the guest leaves: reminded half an hour before (H4.3)

shows "before checkout" rooms-lead1 due
passes 17:35
shows "rooms-lead1" rooms-lead1 alarms
passes 18:05
as rooms1 record "$complaint" departed --set left_at=-5:00
as rooms-lead1 record "$complaint" facts --set "words=the room was searched" --set verified=yes

# ---------------------------------------------------------------- three working days: Friday, Monday, Tuesday

shows "departed due" rooms-lead1 due --within 7d
as rooms1 record "$complaint" attempt --set channel=phone --set reached=no
refused 1 rooms-head1 record "$complaint" unreachable --set "reason=nobody answers"
passes "2026-03-06 10:00"
as rooms1 record "$complaint" attempt --set channel=email --set reached=no
as rooms1 record "$complaint" attempt --set channel=phone --set reached=no
refused 1 rooms-head1 record "$complaint" unreachable --set "reason=nobody answers"
refused 3 rooms-lead1 move "$complaint" tell
passes "2026-03-09 10:00"
as rooms1 record "$complaint" attempt --set channel=phone --set reached=no
refused 3 rooms1 record "$complaint" unreachable --set "reason=nobody answers"
as rooms-head1 record "$complaint" unreachable --set "reason=three days, and nobody answers"
as rooms-lead1 move "$complaint" tell
as rooms-lead1 move "$complaint" complete
as rooms-lead1 record "$complaint" detail --set "where=room 1203" --set "when=on Thursday" --set "result=not found; sought on three days" --set cost=0
as rooms-lead1 move "$complaint" submit
as gm1 record "$complaint" endorsement --set "words=Write to her, and keep looking."
as gm1 move "$complaint" endorse
"$duecourse" archive run
shows '● archived' gm1 show "$complaint"
"$duecourse" audit verify
echo "Sought on three days: $complaint."
