"""Observations of the Hierarchical level as words for people."""

from __future__ import annotations

from collections.abc import Mapping

from hrl.analysis.words import count
from hrl.graphs.decision import HIERARCHICAL
from hrl.policies.base import Observation

_PLANS = {
    "plan_whole": "the task in one piece",
    "plan_model": "a model's plan",
    "plan_revised": "a revised plan",
}
_FLAGS = {
    "lacking": "it is said to use more than the plan says",
    "needless": "some of what it needs seems beside the matter",
}
_COUNTS = {
    "plan_count": "plans",
    "execute_count": "executes",
    "integrate_count": "integrates",
    "evaluate_count": "evaluates",
    "redone": "executes in vain",
    "joinable": "programs to join",
}


def in_words(observation: Observation) -> str:
    """What matters of an observation, shape `(len(HIERARCHICAL.features),)`, in one line."""
    see, size = HIERARCHICAL.named(observation), count(observation, HIERARCHICAL, "subtasks")
    parts = [*(() if see["splits"] else ("a task of one function",)), _plan(see, size)]
    parts += [_subtasks(see, size)] if see["has_plan"] else []
    parts += [words for name, words in _FLAGS.items() if see[name]]
    parts += [_program(see)] if see["has_program"] else []
    for name, noun in _COUNTS.items():
        times = count(observation, HIERARCHICAL, name)
        parts += [f"{noun} {times}"] if times else []
    return ", ".join([*parts, f"budget {see['budget_left']:.0%}"])


def _plan(see: Mapping[str, float], size: int) -> str:
    if not see["has_plan"]:
        return "no plan yet" if not see["plan_refused"] else "the plan was refused"
    kind = next((words for name, words in _PLANS.items() if see[name]), "the task's own plan")
    return kind if size == 1 else f"{kind} of {size if size < 12 else '12 or more'} parts"


def _subtasks(see: Mapping[str, float], size: int) -> str:
    if not see["has_candidates"]:
        return "not all executed"
    failing = see["needed_failed"] or see["last_failed"]
    if size == 1:
        return "its part fails" if failing else "its part passes"
    if not failing:
        return "every part passes"
    return "a part that others need fails" if see["needed_failed"] else "a part that no other needs fails"


def _program(see: Mapping[str, float]) -> str:
    merged = "merged by a model" if see["program_model"] else "merged"
    if not see["evaluated"]:
        return f"{merged}, not evaluated"
    verdict = "passed" if see["evaluation_passed"] else "failed"
    return f"{merged} and {verdict} ({see['tests_passed']:.0%} of tests pass)"
