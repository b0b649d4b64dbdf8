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
