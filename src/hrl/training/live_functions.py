"""Live functions: the curriculum's tasks of one function, answered by a model in the real sandbox."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

from hrl.benchmarks.datasets.curriculum import KINDS, of_drawn
from hrl.curriculum.problem import Split
from hrl.curriculum.series import Drawn
from hrl.curriculum.tasks import sample
from hrl.llm.base import ChatModel
from hrl.llm.requests import Sampling
from hrl.retrieval import open_index
from hrl.sandbox.base import Limits
from hrl.training.exercises import Exercise, of_problem


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
        return replace(
            of_problem(problem, self.name(place), self.model, open_index(problem.documents)),
            kind=f"live {kind}",
            limits=self.limits,
            memory={},
            sampling=self.sampling,
        )
