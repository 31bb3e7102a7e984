"""What the user must know of the vault, said above the panes, with what to do."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from assistant.errors import AparteError, ErrorCode
from assistant.gui.notice import Action, Notice
from assistant.gui.phrases import NBSP
from assistant.gui.safekeeping import Safekeeping
from assistant.gui.vault_phrases import day_and_clock, title_and_detail
from assistant.vault.door import Door, Standing, Status
from assistant.vault.works import UnfinishedWork


class VaultNotices(QObject):
    """Speaks in ``notice``, one thing at a time: what stops saving before what can wait."""

    passphrase_asked = Signal()
    code_asked = Signal()
    elsewhere_asked = Signal()
    unlock_asked = Signal()

    def __init__(self, keeping: Safekeeping, notice: Notice) -> None:
        super().__init__(keeping)
        self._keeping, self._notice = keeping, notice
        self._left: list[UnfinishedWork] = []
        self._shut: AparteError | None = None
        self._unsaved: AparteError | None = None
        self._incident: AparteError | None = None
        keeping.status_changed.connect(self._follow)
        keeping.unsaved.connect(self._tell_unsaved)
        keeping.left.connect(self._tell_left)

    def refresh(self) -> None:
        """Say what matters most now, or nothing."""
        if self._unsaved is not None:
            self._tell(self._unsaved, [("Enregistrer ailleurs…", self.elsewhere_asked.emit)])
        elif self._shut is not None:
            self._tell(self._shut, self._ways_in(self._shut.code))
        elif self._incident is not None:
            self._tell(self._incident, [("Compris", self._incident_read)])
        elif self._left:
            self._offer(self._left[0])
        else:
            self._notice.dismiss()

    def _follow(self, status: Status) -> None:
        self._shut = status.reason if status.standing is Standing.SHUT else None
        if status.standing is Standing.OPEN:
            self._incident = status.incident or self._incident
        self.refresh()

    def _tell_unsaved(self, error: AparteError | None) -> None:
        if error is not self._unsaved:
            self._unsaved = error
            self.refresh()

    def _tell_left(self, found: list[UnfinishedWork]) -> None:
        self._left = list(found)
        self.refresh()

    def _tell(self, error: AparteError, actions: list[Action]) -> None:
        title, detail = title_and_detail(error.sentence)
        self._notice.tell(title, detail, actions)

    def _offer(self, found: UnfinishedWork) -> None:
        title = f"Un travail du {day_and_clock(found.changed_at)} n’est pas terminé."
        more = len(self._left) - 1
        detail = "Il est gardé dans le coffre de ce poste."
        if more:
            detail += f" Autres travaux à proposer ensuite{NBSP}: {more}."
        take: Action = ("Reprendre ce travail", lambda: self._take(found))
        leave: Action = ("Le laisser dans le coffre", lambda: self._leave(found))
        self._notice.tell(title, detail, [take, leave], grave=False)

    def _take(self, found: UnfinishedWork) -> None:
        self._left.remove(found)
        self._keeping.resume(found.work)
        self.refresh()

    def _leave(self, found: UnfinishedWork) -> None:
        self._left.remove(found)
        self._keeping.leave(found.work)
        self.refresh()

    def _incident_read(self) -> None:
        self._incident = None
        self.refresh()

    def _ways_in(self, code: ErrorCode) -> list[Action]:
        """What can be done where the vault is shut; working on without it is always possible."""
        passphrase: Action = ("Créer une phrase de passe", self.passphrase_asked.emit)
        again: Action = ("Réessayer", self._asking(lambda door: door.open()))
        anew: Action = ("Commencer un nouveau coffre", self._asking(lambda door: door.start_anew()))
        by_code: Action = ("Saisir le code de récupération", self.code_asked.emit)
        go_on: Action = ("Continuer sans enregistrer", self._go_on)
        ways: dict[ErrorCode, list[Action]] = {
            ErrorCode.VAULT_NO_KEYRING: [passphrase],
            ErrorCode.VAULT_PASSPHRASE_REQUIRED: [passphrase],
            ErrorCode.VAULT_KEYRING_SILENT: [again, passphrase],
            ErrorCode.VAULT_KEY_LOST: [by_code, anew],
            ErrorCode.VAULT_KEYS_DAMAGED: [anew],
            ErrorCode.VAULT_LOCKED: [("Déverrouiller", self.unlock_asked.emit)],
        }
        return [*ways.get(code, [again]), go_on]

    def _asking(self, work: Callable[[Door], None]) -> Callable[[], None]:
        return lambda: self._keeping.then(self._keeping.vault.ask_door(work), self._tell_refusal)

    def _tell_refusal(self, answer: object) -> None:
        if isinstance(answer, AparteError):
            self._tell(answer, [("Compris", self.refresh)])

    def _go_on(self) -> None:
        self._shut = None
        self.refresh()
