"""The session's keyring: a real one, and those that are refused."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keyring
import psutil
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import SecretService, chainer, fail, null

from assistant.errors import AparteError, ErrorCode
from assistant.vault.secret import Secret
from assistant.vault.system_keyring import SystemKeyring, trusted_backend
from tests.end_to_end.test_window import waited

FOLDERS = ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR",
           "XDG_STATE_HOME")  # fmt: skip
UNLOCK = (
    'printf sesame | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec "$@"'
)
STEPS = """
import json, os, sys
from assistant.vault.door import Door
from assistant.vault.places import door_of
from assistant.vault.terms import Terms
from tests.vault.parts import NOON, a_work

door = door_of(Terms())
door.open()
reason = door.status.reason
texts = None
if door.room is not None:
    if sys.argv[1] == "write":
        door.room.transact(lambda r: r.works.settle(a_work("Marqueur du trousseau"), NOON))
    texts = door.room.records.counts()["sources"]
    if sys.argv[1] == "forget":
        door.keys._keyring.remove(door.keys.vault_id)
print(json.dumps([door.status.standing.value, reason and reason.code.name, texts]))
door.close()
"""


def session_environment(folder: Path) -> dict[str, str]:
    """The variables of a session whose folders are in ``folder``."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("DBUS", "PYTHON"))}
    for name in FOLDERS:
        environment[name] = str(folder / name.lower())
        (folder / name.lower()).mkdir(mode=0o700, exist_ok=True)
    return environment


def in_session(folder: Path, step: str, unlock: str = UNLOCK) -> object:
    """What ``step`` says of the vault of ``folder``, in a session of its own, whose keyring is
    opened as at login."""
    environment = session_environment(folder)
    command = ["dbus-run-session", "--", "sh", "-c", unlock, "sh", sys.executable, "-c", STEPS]
    done = subprocess.run(
        [*command, step], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_a_real_keyring_opens_the_vault_and_keeps_its_key_between_sessions(tmp_path: Path) -> None:
    assert in_session(tmp_path, "write") == ["open", None, 1]
    assert in_session(tmp_path, "read") == ["open", None, 1]
    kept = next((tmp_path / "xdg_data_home").rglob("*.keyring"))
    assert b"Marqueur" not in kept.read_bytes()
    assert in_session(tmp_path, "forget") == ["open", None, 1]
    assert in_session(tmp_path, "read") == ["shut", "VAULT_KEY_LOST", None]


def test_the_sealed_app_reaches_the_keyring(tmp_path: Path) -> None:
    """The seal leaves it the session's bus: a local socket."""
    program = [sys.executable, "-m", "assistant", "--exemple"]
    environment = session_environment(tmp_path) | {"QT_QPA_PLATFORM": "offscreen"}
    command = ["dbus-run-session", "--", "sh", "-c", UNLOCK, "sh", *program]
    app = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        log = tmp_path / "xdg_state_home" / "aparte" / "log" / "aparte.log"
        assert waited(lambda: log.exists() and "vault_opened" in log.read_text("utf-8"))
        assert " sealed" in log.read_text("utf-8")
        (window,) = [p for p in psutil.Process(app.pid).children(recursive=True) if is_app(p)]
        window.send_signal(signal.SIGINT)
        assert app.wait(30) == 0
    finally:
        app.kill()
        app.wait(10)
    assert (tmp_path / "xdg_data_home" / "aparte" / "coffre" / "coffre.db").exists()


def is_app(process: psutil.Process) -> bool:
    return process.cmdline()[1:3] == ["-m", "assistant"]


def test_a_session_without_keyring_opens_nothing(tmp_path: Path) -> None:
    found = in_session(tmp_path, "write", 'exec "$@"')
    assert found in (["shut", "VAULT_NO_KEYRING", None], ["shut", "VAULT_KEYRING_SILENT", None])
    assert not [path for path in tmp_path.rglob("*") if path.suffix in (".db", ".cles")]


FAIL: Any = fail.Keyring
NULL: Any = null.Keyring
SECRET_SERVICE: Any = SecretService.Keyring


class PlaintextKeyring(KeyringBackend):
    """What « keyrings.alt » would offer."""

    priority = 9

    def get_password(self, service: str, username: str) -> str | None:
        raise AssertionError("it must not be asked")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise AssertionError("it must not be asked")

    def delete_password(self, service: str, username: str) -> None:
        raise AssertionError("it must not be asked")


PLAINTEXT: Any = PlaintextKeyring


def chained(*kinds: Any) -> Any:
    """What « keyring » chooses where several keyrings could do."""

    class Chain(chainer.ChainerBackend):
        backends = [kind() for kind in kinds]  # noqa: RUF012 - as it is declared there

    made: Any = Chain
    return made()


@pytest.mark.parametrize("backend", [FAIL(), NULL(), PLAINTEXT(), chained(PLAINTEXT, NULL)])
def test_a_keyring_that_keeps_no_secret_is_refused(
    backend: KeyringBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring, "get_keyring", lambda: backend)
    session = SystemKeyring()
    asks: tuple[Callable[[], object], ...] = (
        lambda: session.fetch("a"),
        lambda: session.store("a", Secret.random()),
        lambda: session.remove("a"),
    )
    for ask in asks:
        with pytest.raises(AparteError) as refused:
            ask()
        assert refused.value.code is ErrorCode.VAULT_NO_KEYRING


def test_a_trusted_keyring_is_found_behind_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring, "get_keyring", lambda: chained(PLAINTEXT, SECRET_SERVICE))
    assert isinstance(trusted_backend(), SecretService.Keyring)


def test_a_keyring_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fault(*_: object) -> str:
        raise RuntimeError("bus")

    monkeypatch.setattr(keyring, "get_keyring", SECRET_SERVICE)
    monkeypatch.setattr(SecretService.Keyring, "get_password", fault)
    with pytest.raises(AparteError) as refused:
        SystemKeyring().fetch("a")
    assert refused.value.code is ErrorCode.VAULT_KEYRING_SILENT


@pytest.mark.parametrize("kept", [None, "pas du base64 !", "Y291cnQ="])
def test_a_secret_that_is_not_ours_is_none(
    kept: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring, "get_keyring", SECRET_SERVICE)
    monkeypatch.setattr(SecretService.Keyring, "get_password", lambda *_: kept)
    assert SystemKeyring().fetch("a") is None
