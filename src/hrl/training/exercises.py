"""What an Executive trains on: an episode's start, and everything around it that is not its state.

A source draws exercises from a generator: scripted drills, recorded programs of models, or what live episodes
led to. Hidden tests are kept here, outside the episode, and are run only to compute a training reward.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import numpy as np

from hrl.benchmarks.problem import Problem
from hrl.benchmarks.protocols import PROTOCOLS, seen_by_model
from hrl.budget import Ledger, Spent
from hrl.executive import Action, Episode, RewardSpec, start_episode
from hrl.executive.requests import grading_job
from hrl.llm.base import ChatModel
from hrl.llm.requests import Debug, Request, Sampling
from hrl.planner import single_plan
from hrl.retrieval.base import Retriever
from hrl.sandbox.base import Limits, Sandbox
from hrl.training.trajectories import Led, Options, Tree
from hrl.types import Budget, TestCode

# More than ten repairs and five programs can use; an evaluation's own budget is what a user gives.
BUDGET = Budget(tokens=200_000, model_calls=200, sandbox_runs=400)


@dataclass(frozen=True, slots=True)
class Moment:
    """Where a sequence of actions led: the state, what was spent by then, and what is kept of it."""

    episode: Episode
    spent: Spent
    led: Led


@dataclass(frozen=True, slots=True)
class Exercise:
    """One episode to practise on; its ledger is used up by it.

    Attributes:
        kind: what a table groups by.
        hidden: tests that decide about the reward and that nothing else sees.
        helpers: code of the task that the hidden tests may use; see `hrl.sandbox.base.Job`.
        prices: what its steps cost; None: the environment's.
        limits: of its sandbox runs; None: the environment's.
        memory: where everything around the episode is deterministic, what each sequence of actions led
            to; shared by all exercises that are the same. None: nothing is remembered.
        sampling: of the model.
        begun: actions taken before it begins.
    """

    kind: str
    episode: Episode
    model: ChatModel
    retriever: Retriever
    ledger: Ledger
    hidden: tuple[TestCode, ...]
    helpers: str = ""
    prices: RewardSpec | None = None
    limits: Limits | None = None
    memory: dict[tuple[int, ...], Moment] | None = None
    sampling: Sampling = field(default_factory=Sampling)
    begun: Options = ()


@dataclass(frozen=True, slots=True)
class StoredExercise:
    """What live episodes of one exercise led to: it goes only where they have been.

    Attributes:
        name: of the exercise.
        tree: its outcomes; the start is among them.
        prices: as an `Exercise`'s.
    """

    name: str
    tree: Tree
    prices: RewardSpec | None = None


Source = Callable[[np.random.Generator], Exercise | StoredExercise]


@dataclass(frozen=True, slots=True)
class MixedSource:
    """Several kinds of experience, each with its share of the exercises."""

    parts: tuple[tuple[float, Source], ...]

    def __call__(self, generator: np.random.Generator) -> Exercise | StoredExercise:
        """An exercise of one kind."""
        shares = np.array([share for share, _ in self.parts])
        place = int(generator.choice(len(self.parts), p=shares / shares.sum()))
        return self.parts[place][1](generator)


class StoredSource:
    """Draws stored exercises.

    Args:
        exercises: not none.
        hard: how often one is drawn in which no first program passed its tests, with a search or without.
    """

    def __init__(self, exercises: Iterable[StoredExercise], hard: float) -> None:
        self._hard: list[StoredExercise] = []
        self._easy: list[StoredExercise] = []
        for one in exercises:
            (self._easy if _passes_at_once(one.tree) else self._hard).append(one)
        self._share = hard

    def __call__(self, generator: np.random.Generator) -> StoredExercise:
        """One of them."""
        hard = generator.random() < self._share
        pool = (self._hard if hard else self._easy) or self._hard or self._easy
        return pool[int(generator.integers(len(pool)))]


def _passes_at_once(tree: Tree) -> bool:
    return any(
        led.passed and Action.DEBUG not in path and path.count(Action.GENERATE) == 1
        for path, led in tree.led.items()
    )


def of_problem(problem: Problem, name: str, model: ChatModel, retriever: Retriever) -> Exercise:
    """A benchmark's problem as an exercise; the Executive sees what the protocol `visible` shows.

    Args:
        problem: its tests are the hidden ones.
        name: of the exercise and its episode.
        model: answers; the caller keeps it.
        retriever: of the search action; it says whether there are documents.
    """
    task = seen_by_model(problem, PROTOCOLS["visible"])
    episode = start_episode(
        problem.id,
        single_plan(task).subtasks[0],
        episode_id=name,
        starter=task.starter_code,
        entry_point=task.entry_point,
        has_documents=retriever.has_documents,
    )
    return Exercise(
        kind=name,
        episode=episode,
        model=model,
        retriever=retriever,
        ledger=Ledger(BUDGET, reserve=0.0),
        hidden=problem.tests,
        helpers=problem.helpers,
    )


def written(request: Request) -> str:
    """A request as scripted models measure it: nothing in it differs from one run to the next."""
    if isinstance(request, Debug):
        request = replace(request, report=replace(request.report, seconds=0.0, backend="", isolation=""))
    return str(request)


def passes_hidden(episode: Episode, exercise: Exercise, sandbox: Sandbox, limits: Limits) -> bool:
    """Whether the episode's best program passes the exercise's hidden tests."""
    if episode.best is None:
        return False
    job = grading_job(replace(episode, candidate=episode.best.candidate), limits)
    return sandbox.run(replace(job, tests=exercise.hidden, helpers=exercise.helpers)).verdict == "pass"
