"""Probe states of the Hierarchical level: a task of two parts, from nothing to the end."""

from __future__ import annotations

from typing import Any, cast

from hrl.analysis.states import State
from hrl.graphs.decision import observe_run, option_mask
from hrl.graphs.progress import Progress
from hrl.graphs.state import Evaluation, RunState, SubtaskResult, digest, first_state
from hrl.types import Candidate, Plan, Status, Subtask, TestOutcome, TestReport, dump

_PROGRAM = Candidate.of("def f(n):\n    return n\n", "merge")
_PARTS = (Subtask("f", "", "def f(n)"), Subtask("g", "", "def g(n)", depends_on=("f",)))


def hierarchical_probes() -> tuple[State, ...]:
    """The Hierarchical policy's probe states; the whole budget is left in all but the last."""
    nothing: dict[str, Any] = {**first_state(), "splits": True}
    planned = {**nothing, "plan": dump(Plan(_PARTS)), "plan_source": "model", "counts": {"plan": 1}}
    executed = {**planned, "round": 1, "counts": {"plan": 1, "execute": 1}, **_results(f=1.0, g=1.0)}
    merged = {**executed, "counts": {**executed["counts"], "integrate": 1}, "program": dump(_PROGRAM)}
    failed = _evaluated(merged, times=1, share=0.5)
    again = {**failed, "evaluation": None, "counts": {**failed["counts"], "integrate": 2}}
    redone = {**again, "round": 2, "counts": {**again["counts"], "execute": 2, "integrate": 3}}
    told = {
        "nothing yet": nothing,
        "the plan was refused": {**nothing, "refused": "a cycle", "counts": {"plan": 1}},
        "a plan of two parts": planned,
        "both parts pass": executed,
        "the part that the other needs fails": {**executed, **_results(f=0.5, g=1.0)},
        "the part that needs the other fails": {**executed, **_results(f=1.0, g=0.5)},
        "merged program, not evaluated": merged,
        "merged program passed": _evaluated(merged, times=1, share=1.0),
        "merged program failed": failed,
        "merged again, not evaluated": again,
        "merged again, failed too": _evaluated(again, times=2, share=0.5),
        "executed and merged again, failed too": _evaluated(redone, times=3, share=0.5),
        "merged program failed; budget spent": {**failed, "spent": "tokens"},
    }
    return tuple(_state(words, state) for words, state in told.items())


def _state(words: str, state: dict[str, Any]) -> State:
    progress = Progress.of(cast("RunState", state))
    return State(words, observe_run(progress, 0.0 if progress.spent else 1.0), option_mask(progress))


def _results(**shares: float) -> dict[str, Any]:
    found = {
        part.name: dump(
            SubtaskResult(digest(part), 1, "passed" if share == 1.0 else "failed", _PROGRAM, share)
        )
        for part in _PARTS
        for share in (shares[part.name],)
    }
    return {"results": found, "pool": {name: [result] for name, result in found.items()}}


def _evaluated(state: dict[str, Any], *, times: int, share: float) -> dict[str, Any]:
    second: Status = "pass" if share == 1.0 else "fail"
    report = TestReport(second, (TestOutcome("first", "pass"), TestOutcome("second", second)))
    found = dump(Evaluation(_PROGRAM, report, None))
    return {**state, "counts": {**state["counts"], "evaluate": times}, "evaluation": found, "best": found}
