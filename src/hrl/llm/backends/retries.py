"""When to ask a server again, and after how long."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


@dataclass(frozen=True, slots=True)
class Backoff:
    """Exponential backoff with jitter.

    Attributes:
        tries: requests at most, the first included.
        base: seconds; the k-th wait is drawn from base·2^k · [0.5, 1].
        longest: seconds that no wait exceeds, whatever the server asks for.
    """

    tries: int = 4
    base: float = 0.5
    longest: float = 30.0

    def waits(self) -> Iterator[float]:
        """Seconds to wait after each try that failed; nothing after the last."""
        # Jitter keeps parallel callers apart; it decides nothing that has to be reproducible.
        generator = random.Random()
        for attempt in range(self.tries - 1):
            yield min(self.longest, self.base * 2**attempt * generator.uniform(0.5, 1.0))

    def retried(self, status: int) -> bool:
        """Whether a status may go away by itself."""
        return status in (408, 409, 425, 429) or status >= 500

    def at_least(self, wait: float, retry_after: str | None) -> float:
        """The wait, or what the server's `Retry-After` (seconds or a date) asks for if that is longer."""
        return min(self.longest, max(wait, _seconds(retry_after)))


def _seconds(retry_after: str | None) -> float:
    if not retry_after:
        return 0.0
    try:
        return max(0.0, float(retry_after))
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(retry_after)
    except ValueError:
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
