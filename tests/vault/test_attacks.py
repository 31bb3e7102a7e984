"""What someone with the files, the keyboard or bad luck can do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.errors import AparteError, ErrorCode
from assistant.vault.door import Standing
from assistant.vault.stored_keys import StoredKeys
from tests.campaigns.vault_bytes import attack
from tests.vault.leave_traces import MARKER
from tests.vault.parts import CHEAP, PASSPHRASE, MemoryKeyring, SetClock, a_door

HOME_FOLDERS = ("HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME",
                "XDG_CACHE_HOME", "XDG_RUNTIME_DIR")  # fmt: skip
WAYS = [
    word.encode(way)
    for word in (MARKER, *MARKER.split(), "Trébuchet", "Zephyrine", "Quillivic")
    for way in ("utf-8", "utf-16-le", "utf-16-be")
]


def traces(folder: Path) -> list[Path]:
    """The files under ``folder`` that hold the marker, or a word of it, however it is written."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return [path for path in files if any(way in path.read_bytes() for way in WAYS)]


@pytest.mark.parametrize("ending", ["close", "abort"])
def test_a_sentence_leaves_no_trace_on_disk(ending: str, tmp_path: Path) -> None:
    """Typed, drafted, corrected, looked for, locked and unlocked; closed, or crashed."""
    environment = dict(os.environ)
    for name in HOME_FOLDERS:
        environment[name] = str(tmp_path / name.lower())
        (tmp_path / name.lower()).mkdir(mode=0o700)
    command = [sys.executable, "-m", "tests.vault.leave_traces", ending]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode == 0) is (ending == "close"), done.stderr
    assert MARKER not in done.stdout + done.stderr.replace("une faute qui parle", "")
    names = {path.name for path in tmp_path.rglob("*")}
    assert {"coffre.db", "coffre-copie.db", "aparte.log"} <= names
    assert traces(tmp_path) == []
    assert not [name for name in names if name.startswith("core")]


def test_the_scan_would_find_a_trace(tmp_path: Path) -> None:
    (tmp_path / "un").write_text(f"{{{MARKER}}}", "utf-16")
    (tmp_path / "deux").write_text("rien", "utf-8")
    assert traces(tmp_path) == [tmp_path / "un"]


@pytest.mark.parametrize("seed", [1, 2])
def test_an_altered_byte_is_refused_or_repaired(seed: int, tmp_path: Path) -> None:
    outcomes = attack(tmp_path, positions=12, seed=seed)
    assert sum(outcomes.values()) == 12
    assert outcomes["faux"] == outcomes["perdu sans un mot"] == 0


def test_a_thousand_wrong_passphrases_open_nothing(
    folder: Path, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)  # no power cut in this test
    folder.mkdir()
    keys = StoredKeys(folder, MemoryKeyring(), clock, lambda: CHEAP)
    keys.begin(PASSPHRASE)
    waits = []
    for number in range(1000):
        with pytest.raises(AparteError) as refused:
            keys.fetch_with_passphrase(f"{PASSPHRASE} {number}")
        assert refused.value.code is ErrorCode.VAULT_PASSPHRASE_WRONG
        waits.append(keys._attempts.wait())
        if waits[-1]:
            with pytest.raises(AparteError) as refused:  # even the right one has to wait
                keys.fetch_with_passphrase(PASSPHRASE)
            assert refused.value.code is ErrorCode.VAULT_WAIT
        clock.now += waits[-1]
    assert waits == sorted(waits)
    assert sum(wait.total_seconds() for wait in waits) > 200 * 3600  # ten days and nights of it
    assert len(keys.fetch_with_passphrase(PASSPHRASE).data) == 32
    assert keys.wrong_passphrases == 0


@pytest.fixture
def open_to_all() -> Iterator[Path]:
    """A folder that a user without rights can reach."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


READ_ONLY = """
import os, sys
from pathlib import Path
from tests.vault.parts import NOON, PASSPHRASE, MemoryKeyring, SetClock, a_door, a_work

door = a_door(Path(sys.argv[1]), MemoryKeyring(), SetClock())
if os.geteuid() == 0:
    os.setuid(65534)  # root may write anywhere
try:
    door.unlock(PASSPHRASE)
    print(door.status.incident)  # it can still be read
    door.opened().transact(lambda records: records.works.keep(a_work(), NOON))
except Exception as refusal:
    print(refusal)
"""


@pytest.mark.parametrize("what", ["coffre.db", "."])
def test_a_vault_that_cannot_be_written_is_told(what: str, open_to_all: Path) -> None:
    folder = open_to_all / "coffre"
    door = a_door(folder, MemoryKeyring(), SetClock())
    door.protect(PASSPHRASE)
    door.close()
    for path in (*folder.iterdir(), folder):
        path.chmod(0o755 if path.is_dir() else 0o644)
        if os.geteuid() == 0:
            os.chown(path, 65534, 65534)
    (folder / what).chmod(0o555 if what == "." else 0o444)
    command = [sys.executable, "-c", READ_ONLY, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert set(done.stdout.split()) == {ErrorCode.VAULT_READ_ONLY.name}, done.stderr
    assert door.status.standing is not Standing.LOCKED
