"""The proof as it is shown: clause, promise in words, how many cases were looked at, how long it took; a broken one with its path."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

from rich.text import Text

from desk.answer import give
from states.editions import edition, editions, procedures
from states.promise_words import promise as in_words
from states.prove import prove
from states.words import label

if TYPE_CHECKING:
    from desk.output import Paper
    from desk.session import Desk
    from states.procedure import Procedure
    from states.prove.verdict import Verdict


@dataclass(frozen=True)
class Proved:
    """One promise and what the prover says of it. `seconds`: what it took."""

    clause: str
    kind: str
    promise: str
    holds: bool
    explored: int
    seconds: float
    path: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Proof:
    """The promises of one edition."""

    procedure: str
    edition: str
    holds: bool
    promises: tuple[Proved, ...]


def chosen(name: str, iso: str) -> list[Procedure]:
    """The editions meant: of one procedure or of all, one date or every one. Raises LookupError with a sentence."""
    if name and iso:
        return [edition(name, iso)]
    found = [
        procedure
        for (known, date), procedure in editions().items()
        if name in {"", known} and iso in {"", date}
    ]
    if not found:
        raise LookupError(f"There is no procedure {name or iso}; there are: {', '.join(procedures())}.")
    return found


def prove_and_show(desk: Desk, name: str, iso: str) -> bool:
    """Prove, show each procedure as soon as it is done, and return whether everything holds."""
    began, proofs = perf_counter(), []
    for procedure in chosen(name, iso):
        proof = _proof(procedure, desk.language)
        proofs.append(proof)
        if not desk.as_json:
            _show(desk, procedure, proof)
    holds = all(proof.holds for proof in proofs)
    seconds = perf_counter() - began
    give(
        desk,
        {"holds": holds, "seconds": round(seconds, 3), "procedures": proofs},
        lambda paper: _sum_up(desk, paper, proofs, seconds),
    )
    return holds


def _proof(procedure: Procedure, language: str) -> Proof:
    found = []
    for promise in procedure.promises:
        began = perf_counter()
        verdict: Verdict = prove(procedure, promise)
        took = round(perf_counter() - began, 4)
        found.append(
            Proved(
                promise.clause, type(promise).__name__, in_words(promise, language), verdict.holds, verdict.explored, took, verdict.path, verdict.why
            )
        )  # fmt: skip
    return Proof(procedure.name, procedure.edition.isoformat(), all(one.holds for one in found), tuple(found))


def _show(desk: Desk, procedure: Procedure, proof: Proof) -> None:
    paper = desk.paper
    paper.head(f"{label(procedure, desk.language)}  ", (f"{proof.procedure} · {proof.edition}", "faint"))
    head = ["", desk.say("Clause"), desk.say("Promise"), desk.say("Looked at"), desk.say("Time")]
    rows = []
    for one in proof.promises:
        mark, style = ("✓", "fine") if one.holds else ("✗", "late")
        time = f"{one.seconds * 1000:.0f} ms" if one.seconds < 1 else f"{one.seconds:.1f} s"
        rows.append(
            [
                Text(mark, style),
                Text(one.clause, "clause"),
                Text(one.promise, "" if one.holds else style),
                Text(f"{one.explored:,}"),
                Text(time, "faint"),
            ]
        )
    paper.table(head, rows, indent=1)
    for one in proof.promises:
        if not one.holds:
            _broken(desk, paper, one)


def _broken(desk: Desk, paper: Paper, one: Proved) -> None:
    paper.head((f"✗ {one.clause}  {one.promise}", "late"))
    if one.why:
        paper.line(one.why, indent=2)
    if one.path:
        paper.line((desk.say("The shortest way to break it:"), "soon"), indent=2)
    for number, act in enumerate(one.path, 1):
        paper.line(f"{number}. {act}", indent=4)


def _sum_up(desk: Desk, paper: Paper, proofs: list[Proof], seconds: float) -> None:
    every = [one for proof in proofs for one in proof.promises]
    broken = sum(not one.holds for one in every)
    paper.gap()
    if broken:
        said = "{broken} of {n} promises do not hold ({seconds} s)."
        paper.line((desk.say(said, broken=broken, n=len(every), seconds=f"{seconds:.1f}"), "late"))
    else:
        said = "All {n} promises of {editions} editions hold; {explored} cases looked at in {seconds} s."
        explored = sum(one.explored for one in every)
        paper.line(
            (
                desk.say(
                    said,
                    n=len(every),
                    editions=len(proofs),
                    explored=f"{explored:,}",
                    seconds=f"{seconds:.1f}",
                ),
                "fine",
            )
        )
