"""`ViewState`: everything that a picture of a run needs. `hrl.view.folding` builds it from events."""

from __future__ import annotations

from dataclasses import dataclass, field

from hrl.events import (
    CandidateMade,
    Decided,
    Evaluated,
    HiddenOpened,
    Integrated,
    OptionChosen,
    PassagesFound,
    RunFinished,
    RunStarted,
)
from hrl.types import Subtask, TestReport, Usage


@dataclass(frozen=True, slots=True)
class StepView:
    """One decision and what came of it.

    Attributes:
        usage: what the model calls of this step cost.
        problem: why a reply could not be used, or "".
    """

    decision: Decided
    at: float
    until: float
    usage: Usage = field(default_factory=Usage)
    sandbox_seconds: float = 0.0
    candidate: CandidateMade | None = None
    report: TestReport | None = None
    suite: str = ""
    passages: PassagesFound | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class EpisodeView:
    """One Executive episode; `doing` is the word shown for what happens now."""

    episode: str
    subtask: str
    mode: str = "solve"
    doing: str = "waiting"
    outcome: str = ""
    seen: float = 0.0
    steps: tuple[StepView, ...] = ()

    @property
    def candidates(self) -> tuple[CandidateMade, ...]:
        """Every program so far, oldest first."""
        return tuple(step.candidate for step in self.steps if step.candidate is not None)

    @property
    def report(self) -> TestReport | None:
        """The last test report."""
        return next((step.report for step in reversed(self.steps) if step.report is not None), None)


@dataclass(frozen=True, slots=True)
class StoryLine:
    """One line of the plain display. `level`: 0 always, 1 normal, 2 only when verbose."""

    seconds: float
    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class ViewState:
    """A run so far.

    Attributes:
        started, seen: time of the first and of the last event (seconds since the epoch).
        idle: seconds between an interruption and its resume; they are not the run's time.
        phase: the option in force (`plan`, `execute`, `integrate`, `evaluate`, `stop`), or "".
        focus: the episode that the decision card shows.
        charged: keys of calls already counted, so that a resumed run counts them once.
    """

    run: RunStarted | None = None
    started: float = 0.0
    seen: float = 0.0
    idle: float = 0.0
    resumed: int = 0
    phase: str = ""
    option: OptionChosen | None = None
    plan: tuple[Subtask, ...] = ()
    plan_source: str = ""
    episodes: dict[str, EpisodeView] = field(default_factory=dict)
    focus: str = ""
    usage: Usage = field(default_factory=Usage)
    model_calls: int = 0
    sandbox_runs: int = 0
    charged: frozenset[str] = frozenset()
    program: Integrated | None = None
    evaluated: Evaluated | None = None
    hidden: HiddenOpened | None = None
    spent: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    finished: RunFinished | None = None
    story: tuple[StoryLine, ...] = ()

    def seconds(self, now: float | None = None) -> float:
        """Wall time of the run, interruptions left out; `now` only counts while it runs."""
        if self.finished is not None:
            return self.finished.seconds
        latest = self.seen if now is None else max(now, self.seen)
        return max(0.0, latest - self.started - self.idle) if self.run is not None else 0.0

    @property
    def focused(self) -> EpisodeView | None:
        """The episode that the decision card shows."""
        return self.episodes.get(self.focus)

    def episode_of(self, subtask: str) -> EpisodeView | None:
        """The latest solving episode of a subtask."""
        mine = [e for e in self.episodes.values() if e.subtask == subtask and e.mode != "evaluate"]
        return mine[-1] if mine else None

    def name_of(self, episode: str) -> str:
        """What people call an episode: its subtask's name."""
        known = self.episodes.get(episode)
        if known is not None and known.mode == "evaluate":
            return "merged program"
        return known.subtask if known is not None else episode
