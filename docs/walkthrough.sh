#!/usr/bin/env bash
# From first word to `archived` by commands alone: a service complaint with its callback, and a repair.
# On the way each thing that is lacking is refused, and every refusal is complete at the first try.
#
# It makes an office of its own in a folder of its own and leaves nothing else behind:
#
#     docs/walkthrough.sh            # uses the `duecourse` on the PATH
#     DUECOURSE=.venv/bin/duecourse docs/walkthrough.sh
#
# A test runs it as it stands (tests/desk/test_walkthrough.py).
set -euo pipefail

# shellcheck source=docs/walkthrough-words.sh
. "$(dirname "$0")/walkthrough-words.sh"

# ---------------------------------------------------------------- an office, and a token for everybody

"$duecourse" office load "$here/desk/examples/office-property.toml"
tokens desk1 desk2 head1 lead1 tech1
"$duecourse" check

# ---------------------------------------------------------------- a service complaint (P6b)

ref desk1 register property.complaint \
    --set channel=hotline --set service=noise --set "matter=drilling at noon" \
    --set "complainants.1.name=Mr Sun" --set complainants.1.phone=13900000001
complaint=$ref
as desk1 show "$complaint"

# It is not begun before the complainant has a sincere opinion on how it will be handled (P6b) and somebody handles it; and
# every complainant is to be told (X9).
refused 3 desk1 move "$complaint" begin
as desk1 record "$complaint" opinion --set "words=we will speak to the neighbour today" --set told_to_all=no --set channel=hotline
refused 2 desk1 move "$complaint" begin
as desk1 record "$complaint" opinion --set "words=we will speak to the neighbour today" --set told_to_all=yes --set channel=hotline
as desk1 assign "$complaint" desk1
as desk1 move "$complaint" begin

# It is remedied by whoever handles it, and only then finished.
refused 1 desk1 move "$complaint" finish
refused 1 desk2 record "$complaint" remedy --set "done=spoke to the neighbour" --set finished_at=now
as desk1 record "$complaint" remedy --set "done=spoke to the neighbour" --set finished_at=now
pick=tail ref desk1 move "$complaint" finish
callback=$ref

# It is not filed before the complainant was called back (P6b), the papers are complete (X1), and everybody who complained
# knows the result (X9).
refused 4 desk1 move "$complaint" file
refused 1 desk1 record "$complaint" dossier --set complete=yes --set told_to_all=yes

# Whoever handled it does not call back; nobody is satisfied who was not reached.
refused 1 desk1 record "$callback" attempt --set method=call --set reached=yes
as desk2 record "$callback" attempt --set method=call --set reached=no
refused 1 desk2 record "$callback" answer --set content=yes --set rating=5 --set "words=quiet since"
as desk2 record "$callback" attempt --set method=call --set reached=yes
refused 2 desk2 move "$callback" close_satisfied
as desk2 record "$callback" answer --set content=yes --set rating=5 --set "words=quiet since"
as desk2 move "$callback" close_satisfied

refused 3 desk1 move "$complaint" file
as desk1 record "$complaint" dossier --set complete=no --set told_to_all=no
refused 2 desk1 move "$complaint" file
as desk1 record "$complaint" dossier --set complete=yes --set told_to_all=yes
as desk1 move "$complaint" file

# No person archives: the archive does, once it has built the bag and read it back (X1).
refused 3 head1 move "$complaint" archive
"$duecourse" archive run
as desk1 show "$complaint" | tee "$home/complaint.txt"
grep -q '● archived' "$home/complaint.txt"

# ---------------------------------------------------------------- a repair (P6a)

ref desk2 register property.callout \
    --set kind=repair --set channel=hotline --set "matter=water under the sink" --set "place=3-502" --received-at -1:30
call=$ref
as desk2 due --within 1h

# Somebody arrives before the work is done; it is done before it is filed.
refused 1 tech1 move "$call" arrive
refused 2 tech1 record "$call" completion --set started_at=now --set finished_at=now --set "done=new seal" --set verdict=satisfied
as tech1 record "$call" arrival --set who=tech1
as tech1 move "$call" arrive
refused 1 tech1 move "$call" finish
as tech1 record "$call" completion --set started_at=now --set finished_at=now --set "done=new seal" --set verdict=satisfied
as tech1 move "$call" finish
refused 3 tech1 move "$call" file
as lead1 record "$call" dossier --set complete=yes
as lead1 move "$call" file
"$duecourse" archive run
as desk2 show "$call" | tee "$home/call.txt"
grep -q '● archived' "$home/call.txt"

# ---------------------------------------------------------------- and the record of it all is whole

"$duecourse" audit verify
echo "From first word to archived: $complaint and $call."
