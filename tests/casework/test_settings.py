"""The settings come from the environment given, and each value that cannot be used is told in one sentence."""

import os
from pathlib import Path

import pytest

from casework.errors import BadInput
from casework.settings import Settings

PLAIN = {"HOME": "/home/li"}


def read(**environ: str) -> Settings:
    return Settings.read(
        PLAIN | {f"DUECOURSE_{name}" if name.isupper() else name: value for name, value in environ.items()}
    )


def test_without_any_variable_everything_lies_in_the_home() -> None:
    settings = Settings.read(PLAIN)
    assert settings.home == Path("/home/li/.local/share/duecourse")
    assert settings.database == "sqlite:////home/li/.local/share/duecourse/duecourse.sqlite"
    assert settings.key_file == Path("/home/li/.local/share/duecourse/master.key")
    assert (settings.key, settings.key_command, settings.token) == (None, (), None)
    assert (settings.language, settings.prefect_port) == ("en", 4200)


def test_another_home_takes_the_database_and_the_key_along() -> None:
    settings = read(HOME="/srv/due")
    assert settings.database == "sqlite:////srv/due/duecourse.sqlite"
    assert settings.key_file == Path("/srv/due/master.key")


def test_every_variable_is_read() -> None:
    settings = read(
        HOME="~/due",
        DATABASE="sqlite:////srv/a.sqlite",
        KEY_COMMAND="vault read 'a key'",
        TOKEN=" dc_abc ",
        LANGUAGE="zh_Hant",
        PREFECT_PORT="4300",
    )
    assert settings.home == Path("/home/li/due")
    assert settings.database == "sqlite:////srv/a.sqlite"
    assert settings.key_command == ("vault", "read", "a key")
    assert (settings.token, settings.language, settings.prefect_port) == ("dc_abc", "zh_Hant", 4300)
    assert read(KEY_FILE="/etc/due.key").key_file == Path("/etc/due.key")
    assert read(KEY="duecourse-key 1 a b").key == "duecourse-key 1 a b"


def test_nothing_but_the_environment_given_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"HOME": "/else", "DUECOURSE_HOME": "/else", "LANG": "zh_TW.UTF-8"}.items():
        monkeypatch.setenv(name, value)
    assert Settings.read(PLAIN) == Settings.read(dict(PLAIN))
    assert "else" not in repr(Settings.read(PLAIN))
    assert Settings.read(os.environ).home == Path("/else")


def test_an_empty_variable_counts_as_one_that_is_not_set() -> None:
    names = ("HOME", "DATABASE", "KEY_FILE", "KEY", "KEY_COMMAND", "TOKEN", "LANGUAGE", "PREFECT_PORT")
    assert read(**dict.fromkeys(names, " ")) == Settings.read(PLAIN)


@pytest.mark.parametrize("name", ["HOME", "KEY_FILE"])
def test_a_relative_path_is_refused(name: str) -> None:
    with pytest.raises(BadInput, match=f'DUECOURSE_{name} is "var/x": it must be an absolute path'):
        read(**{name: "var/x"})


def test_without_a_home_the_sentence_says_what_to_set() -> None:
    with pytest.raises(BadInput, match=r"HOME is not set.*Set DUECOURSE_HOME"):
        Settings.read({})
    assert Settings.read({"DUECOURSE_HOME": "/srv/due"}).home == Path("/srv/due")


@pytest.mark.parametrize(
    "url",
    ["postgres://due:pw@db/due", "postgresql://due:pw@db/due", "postgresql+psycopg://due:pw@db/due"],
)
def test_every_spelling_of_postgresql_means_the_driver_that_is_installed(url: str) -> None:
    assert read(DATABASE=url).database == "postgresql+psycopg://due:pw@db/due"


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:////srv/a b.sqlite?timeout=5",
        "postgresql:///due?host=/run/pg",
    ],
)
def test_a_usable_database_is_taken_as_it_is(url: str) -> None:
    assert read(DATABASE=url).database.endswith(url.partition("://")[2])


