"""A case as it is read for looking at: with its parent and its children, without locking or opening anything."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Row

from casework.docket import read_docket
from casework.need_to_know import is_secret
from casework.offices import OfficeView
from casework.sight import Eye
from states.editions import edition
from states.facts import Facts, Kin
from states.procedure import Procedure


@dataclass(frozen=True)
class Seen:
    """The case that is looked at, with what has been read around it.

    `handles`: of the office's people, by id. `eye`: who looks, None for nobody in particular; `hidden`: ids of the cases around it of which
    they may not know; `numbered`: whether they may see register numbers.
    """

    row: Row[Any]
    parent: Row[Any] | None
    children: Sequence[Row[Any]]
    office: OfficeView
    procedure: Procedure
    handles: Mapping[int, str]
    linked: Sequence[Row[Any]] = ()
    eye: Eye | None = None
    hidden: frozenset[int] = frozenset()
    numbered: bool = True

    @property
    def secret(self) -> bool:
        """Whether the case is kept secret inside the office too."""
        above = (
            edition(self.parent.procedure, self.parent.edition) if self.parent is not None else self.procedure
        )
        return is_secret((self.procedure, above))

    @property
    def facts(self) -> Facts:
        """The case as the law sees it."""
        row = self.row
        kin: list[Kin] = []
        if self.parent is not None:
            kin.append(
                _kin("parent", self.parent, self.office, of_this_round=True, round_=row.parent_round or 0)
            )
        kin += [
            _kin(
                "child", c, self.office, of_this_round=c.parent_round == row.round, round_=c.parent_round or 0
            )
            for c in self.children
        ]
        acts = tuple(read_docket(row.docket, self.office.aliases))
        return Facts(
            self.procedure, row.state, row.round, row.level, row.entry, row.entered_at, row.received_at, acts, tuple(kin), self.office.zone
        )  # fmt: skip


def _kin(
    relation: Literal["parent", "child"],
    row: Row[Any],
    office: OfficeView,
    *,
    of_this_round: bool,
    round_: int,
) -> Kin:
    law, acts = edition(row.procedure, row.edition), tuple(read_docket(row.docket, office.aliases))
    return Kin(relation, law, acts, row.closed_at is None, of_this_round, round_)


def shown(seen: Seen, others: Iterable[Row[Any]]) -> list[Row[Any]]:
    """The linked cases that whoever looks may know of."""
    return [other for other in others if other.id not in seen.hidden]
