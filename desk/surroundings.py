"""What the child processes of `duecourse up` are told, all of it through their environment: the server no secret, the flows no token."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from desk.left_over import marked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from desk.up import Running

KEPT_DAYS = 30
"""How long Prefect keeps the runs that are over. Our own record is elsewhere, and for ever."""


def prefect_environment(running: Running, folder: Path) -> dict[str, str]:
    """What Prefect's processes are told: their own folder and database, nothing sent to anybody, old runs vacuumed; and whose they are."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "DUECOURSE_"))
    }
    code = str(Path(__file__).parent.parent)
    return (
        kept
        | marked(running.settings.home)
        | {
            "PYTHONPATH": os.pathsep.join([code, *filter(None, [kept.get("PYTHONPATH")])]),
            "PREFECT_HOME": str(folder),
            "PREFECT_API_URL": f"{running.address}/api",
            "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{folder / 'prefect.db'}",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "DO_NOT_TRACK": "1",
            "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": f"{running.address},http://localhost:{running.port}",
            "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
            "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(KEPT_DAYS * 86400),
            "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
            "PREFECT_LOGGING_LOG_PRINTS": "false",
            "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
            "PREFECT_RESULTS_DEFAULT_SERIALIZER": "json",
            "PREFECT_CLI_PROMPT": "false",
            "NO_COLOR": "1",
        }
    )


def our_environment(running: Running) -> dict[str, str]:
    """The settings as the flows read them. The token of the person at the terminal is not among them."""
    settings = running.settings
    key: Mapping[str, str] = {"DUECOURSE_KEY_FILE": str(settings.key_file)}
    if settings.key is not None:
        key = {"DUECOURSE_KEY": settings.key}
    elif settings.key_command:
        key = {"DUECOURSE_KEY_COMMAND": shlex.join(settings.key_command)}
    return {
        "DUECOURSE_HOME": str(settings.home),
        "DUECOURSE_DATABASE": settings.database,
        "DUECOURSE_LANGUAGE": settings.language,
        "DUECOURSE_PREFECT_PORT": str(running.port),
        **key,
    }
