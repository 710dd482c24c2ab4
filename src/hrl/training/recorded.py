"""Exercises from the recorded programs of real models: what was recorded answers, the sandbox judges.

An exercise is one problem of a published benchmark and one model's recorded run of it. What the Executive
sees is what `hrl eval --protocol visible` shows; where a record's rows name the tests that the recorded
loop could see, these are the visible ones. Hidden tests decide about the reward and about nothing else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from hrl.benchmarks.datasets import open_dataset
from hrl.benchmarks.problem import Problem
from hrl.errors import BadInput
from hrl.executive import EXECUTIVE, Action, RewardSpec
from hrl.executive.requests import joined
from hrl.llm.backends.replay import RecordedStyle, ReplayBackend
from hrl.llm.base import ChatModel
from hrl.llm.model import StyledModel
from hrl.llm.prompts import style
from hrl.llm.requests import Call, Completion
from hrl.policies import load_policy
from hrl.retrieval import open_index
from hrl.retrieval.base import Retriever
from hrl.sandbox.base import Job, Limits, Sandbox
from hrl.training.episodes import LiveEpisode
from hrl.training.exercises import Exercise, Moment, of_problem
from hrl.training.recipe import ReplayRecipe
from hrl.training.reports import CachedSandbox
from hrl.training.trajectories import Options
from hrl.types import Passage, TestCode

LIMITS = Limits(seconds_per_test=5.0)


@dataclass(frozen=True, slots=True)
class Recorded:
    """One problem as one model's record has it.

    Attributes:
        dataset, record: their names, without a path.
        problem: with the visible tests of the record.
        programs: every recorded program, for grading them all at once.
        model: answers from the record.
        memory: what was tried already.
    """

    dataset: str
    record: str
    problem: Problem
    programs: tuple[str, ...]
    model: ChatModel
    retriever: Retriever
    memory: dict[tuple[int, ...], Moment] = field(default_factory=dict, repr=False)

    @property
    def key(self) -> str:
        """The problem's name, the same for every model."""
        return f"{self.dataset}/{self.problem.id}"

    def exercise(self, prices: RewardSpec | None = None) -> Exercise:
        """A fresh episode with its own budget; what it leads to is remembered."""
        return replace(
            of_problem(self.problem, self.key, self.model, self.retriever),
            kind=f"recorded {self.record}",
            prices=prices,
            limits=LIMITS,
            memory=self.memory,
        )

    def jobs(self) -> Iterator[Job]:
        """Every sandbox run that the record can lead to."""
        for code in dict.fromkeys(self.programs):
            program, entry = joined("", code), self.problem.entry_point
            if self.problem.examples:
                yield Job(program, self.problem.examples, entry, limits=LIMITS)
            yield Job(program, self.problem.tests, entry, self.problem.helpers, LIMITS)


def read_recorded(record: Path, dataset: str, data: str | None = None) -> tuple[Recorded, ...]:
    """The problems of a dataset that a record has programs for.

    Args:
        record: JSON Lines as `replay:FILE` reads them.
        dataset: as `hrl.benchmarks.datasets.open_dataset` takes it.
        data: likewise.

    Raises:
        BadInput: there is no such dataset, or none of its problems is in the record.
        ModelSpecError: the record cannot be used.
    """
    opened = open_dataset(dataset, data=data)
    backend = ReplayBackend(record, f"replay:{record.name}")
    model = RememberedModel(StyledModel(backend, RecordedStyle(style("chat"))))
    retriever = RememberedRetriever(open_index(()))
    found = [
        Recorded(
            dataset=opened.name,
            record=record.stem,
            problem=_shown(problem, rows),
            programs=tuple(row["completion"] for row in sorted(rows, key=_step)),
            model=model,
            retriever=retriever,
        )
        for problem in opened.problems
        if (rows := backend.rows(problem.id))
    ]
    if not found:
        raise BadInput(f"{record} holds no program for a problem of {dataset}")
    return tuple(found)


def fold_of(key: str, folds: int) -> int:
    """Which of `folds` parts a problem belongs to: by its name, so that it is in the same for every model."""
    return int(hashlib.sha256(key.encode()).hexdigest()[:8], 16) % folds


Start = tuple[Recorded, Options]  # a problem, and the actions after which it begins


@dataclass(frozen=True, slots=True)
class RecordedSource:
    """Draws recorded problems.

    Attributes:
        failed, passed: problems by whether their first program fails the visible tests.
        failing: how often one of the former is drawn.
        prices: of their steps.
        later: how often one of the former begins after some repairs.
        starts: what `later_starts` found of the former.
    """

    failed: tuple[Recorded, ...]
    passed: tuple[Recorded, ...]
    failing: float
    prices: RewardSpec
    later: float = 0.0
    starts: tuple[tuple[Start, ...], ...] = ()

    def __call__(self, generator: np.random.Generator) -> Exercise:
        """One problem; the same generator state draws the same."""
        first = generator.random() < self.failing
        if first and self.starts and generator.random() < self.later:
            reached = self.starts[generator.integers(len(self.starts))]
            one, begun = reached[generator.integers(len(reached))]
            return replace(one.exercise(self.prices), begun=begun)
        pool = (self.failed if first else self.passed) or self.failed or self.passed
        return pool[generator.integers(len(pool))].exercise(self.prices)


