"""Sealing, wrapping and proving: what opens, what does not, and what rotation leaves as it was."""

import base64
import errno
import hashlib
import os
import stat
import sys
import traceback
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework import keyfile
from casework.errors import BadInput, KeyProblem, WrongKey
from casework.keys import MasterKeys, new_key, normal_form, open_sealed, seal, token_digest
from casework.settings import Settings

SECRET = base64.b64encode(b"s" * 32).decode()
OLD = f"duecourse-key 1 old {SECRET}"
NEW = f"duecourse-key 1 new {base64.b64encode(b'n' * 32).decode()}"
KEYS = MasterKeys.from_environment(OLD)
OTHER = MasterKeys.from_environment(NEW)
ROTATED = MasterKeys.from_environment(f"{NEW}\n{OLD}")


def key_file(folder: Path, text: str = OLD, mode: int = 0o600) -> Path:
    path = folder / "master.key"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


@given(st.binary(), st.binary())
def test_what_is_sealed_opens_again(plaintext: bytes, aad: bytes) -> None:
    key = new_key()
    assert open_sealed(key, seal(key, plaintext, aad), aad) == plaintext


def test_the_same_text_never_seals_to_the_same_bytes() -> None:
    key = new_key()
    assert seal(key, b"text", b"case 1") != seal(key, b"text", b"case 1")


@given(st.binary(max_size=50), st.data())
def test_one_changed_bit_keeps_it_shut(plaintext: bytes, data: st.DataObject) -> None:
    key = new_key()
    sealed = bytearray(seal(key, plaintext, b"case 1"))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(WrongKey, match="does not open"):
        open_sealed(key, bytes(sealed), b"case 1")


def test_another_key_another_case_or_a_stump_keeps_it_shut() -> None:
    key = new_key()
    sealed = seal(key, b"text", b"case 1")
    for tried_key, tried, aad in [
        (new_key(), sealed, b"case 1"),
        (key, sealed, b"case 2"),
        (key, sealed[:20], b"case 1"),
        (key, b"", b"case 1"),
        (b"short", sealed, b"case 1"),
    ]:
        with pytest.raises(WrongKey, match="does not open"):
            open_sealed(tried_key, tried, aad)


def test_rotation_wraps_with_the_new_key_and_still_opens_the_old() -> None:
    key = new_key()
    wrapped, master_id = KEYS.wrap(key, b"case 1")
    assert master_id == KEYS.newest_id == "old"
    assert ROTATED.unwrap(wrapped, master_id, b"case 1") == key
    again, new_id = ROTATED.wrap(key, b"case 1")
    assert new_id == ROTATED.newest_id == "new"
    assert ROTATED.unwrap(again, new_id, b"case 1") == key


@given(st.binary(min_size=32, max_size=32), st.lists(st.binary(min_size=32, max_size=32), max_size=3))
def test_no_number_of_rotations_changes_a_proof_or_an_index(oldest: bytes, later: list[bytes]) -> None:
    before = MasterKeys((("oldest", oldest),))
    after = MasterKeys((*((f"k{i}", key) for i, key in enumerate(later)), ("oldest", oldest)))
    assert after.chain_key() == before.chain_key()
    assert after.fingerprint() == before.fingerprint()
    assert after.blind("phone", "123") == before.blind("phone", "123")
    assert after.unwrap(*before.wrap(oldest, b"a"), b"a") == oldest


def test_a_key_cannot_be_unwrapped_for_another_case() -> None:
    wrapped, master_id = KEYS.wrap(new_key(), b"case 1")
    with pytest.raises(WrongKey, match="does not open"):
        KEYS.unwrap(wrapped, master_id, b"case 2")


def test_a_master_key_that_is_gone_is_named() -> None:
    wrapped, master_id = ROTATED.wrap(new_key(), b"case 1")
    with pytest.raises(KeyProblem, match="The master key new is missing"):
        KEYS.unwrap(wrapped, master_id, b"case 1")


def test_the_wrong_key_file_is_recognised() -> None:
    KEYS.check(ROTATED.fingerprint())
    for wrong in (MasterKeys.from_environment(NEW), MasterKeys.from_environment(f"{OLD}\n{NEW}")):
        with pytest.raises(WrongKey, match="does not belong to this database"):
            wrong.check(KEYS.fingerprint())


