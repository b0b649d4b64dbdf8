"""Prefect as the casework asks for it: events, runs of visits, schedules. References and counts only, and nothing of a secret case."""

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import cast
from uuid import UUID, uuid5

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterTags,
    FlowRunFilter,
    FlowRunFilterId,
    FlowRunFilterStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.deployments import run_deployment
from prefect.events.schemas.events import Event
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError
from prefect.states import Crashed

from casework.deliver import NotReachable, Told, VisitRun
from casework.errors import Broken
from casework.operations import secret_procedures
from casework.telling import send
from flows.names import FOLLOW_UP, OURS, SHORT

EVENTS = UUID("8f4f2f1e-6a3b-5a0c-9a56-6d7565636f75")
"""Namespace of the events' ids, so that what is sent twice is one event."""
PAUSE = 5.0
"""Seconds for which a server that could not be reached is not asked again."""
MOST = 200
"""Runs that the server gives at once."""


class PrefectSide:
    """Carries out what the casework asks of Prefect, and sends messages."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._down_until = 0.0

    def event(self, told: Told) -> None:
        """Emit `duecourse.case.<what>`. Straight to the server, since the client's own queue forgets what it could not send."""
        facts = dict(told.facts)
        ref, what, procedure = facts["ref"], facts["what"], facts["procedure"]
        _may_cross(procedure)
        related = [
            {"prefect.resource.id": f"duecourse.procedure.{procedure}", "prefect.resource.role": "procedure"},
            {"prefect.resource.id": f"duecourse.office.{told.office}", "prefect.resource.role": "office"},
        ]
        event = Event.model_validate({
            "event": f"duecourse.case.{what}", "id": uuid5(EVENTS, f"{ref}:{told.id}"), "occurred": told.at, "related": related,
            "resource": {"prefect.resource.id": f"duecourse.case.{ref}", "prefect.resource.name": ref},
            "payload": {name: facts[name] for name in ("procedure", "name", "from", "to") if name in facts},
        })  # fmt: skip
        with self._reaching() as client:
            client.request("POST", "/events", json=[event.model_dump(mode="json")]).raise_for_status()

    def message(self, contacts: Sequence[str], title: str, body: str) -> None:
        """Send through Apprise. Raises NotSent."""
        send(contacts, title, body)

    def plan_visit(self, run: VisitRun) -> str:
        """One scheduled run of the follow-up deployment for this key."""
        _may_cross(run.procedure)
        with self._reaching():
            made = run_deployment(
                FOLLOW_UP, parameters={"ref": run.ref}, scheduled_time=run.planned_at, timeout=0, as_subflow=False, idempotency_key=run.key,
                flow_run_name=f"visit {run.ref} · {run.rev}", tags=[f"procedure:{run.procedure}", f"office:{run.office}"],
            )  # fmt: skip
        return str(cast("FlowRun", made).id)

    def ask_for(self, deployment: str) -> None:
        """Have a run of one of our deployments now. Raises NotReachable."""
        with self._reaching():
            run_deployment(deployment, timeout=0, as_subflow=False)

    def drop_visit(self, run_id: str) -> None:
        """Delete a run that has not begun."""
        with self._reaching() as client:
            try:
                run = client.read_flow_run(UUID(run_id))
                if run.start_time is None:
                    client.delete_flow_run(run.id)
            except ObjectNotFound:
                return

    def gone(self, run_ids: Collection[str]) -> frozenset[str]:
        """The runs that no longer exist or have ended."""
        wanted, alive = sorted(run_ids), set[str]()
        with self._reaching() as client:
            for first in range(0, len(wanted), MOST):
                ids = [UUID(run_id) for run_id in wanted[first : first + MOST]]
                found = client.read_flow_runs(
                    flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=ids)), limit=MOST
                )
                alive.update(
                    str(run.id) for run in found if run.state is not None and not run.state.is_final()
                )
        return frozenset(wanted) - alive

    def resume_schedules(self) -> Sequence[str]:
        """Resume our deployments and schedules that somebody paused."""
        resumed = []
        with self._reaching() as client:
            for deployment in client.read_deployments(
                deployment_filter=DeploymentFilter(tags=DeploymentFilterTags(all_=[OURS]))
            ):
                idle = [schedule for schedule in deployment.schedules if not schedule.active]
                if deployment.paused:
                    client.resume_deployment(deployment.id)
                for schedule in idle:
                    client.update_deployment_schedule(deployment.id, schedule.id, active=True)
                if deployment.paused or idle:
                    resumed.append(deployment.name)
        return resumed

    def end_zombies(self, before: datetime) -> int:
        """Mark as crashed the short runs that seem to run since before this moment: their process is gone."""
        running = FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.RUNNING]))
        old = FlowRunFilter(
            state=running,
            start_time=FlowRunFilterStartTime.model_validate({"before_": before}),
            tags=FlowRunFilterTags(all_=[OURS, SHORT]),
        )
        with self._reaching() as client:
            found = client.read_flow_runs(flow_run_filter=old, limit=MOST)
            for run in found:
                client.set_flow_run_state(run.id, Crashed(message="Its process is gone."), force=True)
        return len(found)

    @contextmanager
    def _reaching(self) -> Iterator[SyncPrefectClient]:
        """A client of the server. Raises NotReachable when it is down, does not know our deployments yet, or cannot answer."""
        if self._monotonic() < self._down_until:
            raise NotReachable("Prefect cannot be reached.")
        try:
            with get_client(sync_client=True) as client:
                yield client
        except (httpx.HTTPError, PrefectHTTPStatusError, ObjectNotFound, OSError):
            self._down_until = self._monotonic() + PAUSE
            raise NotReachable("Prefect cannot be reached.") from None


def _may_cross(procedure: str) -> None:
    """The last lock before the house's door: what comes here in secret is a mistake of ours. Raises Broken."""
    if procedure in secret_procedures():
        raise Broken("Nothing of a case of {procedure} may go to Prefect.", procedure=procedure)
