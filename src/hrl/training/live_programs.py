"""Live programs: generated projects of the curriculum, answered by a language model in the real sandbox."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from hrl.curriculum.layouts import described
from hrl.curriculum.problem import Split
from hrl.curriculum.projects import draw_project
from hrl.curriculum.tasks import asserts
from hrl.llm.base import ChatModel
from hrl.llm.requests import Sampling
from hrl.training.programs import BUDGET, Program
from hrl.types import Budget, Task

SIZES = (2, 3, 4, 5, 6)
_CASES, _VISIBLE = 8, 2


@dataclass(frozen=True, slots=True)
class LivePrograms:
    """Number n is a function of seed, split and n alone: tasks of 2, 3, ... functions in turn.

    As in `hrl.curriculum`, two cases of every function are visible, and the other cases of main are hidden.

    Attributes:
        model: answers; the caller keeps it.
        sizes: functions of a program, main included.
    """

    model: ChatModel
    split: Split = "train"
    seed: int = 0
    sizes: tuple[int, ...] = SIZES
    budget: Budget = BUDGET
    sampling: Sampling = field(default_factory=Sampling)

    def number(self, place: int) -> Program:
        """The program at a place, from 0."""
        size = self.sizes[place % len(self.sizes)]
        name = f"{self.split}/{self.seed}/{place:05d}"
        rng = random.Random(f"hierarchical/{name}/{size}")
        while True:
            project = draw_project(self.split, rng, subtasks=size)
            cases = project.all_cases(rng, _CASES)
            if cases:
                break
        visible = {entry.name: cases[entry.name][:_VISIBLE] for entry in project.functions}
        hidden = {
            entry.name: (asserts(entry.name, cases[entry.name][_VISIBLE:]),) for entry in project.functions
        }
        main = project.main
        task = Task(
            id=f"program-{name.replace('/', '-')}",
            title=main.name.replace("_", " ").capitalize(),
            statement=described(project, rng),
            entry_point=main.name,
            signature=main.signature,
            visible_tests=tuple(asserts(entry, some) for entry, some in visible.items()),
            hidden_tests=hidden[main.name],
        )
        kind = f"{size} functions"
        return Program(name, kind, task, lambda: self.model, hidden, self.budget, self.sampling)
