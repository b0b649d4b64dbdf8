# Sourced by the walkthroughs: an office's folder that is removed at the end, and a few small words for what follows.
# shellcheck shell=bash
duecourse=${DUECOURSE:-duecourse}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
export DUECOURSE_HOME=$home DUECOURSE_LANGUAGE=en
unset DUECOURSE_TOKEN DUECOURSE_DATABASE DUECOURSE_KEY DUECOURSE_KEY_FILE DUECOURSE_KEY_COMMAND DUECOURSE_RECEIPT || true
declare -A token

# tokens WHO…: a token for everybody who acts.
tokens() {
    local who
    for who in "$@"; do
        token[$who]=$("$duecourse" person token "$who" 2>/dev/null)
    done
}

# as WHO COMMAND…: do it as this person.
as() {
    local who=$1
    shift
    echo "\$ duecourse $*    # as $who"
    DUECOURSE_TOKEN=${token[$who]} "$duecourse" "$@"
}

# ref WHO COMMAND…: the same, keeping the reference of the case that came of it in $ref, and the whole answer in $answer.
ref() {
    local who=$1
    shift
    echo "\$ duecourse $*    # as $who"
    answer=$(DUECOURSE_TOKEN=${token[$who]} "$duecourse" --json "$@")
    ref=$(grep -o 'c-[0-9a-z]\{10\}' <<<"$answer" | "${pick:-head}" -n 1)
}

# refused N WHO COMMAND…: it must be refused, and say exactly N things that stand in the way.
refused() {
    local wanted=$1 who=$2 answer code=0 found
    shift 2
    echo "\$ duecourse $*    # as $who: refused"
    answer=$(DUECOURSE_TOKEN=${token[$who]} "$duecourse" "$@" 2>&1) || code=$?
    echo "$answer"
    [ "$code" = 3 ] || { echo "expected a refusal, got exit code $code" >&2; exit 1; }
    found=$(grep -c '^ [0-9]*\. ' <<<"$answer")
    [ "$found" = "$wanted" ] || { echo "expected $wanted things in the way, got $found" >&2; exit 1; }
}

# unknown WHO COMMAND…: to this person there is no such case.
unknown() {
    local who=$1 answer code=0
    shift
    echo "\$ duecourse $*    # as $who: there is no such case"
    answer=$(DUECOURSE_TOKEN=${token[$who]} "$duecourse" "$@" 2>&1) || code=$?
    echo "$answer"
    [ "$code" = 2 ] && grep -q '^No case has the reference' <<<"$answer" || { echo "expected no such case" >&2; exit 1; }
}

# wrong WORDS WHO COMMAND…: it cannot be taken, and the one sentence that says so holds these words.
wrong() {
    local words=$1 who=$2 answer code=0
    shift 2
    echo "\$ duecourse $*    # as $who: cannot be taken"
    answer=$(DUECOURSE_TOKEN=${token[$who]} "$duecourse" "$@" 2>&1) || code=$?
    echo "$answer"
    [ "$code" = 2 ] && grep -q -- "$words" <<<"$answer" || { echo "expected exit code 2 and: $words" >&2; exit 1; }
}

# shows WORDS WHO COMMAND…: what is shown holds these words.
shows() {
    local words=$1 who=$2 answer
    shift 2
    echo "\$ duecourse $*    # as $who"
    answer=$(DUECOURSE_TOKEN=${token[$who]} "$duecourse" "$@")
    echo "$answer"
    grep -q -- "$words" <<<"$answer" || { echo "expected: $words" >&2; exit 1; }
}

# a_hotel TIME: the example's hotel, in a rehearsal that begins at this moment; its people and its rules.
a_hotel() {
    "$duecourse" rehearse begin "$1"
    "$duecourse" office load "$here/desk/examples/office-hotel.toml" || [ $? = 1 ]
    tokens front1 rooms1 dining1 front-lead1 rooms-lead1 dining-lead1 front-head1 rooms-head1 dining-head1 duty1 duty2 gm1 deputy1 owner1
    as gm1 rule add room-change --words "A room with a fault is changed at once, or the night is not charged."
    as dining-head1 rule add served-wrong --words "A dish that is not as ordered is replaced, and not charged."
}

# passes TIME: the clock of the rehearsal moves on, and what falls due in it is fired.
passes() {
    "$duecourse" rehearse until "$1"
}

# reports REF: the references of the reports that a complaint has sent up, the newest last.
reports() {
    DUECOURSE_TOKEN=${token[owner1]} "$duecourse" --json show "$1" | sed -n '/"children"/,/^  \]/s/.*"ref": "\(c-[0-9a-z]*\)".*/\1/p'
}
