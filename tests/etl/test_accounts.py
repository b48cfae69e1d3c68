"""Accounts: who is in them, which password is right, what is refused, and that the file is whole at every moment."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from etl import accounts as module
from etl.accounts import Accounts, accounts_of
from etl.cli import app
from etl.errors import AccountError

WORDS = "correct horse battery staple"
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def accounts(tmp_path: Path) -> Accounts:
    """Accounts of a store, none yet."""
    return Accounts(accounts_of(tmp_path / "store"))


def test_without_a_file_there_is_nobody_and_nothing_is_made(accounts: Accounts) -> None:
    assert (accounts.names(), accounts.secret, accounts.stamp("Ann"), accounts.check("Ann", WORDS)) == (
        [],
        "",
        None,
        False,
    )
    assert not accounts.path.exists()


def test_an_account_has_its_password_and_no_other(accounts: Accounts) -> None:
    accounts.add("Zoe\u0308 Müller", WORDS)
    accounts.add(HOSTILE, "ﬁfteen letters")
    assert accounts.names() == [HOSTILE, "Zoë Müller"]
    tries = [
        ("Zoë Müller", WORDS),
        (" Zoe\u0308 Müller", WORDS),
        (HOSTILE, "fifteen letters"),
        ("Zoë Müller", WORDS.upper()),
        ("Zoë Müller", f"{WORDS} "),
        ("Zoë Müller", ""),
        ("Zoë Müller", WORDS * 100),
        ("zoë müller", WORDS),
        ("Nobody", WORDS),
        ("", WORDS),
        ("\ud800\x00", "\ud800"),
    ]
    assert [accounts.check(*each) for each in tries] == [True, True, True, *[False] * 8]


def test_a_name_that_is_not_there_costs_the_same_work(accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    accounts.add("Ann", WORDS)
    work: list[tuple[str, str]] = []

    def matches(hashed: str, password: str) -> bool:
        work.append((hashed[:31], password))
        return False

    monkeypatch.setattr(module, "_matches", matches)
    assert [accounts.check(name, "some words") for name in ("Ann", "Eve")] == [False, False]
    assert work == [("$argon2id$v=19$m=65536,t=3,p=4$", "some words")] * 2


def test_the_file_is_for_its_owner_alone_and_holds_no_password(accounts: Accounts) -> None:
    accounts.add("Ann", WORDS)
    assert stat.S_IMODE(accounts.path.stat().st_mode) == 0o600
    content = json.loads(accounts.path.read_text(encoding="utf-8"))
    assert WORDS not in str(content)
    assert content["accounts"][0]["hashed"].startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert len(bytes.fromhex(accounts.secret)) == 32
    assert [each.name for each in accounts.path.parent.iterdir()] == ["store.accounts.json"]


def test_the_secret_stays_and_a_stamp_changes_with_the_password_and_on_signing_out(accounts: Accounts) -> None:
    accounts.add("Ann", WORDS)
    accounts.add("Bob", WORDS)
    secret, bob, stamps = accounts.secret, accounts.stamp("Bob"), {accounts.stamp("Ann")}
    accounts.set_password("Ann", "another long password")
    stamps.add(accounts.stamp("Ann"))
    accounts.end_sessions("Ann")
    stamps.add(accounts.stamp("Ann"))
    assert (len(stamps), accounts.secret, accounts.stamp("Bob")) == (3, secret, bob)
    assert [accounts.check("Ann", each) for each in (WORDS, "another long password")] == [False, True]


def test_who_is_removed_is_gone_and_may_be_added_again_as_somebody_new(accounts: Accounts) -> None:
    accounts.add("Ann", WORDS)
    stamp = accounts.stamp("Ann")
    accounts.remove("Ann")
    assert (accounts.names(), accounts.stamp("Ann"), accounts.check("Ann", WORDS)) == ([], None, False)
    accounts.add("Ann", WORDS)
    assert accounts.stamp("Ann") not in {None, stamp}


@pytest.mark.parametrize(
    ("name", "password", "message"),
    [
        ("", WORDS, "'' is no name; give one of 1 to 120"),
        ("Ann\n", "short", "a password has 12 to 1,024 characters, this has 5"),
        ("Ann\u202e", WORDS, "is no name"),
        ("A" * 121, WORDS, "is no name"),
        ("Ann", "x" * 11, "a password has 12 to 1,024 characters, this has 11"),
        ("Ann", "x" * 1_025, "this has 1,025"),
        ("bob", WORDS, "there is an account Bob already; trade-figures user password sets"),
    ],
)
def test_what_can_be_no_account_is_refused(accounts: Accounts, name: str, password: str, message: str) -> None:
    accounts.add("Bob", WORDS)
    before = accounts.path.read_bytes()
    with pytest.raises(AccountError, match=message):
        accounts.add(name, password)
    assert accounts.path.read_bytes() == before
    assert [each.name for each in accounts.path.parent.iterdir()] == ["store.accounts.json"]


@pytest.mark.parametrize("change", ["remove", "end_sessions", "made"])
def test_who_is_not_there_is_named(accounts: Accounts, change: str) -> None:
    with pytest.raises(AccountError, match="there is no account 'Eve'; trade-figures user list"):
        getattr(accounts, change)("Eve")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", r"holds no accounts \(JSONDecodeError\); restore it, or delete it"),
        ("[]", r"holds no accounts \(TypeError\)"),
        ('{"format": 1, "accounts": []}', r"holds no accounts \(KeyError\)"),
        ('{"format": 2, "secret": "0123456789abcdef", "accounts": []}', "holds no accounts in format 1; update"),
        ('{"format": 1, "secret": "", "accounts": []}', "holds no accounts in format 1"),
        (
            '{"format": 1, "secret": "0123456789abcdef", "accounts": [{"name": "Ann"}]}',
            r"holds no accounts \(TypeError\)",
        ),
    ],
)
def test_a_file_of_something_else_is_refused_and_kept(accounts: Accounts, content: str, message: str) -> None:
    accounts.path.write_text(content, encoding="utf-8")
    for use in (accounts.names, lambda: accounts.check("Ann", WORDS), lambda: accounts.add("Ann", WORDS)):
        with pytest.raises(AccountError, match=message):
            use()
    assert accounts.path.read_text(encoding="utf-8") == content


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        AccountError, match=r"nowhere/a\.json cannot be written: No such file or directory; make its folder"
    ):
        Accounts(tmp_path / "nowhere" / "a.json").add("Ann", WORDS)


def test_a_change_that_was_broken_off_names_the_file_in_the_way(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PATIENCE", 0.0)
    accounts.path.with_name(f"{accounts.path.name}.next").touch()
    with pytest.raises(AccountError, match=r"if there is none, delete .*store\.accounts\.json\.next and try again"):
        accounts.add("Ann", WORDS)


def test_a_change_of_another_program_is_seen_and_none_is_lost(accounts: Accounts) -> None:
    accounts.add("Ann", WORDS)
    add = "import sys; from etl.accounts import Accounts; Accounts(sys.argv[1]).add(sys.argv[2], sys.argv[3])"
    others = [subprocess.Popen([sys.executable, "-c", add, accounts.path, f"Bob {at}", WORDS]) for at in range(4)]
    assert [other.wait() for other in others] == [0] * 4
    assert accounts.names() == ["Ann", *(f"Bob {at}" for at in range(4))]


# ---- commands --------------------------------------------------------------------------------------------------------


def call(*arguments: object, given: str = "") -> tuple[int, str]:
    """Exit code and output of a command about users."""
    answer = CliRunner().invoke(app, ["user", *map(str, arguments)], input=given, env={"COLUMNS": "120"})
    return answer.exit_code, answer.output


def test_accounts_are_made_listed_changed_and_removed_by_commands(tmp_path: Path, accounts: Accounts) -> None:
    at = ("--store", tmp_path / "store")
    assert call("list", *at) == (0, "There are no accounts; trade-figures user add NAME makes one.\n")
    assert "Ann may sign in now" in call("add", "Ann", *at, given=f"{WORDS}\n{WORDS}\n")[1]
    assert call("add", "Bob", "--password-stdin", *at, given=f"{WORDS}\r\n")[0] == 0
    assert call("list", *at)[1].splitlines()[0].startswith("Ann · since 20")
    assert [each["name"] for each in json.loads(call("list", "--json", *at)[1])] == ["Ann", "Bob"]
    assert call("password", "Bob", "--password-stdin", *at, given="another long password\n")[0] == 0
    assert [accounts.check("Ann", WORDS), accounts.check("Bob", "another long password")] == [True, True]
    assert call("remove", "Ann", *at) == (0, "Ann has no account any more; 1 left\n")
    assert accounts.names() == ["Bob"]


@pytest.mark.parametrize(
    ("arguments", "given", "message"),
    [
        (["add", "Ann", "--password-stdin"], "short\n", "this has 5"),
        (["add", "Ann", "--password-stdin"], "", "this has 0"),
        (["password", "Ann"], "", "there is no account 'Ann'"),
        (["remove", "Ann"], "", "there is no account 'Ann'"),
    ],
)
def test_a_command_says_what_is_wrong(tmp_path: Path, arguments: list[str], given: str, message: str) -> None:
    code, output = call(*arguments, "--store", tmp_path / "store", given=given)
    assert (code, message in output, "Traceback" in output) == (2, True, False)
