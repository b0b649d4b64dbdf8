"""Prefect drops an unknown key of prefect.yaml in silence; here it is an error."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from prefect.cli.deploy._models import (
    ConcurrencyLimitSpec,
    DeploymentConfig,
    PrefectYamlModel,
    RawScheduleConfig,
    WorkPoolConfig,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

FILE = Path(__file__).parent.parent / "prefect.yaml"
# Not a key of Prefect's models, but of YAML: anchors are kept there for the deployments to share.
OURS = frozenset({"definitions"})


def unknown_keys(text: str) -> list[str]:
    """List the keys of a prefect.yaml that Prefect would ignore, each with its place."""
    content = yaml.safe_load(text)
    return [
        *_unknown(content, PrefectYamlModel, "", OURS),
        *_of_deployments(content.get("deployments") or []),
    ]


def _of_deployments(deployments: list[dict[str, Any]]) -> Iterator[str]:
    for number, deployment in enumerate(deployments):
        place = f"deployments[{number}]."
        yield from _unknown(deployment, DeploymentConfig, place)
        yield from _unknown(deployment.get("work_pool"), WorkPoolConfig, f"{place}work_pool.")
        yield from _unknown(
            deployment.get("concurrency_limit"), ConcurrencyLimitSpec, f"{place}concurrency_limit."
        )
        schedules = [deployment.get("schedule"), *(deployment.get("schedules") or [])]
        for schedule in schedules:
            yield from _unknown(schedule, RawScheduleConfig, f"{place}schedule.")


def _unknown(
    content: object, model: type[BaseModel], place: str, also: frozenset[str] = frozenset()
) -> Iterator[str]:
    """Say which keys of a mapping the model does not have; a number or nothing in its place has none."""
    known = (
        set(model.model_fields) | {field.alias for field in model.model_fields.values() if field.alias} | also
    )
    if isinstance(content, dict):
        yield from (f"{place}{key}" for key in content if key not in known)


def test_prefect_yaml_has_only_known_keys() -> None:
    assert [] == unknown_keys(FILE.read_text(encoding="utf-8"))


def test_a_misspelt_key_is_noticed_wherever_it_stands() -> None:
    sample = """
nmae: duecourse
deployments:
- name: watch
  entrypoint: flows/watch.py:watch
  work_pol: {name: local}
  work_pool: {name: local, work_queue: watch}
  concurrency_limit: {limt: 1}
  schedules:
  - {cron: "*/5 * * * *", time_zone: Asia/Shanghai}
"""

    expected = [
        "nmae",
        "deployments[0].work_pol",
        "deployments[0].work_pool.work_queue",
        "deployments[0].concurrency_limit.limt",
        "deployments[0].schedule.time_zone",
    ]
    assert expected == unknown_keys(sample)
