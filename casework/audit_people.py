"""The people of a case beside its chain: who they are by the sealed evidence, and by what they are found again (B10, X6, X9)."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row

from casework.errors import BadInput, WrongKey
from casework.keys import normal_form, open_sealed
from casework.offices import OfficeView
from casework.record import aad
from casework.replay import Replay
from casework.standing import respondents
from casework.store import Store
from states.forms import Complainant, Parties, marked
from states.procedure import Procedure

Rows = Sequence[Row[Any]]


def people_faults(
    store: Store, law: Procedure, replay: Replay, key: bytes, ref: str, rows: tuple[Rows, Rows, Rows]
) -> Iterator[str]:
    """Yield what is wrong with the parties and blind indexes of a case whose chain is whole. `rows`: events, parties, blind indexes."""
    events, parties, blind = rows
    sealed = {row.seq: row.sealed for row in events}
    try:
        expected = _by_evidence(law, replay, key, ref, sealed)
        kept = {
            (row.kind, row.no): Complainant.model_validate_json(
                open_sealed(key, row.identity_sealed, f"{ref}:party:{row.kind}:{row.no}".encode())
            )
            for row in parties
            if row.identity_sealed is not None
        }
    except (WrongKey, ValueError, TypeError):
        yield "what is sealed of its people does not open"
        return
    speakers = {
        (row.kind, row.no): bool(row.speaks_for_all) for row in parties if row.identity_sealed is not None
    }
    if kept != expected or speakers != {place: person.receives_for_all for place, person in expected.items()}:
        yield "its people are not those of the evidence"
    elif any(
        sorted(row.no for row in parties if row.kind == kind) != list(range(1, n + 1))
        for kind, n in Counter(row.kind for row in parties).items()
    ):
        yield "its people are not numbered one after the other"
    elif _staff(parties, replay.office) != [
        ("respondent", person, False, True) for person in respondents(law, replay.acts)
    ]:
        yield "those it is about are not those of the evidence"
    elif sorted((row.kind, bytes(row.digest)) for row in blind) != sorted(_found_by(store, kept.values())):
        yield "the marks by which its people are found again are others"


def _staff(parties: Rows, office: OfficeView) -> list[tuple[str, int | None, bool, bool]]:
    """Members of staff among the parties: known by number, and by nothing that is sealed; each once, under whichever account."""
    found = [
        (
            row.kind,
            None if row.person_id is None else office.human(row.person_id),
            bool(row.speaks_for_all),
            row.identity_sealed is None,
        )
        for row in parties
        if row.identity_sealed is None or row.person_id is not None
    ]
    return list(dict.fromkeys(found))


def _by_evidence(
    law: Procedure, replay: Replay, key: bytes, ref: str, sealed: dict[int, bytes | None]
) -> dict[tuple[str, int], Complainant]:
    """The people whom the records that stand name, by capacity and number."""
    spoken = {root: seq for seq, root in sorted(replay.roots.items())}
    found: dict[tuple[str, int], Complainant] = {}
    for act in replay.acts:
        step = law.step_named.get(act.name)
        fields = (
            {
                name: marker.capacity
                for name, f in step.form.model_fields.items()
                if (marker := marked(f, Parties)) is not None
            }
            if step
            else {}
        )
        secret = sealed.get(spoken.get(act.seq, act.seq))
        if not fields or secret is None:
            continue
        words = json.loads(open_sealed(key, secret, aad(ref, spoken.get(act.seq, act.seq))))
        for name, capacity in fields.items():
            found |= {
                (capacity, no): Complainant.model_validate(person)
                for no, person in enumerate(words.get(name, ()), start=1)
            }
    return found


def _found_by(store: Store, people: Any) -> Iterator[tuple[str, bytes]]:  # noqa: ANN401  any collection of complainants
    for person in people:
        for kind, value in (("name", person.name), ("phone", person.phone)):
            if normal_form(kind, value):
                try:
                    yield kind, store.keys.blind(kind, value)
                except BadInput:
                    continue
