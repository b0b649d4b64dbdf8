"""Whether what an anchor lists is still in the database: the last events of cases and offices, and the last refusal, as they were then."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, select, tuple_

from casework.anchor_papers import Paper, case_number, office_number
from casework.audit_flaws import Flaw
from casework.audit_marks import Marks
from casework.hand import CASES
from casework.office_chain import EVENTS as OFFICE_EVENTS
from casework.office_chain import OFFICES
from casework.record import EVENTS
from casework.refusal_chain import REFUSALS

_AT_ONCE = 200


@dataclass
class There:
    """What is in the database, for looking up what anchors list. `seen`: what newer anchors have shown already."""

    connection: Connection
    marks: Marks
    seen: set[str] = field(default_factory=set)
    cases: dict[str, tuple[int, str]] = field(init=False)
    offices: dict[str, tuple[int, str]] = field(init=False)

    def __post_init__(self) -> None:
        """Work out the number under which anchors know each case and office."""
        keys = self.marks.keys
        rows = self.connection.execute(select(CASES.c.id, CASES.c.ref))
        self.cases = {case_number(keys, row.ref): (row.id, row.ref) for row in rows}
        found = self.connection.execute(select(OFFICES.c.id, OFFICES.c.key))
        self.offices = {office_number(keys, row.id): (row.id, row.key) for row in found}

    def lacking(self, paper: Paper, told: Mapping[str, object]) -> Iterator[Flaw]:
        """Yield what an anchor lists that is not there any more, or is another."""
        fresh = [
            line for line in paper.lines if str(line.get("case", line.get("office", ""))) not in self.seen
        ]
        for place in range(0, len(fresh), _AT_ONCE):
            yield from self._some(fresh[place : place + _AT_ONCE], told)

    def _some(self, lines: Sequence[Mapping[str, Any]], told: Mapping[str, object]) -> Iterator[Flaw]:
        cases = [
            (self.cases[line["case"]][0], line["seq"]) for line in lines if line.get("case") in self.cases
        ]
        mine = tuple_(EVENTS.c.case_id, EVENTS.c.seq).in_(cases)
        kept = {(r.case_id, r.seq): bytes(r.hash) for r in self.connection.execute(select(EVENTS.c.case_id, EVENTS.c.seq, EVENTS.c.hash).where(mine))}  # fmt: skip
        for line in lines:
            if "case" in line:
                yield from self._case(line, kept, told)
            elif "office" in line:
                yield from self._office(line, told)
            elif line.get("refusals"):
                yield from self._refusal(line, told)
            self.seen.add(str(line.get("case", line.get("office", ""))))

    def _case(
        self, line: Mapping[str, Any], kept: Mapping[tuple[int, int], bytes], told: Mapping[str, object]
    ) -> Iterator[Flaw]:
        known = self.cases.get(line["case"])
        if known is None:
            yield Flaw(None, None, "The anchor {no} of {day} lists a case that is gone.", told)
            return
        number, ref = known
        if kept.get((number, line["seq"])) == bytes.fromhex(line["hash"]):
            return
        last = self.connection.execute(
            select(func.max(EVENTS.c.seq)).where(EVENTS.c.case_id == number)
        ).scalar()
        seq = min(line["seq"], (last or 0) + 1)
        said = "In the case {ref}, event {seq} is not the one that the anchor {no} of {day} lists, or it is missing."
        yield Flaw(ref, seq, said, {**told, "ref": ref, "seq": seq})

    def _office(self, line: Mapping[str, Any], told: Mapping[str, object]) -> Iterator[Flaw]:
        number, key = self.offices.get(line["office"], (0, "?"))
        mine = select(OFFICE_EVENTS.c.hash).where(
            OFFICE_EVENTS.c.office_id == number, OFFICE_EVENTS.c.seq == line["seq"]
        )
        found = self.connection.execute(mine).scalar()
        if found is None or bytes(found) != bytes.fromhex(line["hash"]):
            said = "In the chain of the office {office}, event {seq} is not the one that the anchor {no} of {day} lists, or it is missing."
            yield Flaw(None, line["seq"], said, {**told, "office": key, "seq": line["seq"]})

    def _refusal(self, line: Mapping[str, Any], told: Mapping[str, object]) -> Iterator[Flaw]:
        mine = select(REFUSALS.c.mac).where(REFUSALS.c.no == line["refusals"])
        found = self.connection.execute(mine).scalar()
        if found is None or bytes(found) != bytes.fromhex(line["hash"]):
            said = (
                "The refusal {refusal} is not the one that the anchor {no} of {day} lists, or it is missing."
            )
            yield Flaw(None, line["refusals"], said, {**told, "refusal": line["refusals"]})