def test_each_purpose_has_a_key_of_its_own() -> None:
    master = base64.b64decode(SECRET)
    made = {KEYS.chain_key(), bytes.fromhex(KEYS.fingerprint()), KEYS.blind("name", "duecourse"), master}
    assert len(made) == 4
    assert all(len(each) == 32 for each in made)


def test_values_made_with_a_key_are_the_same_in_every_version() -> None:
    assert KEYS.fingerprint() == "6b93f1867a39b88e9cc5bd20c9862be7401a9100bdc23ab70b368220e7960295"
    assert KEYS.chain_key().hex() == "e79b86f5137d68aaaeba04bc81d87cb6273ff2baffc19a4ead2c07fc04ac0870"
    assert (
        KEYS.blind("phone", "13800138000").hex()
        == "e1fd114a0ebeebb94a6505db69908400826f3398111b937b5f48e38824a0eb1d"
    )


@pytest.mark.parametrize(
    ("kind", "typed", "normal"),
    [
        ("phone", "138 0013 8000", "13800138000"),
        ("phone", "+86 138-0013-8000", "13800138000"),
        ("phone", "0086 13800138000", "13800138000"),
        ("phone", "8613800138000", "13800138000"),
        ("phone", "１３８００１３８０００", "13800138000"),
        ("phone", "+86 10 6655 4433", "1066554433"),
        ("phone", "（010）66554433", "1066554433"),
        ("phone", "+852 2345 6789", "85223456789"),
        ("phone", "00852 2345 6789", "85223456789"),
        ("phone", "86123456", "86123456"),
        ("phone", "unknown", ""),
        ("name", " 張 三 ", "張三"),
        ("name", "JOHN  Smith", "johnsmith"),
        ("name", "Ｊｏｈｎ\u200bSmith", "johnsmith"),
        ("email", "Li@Example.org", "li@example.org"),
    ],
)
def test_a_value_is_compared_without_what_typing_changes(kind: str, typed: str, normal: str) -> None:
    assert normal_form(kind, typed) == normal


@given(st.sampled_from(["name", "email", "room"]), st.text())
def test_a_normal_form_is_its_own_normal_form(kind: str, value: str) -> None:
    once = normal_form(kind, value)
    assert normal_form(kind, once) == once


def test_an_index_finds_the_same_value_of_the_same_kind_only() -> None:
    assert KEYS.blind("phone", "+86 138 0013 8000") == KEYS.blind("phone", "13800138000")
    assert KEYS.blind("phone", "13800138000") != KEYS.blind("room", "13800138000")
    assert KEYS.blind("phone", "13800138000") != OTHER.blind("phone", "13800138000")


def test_values_of_which_nothing_is_left_are_not_all_the_same() -> None:
    with pytest.raises(BadInput, match="nothing to compare in this phone"):
        KEYS.blind("phone", "none")


def test_a_token_is_kept_as_its_digest() -> None:
    assert token_digest("dc_abc") == hashlib.sha256(b"dc_abc").hexdigest()


def test_what_no_keyboard_types_is_looked_up_like_anything_else() -> None:
    assert len(token_digest("dc_\ud800")) == 64
    assert len(KEYS.blind("name", "\ud800")) == 32


def test_a_new_key_file_is_for_its_owner_alone_and_never_the_same_twice(tmp_path: Path) -> None:
    first = MasterKeys.create_file(tmp_path / "new" / "a.key")
    second = MasterKeys.create_file(tmp_path / "new" / "b.key")
    assert stat.S_IMODE((tmp_path / "new" / "a.key").stat().st_mode) == 0o600
    assert MasterKeys.from_file(tmp_path / "new" / "a.key") == first
    assert first.fingerprint() != second.fingerprint()


def test_a_key_file_is_never_overwritten(tmp_path: Path) -> None:
    path = key_file(tmp_path)
    with pytest.raises(KeyProblem, match="is not overwritten"):
        MasterKeys.create_file(path)
    assert path.read_text() == OLD


def test_a_key_file_that_cannot_be_written_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(KeyProblem, match="No key file can be written at"):
        MasterKeys.create_file(tmp_path / "file" / "master.key")


def test_half_a_key_does_not_stand_in_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(KeyProblem, match="No space left on device"):
        MasterKeys.create_file(tmp_path / "master.key")
    monkeypatch.undo()
    MasterKeys.create_file(tmp_path / "master.key")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601])
