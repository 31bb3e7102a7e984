"""A trainee's results, exercise by exercise."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from assistant.vault.database import Database
from assistant.vault.moments import read, written
from assistant.vault.versions import new_id


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one exercise; ``result`` is whatever its scoring keeps."""

    exercise: str
    at: datetime
    result: Mapping[str, Any]


@dataclass
class Results:
    """The results in ``database``."""

    database: Database = field(repr=False)

    def add(self, result: Result) -> None:
        """Keep one more result."""
        self.database.run(
            "INSERT INTO results (id, at, exercise, result) VALUES (?, ?, ?, ?)",
            (
                new_id(),
                written(result.at),
                result.exercise,
                json.dumps(dict(result.result), ensure_ascii=False),
            ),
        )

    def all(self) -> list[Result]:
        """Every result, the first one first."""
        found = self.database.rows("SELECT exercise, at, result FROM results ORDER BY at, n")
        return [Result(exercise, read(at), json.loads(result)) for exercise, at, result in found]
