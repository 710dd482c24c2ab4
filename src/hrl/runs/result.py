"""`result.json`: how a run ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hrl.errors import RunError
from hrl.runs.directory import RunDirectory
from hrl.types import Usage, Verdict, dump, load


@dataclass(frozen=True, slots=True)
class RunResult:
    """The end of a run, for people and programs.

    Attributes:
        status: solved, unverified, unsolved, budget, failed or interrupted; measured for an evaluation.
        verified: False when only self-written tests vouch for the program, or nothing does.
        message: one sentence.
        protocol: how the score came about (which tests were seen, how often hidden ones were opened).
    """

    status: str
    exit_code: int
    verified: bool
    message: str
    task_id: str
    entry_point: str | None
    verdict: Verdict | None
    hidden_opened: int
    usage: Usage
    model_calls: int
    sandbox_runs: int
    seconds: float
    protocol: str
    version: str

    @property
    def finished(self) -> bool:
        """Whether there is nothing left to resume."""
        return self.status in ("solved", "unverified", "unsolved", "budget", "measured")

    def write(self, run: RunDirectory) -> None:
        """Write `result.json`."""
        run.write_json(run.result, dump(self))

    @staticmethod
    def read(run: RunDirectory) -> RunResult | None:
        """The run's result; None where it has none yet, RunError where it is damaged."""
        if not run.result.exists():
            return None
        data: Any = run.read_json(run.result)
        try:
            return load(RunResult, data)
        except ValueError:
            raise RunError(f"result.json of the run {run.id} is not one of this version") from None
