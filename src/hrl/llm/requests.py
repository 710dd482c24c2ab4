"""What the machine asks a model for, and what comes back: domain objects, no prompt text.

A prompt style (`hrl.llm.prompts`) renders a request and parses the reply. A reply that cannot be used
is a value, `BrokenReply`, because small models break formats and the Executive decides what to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from hrl.types import Passage, TestCode, TestReport, Usage

if TYPE_CHECKING:
    from hrl.config import Settings


@dataclass(frozen=True, slots=True)
class Helper:
    """A function that the asked-for one may call: its signature and what it does."""

    name: str
    signature: str
    goal: str


@dataclass(frozen=True, slots=True)
class Generate:
    """Write the function `name` from scratch.

    Attributes:
        task_id, subtask: where the request belongs (replay and scripted models key on them).
        attempt: 0 for the first generate of an episode, 1 for its first restart, ...
        starter: code to start from, or "".
        tests: visible tests that may be shown.
        helpers: dependencies that exist already.
        passages: what the search action found so far.
    """

    kind: ClassVar[str] = "generate"
    task_id: str
    subtask: str
    goal: str
    signature: str
    attempt: int = 0
    starter: str = ""
    tests: tuple[TestCode, ...] = ()
    helpers: tuple[Helper, ...] = ()
    passages: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class Debug:
    """Repair `code`, which failed as `report` says. `attempt` counts debugs of the episode."""

    kind: ClassVar[str] = "debug"
    task_id: str
    subtask: str
    goal: str
    signature: str
    code: str
    report: TestReport
    attempt: int = 0
    tests: tuple[TestCode, ...] = ()
    helpers: tuple[Helper, ...] = ()
    passages: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class MakePlan:
    """Split the task. `attempt` counts plans asked for; `refused` is why the last one was not used."""

    kind: ClassVar[str] = "plan"
    task_id: str
    title: str
    statement: str
    entry_point: str | None
    signature: str | None
    attempt: int = 0
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Integrate:
    """Settle what the AST merge could not: `parts` are (name, code), `problem` is why it is asked."""

    kind: ClassVar[str] = "integrate"
    task_id: str
    statement: str
    entry_point: str | None
    signature: str | None
    parts: tuple[tuple[str, str], ...]
    problem: str
    attempt: int = 0


@dataclass(frozen=True, slots=True)
class WriteTests:
    """Write tests for a function that has none; they are self-written and never trusted fully."""

    kind: ClassVar[str] = "tests"
    task_id: str
    subtask: str
    goal: str
    signature: str
    attempt: int = 0


Request = Generate | Debug | MakePlan | Integrate | WriteTests


@dataclass(frozen=True, slots=True)
class Sampling:
    """How to sample. `seed` and `sample` together make a reply reproducible and cacheable.

    Attributes:
        sample: the how-many-th reply to the same prompt is wanted, from 0.
    """

    temperature: float = 0.2
    top_p: float = 0.95
    max_tokens: int = 512
    seed: int = 0
    sample: int = 0

    @staticmethod
    def of(settings: Settings) -> Sampling:
        """How to sample, as the user set it."""
        return Sampling(settings.temperature, settings.top_p, settings.max_tokens, settings.seed)


@dataclass(frozen=True, slots=True)
class Call:
    """A request and how to sample its reply."""

    request: Request
    sampling: Sampling


@dataclass(frozen=True, slots=True)
class CodeReply:
    """A program. `truncated` when the reply ended in the middle and was cut to what parses."""

    code: str
    truncated: bool = False
    kind: str = "code"


@dataclass(frozen=True, slots=True)
class PlannedPart:
    """One line of a plan as the model gave it; the planner adds tests and validates."""

    name: str
    goal: str
    signature: str
    depends_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanReply:
    """A plan that parses; it may still be rejected."""

    parts: tuple[PlannedPart, ...]
    kind: str = "plan"


@dataclass(frozen=True, slots=True)
class TestsReply:
    """Self-written tests that parse."""

    __test__ = False

    source: str
    kind: str = "tests"


@dataclass(frozen=True, slots=True)
class BrokenReply:
    """A reply in which nothing usable was found; `text` is kept for the trace."""

    reason: str
    text: str
    kind: str = "broken"


Reply = CodeReply | PlanReply | TestsReply | BrokenReply


@dataclass(frozen=True, slots=True)
class Completion:
    """One answered call.

    Attributes:
        reply: parsed by the prompt style.
        text: the raw reply.
        finish: `stop` or `length`.
        mean_logprob: mean log-probability of the sampled tokens, where the backend gives them.
        key: content address of (model, prompt, sampling), the cache's and the budget's key.
        batch: how many calls the backend answered together.
        cached: it came from a cache and no model ran.
    """

    reply: Reply
    text: str
    usage: Usage
    finish: str
    key: str
    mean_logprob: float | None = None
    batch: int = 1
    cached: bool = False
