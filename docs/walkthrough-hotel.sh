#!/usr/bin/env bash
# A guest's complaint about the department that listens, simple, from the first word to `archived` by commands alone; on the way each thing
# that is lacking is refused, and every refusal is complete at the first try.
#
# It makes a rehearsal of its own in a folder of its own, where time passes by command, and leaves nothing else behind:
#
#     docs/walkthrough-hotel.sh            # uses the `duecourse` on the PATH
#     DUECOURSE=.venv/bin/duecourse docs/walkthrough-hotel.sh
#
# Beside it: another department (walkthrough-hotel-departments.sh), the night (-night.sh), the general manager complained of (-above.sh), a
# guest who has left (-departed.sh), one who is not satisfied twice (-twice.sh), many endorsed at once (-endorsed.sh). A test runs each as
# it stands (tests/desk/test_walkthrough.py).
set -euo pipefail

# shellcheck source=docs/walkthrough-words.sh
. "$(dirname "$0")/walkthrough-words.sh"

# ---------------------------------------------------------------- an office in which a department can answer

a_hotel "2026-03-02 10:00+08:00"
"$duecourse" check

# ---------------------------------------------------------------- listened to, and not explained to (H1.1, H1.2a, H1.2b)

ref rooms1 register hotel.complaint --set channel=in_person --set department=rooms --set "leaves_at=2026-03-04 12:00"
complaint=$ref
as rooms1 record "$complaint" mood --set irritable=yes
refused 4 rooms-lead1 record "$complaint" explanation --set "words=it is the boiler" --set rule=room-change
as rooms1 record "$complaint" heard --set to_the_end=no --set understanding=yes
refused 3 rooms1 move "$complaint" write_down
as rooms1 record "$complaint" heard --set to_the_end=yes --set understanding=yes
as rooms1 record "$complaint" first_apology --set spoken_by=rooms1 --set "words=we are sorry"
refused 1 rooms1 move "$complaint" write_down

# ---------------------------------------------------------------- written down, and read back (H2.1, H2.2)

wrong "name, or that the guest gave none" rooms1 record "$complaint" note \
    --set department=rooms --set matters=room --set "happened=the water is cold" --set read_back=confirmed
as rooms1 record "$complaint" note --set guests.name="Mr Bian" --set guests.phone=13900000031 \
    --set department=rooms --set matters=room --set "happened=the water is cold" --set read_back=confirmed
as rooms1 move "$complaint" write_down

# ---------------------------------------------------------------- answered by its own supervisor, by a rule of the house (H3.1 to H3.3)

refused 1 front-lead1 record "$complaint" sorting --set own_department=yes --set simple=yes
as rooms-lead1 record "$complaint" sorting --set own_department=yes --set simple=yes
as rooms-lead1 assign "$complaint" rooms-lead1
as rooms-lead1 move "$complaint" answer
as rooms-lead1 record "$complaint" facts --set "words=the valve is broken" --set verified=no
refused 2 rooms-lead1 record "$complaint" explanation --set "words=the valve is broken" --set rule=room-change
as rooms1 record "$complaint" calmed
as rooms-lead1 record "$complaint" facts --set "words=the valve is broken, and was seen" --set verified=yes
wrong "no rule of the house" rooms-lead1 record "$complaint" explanation --set "words=the valve is broken" --set rule=r-99
as rooms-lead1 record "$complaint" explanation --set "words=the valve is broken" --set rule=room-change

# One alone is no choice, unless it is said why there is no other.
wrong "more than one" rooms-lead1 record "$complaint" options --set 'offered=["another room"]'
as rooms-lead1 record "$complaint" options --set 'offered=["another room", "the night is free"]'
as rooms-lead1 record "$complaint" choice --set "chosen=the night is free"

# Above the limit of the house a manager agrees, and never whoever gives it.
as rooms-lead1 record "$complaint" compensation --set amount=900 --set "given=the night"
refused 1 rooms-lead1 move "$complaint" tell
refused 3 rooms-lead1 record "$complaint" compensation_agreed --set "reason=it is fair"
as rooms-head1 record "$complaint" compensation_agreed --set "reason=it is fair"
as rooms-lead1 move "$complaint" tell

# ---------------------------------------------------------------- told, apologised to again, asked (H4.1, H4.3)

refused 4 rooms-lead1 move "$complaint" complete
as rooms-lead1 record "$complaint" result --set "words=the night is not charged" --set channel=in_person --set told_to_all=yes
refused 1 rooms1 record "$complaint" opinion --set opinion=satisfied
as rooms-lead1 record "$complaint" result_apology --set spoken_by=rooms-lead1
as rooms1 record "$complaint" opinion --set opinion=satisfied --set felt_heard=5
as rooms-lead1 move "$complaint" complete
refused 1 rooms-lead1 move "$complaint" submit
as rooms-lead1 record "$complaint" detail --set "where=room 1203" --set "when=this morning" --set "result=the night is not charged" --set cost=900
as rooms-lead1 move "$complaint" submit

# ---------------------------------------------------------------- the general manager's own words, and nobody else's (H5.2)

refused 1 duty1 record "$complaint" endorsement --set "words=seen"
refused 1 gm1 move "$complaint" endorse
wrong "words" gm1 record "$complaint" endorsement --set words=
as gm1 record "$complaint" endorsement --set "words=Well done. Look at every valve of that floor."
as gm1 move "$complaint" endorse

# No person archives: the archive does, once it has built the bag and read it back (X1).
refused 3 gm1 move "$complaint" archive
"$duecourse" archive run
shows '● archived' gm1 show "$complaint"

"$duecourse" audit verify
echo "From the first word to archived: $complaint."
