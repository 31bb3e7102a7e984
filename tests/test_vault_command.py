"""``aparte coffre`` as a program: what IT's scripts rely on."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant import cli, vault_command
from assistant.errors import ErrorCode, ExitCode
from assistant.paths import vault_folder
from assistant.vault.door import Door
from assistant.vault.measures import Measure
from assistant.vault.moments import utc_now
from assistant.vault.stored_keys import StoredKeys
from tests.vault.parts import CHEAP, PASSPHRASE, MemoryKeyring, a_work

MARKER = "Ombeline Zacharopoulos"


Coffre = Callable[..., "Done"]


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def coffre(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Coffre:
    """``aparte coffre`` in this process, which must not be sealed; ``typed`` is what is piped."""
    monkeypatch.setattr(vault_command, "seal", lambda: True)

    def run(*words: str, typed: str = PASSPHRASE) -> Done:
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed + "\n"))
        try:
            code = cli.run(cli.parse(["coffre", "--phrase-entree", *words]))
        except SystemExit as end:
            code = int(end.code or 0)
        said = capsys.readouterr()
        return Done(code, said.out, said.err)

    return run


def keep_a_work(folder: Path) -> str:
    """A vault in ``folder`` with a source and a draft; its recovery code."""
    keys = StoredKeys(folder, MemoryKeyring(), utc_now, lambda: CHEAP)
    door = Door(folder, keys, utc_now)
    code = door.protect(PASSPHRASE)
    work = a_work(f"{MARKER}, 85 ans.", utc_now(), drafted=True)
    door.opened().transact(lambda records: records.works.settle(work, utc_now()))
    measure = Measure(utc_now(), "resume", "copie", 60, 3, 0.2)
    door.opened().transact(lambda records: records.measures.add(measure))
    door.close()
    return code


@pytest.fixture
def code() -> str:
    """The recovery code of a vault that holds a source and a draft."""
    return keep_a_work(vault_folder())


def test_without_a_vault_none_is_begun(coffre: Coffre) -> None:
    done = coffre("etat")
    assert (done.returncode, done.stderr.strip()) == (
        ExitCode.CANNOT,
        ErrorCode.VAULT_NONE.sentence,
    )
    assert not vault_folder().exists()


def test_the_state(coffre: Coffre, code: str) -> None:
    done = coffre("etat", "--json")
    assert done.returncode == ExitCode.DONE, done.stderr
    found = json.loads(done.stdout)
    assert found["protection"] == "passphrase"
    assert found["sound"]
    assert found["records"]["sources"] == 1
    assert found["retention_days"]["sources"] == 30
    assert found["journal"]["first_broken_link"] is None
    told = coffre("etat").stdout
    assert "Ouvert par\u00a0: une phrase de passe" in told
    assert "chaîne intacte" in told
    assert MARKER not in told + done.stdout


def test_a_wrong_passphrase_is_an_answer(coffre: Coffre, code: str) -> None:
    done = coffre("etat", typed="une autre phrase de passe")
    assert done.returncode == ExitCode.NO
    assert done.stderr.strip() == ErrorCode.VAULT_PASSPHRASE_WRONG.sentence


def test_the_program_itself_asks_for_the_passphrase(code: str) -> None:
    command = [sys.executable, "-m", "assistant", "coffre", "etat"]
    asked = subprocess.run(command, input="", capture_output=True, text=True, timeout=60)
    assert asked.returncode == ExitCode.CANNOT
    assert asked.stderr.strip() == ErrorCode.VAULT_LOCKED.sentence


def test_the_journal_is_exported_with_its_chain_and_verified(
    coffre: Coffre, code: str, tmp_path: Path
) -> None:
    folder = tmp_path / "export"
    done = coffre("exporter", "--journal", str(folder))
    assert done.returncode == ExitCode.DONE, done.stderr
    for name in ("journal-aparte.csv", "journal-aparte.json"):
        text = (folder / name).read_text("utf-8-sig")
        assert MARKER.split()[1] not in text
        assert "Consultation" not in text
        good = coffre("verifier", str(folder / name))
        assert (good.returncode, "intacte" in good.stdout) == (ExitCode.DONE, True)
        (folder / name).write_text(text.replace("coffre_cree", "coffre_ouvert"), "utf-8")
        bad = coffre("verifier", str(folder / name))
        assert bad.returncode == ExitCode.NO
        assert "premier maillon qui ne suit pas, 1" in bad.stdout
    wrong = coffre("verifier", str(folder / "absent.csv"))
    assert wrong.returncode == ExitCode.BAD_INPUT


def test_the_report_holds_no_content(coffre: Coffre, code: str, tmp_path: Path) -> None:
    path = tmp_path / "bilan.csv"
    assert coffre("exporter", "--bilan", str(path)).returncode == ExitCode.DONE
    assert path.read_text("utf-8-sig").splitlines()[1].endswith(";1;60;3;0,20;0;")
    nowhere = coffre("exporter", "--bilan", str(tmp_path / "absent" / "b.csv"))
    assert nowhere.returncode == ExitCode.BAD_INPUT
    assert nowhere.stderr.strip() == ErrorCode.VAULT_EXPORT_UNWRITABLE.sentence


def test_a_backup_moves_to_another_pc(
    coffre: Coffre, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "sauvegarde"
    done = coffre("exporter", "--sauvegarde", str(path))
    assert done.returncode == ExitCode.DONE, done.stderr
    assert "votre code de récupération" in done.stdout
    assert code not in done.stdout
    assert MARKER.encode() not in path.read_bytes()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "autre-poste"))
    keep_a_work(vault_folder())
    done = coffre("importer", str(path), typed=f"{PASSPHRASE}\n{code.lower()}")
    assert done.returncode == ExitCode.DONE, done.stderr
    assert "2 textes ajoutés" in done.stdout
    assert json.loads(coffre("etat", "--json").stdout)["records"]["sources"] == 2


def test_purging(coffre: Coffre, code: str) -> None:
    assert "0 élément effacé" in coffre("purger").stdout
    assert coffre("purger", "--tout").returncode == ExitCode.CANCELLED
    done = coffre("purger", "--tout", "--oui", "--mis-de-cote")
    assert done.returncode == ExitCode.DONE, done.stderr
    assert "2 éléments effacés" in done.stdout
    assert "0 coffre mis de côté" in done.stdout
    assert json.loads(coffre("etat", "--json").stdout)["records"]["sources"] == 0


@pytest.mark.parametrize("words", [(), ("exporter",), ("exporter", "--journal"), ("vider",)])
def test_bad_usage_is_one_sentence(coffre: Coffre, words: tuple[str, ...]) -> None:
    done = coffre(*words)
    assert done.returncode == ExitCode.BAD_INPUT
    assert done.stderr.startswith("Commande incomprise")


def test_a_damaged_vault_says_so(coffre: Coffre, code: str) -> None:
    path = vault_folder() / "coffre.db"
    data = bytearray(path.read_bytes())
    data[-500] ^= 1
    path.write_bytes(data)
    done = coffre("etat", "--json")
    assert ErrorCode.VAULT_REPAIRED.sentence in done.stderr
    assert json.loads(done.stdout)["set_aside"] == 1
