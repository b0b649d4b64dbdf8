#!/usr/bin/env bash
# A complaint about the conduct of an official, upheld, from its registration to `archived` by commands alone; then one that is taken back
# by whoever has its receipt code. On the way each thing that is lacking is refused, and every refusal is complete at the first try; the
# official sees the papers that are served on him and never learns that there is a case.
#
# It makes an office of its own in a folder of its own and leaves nothing else behind:
#
#     docs/walkthrough-bureau.sh            # uses the `duecourse` on the PATH
#     DUECOURSE=.venv/bin/duecourse docs/walkthrough-bureau.sh
#
# A test runs it as it stands (tests/desk/test_walkthrough.py).
set -euo pipefail

# shellcheck source=docs/walkthrough-words.sh
. "$(dirname "$0")/walkthrough-words.sh"

# ---------------------------------------------------------------- an office, and the party group's approval of its rules (B16)

"$duecourse" office load "$here/desk/examples/office-bureau.toml" || [ $? = 1 ]
tokens member1 member2 member3 member4 chief1 keeper1 party1 party2 audit1 clerk1 clerk2
"$duecourse" check || [ $? = 1 ]
today=$(TZ=Asia/Shanghai date +%F)
as party1 edition approve bureau.complaint 2026-01-01 --minute 2026-1 --on "$today"
"$duecourse" check

# ---------------------------------------------------------------- registered (B6, B7a) and accepted (B9a)

ref member1 register bureau.complaint \
    --set channel=visit --set "note=at the counter, at nine" --set subject=official --set department=budget --set against=clerk1,clerk2 \
    --set "matter=they would not take the form" --set "reason=the form was complete" \
    --set anonymous=no --set "complainants.1.name=Mr Sun" --set complainants.1.phone=13900000001 --set reply_by=phone
complaint=$ref

# Nobody knows of it but whoever registered it, the head, the custodian and the superior; others are put on its list (B10).
unknown member2 show "$complaint"
unknown clerk1 show "$complaint"
refused 1 member1 move "$complaint" accept
as member1 record "$complaint" scope --set outside=no --set items=rudeness,delay
as chief1 assign "$complaint" member1
as chief1 record "$complaint" admission --set person=member2
as chief1 record "$complaint" admission --set person=member3
as chief1 record "$complaint" admission --set person=party1
as member1 move "$complaint" accept

# Who complains is sealed. Each reading has a purpose, and the custodian's consent (B10).
refused 1 member1 reveal "$complaint" --purpose "to call the complainant back"
as keeper1 record "$complaint" consent --set reader=member1 --set "purpose=to call the complainant back"
as member1 reveal "$complaint" --purpose "to call the complainant back"
as audit1 readings "$complaint"

# ---------------------------------------------------------------- investigated, analysed, verified (B3b, B3c)

as member1 move "$complaint" investigate
# Nothing reaches the officials before it is confirmed that nothing names the complainant (B10), and both are heard (B2).
refused 2 member1 record "$complaint" statement --set respondent=clerk1 --set taken=yes --set "words=it was not so"
as keeper1 record "$complaint" redaction --set nothing_names=yes
as member1 record "$complaint" service --set respondent=clerk1 --set paper=request_for_statement --set "words=say what happened at the counter"
as clerk1 served
unknown clerk1 show "$complaint"
as member1 record "$complaint" statement --set respondent=clerk1 --set taken=yes --set "words=it was not so"
refused 2 member1 move "$complaint" analyse
as member1 record "$complaint" statement --set respondent=clerk2 --set taken=no --set "words=she would not say a word"
as member1 record "$complaint" log --set done_at=now --set "words=the counter was seen, two were asked"
as member1 move "$complaint" analyse
refused 1 member1 move "$complaint" verify
as member1 record "$complaint" memo --set "words=one of them it was, and not the other"
as member1 move "$complaint" verify

# A finding on each, signed by a second member (B12).
refused 3 member1 move "$complaint" propose
as member1 record "$complaint" upheld --set respondent=clerk1 --set facts_clear=yes --set evidence_conclusive=yes --set conduct_verified=yes \
    --set item=rudeness --set "rule=article 5 (6)" --set "evidence_for=two saw it" --set "evidence_against=none"