@pytest.mark.parametrize(
    "url",
    [
        "/srv/a.sqlite",
        "sqlite:///a.sqlite",
        "mysql://due:pw@db/due",
        "postgresql://",
        "postgresql://db",
        "postgresql://due:pw@db:x/due",
        "postgresql://due:pw@[db/due",
        "postgresql://due:pw@db:5432",
        "due:pw",
    ],
)
def test_a_database_that_cannot_be_used_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(BadInput, match="DUECOURSE_DATABASE") as refused:
        read(DATABASE=url)
    assert "pw" not in str(refused.value)


def test_two_sources_of_the_key_are_refused() -> None:
    with pytest.raises(BadInput, match=r"Only one of DUECOURSE_KEY_FILE, DUECOURSE_KEY may be set"):
        read(KEY_FILE="/a", KEY="b")


def test_an_open_quotation_mark_in_the_key_command_is_refused() -> None:
    with pytest.raises(BadInput, match="DUECOURSE_KEY_COMMAND"):
        read(KEY_COMMAND="vault 'read")


@pytest.mark.parametrize("token", ["abc", "dc_a b", "dc_鍵"])
def test_what_is_no_token_is_refused_without_showing_it(token: str) -> None:
    with pytest.raises(BadInput, match="DUECOURSE_TOKEN is not a token") as refused:
        read(TOKEN=token)
    assert token not in str(refused.value)


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "４２００", "4_200", "9" * 5000])
def test_what_is_no_port_is_refused(port: str) -> None:
    with pytest.raises(BadInput, match="DUECOURSE_PREFECT_PORT is"):
        read(PREFECT_PORT=port)


def test_an_unknown_language_is_refused_with_those_there_are() -> None:
    with pytest.raises(BadInput, match='DUECOURSE_LANGUAGE is "fr": use one of en, zh_Hant, zh_Hans'):
        read(LANGUAGE="fr")


@pytest.mark.parametrize("typed", ["zh-hant", "ZH_HANT", "zh_Hant"])
def test_a_language_is_understood_in_either_spelling(typed: str) -> None:
    assert read(LANGUAGE=typed).language == "zh_Hant"


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("zh_TW.UTF-8", "zh_Hant"),
        ("zh_HK", "zh_Hant"),
        ("zh_Hant_HK", "zh_Hant"),
        ("zh_Hans_HK", "zh_Hans"),
        ("zh_CN.GB18030", "zh_Hans"),
        ("zh", "zh_Hans"),
        ("en_GB.UTF-8", "en"),
        ("C", "en"),
        ("C.UTF-8", "en"),
        ("de_DE@euro", "en"),
        ("", "en"),
    ],
)
def test_the_language_follows_the_locale_of_the_system(locale: str, language: str) -> None:
    assert Settings.read(PLAIN | {"LANG": locale}).language == language
    assert Settings.read(PLAIN | {"LANG": "fr_FR", "LC_ALL": locale or "C"}).language == language


def test_the_settings_show_no_secret() -> None:
    shown = repr(read(DATABASE="postgresql://due:pw-secret@db/due", TOKEN="dc_secret", KEY="key-secret"))
    assert "secret" not in shown
    assert "secret" not in repr(read(KEY_COMMAND="echo secret"))


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://due:pw@db:5432/due?password=x", "postgresql+psycopg://due@db:5432/due"),
        ("postgresql://db/due", "postgresql+psycopg://db/due"),
        ("postgresql://a:p@w@db/due", "postgresql+psycopg://a@db/due"),
        ("postgresql://a:p/w?x#y@db/due", "postgresql+psycopg://a@db/due"),
        ("sqlite:////srv/a.sqlite?timeout=5", "sqlite:////srv/a.sqlite"),
        ("sqlite://", "sqlite://"),
    ],
)
def test_the_database_can_be_shown_without_its_password(url: str, shown: str) -> None:
    assert read(DATABASE=url).shown_database == shown
