"""Probe states of the Hierarchical level: a task of two parts, from nothing to the end.

`f` is needed by `g`; where a plan overlooked that, `g` is said to use `f` all the same.
"""

from __future__ import annotations

from typing import Any, cast

from hrl.analysis.states import State
from hrl.graphs.decision import WHOLE, observe_run, option_mask
from hrl.graphs.progress import Progress
from hrl.graphs.replanning import REVISED
from hrl.graphs.state import Evaluation, RunState, SubtaskResult, digest, first_state
from hrl.types import Candidate, Plan, Status, Subtask, TestOutcome, TestReport, dump

_PROGRAM = Candidate.of("def f(n):\n    return n\n", "merge")
_REPAIRED = Candidate.of("def f(n):\n    return n + 1\n", "debug")
_JOINED = Candidate.of("def f(n):\n    return n + 2\n", "model")
_PARTS = (Subtask("f", "", "def f(n)"), Subtask("g", "", "def g(n)", depends_on=("f",)))
_APART = (_PARTS[0], Subtask("g", "", "def g(n)"))
_USES: dict[str, Any] = {"g": {"mentions": ["f"], "beside": []}}
_BESIDE: dict[str, Any] = {"g": {"mentions": ["f"], "beside": ["f"]}}


def hierarchical_probes() -> tuple[State, ...]:
    """The Hierarchical policy's probe states; the whole budget is left in all but the last."""
    return tuple(
        State(words, observe_run(progress, 0.0 if progress.spent else 1.0), option_mask(progress))
        for words, progress in moments().items()
    )


def moments() -> dict[str, Progress]:
    """How a run stands in each probe state."""
    nothing: dict[str, Any] = {**first_state(), "splits": True}
    planned = {**nothing, "plan": dump(Plan(_PARTS)), "plan_source": "model", "counts": {"plan": 1}}
    executed = {**planned, "round": 1, "counts": {"plan": 1, "execute": 1}, **_results(f=1.0, g=1.0)}
    merged = {**executed, "counts": {**executed["counts"], "integrate": 1}, "program": dump(_PROGRAM)}
    failed = _evaluated(merged, times=1, share=0.5)
    again = {**failed, "evaluation": None, "counts": {**failed["counts"], "integrate": 2}}
    whole = Plan(_APART[1:])
    in_one_piece = {
        **nothing,
        "plan": dump(whole),
        "plan_source": WHOLE,
        "counts": {"execute": 1},
        "round": 1,
    }
    apart = {**executed, "plan": dump(Plan(_APART)), **_results(_APART, f=1.0, g=0.5), "words": _USES}
    led_astray = {**executed, **_results(f=1.0, g=0.5), "words": _BESIDE}
    more = {"counts": {"plan": 2, "execute": 2}, "round": 2, "known": 1}
    revised = {**executed, **_results(f=1.0, g=0.5), **more, "plan_source": REVISED, "planned": 1}
    in_vain = {**executed, **_results(f=1.0, g=0.5), "words": _USES, "round": 2, "known": 2}
    in_vain["counts"] = {"plan": 1, "execute": 2}
    in_vain["pool"] = {name: [*found, *_second(name)] for name, found in in_vain["pool"].items()}
    redone = {**again, "round": 2, "counts": {**again["counts"], "execute": 2, "integrate": 3}}
    told = {
        "nothing yet": nothing,
        "nothing yet; a task of one function": {**nothing, "splits": False},
        "the whole task in one piece failed": {**in_one_piece, **_results(_APART[1:], g=0.5)},
        "the plan was refused": {**nothing, "refused": "a cycle", "counts": {"plan": 1}},
        "a plan of two parts": planned,
        "both parts pass": executed,
        "the part that the other needs fails": {**executed, **_results(f=0.5, g=1.0)},
        "the part that needs the other fails": {**executed, **_results(f=1.0, g=0.5)},
        "a part fails; it is said to use the other": apart,
        "a part fails; what it uses seems beside the matter": led_astray,
        "a part of the revised plan fails too": {**revised, "words": _USES},
        "a part fails again; programs to join": in_vain,
        "merged program, not evaluated": merged,
        "merged program passed": _evaluated(merged, times=1, share=1.0),
        "merged program failed": failed,
        "merged again, not evaluated": again,
        "a model's merge, not evaluated": {**again, "program": dump(_JOINED)},
        "merged again, failed too": _evaluated(again, times=2, share=0.5),
        "executed and merged again, failed too": _evaluated(redone, times=3, share=0.5),
        "merged program failed; budget spent": {**failed, "spent": "tokens"},
    }
    return {words: Progress.of(cast("RunState", state)) for words, state in told.items()}


def _results(parts: tuple[Subtask, ...] = _PARTS, **shares: float) -> dict[str, Any]:
    found = {
        part.name: dump(
            SubtaskResult(digest(part), 1, "passed" if share == 1.0 else "failed", _PROGRAM, share)
        )
        for part in parts
        for share in (shares[part.name],)
    }
    return {"results": found, "pool": {name: [result] for name, result in found.items()}}


def _second(name: str) -> list[dict[str, Any]]:
    """Another program of a part, of the second `execute`."""
    part = next(part for part in _PARTS if part.name == name)
    return [dump(SubtaskResult(digest(part), 2, "failed", _REPAIRED, 0.5))]


def _evaluated(state: dict[str, Any], *, times: int, share: float) -> dict[str, Any]:
    second: Status = "pass" if share == 1.0 else "fail"
    report = TestReport(second, (TestOutcome("first", "pass"), TestOutcome("second", second)))
    found = dump(Evaluation(_PROGRAM, report, None))
    return {**state, "counts": {**state["counts"], "evaluate": times}, "evaluation": found, "best": found}
