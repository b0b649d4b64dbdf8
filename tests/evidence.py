"""Random evidence: anything that a form takes, as it would be typed, and now and then something that contradicts itself."""

import random
import re
from datetime import date, datetime, timedelta
from enum import Enum
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import AwareDatetime
from pydantic.fields import FieldInfo

from states.forms import Complainant, Form, PersonRef, Planned, UnitKey, marked

WORDS = ("it was noisy", "水管漏水", "we are sorry", "done as asked")

SHAPED = ("0" * 64, "2026-7", "2026-8", "3-2-1")
"""What fits one pattern or another: a digest, numbers of minutes, a place on a shelf."""
UNITS = ("budget", "treasury")


def random_evidence(
    rng: random.Random, form: type[Form], handles: list[str], now: datetime
) -> dict[str, object]:
    """Evidence for this form: JSON values, handles out of `handles`, times of the last day before `now`. Optional fields are often left out."""
    given = {}
    for name, field in form.model_fields.items():
        if field.is_required() or rng.random() < 0.4:
            given[name] = _value(rng, field, handles, now)
    return given


def _value(rng: random.Random, field: FieldInfo, handles: list[str], now: datetime) -> object:
    several = get_origin(field.annotation) is tuple
    if marked(field, PersonRef) is not None:
        return rng.sample(handles, k=rng.randint(0, 2)) if several else rng.choice(handles)
    if marked(field, UnitKey) is not None:
        return rng.choice(UNITS)
    if marked(field, Planned) is not None:
        then = now + timedelta(minutes=rng.randint(1, 5000))
        return then.date().isoformat() if field.annotation is date else then.isoformat()
    if patterns := [m.pattern for m in field.metadata if getattr(m, "pattern", None)]:
        return rng.choice([one for one in SHAPED if re.search(patterns[0], one)])
    return _of_type(rng, field.annotation, now)


def _of_type(rng: random.Random, kind: Any, now: datetime) -> object:  # noqa: PLR0911  one answer a type
    if get_origin(kind) in (Union, UnionType):
        return _of_type(rng, rng.choice([k for k in get_args(kind) if k is not type(None)]), now)
    if hasattr(kind, "__metadata__"):
        return _of_type(rng, get_args(kind)[0], now)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return rng.choice([member.value for member in kind])
    if kind is bool:
        return rng.random() < 0.7  # most answers say yes, or no walk gets far
    if kind is int:
        return rng.randint(1, 5)
    if kind is date:
        return now.date().isoformat()
    if kind in (datetime, AwareDatetime):
        return (now - timedelta(minutes=rng.choice([0, 0, 0, 5, 1440]))).isoformat()
    if get_origin(kind) is tuple and get_args(kind)[0] is Complainant:
        return [{"name": rng.choice(WORDS), "phone": "13800000000"} for _ in range(rng.randint(0, 2))]
    if get_origin(kind) is tuple:
        return [_of_type(rng, get_args(kind)[0], now) for _ in range(rng.randint(0, 2))]
    return rng.choice(WORDS)
