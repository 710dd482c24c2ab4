"""What can happen in a run: one frozen dataclass a kind, each with a literal `kind`; `Stamped` says when."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field

from hrl.types import Budget, Passage, Subtask, TestReport, Usage

TRACE_VERSION = 1


@dataclass(frozen=True, slots=True)
class RunStarted:
    """First line of every trace. `models` maps role (planner, executive, integrator) to name."""

    verb: str
    run: str
    task_id: str
    title: str
    models: dict[str, str]
    prompts: dict[str, str]
    policy: str
    sandbox: str
    isolation: str
    seed: int
    budget: Budget
    version: str
    kind: Literal["run.started"] = "run.started"


@dataclass(frozen=True, slots=True)
class RunResumed:
    """The run went on after an interruption. `skipped` says in words what was not done again."""

    skipped: tuple[str, ...]
    cached_replies: int
    kind: Literal["run.resumed"] = "run.resumed"


@dataclass(frozen=True, slots=True)
class OptionChosen:
    """A decision of the Hierarchical policy: what it could do, what it chose, what it saw.

    `features` is empty in traces of versions that did not keep them.
    """

    option: str
    mask: dict[str, bool]
    values: dict[str, float] | None
    policy: str
    cycle: int
    features: dict[str, float] = field(default_factory=dict)
    kind: Literal["option.chosen"] = "option.chosen"


@dataclass(frozen=True, slots=True)
class PlanMade:
    """A valid plan.

    `source` is `single` (no splitting needed), `whole` (the task in one piece, although it names several
    functions), `model`, `revised` (a model's with other dependencies) or `fallback` (the task's own list).
    """

    subtasks: tuple[Subtask, ...]
    source: str
    kind: Literal["plan.made"] = "plan.made"


@dataclass(frozen=True, slots=True)
class PlanRefused:
    """The model's plan could not be used."""

    reason: str
    kind: Literal["plan.refused"] = "plan.refused"


@dataclass(frozen=True, slots=True)
class EpisodeStarted:
    """An Executive episode begins: `mode` is `solve` or `evaluate`."""

    episode: str
    subtask: str
    mode: str
    kind: Literal["episode.started"] = "episode.started"


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision of the Executive: what it saw, what it could do, what it chose."""

    episode: str
    step: int
    features: dict[str, float]
    mask: dict[str, bool]
    values: dict[str, float] | None
    action: str
    policy: str
    kind: Literal["decided"] = "decided"


@dataclass(frozen=True, slots=True)
class ModelAnswered:
    """One model call. `key` identifies it for caches and budgets; `reply` is the reply's kind."""

    episode: str
    request: str
    key: str
    reply: str
    finish: str
    usage: Usage
    batch: int
    cached: bool
    mean_logprob: float | None
    problem: str = ""
    kind: Literal["model.answered"] = "model.answered"


@dataclass(frozen=True, slots=True)
class CandidateMade:
    """A program for a subtask; `duplicate` when the episode had seen it before."""

    episode: str
    digest: str
    code: str
    origin: str
    duplicate: bool
    kind: Literal["candidate.made"] = "candidate.made"


@dataclass(frozen=True, slots=True)
class TestsRun:
    """One sandbox run. `suite` is `visible` or `self`; `episode` is `integrate` where a search ran it."""

    __test__ = False

    episode: str
    digest: str
    suite: str
    key: str
    report: TestReport
    kind: Literal["tests.run"] = "tests.run"


@dataclass(frozen=True, slots=True)
class PassagesFound:
    """What the search action brought."""

    episode: str
    query: str
    passages: tuple[Passage, ...]
    kind: Literal["passages.found"] = "passages.found"


@dataclass(frozen=True, slots=True)
class EpisodeFinished:
    """`outcome`: `passed`, `failed`, `untested` or `budget`; `digest` of the best program or ""."""

    episode: str
    subtask: str
    outcome: str
    digest: str
    steps: int
    kind: Literal["episode.finished"] = "episode.finished"


@dataclass(frozen=True, slots=True)
class Integrated:
    """The merged program; `notes` says what was changed.

    `method` is `merge`, `model`, or `search`: a combination of programs of several rounds that passes.
    """

    method: str
    code: str
    notes: tuple[str, ...]
    kind: Literal["integrated"] = "integrated"


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The merged program against the visible, else the self-written tests, by an episode or by a search."""

    visible: TestReport | None
    self_written: TestReport | None
    kind: Literal["evaluated"] = "evaluated"


@dataclass(frozen=True, slots=True)
class HiddenOpened:
    """The hidden tests were opened, for the `count`-th time, after the answer was frozen.

    `episode` says whose, in an evaluation of many problems.
    """

    count: int
    report: TestReport
    episode: str = ""
    kind: Literal["hidden.opened"] = "hidden.opened"


@dataclass(frozen=True, slots=True)
class BudgetSpent:
    """A call was refused because this resource is spent."""

    resource: str
    kind: Literal["budget.spent"] = "budget.spent"


@dataclass(frozen=True, slots=True)
class Warned:
    """Something that the user should know and that ends nothing."""

    message: str
    kind: Literal["warned"] = "warned"


@dataclass(frozen=True, slots=True)
class RunFinished:
    """Last line of a finished trace. `status` as in `hrl.runs.RunResult`."""

    status: str
    exit_code: int
    verified: bool
    hidden_opened: int
    usage: Usage
    model_calls: int
    sandbox_runs: int
    seconds: float
    message: str = ""
    kind: Literal["run.finished"] = "run.finished"


Event = Annotated[
    RunStarted
    | RunResumed
    | OptionChosen
    | PlanMade
    | PlanRefused
    | EpisodeStarted
    | Decided
    | ModelAnswered
    | CandidateMade
    | TestsRun
    | PassagesFound
    | EpisodeFinished
    | Integrated
    | Evaluated
    | HiddenOpened
    | BudgetSpent
    | Warned
    | RunFinished,
    Field(discriminator="kind"),
]


@dataclass(frozen=True, slots=True)
class Stamped:
    """An event with its place in the trace. `time` is seconds since the epoch."""

    seq: int
    time: float
    event: Event
    v: int = TRACE_VERSION
