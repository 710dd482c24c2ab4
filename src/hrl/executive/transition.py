"""The one step of the Executive that solve, evaluation and training share.

A failing candidate, a broken reply and a spent budget are values in the returned `Step`. Infrastructure
errors (`EnvironmentFailure`) pass through untouched: they are never scored.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache

from hrl.budget import Ledger
from hrl.errors import BudgetExceeded
from hrl.events import BudgetSpent, CandidateMade, PassagesFound, Recorder, TestsRun
from hrl.executive.actions import MAX_SEARCHES, Action
from hrl.executive.episode import Episode
from hrl.executive.mask import action_mask
from hrl.executive.requests import (
    debug_call,
    generate_call,
    grading_job,
    job_key,
    search_query,
    self_tests_call,
    unknown,
)
from hrl.executive.rewards import Cost
from hrl.executive.updates import (
    Origin,
    after_ask,
    after_broken,
    after_duplicate,
    after_new,
    after_search,
    after_test,
)
from hrl.llm.asking import ask
from hrl.llm.base import ChatModel
from hrl.llm.requests import Call, CodeReply, Completion, Sampling, TestsReply
from hrl.retrieval.base import Retriever
from hrl.sandbox.base import Limits, Sandbox
from hrl.types import Candidate, TestCode, TestReport


@dataclass(frozen=True, slots=True)
class Tools:
    """What a step works with; nothing of it belongs to the episode's state."""

    model: ChatModel
    sandbox: Sandbox
    retriever: Retriever
    recorder: Recorder
    ledger: Ledger
    sampling: Sampling = field(default_factory=Sampling)
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Step:
    """What an action led to.

    Attributes:
        episode: the next state.
        cost: what the step used.
        terminated: the policy stopped.
        truncated: a call was refused because `resource` is spent.
    """

    episode: Episode
    cost: Cost
    terminated: bool = False
    truncated: bool = False
    resource: str = ""


def budget_left(episode: Episode, tools: Tools) -> float:
    """Smallest share of any budget that this episode may still use."""
    return tools.ledger.left(final=episode.mode == "evaluate")


def step(episode: Episode, action: Action, tools: Tools) -> Step:
    """Take one action.

    Raises:
        ValueError: the episode has ended, or the action is masked out.
        EnvironmentFailure: the model or the sandbox, not the program, failed.
    """
    if episode.status != "running":
        raise ValueError(f"the episode {episode.id} has ended ({episode.status})")
    if not action_mask(episode)[action]:
        raise ValueError(f"{Action(action).name.lower()} is not legal now")
    if action == Action.STOP:
        return Step(replace(episode, status="stopped", steps=episode.steps + 1), Cost(), terminated=True)
    turn = _Turn(episode, tools)
    try:
        _TAKE[Action(action)](turn)
    except BudgetExceeded as spent:
        tools.recorder.emit(BudgetSpent(spent.resource))
        ended = replace(turn.episode, status="budget", resource=spent.resource, steps=episode.steps + 1)
        return Step(ended, turn.cost, truncated=True, resource=spent.resource)
    return Step(_looked_up(replace(turn.episode, steps=episode.steps + 1), tools), turn.cost)


class _Turn:
    """The state and the cost so far of one step, so that a refused second call loses nothing."""

    def __init__(self, episode: Episode, tools: Tools) -> None:
        self.episode = episode
        self.tools = tools
        self.cost = Cost()
        self._final = episode.mode == "evaluate"

    def ask(self, call: Call) -> Completion:
        tools = self.tools
        completion = ask(
            tools.model,
            call,
            episode=self.episode.id,
            ledger=tools.ledger,
            recorder=tools.recorder,
            final=self._final,
        )
        self.cost += Cost(tokens=completion.usage.tokens, model_calls=1)
        return completion

    def run_tests(self) -> TestReport:
        tools, candidate = self.tools, self.episode.candidate
        assert candidate is not None, "the mask allows no test without a candidate"
        job = grading_job(self.episode, tools.limits)
        key = job_key(job)
        tools.ledger.admit_sandbox_run(final=self._final)
        report = tools.sandbox.run(job)
        tools.ledger.charge_sandbox_run(key)
        self.cost += Cost(sandbox_runs=1, seconds=report.seconds)
        tools.recorder.emit(TestsRun(self.episode.id, candidate.digest, self.episode.suite, key, report))
        return report


def _generate(turn: _Turn) -> None:
    completion = turn.ask(generate_call(turn.episode, turn.tools.sampling))
    _take_reply(turn, completion, "generate")


def _debug(turn: _Turn) -> None:
    completion = turn.ask(debug_call(turn.episode, turn.tools.sampling))
    _take_reply(turn, completion, "debug")


def _take_reply(turn: _Turn, completion: Completion, origin: Origin) -> None:
    """A new program becomes the candidate; a known one and a broken reply only leave their mark."""
    turn.episode = after_ask(turn.episode, origin)
    if not isinstance(completion.reply, CodeReply):
        turn.episode = after_broken(turn.episode, origin)
        return
    candidate = _candidate(completion.reply.code, origin, completion.mean_logprob)
    duplicate = candidate.digest in turn.episode.seen
    turn.tools.recorder.emit(
        CandidateMade(turn.episode.id, candidate.digest, candidate.code, origin, duplicate)
    )
    if duplicate:
        turn.episode = after_duplicate(turn.episode, origin)
    else:
        turn.episode = after_new(turn.episode, candidate, cut=completion.reply.truncated)


@lru_cache(maxsize=4096)
def _candidate(code: str, origin: Origin, mean_logprob: float | None) -> Candidate:
    """A candidate; recognising a program costs a millisecond, and training meets it again and again."""
    return Candidate.of(code, origin, mean_logprob)


def _test(turn: _Turn) -> None:
    if not turn.episode.subtask.tests and turn.episode.self_tests is None:
        _write_tests(turn)
    report = turn.run_tests()
    turn.episode = after_test(turn.episode, report)


def _write_tests(turn: _Turn) -> None:
    """Ask once; where the reply is broken, the program will only be loaded."""
    reply = turn.ask(self_tests_call(turn.episode, turn.tools.sampling)).reply
    tests = (TestCode(reply.source),) if isinstance(reply, TestsReply) else ()
    turn.episode = replace(turn.episode, self_tests=tests)


def _search(turn: _Turn) -> None:
    query = search_query(turn.episode)
    found = unknown(turn.tools.retriever.search(query), turn.episode.passages)
    turn.tools.recorder.emit(PassagesFound(turn.episode.id, query, found))
    turn.cost += Cost(searches=1)
    turn.episode = after_search(turn.episode, found)


def _looked_up(episode: Episode, tools: Tools) -> Episode:
    """Note whether a search now would bring something new; looking is free and stays on this machine."""
    if episode.passed or episode.counts.search >= MAX_SEARCHES:
        return replace(episode, searchable=False)
    found = tools.retriever.search(search_query(episode))
    return replace(episode, searchable=bool(unknown(found, episode.passages)))


_TAKE = {
    Action.GENERATE: _generate,
    Action.TEST: _test,
    Action.DEBUG: _debug,
    Action.SEARCH: _search,
}
