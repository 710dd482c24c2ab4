"""One answer to one problem: the Executive's own episode, the frozen program, its one grading.

Everything that a row says is read from the answer's events, so that a run that was killed between grading
and writing the row still has it.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass

from hrl.benchmarks.problem import Problem
from hrl.benchmarks.protocols import Protocol, seen_by_model
from hrl.benchmarks.rows import Row
from hrl.budget import Ledger
from hrl.evaluation import HiddenTests, freeze, grading_job
from hrl.events import (
    CandidateMade,
    Decided,
    EpisodeFinished,
    EpisodeStarted,
    HiddenOpened,
    ModelAnswered,
    Recorder,
    Stamped,
    TestsRun,
)
from hrl.executive import Tools, run_episode, start_episode, step
from hrl.executive.actions import MAX_GENERATES, Action
from hrl.executive.rollout import announce, conclude
from hrl.llm import BatchingModel
from hrl.llm.requests import Sampling
from hrl.planner import single_plan
from hrl.policies.base import Policy
from hrl.retrieval import open_index
from hrl.sandbox.base import Limits
from hrl.sandbox.pool import PooledSandbox
from hrl.types import Budget


@dataclass(frozen=True, slots=True)
class Conditions:
    """What every answer of an evaluation is made with.

    Attributes:
        budget: of one answer.
        limits: of one sandbox run, grading included.
        show_tests: whether prompts may show the tests that the protocol lets the model see.
    """

    protocol: Protocol
    show_tests: bool
    model: BatchingModel
    policy: Policy
    sandbox: PooledSandbox
    recorder: Recorder
    sampling: Sampling
    limits: Limits
    budget: Budget


@dataclass(frozen=True, slots=True)
class Answer:
    """A graded program."""

    row: Row
    code: str


def episode_id(problem: Problem, sample: int) -> str:
    """The name of an answer in the trace."""
    return f"{problem.id}#{sample}"


def answer(problem: Problem, sample: int, given: Conditions) -> None:
    """Make, freeze and grade one answer; what came of it is in the events.

    Raises:
        EnvironmentFailure: the model or the sandbox, not the answer, failed.
    """
    task = seen_by_model(problem, given.protocol, show_tests=given.show_tests)
    # Every sample starts with attempts of its own: another draw of the model, another entry of caches.
    calls = 1 if given.protocol.single else MAX_GENERATES
    episode = start_episode(
        problem.id,
        single_plan(task).subtasks[0],
        episode_id=episode_id(problem, sample),
        starter=task.starter_code,
        entry_point=task.entry_point,
        has_documents=bool(task.documents),
        attempt_offset=sample * calls,
    )
    tools = Tools(
        model=given.model,
        sandbox=given.sandbox,
        retriever=open_index(task.documents),
        recorder=given.recorder,
        ledger=Ledger(given.budget, reserve=0.0),
        sampling=given.sampling,
        limits=given.limits,
    )
    if given.protocol.single:
        announce(episode, given.recorder)
        episode = step(episode, Action.GENERATE, tools).episode
        conclude(episode, given.recorder)
    else:
        episode = run_episode(episode, given.policy, tools)
    if not episode.code:
        return
    frozen, hidden = freeze(episode.code, problem.entry_point), HiddenTests(problem.tests)
    job = grading_job(frozen, hidden.open(frozen), given.limits, helpers=problem.helpers)
    given.recorder.emit(HiddenOpened(hidden.opened, given.sandbox.run(job), episode.id))


class Tally:
    """Listens to a trace and keeps the events of answers that have no row yet; thread-safe."""

    def __init__(self) -> None:
        self._events: dict[str, list[Stamped]] = defaultdict(list)
        self._lock = threading.Lock()

    def __call__(self, stamped: Stamped) -> None:
        """Take an event in; an episode that begins again forgets what it was before."""
        episode = getattr(stamped.event, "episode", "")
        if not episode:
            return
        with self._lock:
            if isinstance(stamped.event, EpisodeStarted):
                self._events[episode] = []
            self._events[episode].append(stamped)

    def graded(self, problem: Problem, sample: int) -> bool:
        """Whether the trace of an earlier session holds the answer's grading."""
        with self._lock:
            return any(
                isinstance(one.event, HiddenOpened) for one in self._events[episode_id(problem, sample)]
            )

    def take(self, problem: Problem, sample: int) -> Answer:
        """The finished answer; its events are let go."""
        with self._lock:
            events = self._events.pop(episode_id(problem, sample), [])
        return _read(problem, sample, events)


def _read(problem: Problem, sample: int, events: list[Stamped]) -> Answer:
    digest = ""
    programs: dict[str, str] = {}
    visible: dict[str, bool] = {}
    actions: list[str] = []
    prompt = completion = calls = runs = 0
    reason, graded = "the model gave no program", None
    for stamped in events:
        match stamped.event:
            case Decided(action=action):
                actions.append(action)
            case ModelAnswered(usage=usage, problem=trouble):
                calls += 1
                prompt += usage.prompt_tokens
                completion += usage.completion_tokens
                reason = trouble or reason
            case CandidateMade(digest=made, code=code):
                programs.setdefault(made, code)
            case TestsRun(digest=tested, suite=suite, report=seen):
                runs += 1
                if suite == "visible":
                    visible[tested] = seen.verdict == "pass"
            case EpisodeFinished(digest=best):
                digest = best
            case HiddenOpened():
                graded = stamped.event
    report = graded.report if graded else None
    seconds = [stamped.time for stamped in events if not isinstance(stamped.event, HiddenOpened)]
    row = Row(
        problem=problem.id,
        sample=sample,
        group=problem.group,
        verdict=report.verdict if report else "error",
        passed=report.passed if report else 0,
        total=report.total if report else 0,
        message=report.message if report else reason,
        visible=visible.get(digest),
        digest=digest,
        prompt_tokens=prompt,
        completion_tokens=completion,
        model_calls=calls,
        sandbox_runs=runs,
        seconds=round(seconds[-1] - seconds[0], 3) if seconds else 0.0,
        actions=tuple(actions),
        opened=graded.count if graded else 0,
    )
    return Answer(row, programs.get(digest, ""))
