"""``aparte guides`` and ``aparte demander``, run as a program: exit codes, JSON, sentences."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.errors import ExitCode
from assistant.paths import shipped_guides
from assistant.retrieval.library import SHIPPED_PACK
from tests.extraction import documents
from tests.test_cli import aparte, assert_one_sentence

PACK = shipped_guides() / SHIPPED_PACK


def test_the_guides_are_listed_for_people_and_for_programs() -> None:
    told = aparte("guides", "lister")
    assert told.returncode == ExitCode.DONE
    assert len(told.stdout.splitlines()) == 10
    assert "signé par Aparté" in told.stdout
    guides = json.loads(aparte("guides", "lister", "--json").stdout)["guides"]
    assert {"id", "title", "version", "date", "review", "overdue", "origin", "signer"} <= set(
        guides[0]
    )
    assert {guide["signer"] for guide in guides} == {"Aparté"}


def test_signatures_are_checked(tmp_path: Path) -> None:
    assert aparte("guides", "verifier").returncode == ExitCode.DONE
    assert aparte("guides", "verifier", str(PACK)).returncode == ExitCode.DONE
    changed = bytearray(PACK.read_bytes())
    changed[3000] ^= 1
    copy = tmp_path / "copie.zip"
    copy.write_bytes(changed)
    assert_one_sentence(aparte("guides", "verifier", str(copy)), ExitCode.NO)
    assert_one_sentence(aparte("guides", "importer", str(copy)), ExitCode.NO)


def test_a_document_is_added_shown_unsigned_and_removed(tmp_path: Path) -> None:
    path = tmp_path / "Protocole du service.pdf"
    path.write_bytes(documents.pdf_document())
    added = json.loads(aparte("guides", "importer", "--json", str(path)).stdout)["guides"]
    assert [(one["id"], one["signer"]) for one in added] == [("poste-protocole-du-service", None)]
    checked = aparte("guides", "verifier")
    assert checked.returncode == ExitCode.NO
    assert "non signé" in checked.stdout
    assert aparte("guides", "retirer", added[0]["id"]).returncode == ExitCode.DONE
    assert aparte("guides", "verifier").returncode == ExitCode.DONE


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["guides"], ExitCode.BAD_INPUT),
        (["guides", "brûler"], ExitCode.BAD_INPUT),
        (["guides", "importer", "/absent.pdf"], ExitCode.BAD_INPUT),
        (["guides", "importer", "/absent.zip"], ExitCode.BAD_INPUT),
        (["guides", "retirer", "absent"], ExitCode.BAD_INPUT),
        (["guides", "retirer", "transmettre"], ExitCode.BAD_INPUT),
        (["guides", "evaluer", "/absent.jsonl"], ExitCode.BAD_INPUT),
        (["demander"], ExitCode.BAD_INPUT),
        (["demander", " … "], ExitCode.BAD_INPUT),
        (["demander", "--modele", "gpt-12", "Que relire ?"], ExitCode.CANNOT),
    ],
)
def test_what_is_wrong_is_one_sentence(words: list[str], code: ExitCode) -> None:
    assert_one_sentence(aparte(*words), code)


def test_a_question_is_answered_with_its_passages() -> None:
    done = aparte("demander", "--json", "Dans quel ordre relire un brouillon ?")
    assert done.returncode == ExitCode.DONE, done.stderr
    told = json.loads(done.stdout)
    assert not told["refused"]
    assert "[1]" in told["answer"]
    for citation in told["citations"]:
        assert {"guide", "version", "section", "page", "text"} <= set(citation)
        assert citation["page"] >= 1


def test_a_question_about_a_patient_is_refused_without_being_repeated() -> None:
    done = aparte("demander", "Mme Zéphirine Martin, 67 ans, diabétique : que faire ?")
    assert done.returncode == ExitCode.NO
    assert "texte d’un patient" in done.stdout
    assert "Zéphirine" not in done.stdout + done.stderr
