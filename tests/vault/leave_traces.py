"""Work in the real window on a text that holds a marker, then end as asked:

    python -m tests.vault.leave_traces close|abort

Everything a session does with a text, in a process that is sealed as the app is. What is left on
disk is looked at by whoever started this.
"""

from __future__ import annotations

import os
import sys

from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest

from assistant.checking import Checker
from assistant.confinement.seal import seal
from assistant.documents import Source
from assistant.engine import NLP_COMMAND, Engine
from assistant.gui.application import make_application
from assistant.gui.rail import HISTORY
from assistant.gui.window import MainWindow
from assistant.gui.window_vault import WindowVault
from assistant.log import Happening, open_log, record, record_fault
from assistant.model_store.catalogue import find_model
from assistant.paths import vault_folder
from assistant.settings import Settings
from assistant.tasks import Desk
from assistant.vault.moments import utc_now
from assistant.vault.vault import Vault
from tests.campaigns.kills import run_until
from tests.vault.parts import MemoryKeyring, a_door

MARKER = "Zéphyrine Trébuchet-Quillivic"
_PATIENCE = 20.0


def main(ending: str) -> int:
    open_log()
    seal()
    make_application(Settings())
    desk, nlp = Desk(find_model(None)), Engine(command=NLP_COMMAND)
    window = MainWindow(desk, Checker(nlp), Settings())
    vault = Vault(a_door(vault_folder(), MemoryKeyring(), utc_now))
    corner = WindowVault(window, vault, desk)
    window.show()
    window.open_source(Source(f"Motif : toux. Mme {MARKER}, 85 ans.\nTA 14/8.", MARKER))
    window.drafting.source.editor.insertPlainText(f"Suite pour {MARKER}. ")
    window.start()
    assert run_until(lambda: bool(window.drafting.draft.text), _PATIENCE)
    assert run_until(lambda: not window.drafting.flow.state.running, _PATIENCE)
    view = window.drafting.draft.view
    view.moveCursor(QTextCursor.MoveOperation.End)
    view.insertPlainText(f"\nCorrigé pour {MARKER}.")
    record_fault(RuntimeError(f"une faute qui parle de {MARKER}"))
    record(Happening.STARTED)
    window.show_place(HISTORY)
    corner.history.asked.setText("Trébuchet")
    assert run_until(lambda: bool(corner.history.rows), _PATIENCE)
    corner.locking.lock()
    QTest.qWait(300)
    corner.locking.page.unlock.click()
    assert run_until(lambda: not corner.locking.locked, _PATIENCE)
    vault.ask_room(lambda room: room.copies.make(room.records.database, room.key)).result(20)
    if ending == "abort":
        os.abort()
    window.close()
    vault.close()
    desk.close()
    nlp.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
