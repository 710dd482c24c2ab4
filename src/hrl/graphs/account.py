"""What a trace says about a run so far: its costs, its hidden tests, and the best program.

The trace is written before a checkpoint, so nothing that was produced is lost with an unsaved state.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from hrl.budget import Spent
from hrl.events import (
    CandidateMade,
    EpisodeStarted,
    Event,
    HiddenOpened,
    Integrated,
    ModelAnswered,
    PlanMade,
    RunResumed,
    Stamped,
    TestsRun,
)
from hrl.integrator import merge
from hrl.integrator.integrate import EPISODE
from hrl.types import Plan, TestReport, Usage, program_digest


@dataclass
class Account:
    """Folded from the events of a trace.

    Attributes:
        usage: of all model calls, each key once.
        charged: keys of model calls and sandbox runs.
        seconds: wall time of all sessions, without the pauses between them.
        hidden: report of the hidden tests, once they were opened.
        started: whether the trace has any event.
    """

    usage: Usage = field(default_factory=Usage)
    charged: set[str] = field(default_factory=set)
    model_calls: int = 0
    sandbox_runs: int = 0
    seconds: float = 0.0
    opened: int = 0
    hidden: TestReport | None = None
    started: bool = False
    plan: Plan | None = None
    merged: str = ""
    subtask_of: dict[str, str] = field(default_factory=dict)
    codes: dict[tuple[str, str], str] = field(default_factory=dict)
    reports: dict[tuple[str, str], TestReport] = field(default_factory=dict)

    @staticmethod
    def of(trace: Iterable[Stamped]) -> Account:
        """Fold a trace."""
        account, last = Account(), 0.0
        for stamped in trace:
            if account.started and not isinstance(stamped.event, RunResumed):
                account.seconds += max(0.0, stamped.time - last)
            account.started, last = True, stamped.time
            account._take(stamped.event)
        return account

    @property
    def spent(self) -> Spent:
        """The ledger's totals."""
        return Spent(self.usage.tokens, self.seconds, self.model_calls, self.sandbox_runs)

    def best_program(self, entry_point: str | None) -> str:
        """The best program so far, merged from the best parts where there is no merge yet; "" if none."""
        if self.merged:
            return self._best_of("") or self.merged
        if self.plan is None:
            return ""
        parts = {subtask.name: self._best_of(subtask.name) for subtask in self.plan.subtasks}
        return merge(self.plan, {name: code for name, code in parts.items() if code}, entry_point).code

    def _best_of(self, subtask: str) -> str:
        """The program that passed most tests in the episodes of a subtask, or in evaluations for ""."""
        ranked = [
            (self._rank(key), -place, code)
            for place, (key, code) in enumerate(self.codes.items())
            if self.subtask_of.get(key[0], "") == subtask
        ]
        return max(ranked)[2] if ranked else ""

    def _rank(self, key: tuple[str, str]) -> float:
        report = self.reports.get(key)
        if report is None:
            return -1.0
        return 2.0 if report.verdict == "pass" else report.share

    def _take(self, event: Event) -> None:
        match event:
            case ModelAnswered(key=key, usage=usage) if key not in self.charged:
                self.charged.add(key)
                self.usage += usage
                self.model_calls += 1
            case TestsRun(episode=episode, digest=digest, key=key, report=report):
                self.sandbox_runs += key not in self.charged
                self.charged.add(key)
                self.reports[episode, digest] = report
            case HiddenOpened(count=count, report=report):
                self.sandbox_runs += 1
                self.opened, self.hidden = count, report
            case PlanMade(subtasks=subtasks):
                self.plan = Plan(subtasks)
            case EpisodeStarted(episode=episode, subtask=subtask, mode=mode):
                self.subtask_of[episode] = subtask if mode == "solve" else ""
                if mode == "evaluate":
                    self.codes[episode, program_digest(self.merged)] = self.merged
            case CandidateMade(episode=episode, digest=digest, code=code):
                self.codes[episode, digest] = code
            case Integrated(code=code):
                self.merged = code
                joined = EPISODE, program_digest(code)
                if joined in self.reports and self.reports[joined].verdict == "pass":
                    self.codes[joined] = code
            case _:
                pass
