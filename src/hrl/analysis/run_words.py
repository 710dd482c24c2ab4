"""Observations of the Hierarchical level as words for people."""

from __future__ import annotations

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
    see = _values(observation)
    parts = [*(() if see["splits"] else ("a task of one function",)), _plan(observation)]
    parts += [_subtasks(observation)] if see["has_plan"] else []
    parts += [words for name, words in _FLAGS.items() if see[name]]
    parts += [_program(observation)] if see["has_program"] else []
    for name, noun in _COUNTS.items():
        times = count(observation, HIERARCHICAL, name)
        parts += [f"{noun} {times}"] if times else []
    return ", ".join([*parts, f"budget {see['budget_left']:.0%}"])


def _plan(observation: Observation) -> str:
    see = _values(observation)
    if not see["has_plan"]:
        return "no plan yet" if not see["plan_refused"] else "the plan was refused"
    kind = next((words for name, words in _PLANS.items() if see[name]), "the task's own plan")
    size = count(observation, HIERARCHICAL, "subtasks")
    return kind if size == 1 else f"{kind} of {size if size < 12 else '12 or more'} parts"


def _subtasks(observation: Observation) -> str:
    see = _values(observation)
    if not see["has_candidates"]:
        return "not all executed"
    failing = see["needed_failed"] or see["last_failed"]
    if count(observation, HIERARCHICAL, "subtasks") == 1:
        return "its part fails" if failing else "its part passes"
    if not failing:
        return "every part passes"
    return "a part that others need fails" if see["needed_failed"] else "a part that no other needs fails"


def _program(observation: Observation) -> str:
    see = _values(observation)
    merged = "merged by a model" if see["program_model"] else "merged"
    if not see["evaluated"]:
        return f"{merged}, not evaluated"
    verdict = "passed" if see["evaluation_passed"] else "failed"
    return f"{merged} and {verdict} ({see['tests_passed']:.0%} of tests pass)"


def _values(observation: Observation) -> dict[str, float]:
    return {
        feature.name: float(value) for feature, value in zip(HIERARCHICAL.features, observation, strict=True)
    }
