"""The `Sandbox` seam: a program and its tests go in, a report comes out.

The verdict is computed in this process, from plain values that the candidate returned; nothing that the
candidate can print, write, patch or exit with is a verdict.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from hrl.errors import SandboxUnavailable
from hrl.types import TestCode, TestReport

if TYPE_CHECKING:
    from hrl.config import Settings

Result = TestReport | SandboxUnavailable  # of one job in a batch: what was found, or why nothing could be


@dataclass(frozen=True, slots=True)
class Limits:
    """What one job may use. `seconds_per_test` is never applied below 1 s.

    Attributes:
        seconds_total: wall time for the whole job; None: `seconds_per_test` times the number of tests,
            at most 60.
        output_bytes: how much of stdout and stderr is read before the job is killed as a flood.
    """

    seconds_per_test: float = 10.0
    seconds_total: float | None = None
    memory_mb: int = 512
    output_bytes: int = 1 << 20
    processes: int = 64

    @staticmethod
    def of(settings: Settings) -> Limits:
        """The limits that the user set."""
        return Limits(seconds_per_test=settings.seconds_per_test, memory_mb=settings.memory_mb)


@dataclass(frozen=True, slots=True)
class Job:
    """One grading job: a candidate program and tests.

    Attributes:
        program: the candidate's whole source (dependencies' code before it).
        tests: visible, self-written or hidden ones; the sandbox does not know which.
        entry_point: the function that the tests call, where known.
        helpers: source that the task itself states and the tests may use; trusted, never a candidate's.
    """

    program: str
    tests: tuple[TestCode, ...]
    entry_point: str | None = None
    helpers: str = ""
    limits: Limits = field(default_factory=Limits)


class Sandbox(Protocol):
    """Runs jobs; thread-safe; several jobs may run at the same time.

    Attributes:
        backend: `docker`, `bubblewrap` or `process`.
        isolation: one line that says what the backend really got on this machine.
    """

    backend: str
    isolation: str

    def run(self, job: Job) -> TestReport:
        """Grade one job. A job without tests only loads the program: `pass` when it loads.

        Raises:
            SandboxUnavailable: the sandbox, not the candidate, failed. Never scored.
        """
        ...

    def close(self) -> None:
        """Stop every worker and remove every container; idempotent."""
        ...
