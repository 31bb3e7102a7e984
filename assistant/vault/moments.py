"""Moments as the vault writes them: UTC, to the millisecond, in text that sorts by date."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The PC's clock."""
    return datetime.now(UTC)


def written(moment: datetime) -> str:
    """``moment`` (with a time zone) as « 2026-11-22T08:15:30.123Z »."""
    in_utc = moment.astimezone(UTC)
    return f"{in_utc:%Y-%m-%dT%H:%M:%S}.{in_utc.microsecond // 1000:03d}Z"


def read(text: str) -> datetime:
    """The moment that ``written`` wrote. Raises ValueError for anything else."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