def recorded_source(
    records: Iterable[Recorded], recipe: ReplayRecipe, sandbox: CachedSandbox
) -> RecordedSource:
    """The problems that a recipe trains on, every recorded program of them graded.

    Raises:
        BadInput: the recipe leaves nothing to train on.
        SandboxUnavailable: the sandbox, not a program, failed.
    """
    chosen = [one for one in records if trained_on(one, recipe)]
    if not chosen:
        raise BadInput("the recipe leaves no recorded problem to train on")
    sandbox.fill(all_jobs(chosen))
    failed: list[Recorded] = []
    passed: list[Recorded] = []
    for one in chosen:
        (passed if first_passes(one, sandbox) else failed).append(one)
    starts = later_starts(failed, sandbox) if recipe.later else ()
    return RecordedSource(tuple(failed), tuple(passed), recipe.failing, recipe.prices, recipe.later, starts)


def later_starts(failed: Iterable[Recorded], sandbox: Sandbox) -> tuple[tuple[Start, ...], ...]:
    """For each number of repairs, the problems that the ten-round loop then holds a new, failing program of.

    Records in which late repairs still bring something new are rare: without starts of their own they are a
    hundredth of what is learned from, and are taken to be worth what early ones are. A source draws first the
    number and then one of its problems, so what follows a state is as likely as ever.
    """
    loop, rounds = load_policy("debug-10", EXECUTIVE), dict[int, list[Start]]()
    for one in failed:
        walk, repairs = LiveEpisode(one.exercise(), sandbox, LIMITS), 0
        while walk.here.legal and not walk.here.spent:
            action = loop.act(walk.here.observation, walk.here.mask).action
            if action == Action.DEBUG:
                if repairs and not walk.here.observation[EXECUTIVE.index("last_duplicate")]:
                    rounds.setdefault(repairs, []).append((one, walk.path))
                repairs += 1
            walk.take(action)
    return tuple(tuple(rounds[number]) for number in sorted(rounds))


def trained_on(one: Recorded, recipe: ReplayRecipe) -> bool:
    """Whether a recipe trains on a problem and on this record of it."""
    if recipe.leave_out and recipe.leave_out in one.record:
        return False
    return recipe.fold is None or fold_of(one.key, recipe.folds) != recipe.fold


def first_passes(one: Recorded, sandbox: Sandbox) -> bool:
    """Whether the first recorded program passes the visible tests; it does where there are none."""
    job = next(one.jobs())
    return not one.problem.examples or sandbox.run(job).verdict == "pass"


class RememberedModel:
    """A model whose answer depends on the call alone, asked once for each call."""

    def __init__(self, model: ChatModel) -> None:
        self.name, self.fingerprint, self.style = model.name, model.fingerprint, model.style
        self._model = model
        self._answer = lru_cache(maxsize=200_000)(lambda call: model.complete([call])[0])

    def complete(self, calls: Sequence[Call]) -> list[Completion]:
        """Answer each call, from memory where it was asked before."""
        return [self._answer(call) for call in calls]

    def close(self) -> None:
        """Close the model."""
        self._model.close()


class RememberedRetriever:
    """A retriever that looks each query up once."""

    def __init__(self, retriever: Retriever) -> None:
        self._retriever = retriever
        self._find = lru_cache(maxsize=200_000)(lambda query, limit: retriever.search(query, limit=limit))

    @property
    def has_documents(self) -> bool:
        """As the retriever behind it."""
        return self._retriever.has_documents

    def search(self, query: str, *, limit: int = 3) -> tuple[Passage, ...]:
        """The passages, from memory where the query was asked before."""
        return self._find(query, limit)


def all_jobs(recorded: Iterable[Recorded]) -> Iterator[Job]:
    """Every sandbox run that the records can lead to."""
    for one in recorded:
        yield from one.jobs()


def _shown(problem: Problem, rows: Sequence[dict[str, Any]]) -> Problem:
    """The problem with the visible tests that the record's rows name, where they name any."""
    named = next((row["visible_tests"] for row in rows if row.get("visible_tests")), None)
    if not isinstance(named, list):
        return problem
    return replace(problem, examples=(TestCode("\n".join(map(str, named)) + "\n"),))


def _step(row: dict[str, Any]) -> int:
    return int(row.get("step", row.get("sample_index", 0)))


def read_replays(replays: Sequence[str], data: str | None) -> tuple[tuple[Recorded, ...], dict[str, str]]:
    """Every `DATASET:FILE`, and the SHA-256 digest of each file by its name.

    Raises:
        BadInput: something else than `DATASET:FILE`, or see `read_recorded`.
        ModelSpecError: a record cannot be used.
    """
    found: list[Recorded] = []
    digests = {}
    for replay in replays:
        dataset, _, name = replay.partition(":")
        path = Path(name).expanduser()
        if not name or not path.is_file():
            raise BadInput(f"--replay {replay}: give a benchmark and the file of a record, as mbpp:FILE")
        found += read_recorded(path, dataset, data)
        digests[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return tuple(found), digests
