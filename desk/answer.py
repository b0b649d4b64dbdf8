"""One answer, two readers: a page for people, JSON with stable keys for programs."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from desk.output import Paper
    from desk.session import Desk


def give(desk: Desk, value: object, show: Callable[[Paper], None]) -> None:
    """Answer with `value` as JSON where that was asked for, else let `show` write the page."""
    if desk.as_json:
        desk.out.write(json.dumps(as_json(value), ensure_ascii=False, indent=2) + "\n")
    else:
        show(desk.paper)


def as_json(value: Any) -> Any:  # noqa: ANN401, PLR0911  whatever an answer holds, one line for each sort of it
    """An answer as JSON holds it: times in UTC with their offset, sets in order, frozen dataclasses as objects."""
    match value:
        case None | bool() | int() | float():
            return value
        case str():
            return str(value)
        case datetime() | date():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case Path():
            return str(value)
        case Mapping():
            return {str(name): as_json(inner) for name, inner in value.items()}
        case list() | tuple():
            return [as_json(inner) for inner in value]
        case set() | frozenset():
            return sorted(as_json(inner) for inner in value)
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return {part.name: as_json(getattr(value, part.name)) for part in dataclasses.fields(value)}
        case _:
            return str(value)
