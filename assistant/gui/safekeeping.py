"""What is typed and drafted goes to the vault as it comes, and is offered at the next start."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from assistant.documents import Draft, Source
from assistant.errors import AparteError
from assistant.gui.drafting_flow import Version as ShownVersion
from assistant.gui.drafting_place import COPIED, DraftingPlace
from assistant.gui.resumed_draft import corrected
from assistant.gui.reviewed import decisions, kept_findings, of_version
from assistant.gui.vault_mail import VaultMail
from assistant.tasks import Desk
from assistant.vault.door import Standing, Status
from assistant.vault.findings import KeptFinding
from assistant.vault.journal import Act, Facts
from assistant.vault.measures import Measure
from assistant.vault.records import Records
from assistant.vault.vault import Vault
from assistant.vault.versions import Origin, Version, new_id, rewritten_share
from assistant.vault.works import UnfinishedWork, Work

POLL_MS = 100
EDITING_PAUSE_MS = 250
SHORT_DRAFT = 20_000
NOT_OURS = "hors-catalogue"


class Safekeeping(QObject):
    """Follows ``place`` and hands its work to ``vault``. Its signals come on Qt's thread:
    ``status_changed``; ``unsaved`` with an AparteError, or None once all is saved; ``left`` with
    the works that windows before this one left."""

    status_changed = Signal(object)
    unsaved = Signal(object)
    left = Signal(object)

    def __init__(self, vault: Vault, desk: Desk, place: DraftingPlace) -> None:
        super().__init__(place)
        self.vault = vault
        self.status = vault.status
        self._desk, self._place = desk, place
        self._mail = VaultMail()
        vault.listener = self._mail
        self._waiting: list[tuple[Future[Any], Callable[[Any], None]]] = []
        self._looked = self._drafting = False
        self._measured: set[str] = set()
        self._resumed: Work | None = None
        self._begin()
        self._poll = QTimer(self)
        self._poll.setInterval(POLL_MS)
        self._poll.timeout.connect(self.look)
        self._poll.start()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(EDITING_PAUSE_MS)
        self._pause.timeout.connect(self._take_corrections)
        self._connect()

    def _connect(self) -> None:
        place = self._place
        place.source.opening.connect(self._put_away)
        place.source.changed.connect(self._source_changed)
        place.draft.view.edited.connect(self._draft_edited)
        place.delivered.connect(self._delivered)
        place.flow.state_changed.connect(self._flow_changed)
        place.flow.drafted.connect(self._hand_over)

    # --- what the vault says ------------------------------------------------------------

    def then(self, future: Future[Any], take: Callable[[Any], None]) -> None:
        """Once ``future`` is done, give ``take`` its answer, or its AparteError, on Qt's thread."""
        self._waiting.append((future, take))

    def look(self) -> None:
        """Take what the vault has said since the last time."""
        news = self._mail.take()
        if news.status is not None:
            self.status = news.status
            self.status_changed.emit(news.status)
            self._look_for_works(news.status)
        if news.unsaved is not None:
            self.unsaved.emit(news.unsaved)
        elif news.saved:
            self.unsaved.emit(None)
        for waiting in [waiting for waiting in self._waiting if waiting[0].done()]:
            self._waiting.remove(waiting)
            future, take = waiting
            take(future.exception() or future.result())

    def tell_locked(self) -> None:
        """The user goes on without opening the vault: it is shut for this window."""
        self.status = replace(self.status, standing=Standing.SHUT)
        self.status_changed.emit(self.status)

    def _look_for_works(self, status: Status) -> None:
        if status.standing is Standing.OPEN and not self._looked:
            self._looked = True
            self.then(self.vault.ask(lambda records: records.works.unfinished()), self._offer)

    def _offer(self, found: list[UnfinishedWork] | AparteError) -> None:
        if found and not isinstance(found, AparteError):
            self.left.emit(found)

    # --- what the window shows ----------------------------------------------------------

    def resume(self, work: Work) -> None:
        """Bring ``work`` back on screen; what was there goes among the records."""
        place, flow = self._place, self._place.flow
        self._resumed = work
        place.source.open_source(Source(work.source_text, work.source_name), "reprise")
        place.choose_form(work.form, work.mode)
        shown = work.shown
        if shown is not None:
            self._versions[shown.id] = shown
            flow.resume(self._on_screen(shown))
        self.vault.note(Act.RESUMED)
        self._hand_over()

    def _on_screen(self, shown: Version) -> ShownVersion:
        draft = corrected(shown.draft, shown.text)
        return ShownVersion(
            0,
            self._desk.forms.get(draft.document_type, self._place.flow.form),
            draft.mode,
            shown.source_text,
            draft,
            shown.coverage,
            shown.seconds,
            shown.made_at.astimezone().replace(tzinfo=None),
            pasted=shown.origin is Origin.PASTED,
            id=shown.id,
        )

    def leave(self, work: Work) -> None:
        """Offer ``work`` no more; it stays among the records."""
        self.vault.ask(lambda records: records.works.forget(work.id))

    def settle(self) -> None:
        """A pause, or the end: what is on screen goes among the records."""
        self.catch_up()
        if self._last is not None:
            self.vault.settle(self._last)

    def close(self) -> None:
        """The window closes."""
        self._poll.stop()
        self.settle()

    def _begin(self) -> None:
        """Another work, of which nothing is there yet: one that is resumed, or a new one."""
        resumed, self._resumed = self._resumed, None
        if resumed is None:
            self._id, self._opened_at = new_id(), datetime.now(UTC)
        else:
            self._id, self._opened_at = resumed.id, resumed.opened_at
        self._versions: dict[str, Version] = {}
        self._text: str | None = None
        self._shown_id: str | None = None
        self._finished = False
        self._last: Work | None = None

    def _put_away(self) -> None:
        """The source gives way to another: its work goes among the records, and is not offered."""
        self.catch_up()
        if self._last is not None:
            self.vault.settle(replace(self._last, finished=True))
        self._begin()

    def _source_changed(self) -> None:
        self._finished = False
        self._hand_over()

    def _draft_edited(self) -> None:
        self._finished = False
        if self._place.draft.view.document().characterCount() < SHORT_DRAFT:
            self._take_corrections()
        elif not self._pause.isActive():
            self._pause.start()

    def _take_corrections(self) -> None:
        self._text = self._place.draft.text
        self._hand_over()

    def catch_up(self) -> None:
        """Hand over what was corrected a moment ago."""
        if self._pause.isActive():
            self._pause.stop()
            self._take_corrections()

    def _flow_changed(self) -> None:
        running = self._place.flow.state.running
        if running and not self._drafting:
            self._pause.stop()  # the corrections are no longer on screen
            self.settle()  # the draft before, as corrected
            self._text = None
        elif self._drafting and not running:
            self._follow_version()
            self.settle()
            self.vault.note(Act.DRAFTED, self._facts())
        elif not running:
            self._follow_version()
        self._drafting = running

    def _follow_version(self) -> None:
        """Another draft may be on screen: its text is read only then, not at each key."""
        version = self._place.flow.version
        shown = None if version is None else version.id
        if shown != self._shown_id:
            self._shown_id = shown
            self._text = self._place.draft.text or None
        self._hand_over()

    def _delivered(self, how: str) -> None:
        self.catch_up()
        self._finished = True
        self._hand_over()
        self.settle()
        findings = kept_findings(self._place.review)
        facts = replace(self._facts(), findings=decisions(findings))
        self.vault.note(Act.COPIED if how == COPIED else Act.SAVED, facts)
        if self._last is not None and self._last.shown is not None:
            self._keep_findings(self._last, self._last.shown, findings)

    def _keep_findings(self, work: Work, shown: Version, findings: list[KeptFinding]) -> None:
        """With the draft that left, and what the document took, once for each."""
        now, first = datetime.now(UTC), shown.id not in self._measured
        self._measured.add(shown.id)
        spent = (now - work.opened_at).total_seconds()
        kinds = Counter(finding.kind for finding in findings)

        def keep(records: Records) -> None:
            kept = records.versions.add(shown)
            records.findings.keep([of_version(finding, kept.id) for finding in findings], now)
            if first:
                share = rewritten_share(shown.draft.text, shown.words)
                form, mode = shown.draft.document_type, shown.draft.mode.value
                measure = Measure(now, form, mode, spent, shown.seconds, share, kinds)
                records.measures.add(measure)

        self.vault.later(keep)

    def _hand_over(self) -> None:
        flow = self._place.flow
        emptied = self._last is not None and self._last.source_text.strip()
        if emptied and not flow.source_text.strip():
            self._put_away()
            return
        shown = self._shown()
        if self._last is None and shown is None and not flow.source_text.strip():
            return
        self._last = Work(
            self._id,
            self._opened_at,
            flow.source_text,
            self._place.source.name,
            flow.form.id,
            flow.mode,
            shown,
            self._finished,
        )
        self.vault.keep(self._last)

    def _shown(self) -> Version | None:
        version = self._place.flow.version
        if version is None or version.draft is None:
            return None
        known = self._versions.get(version.id) or self._new_version(version, version.draft)
        self._versions[version.id] = replace(
            known,
            draft=version.draft if known.origin is Origin.MODEL else known.draft,
            text="" if self._text is None else self._text,
            coverage=version.coverage,
            seconds=version.seconds,
        )
        return self._versions[version.id]

    def _new_version(self, shown: ShownVersion, draft: Draft) -> Version:
        model = "" if shown.pasted else self._desk.model.sha256 or NOT_OURS
        origin = Origin.PASTED if shown.pasted else Origin.MODEL
        at = datetime.now(UTC)
        return Version(shown.id, self._id, at, draft, "", shown.source_text, model, origin)

    def _facts(self) -> Facts:
        shown = None if self._last is None else self._last.shown
        if shown is None:
            return Facts()
        form, mode = shown.draft.document_type, shown.draft.mode.value
        return Facts(shown.model, form, mode, seconds=shown.seconds)