refused 2 member1 move "$complaint" propose
as member1 record "$complaint" not_upheld --set respondent=clerk2 --set outcome=not_upheld \
    --set "rule=article 12" --set "evidence_for=one saw it" --set "evidence_against=two did not"
refused 1 member1 record "$complaint" countersigned
as member2 record "$complaint" countersigned
as member1 move "$complaint" propose

# ---------------------------------------------------------------- proposed, approved, carried out (B12)

refused 2 member1 move "$complaint" submit
refused 1 member1 record "$complaint" proposal --set respondent=clerk1 --set measure=suspension --set "improvement=two people at the counter"
as member1 record "$complaint" proposal --set respondent=clerk1 --set measure=talk --set "improvement=two people at the counter"
as member1 move "$complaint" submit

# Only the party group decides, by a minute, and nobody who investigated or proposed.
refused 1 chief1 record "$complaint" minute --set number=2026-2 --set "on=$today" --set respondent=clerk1 --set measure=talk
refused 2 party1 move "$complaint" approve
as party1 record "$complaint" minute --set number=2026-2 --set "on=$today" --set respondent=clerk1 --set measure=talk
pick=tail ref party1 move "$complaint" approve
measure=$ref

# What was decided is a case of its own, and the complaint waits for it.
refused 2 member1 move "$complaint" carry_out
refused 1 member1 move "$measure" execute
as member1 record "$measure" proof --set done_at=now --set "words=they talked, and both signed"
as member1 move "$measure" execute
as member1 move "$complaint" carry_out

# ---------------------------------------------------------------- answered and filed (B13, B14)

refused 2 member1 move "$complaint" answer
as member1 record "$complaint" reply --set "words=it was upheld, and we are sorry" --set no_private_data=yes
as member1 record "$complaint" delivered --set channel=letter --set delivered_at=now
refused 1 member1 move "$complaint" answer
as member1 record "$complaint" delivered --set channel=phone --set delivered_at=now
as member1 move "$complaint" answer
refused 1 member1 record "$complaint" satisfaction --set answer=satisfied
as member3 record "$complaint" satisfaction --set answer=satisfied
refused 3 member1 move "$complaint" file
as member1 record "$complaint" checklist --set register_sheet=yes --set complaint=yes --set evidence=yes --set statements=yes --set memo=yes \
    --set proposal=yes --set approval=yes --set instruments=yes --set reply=yes --set proof_of_measures=yes --set pages=12 --set shelf=3-2-1
as member1 move "$complaint" file

# No person archives: the archive does, and says nothing of it (B10).
refused 3 chief1 move "$complaint" archive
"$duecourse" archive run
as member1 show "$complaint" | tee "$home/complaint.txt"
grep -q '● archived' "$home/complaint.txt"

# ---------------------------------------------------------------- taken back by whoever complained, and by nobody else (B7b, B8)

ref member1 register bureau.complaint \
    --set channel=web --set subject=official --set department=treasury --set against=clerk2 --set "matter=she shouted" --set "reason=for nothing" \
    --set anonymous=yes --set receipt=yes --set reply_by=receipt_page
anonymous=$ref
code=$(sed -n 's/.*"receipt": "\([^"]*\)".*/\1/p' <<<"$answer")
refused 1 chief1 record "$anonymous" withdrawal --set "words=it has been settled"
refused 1 chief1 move "$anonymous" withdraw
DUECOURSE_RECEIPT=$code "$duecourse" receipt show
echo "it has been settled" | DUECOURSE_RECEIPT=$code "$duecourse" receipt withdraw --words-file -
as chief1 move "$anonymous" withdraw
as chief1 show "$anonymous" | tee "$home/anonymous.txt"
grep -q '● withdrawn' "$home/anonymous.txt"

# ---------------------------------------------------------------- the official has learnt of nothing, and the record of it all is whole

as clerk1 list --all | tee "$home/clerk1.txt"
grep -q 'No case here' "$home/clerk1.txt"
"$duecourse" audit verify
echo "From registration to archived: $complaint; taken back: $anonymous."
