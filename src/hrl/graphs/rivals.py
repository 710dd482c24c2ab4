"""Fixed rules of the Hierarchical level beside `chain`: what a learned policy has to beat."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hrl.graphs.decision import HIERARCHICAL
from hrl.policies import load_policy
from hrl.policies.base import Policy

RIVALS = ("chain", "early", "one-pass", "whole", "random", "untrained")
_EARLY = 3  # executes before the first evaluation, at most


def hierarchical_policy(spec: str, seed: int = 0) -> Policy:
    """The policy of that name for the Hierarchical level.

    Args:
        spec: `whole` (no decomposition: the task in one piece, again and again), `one-pass` (the chain
            without corrections), `early` (corrects parts before it evaluates the whole), or whatever
            `hrl.policies.load_policy` knows.
        seed: of policies that draw.

    Raises:
        PolicyFileError: an unknown name, or a file that cannot be used.
    """
    return load_policy(spec, HIERARCHICAL, seed=seed, rules=_RULES)


def _whole(see: Callable[[str], float]) -> Iterator[str]:
    if not see("has_plan"):
        yield from ("execute", "plan")
    yield from _onwards(see)
    yield from ("execute", "stop")


def _one_pass(see: Callable[[str], float]) -> Iterator[str]:
    if not see("has_plan"):
        yield "plan"
    yield from _onwards(see)
    yield "stop"


def _early(see: Callable[[str], float]) -> Iterator[str]:
    """Another plan where words leave a doubt, else another execute; then a merge, a model's, and a test."""
    if see("evaluation_passed"):
        yield "stop"
    if not see("has_plan"):
        yield "plan"
    if not see("has_candidates"):
        yield "execute"
    if see("failed_subtasks"):
        if see("plan_whole") or see("lacking") or see("needless"):
            yield "plan"
        if see("evaluated") or round(see("execute_count") * 5) < _EARLY:
            yield "execute"
        if round(see("integrate_count") * 5) < 2 * round(see("evaluate_count") * 5) + 2:
            yield "integrate"
    yield from _onwards(see)
    yield "stop"


def _onwards(see: Callable[[str], float]) -> Iterator[str]:
    """From a plan to the end of its first evaluation."""
    if see("evaluation_passed"):
        yield "stop"
    if not see("has_candidates"):
        yield "execute"
    if not see("has_program"):
        yield "integrate"
    if not see("evaluated"):
        yield "evaluate"


_RULES = {"whole": _whole, "one-pass": _one_pass, "early": _early}
