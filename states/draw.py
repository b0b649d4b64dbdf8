"""A procedure as a picture (mermaid) and as a table (markdown).

A flowchart rather than mermaid's own state diagram: its quoted labels take Chinese, line breaks and counts wherever it is drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from states.phrases import condition, need, who
from states.words import label, listed, say, strung

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from states.acts import Move, State
    from states.deadlines import Deadline
    from states.procedure import Procedure

# Waiting, ended, and where a deadline is broken. Ink and paper are both set, so that a dark page does not hide the words.
STYLES = (
    "classDef waiting fill:#eef4fb,stroke:#2f6db3,color:#10243d",
    "classDef final fill:#eceeec,stroke:#6d756d,color:#242824",
    "classDef late fill:#fde3e1,stroke:#c0392b,stroke-width:3px,color:#5a120b",
)
START = "start_"
# Mermaid writes its entities with `#`.
ENTITIES = str.maketrans({"#": "#35;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "&": "#amp;"})


def mermaid(
    procedure: Procedure,
    language: str,
    counts: Mapping[str, int] | None = None,
    late: Collection[str] = frozenset(),
) -> str:
    """Return the procedure as a mermaid flowchart.

    `counts`: how many cases wait in each state; a state that is not in it shows no number. `late`: states that hold a case whose
    deadline is broken. A new round is drawn dashed, a move that the clock makes by itself thick. Moves between the same two states
    share an arrow.
    """
    lines = [
        "flowchart TD",
        f'  {START}(("{_text(say("receipt", language))}")) --> {_node(procedure.initial)}',
    ]
    for state in procedure.states:
        left, right = ('(["', '"])') if state in procedure.finals else ('("', '")')
        lines.append(
            f"  {_node(state)}{left}{_shown(state, language, counts)}{right}:::{_style(procedure, state, late)}"
        )
    lines += [
        f'  {_node(a)} {line}|"{"<br/>".join(labels)}"| {_node(b)}'
        for (a, b, line), labels in _arrows(procedure, language)
    ]
    return "\n".join([*lines, *(f"  {style}" for style in STYLES)]) + "\n"


def _node(state: State) -> str:
    """A name that is no keyword of mermaid, whatever the state is called (`end` is one)."""
    return f"{state.value}_"


def _shown(state: State, language: str, counts: Mapping[str, int] | None) -> str:
    name = _text(label(state, language))
    return name if counts is None or state.value not in counts else f"{name}<br/>{counts[state.value]}"


def _style(procedure: Procedure, state: State, late: Collection[str]) -> str:
    if state.value in late:
        return "late"
    return "final" if state in procedure.finals else "waiting"


def _arrows(procedure: Procedure, language: str) -> list[tuple[tuple[State, State, str], list[str]]]:
    """The arrows in the order of the moves, each with what it is called."""
    by_clock = {deadline.move for deadline in procedure.deadlines if deadline.move is not None}
    found: dict[tuple[State, State, str], list[str]] = {}
    for move in procedure.moves:
        line = "-.->" if move.new_round else "==>" if move in by_clock else "-->"
        for source in move.sources:
            found.setdefault((source, move.dest, line), []).append(_text(label(move, language)))
    return list(found.items())


def _text(words: str) -> str:
    """Words inside a quoted label."""
    return words.translate(ENTITIES)


def table(procedure: Procedure, language: str) -> str:
    """Return the moves as a markdown table: From, Move, By, Needs first, To, Clause."""
    head = [
        say("From", language),
        say("Move", language),
        say("By", language),
        say("Needs first", language),
        say("To", language),
        say("Clause", language),
    ]
    return markdown_table(head, [_row(procedure, move, language) for move in procedure.moves])


def _row(procedure: Procedure, move: Move, language: str) -> list[str]:
    first = [
        *(need(wanted, language) for wanted in move.needs),
        *(condition(only.when, language) for only in move.only),
    ]
    timed = [deadline for deadline in procedure.deadlines if deadline.move is move]
    return [
        listed((label(source, language) for source in move.sources), language),
        label(move, language),
        _by(move, timed, language),
        strung(first, language),
        label(move.dest, language),
        move.clause,
    ]


def _by(move: Move, timed: list[Deadline], language: str) -> str:
    by = who(move.by, language)
    return (
        by
        if not timed
        else say(
            "{roles}; by itself at the end of {deadlines}",
            language,
            roles=by,
            deadlines=listed((label(d, language) for d in timed), language),
        )
    )


def markdown_table(head: list[str], rows: list[list[str]]) -> str:
    """Return a markdown table; what would break a cell is escaped."""
    lines = [
        head,
        ["---"] * len(head),
        *([cell.replace("|", r"\|").replace("\n", " ") for cell in row] for row in rows),
    ]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
