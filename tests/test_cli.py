"""``aparte`` in a terminal, run as a program: sentences, exit codes, no traceback, nothing lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from assistant.errors import ExitCode
from assistant.model_store.catalogue import ModelEntry
from assistant.settings import Settings, save_settings

NOTE = "Motif : toux depuis 3 j.\nATCD : HTA. Pas d'allergie connue.\nTA 14/8.\nCAT : revoir à J7."
APARTE = [sys.executable, "-m", "assistant"]


def aparte(*words: str, text: str | bytes | None = None) -> subprocess.CompletedProcess[str]:
    data = text.encode() if isinstance(text, str) else text
    environment = {k: v for k, v in os.environ.items() if "DISPLAY" not in k and k[:3] != "QT_"}
    done = subprocess.run(
        [*APARTE, *words], input=data, capture_output=True, env=environment, timeout=120
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
    )


def assert_one_sentence(done: subprocess.CompletedProcess[str], code: ExitCode) -> None:
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    (sentence,) = done.stderr.splitlines()
    assert sentence.endswith(".")
    assert "Traceback" not in sentence


def test_a_draft_from_a_file(tmp_path: Path) -> None:
    source = tmp_path / "note.txt"
    source.write_text(NOTE, "utf-8")
    done = aparte("rediger", "--sans-controle", "--type", "consultation", str(source))
    assert done.returncode == ExitCode.DONE, done.stderr
    assert "toux depuis 3 j." in done.stdout
    assert "Source lue en entier." in done.stderr
    assert source.read_text("utf-8") == NOTE


def test_a_draft_from_standard_input_as_json() -> None:
    done = aparte("rediger", "--type", "lettre_liaison", "--json", "-", text=NOTE)
    assert done.returncode == ExitCode.DONE, done.stderr
    answer = json.loads(done.stdout)
    assert set(answer) >= {"type", "mode", "model", "draft", "coverage", "findings", "source_text"}
    assert answer["checked"] is True
    assert answer["type"] == "lettre_liaison"
    assert answer["mode"] == "copie"
    assert answer["model"] == "starter"
    assert answer["coverage"] == {"read": len(NOTE), "total": len(NOTE), "unread": []}
    for section in answer["sections"]:
        for passage in section["passages"]:
            start, end = passage["source_span"]
            assert answer["source_text"][start:end] == passage["text"]


def test_a_draft_saved_to_a_file(tmp_path: Path) -> None:
    output = tmp_path / "brouillon.txt"
    done = aparte(
        "rediger", "--sans-controle", "--type", "resume", "-o", str(output), "-", text=NOTE
    )
    assert (done.returncode, done.stdout) == (ExitCode.DONE, "")
    assert "toux" in output.read_text("utf-8")


def test_a_draft_saved_as_a_word_file(tmp_path: Path) -> None:
    output = tmp_path / "brouillon.docx"
    done = aparte(
        "rediger", "--sans-controle", "--type", "resume", "-o", str(output), "-", text=NOTE
    )
    assert (done.returncode, done.stdout) == (ExitCode.DONE, "")
    words = [paragraph.text for paragraph in docx.Document(str(output)).paragraphs]
    assert words[0] == "Résumé de dossier"
    assert any("toux" in paragraph for paragraph in words)
    assert words[-1].startswith("Brouillon assisté par IA")


def test_a_draft_that_differs_from_its_source(tmp_path: Path) -> None:
    source, draft = tmp_path / "source.txt", tmp_path / "brouillon.txt"
    source.write_text("TTT : bisoprolol 5 mg le matin.\n", "utf-8")
    draft.write_text("Traitement\nBisoprolol 2,5 mg le matin.\n", "utf-8")
    done = aparte("verifier", str(source), str(draft))
    assert done.returncode == ExitCode.NO, done.stderr
    assert "Graves (1)" in done.stdout
    assert "Brouillon : «\u00a02,5 mg\u00a0» (ligne 2)" in done.stdout


def test_the_forms_are_listed_one_a_line() -> None:
    done = aparte("rediger", "--lister-types")
    forms = done.stdout.splitlines()
    assert len(forms) == 10
    assert {"consultation", "lettre_liaison", "saed", "mots_simples"} < set(forms)


@pytest.mark.parametrize(
    ("words", "text", "code"),
    [
        (["rediger", "--type", "resume", "-"], "", ExitCode.BAD_INPUT),
        (["rediger", "--type", "resume", "-"], b"\x00\x01\x02PK", ExitCode.BAD_INPUT),
        (["rediger", "--type", "resume", "-"], "toux " * 1_000_000, ExitCode.BAD_INPUT),
        (["rediger", "--type", "resume", "/absent.txt"], None, ExitCode.BAD_INPUT),
        (["rediger", "--type", "certificat", "-"], NOTE, ExitCode.BAD_INPUT),
        (["rediger", "--type", "resume"], None, ExitCode.BAD_INPUT),
        (["rediger", "-"], NOTE, ExitCode.BAD_INPUT),
        (["rediger", "--type", "resume", "--mode", "verifie", "-"], NOTE, ExitCode.BAD_INPUT),
        (["rediger", "--type", "resume", "--mode", "poème", "-"], NOTE, ExitCode.BAD_INPUT),
        (["rediger", "--type", "mots_simples", "-"], NOTE, ExitCode.BAD_INPUT),
        (["rediger", "--type", "resume", "-o", "/absent/b.txt", "-"], NOTE, ExitCode.BAD_INPUT),
        (["rediger", "--type", "resume", "--modele", "gpt-12", "-"], NOTE, ExitCode.CANNOT),
        (["resumer"], None, ExitCode.BAD_INPUT),
        (["--inconnu"], None, ExitCode.BAD_INPUT),
    ],
    ids=[
        "empty",
        "binary",
        "5 MB",
        "absent file",
        "unknown form",
        "no source",
        "no form",
        "model cannot write",
        "unknown mode",
        "form not copied",
        "no folder",
        "unknown model",
        "unknown command",
        "unknown option",
    ],
)
def test_bad_input_is_one_sentence(
    words: list[str], text: str | bytes | None, code: ExitCode
) -> None:
    assert_one_sentence(aparte(*words, text=text), code)


def test_the_source_is_never_overwritten(tmp_path: Path) -> None:
    source = tmp_path / "note.txt"
    source.write_text(NOTE, "utf-8")
    done = aparte("rediger", "--type", "resume", "-o", str(source), str(source))
    assert_one_sentence(done, ExitCode.BAD_INPUT)
    assert source.read_text("utf-8") == NOTE


def test_without_a_screen_the_example_is_drafted_and_why_is_said() -> None:
    done = aparte("--exemple")
    assert done.returncode == ExitCode.DONE, done.stderr
    assert done.stderr.startswith("Aucun écran")
    assert "lombalgie" in done.stdout
    alone = aparte()
    assert alone.returncode == ExitCode.CANNOT
    assert "aparte rediger" in alone.stderr


@pytest.mark.parametrize("screen", [{"DISPLAY": ":987"}, {"WAYLAND_DISPLAY": "wayland-9"}])
def test_a_screen_that_does_not_answer_is_no_screen(screen: dict[str, str]) -> None:
    environment = {k: v for k, v in os.environ.items() if k != "QT_QPA_PLATFORM"} | screen
    done = subprocess.run(APARTE, capture_output=True, text=True, env=environment, timeout=60)
    assert done.returncode == ExitCode.CANNOT
    assert done.stderr.startswith("Aucun écran")


def test_a_window_on_a_missing_model_is_one_sentence() -> None:
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [*APARTE, "--modele", "gpt-12"], capture_output=True, text=True, env=environment, timeout=60
    )
    assert_one_sentence(done, ExitCode.CANNOT)


def test_help_is_in_french() -> None:
    for words in (["--help"], ["rediger", "--help"], ["diagnostic", "-h"]):
        done = aparte(*words)
        assert done.returncode == ExitCode.DONE
        for english in ("usage:", "show this help", "positional", "optional", "show program"):
            assert english not in done.stdout


def test_the_diagnosis_is_for_people_and_for_programs() -> None:
    done = aparte("diagnostic")
    assert done.returncode == ExitCode.DONE
    assert "Réseau fermé pour Aparté : oui" in done.stdout
    assert "Réseau fermé pour le moteur : oui" in done.stdout
    facts = json.loads(aparte("diagnostic", "--json").stdout)
    assert facts["État du modèle"] == "vérifié"


def test_the_diagnosis_names_a_model_that_was_set_aside() -> None:
    save_settings(Settings(model="/absent/chirurgie.gguf", model_fingerprint="1-1"))
    facts = json.loads(aparte("diagnostic", "--json").stdout)
    assert "chirurgie" in facts["Modèle écarté"]
    assert facts["Modèle"] == "Modèle de départ"


def interrupted(words: list[str], text: str, ready: Callable[[str], bool]) -> tuple[int, str]:
    """Run ``words`` in a terminal of its own and press Ctrl-C there once ``ready``."""
    terminal, its_end = os.openpty()
    process = subprocess.Popen(
        [*APARTE, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=its_end,
        start_new_session=True,
        # A shell's background job ignores Ctrl-C, and its children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    os.close(its_end)
    assert process.stdin is not None
    process.stdin.write(text.encode())
    process.stdin.close()
    seen = ""
    while not ready(seen):
        seen += os.read(terminal, 4096).decode("utf-8", "replace")
    os.killpg(process.pid, signal.SIGINT)
    code = process.wait(30)
    while True:
        try:
            seen += os.read(terminal, 4096).decode("utf-8", "replace")
        except OSError:  # the other end is closed and everything was read
            break
    os.close(terminal)
    return code, seen


def test_ctrl_c_stops_in_one_sentence(writer: ModelEntry) -> None:
    words = ["rediger", "--type", "resume", "--modele", str(writer.path), "-"]
    code, seen = interrupted(words, NOTE * 100, lambda seen: "Lecture de la source" in seen)
    assert code == ExitCode.CANCELLED
    assert seen.rstrip().endswith("Votre source est gardée.")
    assert "Traceback" not in seen
