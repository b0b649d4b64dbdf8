"""Where things are on this machine, read from the environment and nowhere else.

An empty variable counts as one that is not set: compose files and service units like to pass those on.
"""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from casework.errors import BadInput

LANGUAGES = ("en", "zh_Hant", "zh_Hans")
_KEY_SOURCES = ("DUECOURSE_KEY_FILE", "DUECOURSE_KEY", "DUECOURSE_KEY_COMMAND")
_TRADITIONAL = ("hant", "tw", "hk", "mo")
_LAST_PORT = 65535


@dataclass(frozen=True)
class Settings:
    """Where the files, the database and the key are, and how to speak. Its repr holds no secret."""

    home: Path
    """The folder for everything that belongs to this installation; absolute."""
    database: str = field(repr=False)
    """A SQLAlchemy URL. It may hold a password: show `shown_database` instead."""
    key_file: Path
    """The master key, unless `key` or `key_command` is given."""
    key: str | None = field(repr=False)
    """The text of the master key itself."""
    key_command: tuple[str, ...] = field(repr=False)
    """The program, with its arguments, that prints the master key; empty if there is none."""
    token: str | None = field(repr=False)
    """The token of the person who works at this command line."""
    language: str
    """One of LANGUAGES."""
    prefect_port: int
    """The port on which the Prefect server of this installation listens."""
    anchors: tuple[str, ...] = field(default=(), repr=False)
    """Where anchors go besides the home: addresses for fsspec or Apprise. They may hold passwords: never show one."""

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> "Settings":
        """Read the settings from `environ`. Raises BadInput, one sentence, for the first value that cannot be used."""
        home = _path("DUECOURSE_HOME", environ) or _expand("~/.local/share/duecourse", environ)
        _only_one_key(environ)
        return cls(
            home=home,
            database=_database(environ.get("DUECOURSE_DATABASE", "").strip(), home),
            key_file=_path("DUECOURSE_KEY_FILE", environ) or home / "master.key",
            key=environ.get("DUECOURSE_KEY", "").strip() or None,
            key_command=_command(environ.get("DUECOURSE_KEY_COMMAND", "")),
            token=_token(environ.get("DUECOURSE_TOKEN", "").strip()),
            language=_language(environ),
            prefect_port=_port(environ.get("DUECOURSE_PREFECT_PORT", "").strip()),
            anchors=_anchors(environ.get("DUECOURSE_ANCHORS", "")),
        )

    @property
    def shown_database(self) -> str:
        """The database URL for people and logs, with its password and its query left out."""
        scheme, _, rest = self.database.partition("://")
        if scheme == "sqlite":
            return self.database.partition("?")[0]
        login, at, place = _login_and_place(rest)
        return f"{scheme}://{login.partition(':')[0]}{at}{place.partition('?')[0]}"


def _expand(value: str, environ: Mapping[str, str]) -> Path:
    """Expand a leading `~` with the HOME of `environ`, so that nothing but `environ` decides."""
    if value != "~" and not value.startswith("~/"):
        return Path(value)
    home = environ.get("HOME", "")
    if not Path(home).is_absolute():
        raise BadInput("HOME is not set, so nobody can say where your files are.", hint="Set DUECOURSE_HOME.")
    return Path(home, value[2:])


def _path(name: str, environ: Mapping[str, str]) -> Path | None:
    value = environ.get(name, "").strip()
    if not value:
        return None
    path = _expand(value, environ)
    if not path.is_absolute():
        # The desk, the worker and its runs start in different folders and would each see another place.
        raise BadInput('{name} is "{value}": it must be an absolute path.', name=name, value=value)
    return path


def _database(value: str, home: Path) -> str:
    if not value:
        return f"sqlite:///{home / 'duecourse.sqlite'}"
    scheme, mark, rest = value.partition("://")
    if mark and scheme in ("postgres", "postgresql", "postgresql+psycopg"):
        _check_server(rest)
        return f"postgresql+psycopg://{rest}"  # SQLAlchemy 2.0 would look for psycopg2 otherwise
    if mark and scheme == "sqlite":
        file = rest.partition("?")[0]
        if file in ("", "/:memory:") or Path(file[1:]).is_absolute():
            return value
        raise BadInput(
            "DUECOURSE_DATABASE must name its file by an absolute path.",
            hint="That makes four slashes: sqlite:////srv/duecourse/duecourse.sqlite",
        )
    # The value is not repeated: it may hold a password.
    raise BadInput(
        "DUECOURSE_DATABASE is not a database that Duecourse can use.",
        hint="Use sqlite:////absolute/path or postgresql://user@host/name.",
    )


def _login_and_place(rest: str) -> tuple[str, str, str]:
    # At the last "@", as SQLAlchemy reads it: a password may hold "/", "?" or "@" as it is.
    return rest.rpartition("@")


def _check_server(rest: str) -> None:
    try:
        parts = urlsplit("//" + _login_and_place(rest)[2])
        whole = parts.port != 0 and parts.path.strip("/") != ""
    except ValueError:  # the port is no number, or the brackets of an IPv6 address do not close
        whole = False
    if not whole:
        raise BadInput(
            "DUECOURSE_DATABASE is not a whole PostgreSQL address.",
            hint="Use postgresql://user@host:5432/name.",
        )


def _only_one_key(environ: Mapping[str, str]) -> None:
    given = [name for name in _KEY_SOURCES if environ.get(name, "").strip()]
    if len(given) > 1:
        raise BadInput("Only one of {names} may be set.", names=", ".join(given))


def _command(value: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(value))
    except ValueError:
        raise BadInput("DUECOURSE_KEY_COMMAND has a quotation mark that is not closed.") from None


def _anchors(value: str) -> tuple[str, ...]:
    places = tuple(dict.fromkeys(value.split()))
    if any("://" not in place and not Path(place).is_absolute() for place in places):
        # None of them is repeated: another one may hold a password.
        raise BadInput(
            "DUECOURSE_ANCHORS names a folder that is not an absolute path.",
            hint="Separate several places by spaces; an address begins like s3:// or mailto://.",
        )
    return places


def _token(value: str) -> str | None:
    if value and (
        not value.startswith("dc_") or not value.isascii() or any(char.isspace() for char in value)
    ):
        raise BadInput('DUECOURSE_TOKEN is not a token: a token is one word that starts with "dc_".')
    return value or None


def _language(environ: Mapping[str, str]) -> str:
    wanted = environ.get("DUECOURSE_LANGUAGE", "").strip()
    if wanted:
        for language in LANGUAGES:
            if wanted.replace("-", "_").casefold() == language.casefold():
                return language
        raise BadInput(
            'DUECOURSE_LANGUAGE is "{value}": use one of {names}.', value=wanted, names=", ".join(LANGUAGES)
        )
    # The order in which every program of the system looks.
    locale = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
    parts = locale.partition(".")[0].replace("-", "_").replace("@", "_").casefold().split("_")
    if parts[0] != "zh":
        return "en"
    return "zh_Hant" if any(part in _TRADITIONAL for part in parts[1:]) and "hans" not in parts else "zh_Hans"


def _port(value: str) -> int:
    if not value:
        return 4200
    if not (
        value.isascii()
        and value.isdigit()
        and len(value) <= len(str(_LAST_PORT))
        and 1 <= int(value) <= _LAST_PORT
    ):
        raise BadInput(
            'DUECOURSE_PREFECT_PORT is "{value}": it must be a number from 1 to {last}.',
            value=value,
            last=_LAST_PORT,
        )
    return int(value)
