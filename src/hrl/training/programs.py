"""What the Hierarchical policy trains on: whole tasks, with everything around a run that is not its state.

A source draws programs from a generator; scripted ones are one kind, live ones on the curriculum another.
Hidden tests are run only for the reward, once a run, by the very `grade` of `hrl solve`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from hrl.budget import Ledger
from hrl.evaluation import HiddenTests
from hrl.events import MemoryRecorder, Recorder
from hrl.graphs.bench import Workbench
from hrl.graphs.setup import ROLES
from hrl.llm import BatchingModel, ReplyCache
from hrl.llm.base import ChatModel
from hrl.llm.requests import Sampling
from hrl.policies.base import Policy
from hrl.retrieval.base import Retriever
from hrl.sandbox.base import Limits, Sandbox
from hrl.types import Budget, Passage, Task, TestCode

BUDGET = Budget(tokens=40_000, model_calls=200, sandbox_runs=400)


@dataclass(frozen=True, slots=True)
class ProgramPrices:
    """Prices of the Hierarchical level, in units of one solved task.

    Attributes:
        solved: for stopping with a program that passes the hidden tests.
        token: for each token, prompt and completion, of all models.
        model_call: for each call, whatever its length.
        sandbox_run: for each run; grading is free.
    """

    solved: float = 1.0
    token: float = 1e-5
    model_call: float = 0.0
    sandbox_run: float = 0.001

    def price(self, tokens: int, model_calls: int, sandbox_runs: int) -> float:
        """What an option costs."""
        return self.token * tokens + self.model_call * model_calls + self.sandbox_run * sandbox_runs


@dataclass(frozen=True, slots=True)
class Program:
    """One task to practise on.

    Attributes:
        name: says what a sequence of options leads to: the same name, the same task and the same replies.
        kind: what a table groups by.
        task: its hidden tests decide about the reward.
        model: opens the model of one run; a script that counts its calls starts anew for each.
        hidden: function → tests that nothing but the reward of the Executive's training sees.
        budget: of one run; wall seconds do not belong here, because they differ each time.
        limits: of its sandbox runs; None: the environment's.
    """

    name: str
    kind: str
    task: Task
    model: Callable[[], ChatModel]
    hidden: Mapping[str, tuple[TestCode, ...]] = field(default_factory=dict)
    budget: Budget = BUDGET
    sampling: Sampling = field(default_factory=Sampling)
    limits: Limits | None = None


ProgramSource = Callable[[np.random.Generator], Program]


@dataclass(slots=True)
class NothingFound:
    """A retriever without the standard library's index: for tasks without documents, or with search off."""

    has_documents: bool = False

    def search(self, query: str, *, limit: int = 3) -> tuple[Passage, ...]:
        """Nothing, whatever the query."""
        del query, limit
        return ()


@dataclass(frozen=True, slots=True)
class Workshop:
    """What all runs share.

    Attributes:
        executive: the frozen intra-option policy.
        sandbox: runs programs; the caller keeps it.
        replies: where live models keep what they answered; the caller keeps it.
        retriever: of every run.
        limits: of one sandbox run.
    """

    executive: Policy
    sandbox: Sandbox
    replies: ReplyCache
    retriever: Retriever = field(default_factory=NothingFound)
    limits: Limits = field(default_factory=lambda: Limits(seconds_per_test=2.0))

    def bench(self, program: Program, policy: Policy, recorder: Recorder | None = None) -> Workbench:
        """The workbench of one run: a fresh ledger, a fresh model, hidden tests unopened.

        Args:
            program: what is solved.
            policy: of the Hierarchical level; asked only where the machine itself decides.
            recorder: receives the events; None keeps none.
        """
        found = program.model()
        model = found if isinstance(found, BatchingModel) else BatchingModel(found)
        return Workbench(
            task=program.task,
            models=dict.fromkeys(ROLES, model),
            executive_policy=self.executive,
            hierarchical_policy=policy,
            sandbox=self.sandbox,
            retriever=self.retriever,
            recorder=recorder or MemoryRecorder(),
            ledger=Ledger(program.budget),
            sampling=program.sampling,
            limits=program.limits or self.limits,
            replies=self.replies,
            hidden=HiddenTests(program.task.hidden_tests),
            graded=None,
            keep=_kept_nowhere,
            parallel=1,
        )


def _kept_nowhere(code: str) -> None:
    """A training run writes no solution."""
    del code
