"""Who may know of a secret case, by what its records say and by the roles of today. A pure rule (B3a, B10).

A case is secret if its procedure, or that of a case above it, keeps secrets. Whom the cases around it are about is asked of the database
(`casework.sight`); what stands in the records of the case itself is looked at here as well.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from casework.docket import read_docket
from states.editions import editions
from states.facts import DoneAct
from states.people import Named
from states.procedure import Procedure
from states.secrecy import Secrecy


class Told(NamedTuple):
    """One case as far as this rule looks at it: its edition and its acts."""

    law: Procedure
    acts: Sequence[DoneAct]


def secret_laws(kind: str) -> tuple[Procedure, ...]:
    """The editions by which an office of this kind keeps secrets."""
    return tuple(
        law
        for (name, _), law in editions().items()
        if law.secrecy is not None and name.partition(".")[0] == kind
    )


def has_part(kind: str, roles: Collection[str]) -> bool:
    """Whether one of these roles has a part in some secret procedure of such an office."""
    return any(role.name in roles for law in secret_laws(kind) for role in law.roles())


def is_secret(laws: Iterable[Procedure]) -> bool:
    """Whether a case of the first of these procedures, below cases of the others, is secret."""
    return any(law.secrecy is not None for law in laws)


def shows_number(laws: Iterable[Procedure], roles: Collection[str]) -> bool:
    """Whether people with these roles may see the register number of such a case.

    Only from outside the office: whoever can be complained of in it would learn from a gap between two numbers that there is a case which
    they are not shown. To take the numbers away from whoever is complained of would tell the same.
    """
    secret = [law.secrecy for law in laws if law.secrecy is not None]
    return all(any(role.name in roles for role in secrecy.numbers if role.outside) for secrecy in secret)


def audits(kind: str, roles: Collection[str]) -> bool:
    """Whether people with these roles examine the secret cases of such an office: its auditor, and whoever may see the numbers."""
    secret = [law.secrecy for law in secret_laws(kind) if law.secrecy is not None]
    return any(role.name in roles for secrecy in secret for role in (secrecy.auditor, *secrecy.numbers))


def knows(lineage: Sequence[Told], accounts: Collection[int], roles: Collection[str]) -> bool:
    """Whether a person may know of a secret case. `lineage`: the case and those above it; `accounts`: the person's; `roles`: of today.

    Whoever holds no role in it any more knows nothing more of it, whatever was done before.
    """
    if not any(role.name in roles for told in lineage for role in told.law.roles()):
        return False
    if any(_accused(told, accounts) for told in lineage):
        return False
    deciding = _deciding(lineage)
    secrecy = deciding.law.secrecy
    if secrecy is None:
        return False
    return any(role.name in roles for role in secrecy.sees) or _admitted(deciding, secrecy, accounts)


def standing(acts: Iterable[DoneAct]) -> list[DoneAct]:
    """The acts as they stand after corrections, oldest first. What was only renewed since was still said."""
    return list({act.seq: act for act in acts}.values())


def names(act: DoneAct, named: Named, accounts: Collection[int]) -> bool:
    """Whether an act names one of these persons in that field."""
    return act.name == named.step.name and any(
        f"{act.name}.{named.field}@{account}" in act.raised for account in accounts
    )


def is_accused(procedure: Procedure, docket: str, person: int) -> bool:
    """Whether a record that counts names this person where the procedure bars whoever is named."""
    marks = {f"{bar.named.step.name}.{bar.named.field}@{person}" for bar in procedure.barred}
    if not any(mark in docket for mark in marks):
        return False
    latest = {bar.named.step.name for bar in procedure.barred if bar.named.step.latest}
    acts = [act for act in read_docket(docket) if act.counts]
    last = {act.name: act.seq for act in acts}
    speaking = (act for act in acts if act.name not in latest or act.seq == last[act.name])
    return any(not marks.isdisjoint(act.raised) for act in speaking)


def _deciding(lineage: Sequence[Told]) -> Told:
    """The case whose records say who may know: the first with secrets of its own, else the highest that has any."""
    secret = [told for told in lineage if told.law.secrecy is not None]
    own = (told for told in secret if told.law.secrecy is not None and not told.law.secrecy.above)
    return next(own, secret[-1])


def _admitted(told: Told, secrecy: Secrecy, accounts: Collection[int]) -> bool:
    """Whether the person is in: by having recorded the intake or by being admitted, and not dismissed since."""
    first = next((act for act in told.acts if act.name == told.law.intake.name), None)
    inside = first is not None and first.by in accounts
    for act in standing(told.acts):
        if any(names(act, named, accounts) for named in secrecy.admits):
            inside = True
        if any(names(act, named, accounts) for named in secrecy.dismisses):
            inside = False
    return inside


def _accused(told: Told, accounts: Collection[int]) -> bool:
    """Whether a record names the person where the procedure bars whoever is named, also one that was renewed since."""
    return any(names(act, bar.named, accounts) for act in standing(told.acts) for bar in told.law.barred)
