"""All that an open vault holds, kind by kind."""

from __future__ import annotations

from assistant.vault.database import Database
from assistant.vault.findings import Findings
from assistant.vault.journal import Act, Facts, Journal
from assistant.vault.measures import Measures
from assistant.vault.moments import Clock
from assistant.vault.pseudonyms import PseudonymTables
from assistant.vault.results import Results
from assistant.vault.search import Search
from assistant.vault.sources import Sources
from assistant.vault.versions import Versions
from assistant.vault.works import Works

_KINDS = ("sources", "versions", "findings", "results", "pseudonyms", "measures", "journal")


class Records:
    """The records of ``database``; used on the vault's thread, inside one transaction a call."""

    def __init__(self, database: Database, chain: str, clock: Clock) -> None:
        self.database = database
        self.sources = Sources(database)
        self.versions = Versions(database)
        self.works = Works(database, self.sources, self.versions)
        self.findings = Findings(database)
        self.results = Results(database)
        self.pseudonyms = PseudonymTables(database)
        self.measures = Measures(database)
        self.search = Search(database)
        self.journal = Journal(database, chain)
        self.now = clock

    def note(self, act: Act, facts: Facts | None = None) -> None:
        """Write in the journal that ``act`` was done now."""
        self.journal.append(act, self.now(), facts)

    def counts(self) -> dict[str, int]:
        """How many records there are of each kind."""
        return {kind: int(self.database.value(f"SELECT count(*) FROM {kind}")) for kind in _KINDS}
