"""What the state machines keep in their checkpoints: small, plain JSON values.

Everything larger lies in the run directory. The dataclasses are the typed side of the same values
(`hrl.types.dump` and `load` go between them).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypedDict

from hrl.types import Candidate, Passage, Subtask, TestReport, dump

Json = dict[str, Any]
# Programs kept of each subtask, for joining programs of several episodes.
POOL = 4


@dataclass(frozen=True, slots=True)
class SubtaskResult:
    """How the last episode of a subtask ended.

    Attributes:
        of: digest of the subtask; a result counts only while the plan has exactly that subtask.
        round: the how-many-th `execute` it belongs to.
        outcome: `passed`, `failed`, `untested` or `budget`.
        share: share of tests that the candidate passes, -1 where there is none.
        resource: what was spent, when `outcome` is `budget`.
        behind: digest of the code of its dependencies that it was tested behind, see `code_digest`.
        born: the `execute` of the subtask's first episode.
    """

    of: str
    round: int
    outcome: str
    candidate: Candidate | None
    share: float = -1.0
    passages: tuple[Passage, ...] = ()
    resource: str = ""
    behind: str = ""
    born: int = 0


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A program and what its visible, or else self-written, tests say; both None where none could run.

    `joined`: it passed while the parts were joined; no option came after that.
    """

    candidate: Candidate
    visible: TestReport | None
    self_written: TestReport | None
    joined: bool = False

    @property
    def report(self) -> TestReport | None:
        """The report that counts."""
        return self.visible or self.self_written

    @property
    def passed(self) -> bool:
        """All tests that were to run passed."""
        return self.report is not None and self.report.verdict == "pass"

    @property
    def rank(self) -> tuple[bool, float]:
        """Orders evaluations of different programs."""
        return self.passed, self.report.share if self.report else -1.0


def updated(old: Mapping[str, Json] | None, new: Mapping[str, Json] | None) -> dict[str, Json]:
    """Reducer: parallel episodes add their results; a worse later one leaves only when and how it was."""
    merged = dict(old or {})
    for name, result in (new or {}).items():
        before = merged.get(name)
        keep = before is not None and before["of"] == result["of"] and _rank(before) > _rank(result)
        latest = {"round": result["round"], "behind": result["behind"]}
        merged[name] = {**before, **latest} if before is not None and keep else result
    return merged


def _rank(result: Json) -> tuple[bool, float]:
    return result["outcome"] == "passed", result["share"]


def pooled(
    old: Mapping[str, list[Json]] | None, new: Mapping[str, list[Json]] | None
) -> dict[str, list[Json]]:
    """Reducer: every program that episodes of a subtask ended with, once, as it did best, best first.

    Of each text of a subtask at most `POOL` are kept, so that a plan is left what belongs to it.
    """
    merged = dict(old or {})
    for name, results in (new or {}).items():
        known = list(merged.get(name, ()))
        for result in (entry for entry in results if entry["candidate"] is not None):
            before = next((entry for entry in known if _program(entry) == _program(result)), None)
            if before is None or _rank(result) > _rank(before):
                known = [{**result, "passages": []}, *(entry for entry in known if entry is not before)]
        merged[name] = _best_of_each_text(known)
    return merged


def _best_of_each_text(results: list[Json]) -> list[Json]:
    """Best first, and of equals the latest."""
    kept: list[Json] = []
    for result in sorted(results, key=_rank, reverse=True):
        if sum(entry["of"] == result["of"] for entry in kept) < POOL:
            kept.append(result)
    return kept


def _program(result: Json) -> tuple[str, str]:
    return result["of"], result["candidate"]["digest"]


def digest(subtask: Subtask) -> str:
    """Identifies a subtask by everything that it says."""
    return hashlib.sha256(json.dumps(dump(subtask), sort_keys=True).encode()).hexdigest()[:16]


def code_digest(code: str) -> str:
    """Identifies a text."""
    return hashlib.sha256(code.encode("utf-8", "surrogatepass")).hexdigest()[:16]


class Words(TypedDict):
    """Other functions that a description mentions, and those among them that are beside the matter."""

    mentions: list[str]
    beside: list[str]


class RunState(TypedDict, total=False):
    """The hierarchical machine's state.

    Attributes:
        option: what was chosen last.
        counts: how often each option was chosen.
        plan, plan_source, refused: a dumped `Plan`, where it comes from, why the last one was refused.
        splits: the task names several functions, so that there is something to plan.
        results: subtask → dumped `SubtaskResult`.
        pool: subtask → the programs of all its episodes, dumped `SubtaskResult`s.
        todo, round: what the present `execute` still has to run, and its number.
        planned: the number of the last `execute` before the present plan.
        same: the number of the last `execute` after which another plan was the present one again, or -1.
        plans: shapes of all plans so far, see `replanning.shape_of`.
        words: what the description of each subtask says of the others.
        known: how many programs the pool held when the last `execute` began.
        tried: digests of merged programs whose tests failed.
        searched: how many joined programs the last search has looked at.
        program, evaluation, best: dumped `Candidate`, `Evaluation` and the best `Evaluation` so far.
        spent: the resource whose budget is spent, or "".
        answer: the frozen program.
        hidden: dumped report of the hidden tests.
    """

    option: str
    counts: dict[str, int]
    plan: Json | None
    plan_source: str
    refused: str
    splits: bool
    results: Annotated[dict[str, Json], updated]
    pool: Annotated[dict[str, list[Json]], pooled]
    todo: list[str]
    round: int
    planned: int
    same: int
    plans: list[str]
    words: dict[str, Words]
    known: int
    tried: list[str]
    searched: int
    program: Json | None
    evaluation: Json | None
    best: Json | None
    spent: str
    answer: str
    hidden: Json | None


class EpisodeState(TypedDict, total=False):
    """The executive machine's state: a dumped `Episode` and the action chosen for it.

    Attributes:
        wave: the episodes that start together with this one; absent where it is alone.
    """

    episode: Json
    action: str
    wave: list[str]


class EpisodeOrder(TypedDict):
    """What a `Send` hands to one parallel episode; `wave` names all that start together."""

    subtask: str
    round: int
    born: int
    wave: list[str]
    episode: Json


def first_state() -> RunState:
    """Before anything was done."""
    return RunState(
        counts={},
        plan=None,
        plan_source="",
        refused="",
        todo=[],
        round=0,
        planned=0,
        same=-1,
        plans=[],
        words={},
        known=0,
        tried=[],
        searched=0,
        program=None,
        evaluation=None,
        best=None,
        spent="",
        answer="",
        hidden=None,
    )


def applied(state: RunState, update: RunState) -> RunState:
    """The state after an update, as the machine's reducers make it."""
    after: RunState = {**state, **update}
    if "results" in update:
        after["results"] = updated(state.get("results"), update["results"])
    if "pool" in update:
        after["pool"] = pooled(state.get("pool"), update["pool"])
    return after


def dumped(value: Any) -> Json | None:
    """`dump`, with None for None."""
    return None if value is None else dump(value)