def test_a_key_file_open_to_others_is_refused_with_the_way_to_close_it(tmp_path: Path, mode: int) -> None:
    path = key_file(tmp_path, mode=mode)
    with pytest.raises(KeyProblem) as refused:
        MasterKeys.from_file(path)
    assert f"chmod 600 {path}" in str(refused.value)


@pytest.mark.parametrize("name", ["missing.key", "."])
def test_a_key_file_that_cannot_be_read_is_told_in_a_sentence(tmp_path: Path, name: str) -> None:
    with pytest.raises(KeyProblem, match=r"cannot be read: (No such file|Is a directory)"):
        MasterKeys.from_file(tmp_path / name)


def test_a_key_file_may_have_notes_blank_lines_and_the_marks_of_other_editors(tmp_path: Path) -> None:
    path = key_file(tmp_path, f"\ufeff# kept in the safe\r\n\r\n  {NEW}  \r\n{OLD}\r\n")
    assert MasterKeys.from_file(path) == ROTATED


def test_a_variable_may_hold_several_keys_on_one_line() -> None:
    assert MasterKeys.from_environment(f"{NEW};{OLD}") == ROTATED


@pytest.mark.parametrize(
    "line",
    [
        f"duecourse-key 2 old {SECRET}",
        f"duecourse-key 1 {SECRET}",
        f"duecourse-key 1 old {SECRET[:-1]}",
        f"duecourse-key 1 old {SECRET} more",
        f"duecourse-key 1 old {SECRET[:-4]}",
        f"duecourse-key 1 old {SECRET[:20]}!{SECRET[21:]}",
        f"Duecourse-Key 1 old {SECRET}",
        f"duecourse-key 1 鍵 {SECRET}",
        SECRET,
        OLD,  # its id stands on the line before
    ],
)
def test_a_malformed_line_is_named_by_its_number_and_its_key_never_shown(tmp_path: Path, line: str) -> None:
    path = key_file(tmp_path, f"# first\n{OLD}\n{line}\n")
    with pytest.raises(KeyProblem) as refused:
        MasterKeys.from_file(path)
    shown = "".join(traceback.format_exception(refused.value))
    assert f"Line 3 of {path}" in str(refused.value)
    assert SECRET[:12] not in shown
    assert not [value for value in refused.value.params.values() if SECRET[:12] in str(value)]


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing but a note"])
def test_a_source_without_a_key_says_so(text: str) -> None:
    with pytest.raises(KeyProblem, match="There is no key in DUECOURSE_KEY"):
        MasterKeys.from_environment(text)


def test_bytes_that_are_no_text_are_a_malformed_line(tmp_path: Path) -> None:
    path = key_file(tmp_path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(KeyProblem, match="Line 1 of"):
        MasterKeys.from_file(path)


def test_a_command_may_print_the_keys() -> None:
    assert MasterKeys.from_command([sys.executable, "-c", f"print({NEW!r}); print({OLD!r})"]) == ROTATED


@pytest.mark.parametrize(
    ("argv", "why"),
    [
        (["/no/such/program"], "cannot be started"),
        ([], "command is empty"),
        ([sys.executable, "-c", f"print({OLD!r}); raise SystemExit(3)"], "ended with status 3"),
    ],
)
def test_a_command_that_fails_is_told_without_what_it_printed(argv: list[str], why: str) -> None:
    with pytest.raises(KeyProblem, match=why) as refused:
        MasterKeys.from_command(argv)
    assert SECRET not in str(refused.value)


def test_a_command_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyfile, "COMMAND_SECONDS", 0.1)
    with pytest.raises(KeyProblem, match="took longer than"):
        MasterKeys.from_command([sys.executable, "-c", "import time; time.sleep(20)"])


def test_the_settings_say_where_the_keys_are(tmp_path: Path) -> None:
    home = {"HOME": os.fspath(tmp_path), "DUECOURSE_HOME": os.fspath(tmp_path)}
    key_file(tmp_path)
    assert MasterKeys.from_settings(Settings.read(home)) == KEYS
    assert MasterKeys.from_settings(Settings.read(home | {"DUECOURSE_KEY": OLD})) == KEYS
    assert MasterKeys.from_settings(Settings.read(home | {"DUECOURSE_KEY_COMMAND": f"echo '{OLD}'"})) == KEYS


def test_the_keys_do_not_show_themselves() -> None:
    assert repr(ROTATED) == str(ROTATED) == "MasterKeys(new, old)"
