"""Live functions: the curriculum's tasks of one function, answered by a model in the real sandbox."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from hrl.benchmarks.datasets.curriculum import KINDS, of_drawn
from hrl.benchmarks.protocols import PROTOCOLS, seen_by_model
from hrl.budget import Ledger
from hrl.curriculum.problem import Split
from hrl.curriculum.series import Drawn
from hrl.curriculum.tasks import sample
from hrl.executive import start_episode
from hrl.llm.base import ChatModel
from hrl.llm.requests import Sampling
from hrl.planner import single_plan
from hrl.retrieval import open_index
from hrl.sandbox.base import Limits
from hrl.training.exercises import Exercise
from hrl.types import Budget

# More than ten repairs and five programs can use.
BUDGET = Budget(tokens=200_000, model_calls=200, sandbox_runs=400)


@dataclass(frozen=True, slots=True)
class LiveFunctions:
    """Number n is a function of seed, split and n alone: the kinds of `hrl eval curriculum` in turn.

    What the Executive sees is what the protocol `visible` shows.

    Attributes:
        model: answers; the caller keeps it.
        limits: of a sandbox run; None: the environment's.
    """

    model: ChatModel
    split: Split = "train"
    seed: int = 0
    sampling: Sampling = field(default_factory=Sampling)
    limits: Limits | None = None

    def name(self, place: int) -> str:
        """Of the exercise at a place, from 0: the same name, the same task."""
        return f"{self.split}/{self.seed}/{place:05d}"

    def number(self, place: int) -> Exercise:
        """The exercise at a place; what its actions lead to is remembered."""
        kind = KINDS[place % len(KINDS)]
        drawn = sample(self.split, random.Random(f"executive/{self.name(place)}"), kind)
        problem = of_drawn(Drawn(self.split, kind, drawn))
        task = seen_by_model(problem, PROTOCOLS["visible"])
        episode = start_episode(
            problem.id,
            single_plan(task).subtasks[0],
            episode_id=self.name(place),
            starter=task.starter_code,
            entry_point=task.entry_point,
            has_documents=bool(task.documents),
        )
        return Exercise(
            kind=f"live {kind}",
            episode=episode,
            model=self.model,
            retriever=open_index(task.documents),
            ledger=Ledger(BUDGET, reserve=0.0),
            hidden=problem.tests,
            helpers=problem.helpers,
            limits=self.limits,
            memory={},
            sampling=self.sampling,
        )
