"""The parts of the vault's window that stand alone: the session, the sheet, the words."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtPrintSupport import QPrinter
from pytestqt.qtbot import QtBot

from assistant.errors import ErrorCode
from assistant.gui.application import make_application
from assistant.gui.code_sheet import print_code
from assistant.gui.session_watch import session_path
from assistant.gui.vault_mail import VaultMail
from assistant.gui.vault_phrases import day, day_and_clock, title_and_detail
from assistant.gui.vault_side import protection_words, retention_words, week_words
from assistant.settings import Settings
from assistant.vault.door import Standing, Status
from assistant.vault.measures import Week
from assistant.vault.recovery_code import new_code
from assistant.vault.retention import Retention

WATCH = """
import subprocess, sys
from PySide6.QtCore import QCoreApplication, QTimer
from assistant.gui.session_watch import SessionWatch

app = QCoreApplication(sys.argv)
watch = SessionWatch(app)
heard = []
watch.left.connect(lambda: heard.append(1))

def say(interface, hidden):
    path = "/" + interface.replace(".", "/")
    signal = ["dbus-send", "--session", "--type=signal", path, interface + ".ActiveChanged"]
    subprocess.run([*signal, f"boolean:{hidden}"], check=True)

say("org.freedesktop.ScreenSaver", "false")
say("org.freedesktop.ScreenSaver", "true")
say("org.gnome.ScreenSaver", "true")
QTimer.singleShot(20000, app.quit)
look = QTimer()
look.timeout.connect(lambda: len(heard) == 2 and app.quit())
look.start(20)
app.exec()
print(watch.watching, len(heard))
"""


def test_a_real_session_that_locks_is_heard() -> None:
    command = ["dbus-run-session", "--", sys.executable, "-c", WATCH]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("DBUS")}
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.split() == ["True", "2"], done.stderr


@pytest.mark.parametrize(
    ("session", "path"), [("2", "_32"), ("c2", "c2"), ("", "_"), ("12", "_312"), ("a-b", "a_2db")]
)
def test_a_session_is_named_as_logind_does(session: str, path: str) -> None:
    assert session_path(session).rpartition("/")[2] == path


def test_the_sheet_holds_the_code(qtbot: QtBot, tmp_path: Path) -> None:
    make_application(Settings())
    code, path = new_code(), tmp_path / "code.pdf"
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    print_code(code, printer)
    words = PdfReader(path).pages[0].extract_text().replace("\n", "")
    assert code in words.replace(" ", "")
    assert "loin du poste" in " ".join(words.split())


def test_french_dates() -> None:
    assert day(date(2026, 12, 1)) == "1er\u00a0décembre"
    assert day_and_clock(datetime(2026, 11, 21, 14, 5)) == ("21\u00a0novembre à 14\u00a0h\u00a005")


@pytest.mark.parametrize("code", [code for code in ErrorCode if code.name.startswith("VAULT_")])
def test_every_word_about_the_vault_has_a_title_and_what_to_do(code: ErrorCode) -> None:
    title, detail = title_and_detail(code.sentence)
    assert title.endswith(".")
    assert "\u00a0:" not in title
    assert detail == "" or detail[0].isupper() or detail[0] == "{"


def test_what_protects_the_vault_is_said_plainly() -> None:
    told = [
        protection_words(Status(Standing.OPEN)),
        protection_words(Status(Standing.OPEN, asks_passphrase=True)),
        protection_words(Status(Standing.OPEN, ephemeral=True)),
        protection_words(Status(Standing.SHUT)),
    ]
    assert "qui peut utiliser la session" in told[0]
    assert len(set(told)) == 4
    assert retention_words(Retention(7, 30)).startswith("Sources\u00a0: 7\u00a0jours.")
    week = Week(date(2026, 11, 16), 3, 242, 3, 0.081, {})
    assert week_words(week) == (
        "Semaine du 16\u00a0novembre\u00a0: 3\u00a0documents, 4\u00a0minutes chacun, "
        "8\u00a0% réécrits."
    )


def test_the_mail_keeps_the_last_word() -> None:
    mail = VaultMail()
    from assistant.errors import AparteError

    mail.not_saved(AparteError(ErrorCode.VAULT_DISK_FULL))
    mail.vault_changed(Status(Standing.OPEN))
    mail.saved()
    news = mail.take()
    assert (news.saved, news.unsaved) == (True, None)
    assert news.status is not None
    assert mail.take().status is None
