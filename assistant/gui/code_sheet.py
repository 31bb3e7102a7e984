"""The sheet the recovery code is printed on."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtGui import QFont, QTextDocument
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QWidget

from assistant.gui.phrases import NBSP
from assistant.gui.tokens import FAMILY
from assistant.gui.vault_phrases import day

_SHEET = """
<h2>Code de récupération du coffre d’Aparté</h2>
<p>{code}</p>
<p>Créé le {date}. Il ouvre le coffre de votre poste si la phrase de passe est oubliée, et vos
sauvegardes sur un autre poste. Un nouveau code rend celui-ci inutile pour le coffre.</p>
<p>Gardez cette feuille loin du poste, comme une clé{nbsp}: qui l’a, et le poste ou une sauvegarde,
peut lire vos textes.</p>
"""


def ask_and_print(parent: QWidget, code: str) -> None:
    """Let the user choose a printer, and print ``code`` there."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    dialog = QPrintDialog(printer, parent)
    if dialog.exec() == QDialog.DialogCode.Accepted:
        print_code(code, printer)


def print_code(code: str, printer: QPrinter) -> None:
    """Print the sheet of ``code``."""
    sheet = QTextDocument()
    sheet.setDefaultFont(QFont(FAMILY))  # without the table figures of the screen
    shown = f'<span style="font-size: 18pt; font-weight: bold">{code}</span>'
    date = f"{day(datetime.now())} {datetime.now():%Y}"
    sheet.setHtml(_SHEET.format(code=shown, date=date, nbsp=NBSP))
    sheet.print_(printer)
