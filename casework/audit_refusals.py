"""Whether every refusal is still there, as it was written, from the first number to the last."""

from collections.abc import Iterator

from sqlalchemy import Connection

from casework.audit_flaws import Flaw
from casework.audit_marks import Marks
from casework.chain import GENESIS
from casework.errors import Broken
from casework.refusal_chain import HEAD, all_rows, digest_of
from casework.sealing import REFUSALS_BEFORE


def refusal_findings(connection: Connection, marks: Marks) -> Iterator[Flaw]:
    """Yield the first refusal that is missing or was changed, or that the end was cut off."""
    before, last = GENESIS, 0
    undigested, digest_then = marks.number(REFUSALS_BEFORE), GENESIS
    for row in all_rows(connection):
        if row["no"] != last + 1:
            yield Flaw(None, last + 1, "The refusal {no} is missing.", {"no": last + 1})
            return
        try:
            digest = digest_of(marks.keys, before, row)
        except (Broken, TypeError, ValueError, AttributeError):
            digest = b"unreadable"
        last, stored = last + 1, row["mac"]
        if stored != (b"" if last <= undigested else digest):
            yield Flaw(None, last, "The refusal {no} was changed or put in.", {"no": last})
            return
        before = digest
        if last == undigested:
            digest_then = digest
    if not marks.fits(REFUSALS_BEFORE, undigested, digest_then):
        yield Flaw(
            None, 1, "The refusals of the time before they were numbered are not those that were sealed."
        )
    elif not marks.fits(HEAD, last, before):
        yield Flaw(None, last + 1, "The refusals end with number {no}, but that is not where they were sealed: the end was cut off.", {"no": last})  # fmt: skip
