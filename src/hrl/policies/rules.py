"""Fixed rules over named features: what a learned policy has to beat.

A rule lists action names by preference; the first legal one is taken. So a rule never fights the mask.
`chain` is the Hierarchical level's first policy.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator

import numpy as np

from hrl.policies.base import ActionMask, Choice, DecisionSpec, Observation
from hrl.policies.greedy import checked

Read = Callable[[str], float]
Rule = Callable[[Read], Iterator[str]]


class RulePolicy:
    """Takes the first legal action of those that a rule names; else the last legal one of the table."""

    def __init__(self, name: str, rule: Rule, decision: DecisionSpec) -> None:
        self.name = name
        self._rule = rule
        self._actions = {action: place for place, action in enumerate(decision.actions)}
        self._places = {entry.name: place for place, entry in enumerate(decision.features)}

    def act(self, observation: Observation, mask: ActionMask) -> Choice:
        """Choose by the rule."""
        mask = checked(mask, len(self._actions))
        for wish in self._rule(lambda feature: float(observation[self._places[feature]])):
            if mask[self._actions[wish]]:
                return Choice(self._actions[wish])
        return Choice(int(np.flatnonzero(mask)[-1]))


class RandomPolicy:
    """Uniform over legal actions, from its own generator; thread-safe."""

    name = "random"

    def __init__(self, decision: DecisionSpec, seed: int) -> None:
        self._size = len(decision.actions)
        self._generator = np.random.default_rng(seed)
        self._lock = threading.Lock()

    def act(self, observation: Observation, mask: ActionMask) -> Choice:
        """Draw a legal action."""
        legal = np.flatnonzero(checked(mask, self._size))
        with self._lock:
            return Choice(int(self._generator.choice(legal)))


def single_shot(see: Read) -> Iterator[str]:
    """Generate once and look at the result."""
    if not see("passed") and not see("failed"):
        yield from ("generate", "test")
    yield "stop"


def debug_up_to(rounds: int, *, fresh: bool = False) -> Rule:
    """Generate, then repair at most `rounds` times: the published loop.

    Args:
        rounds: repairs asked for, whatever they bring.
        fresh: end at the first reply that holds a known program.
    """

    def rule(see: Read) -> Iterator[str]:
        if see("failed"):
            if round(see("debug_count") * 10) < rounds and not (fresh and see("last_duplicate")):
                yield "debug"
            yield "stop"
        yield from single_shot(see)

    return rule


def best_of_n(see: Read) -> Iterator[str]:
    """Independent samples until one passes or no restart remains; never repairs."""
    if see("failed"):
        yield from ("generate", "stop")
    yield from single_shot(see)


def always_verify(see: Read) -> Iterator[str]:
    """Use everything that is legal, and test every program, until one passes.

    After a repair in vain, everything else is tried before the next one.
    """
    if see("failed"):
        if not see("stuck"):
            yield "debug"
        yield from ("search", "generate", "debug")
    yield from single_shot(see)


# How often plan, execute and integrate may have run before the evaluation after this many failed ones.
_CYCLES = ((1, 1, 1), (1, 1, 2), (1, 2, 3), (2, 3, 4))
_OPTIONS = ("plan", "execute", "integrate")
_NEEDS = {"plan": "has_plan", "execute": "has_candidates", "integrate": "has_program"}


def chain(see: Read) -> Iterator[str]:
    """Plan, execute, integrate, evaluate, stop; after a failure integrate, execute and plan once each."""
    if see("evaluated") and see("evaluation_passed"):
        yield "stop"
    for option, wanted in _NEEDS.items():
        if not see(wanted):
            yield option
    failures = round(see("evaluate_count") * 5)
    for cycle in range(failures, len(_CYCLES)):
        for option, times in zip(_OPTIONS, _CYCLES[cycle], strict=True):
            if round(see(f"{option}_count") * 5) < times:
                yield option
        if not see("evaluated"):
            yield "evaluate"
    yield "stop"


_EXECUTIVE: dict[str, Rule] = {
    "single-shot": single_shot,
    "best-of-n": best_of_n,
    "always-verify": always_verify,
}
_HIERARCHICAL: dict[str, Rule] = {"chain": chain}
NAMES = {
    "executive": (
        "single-shot",
        "debug-3",
        "debug-10",
        "debug-10-fresh",
        "best-of-n",
        "always-verify",
        "rex",
        "logistic",
    ),
    "hierarchical": ("chain",),
}


def rule_named(name: str, decision: DecisionSpec) -> RulePolicy | None:
    """The rule of that name for that decision process, or None.

    `debug-K` and `debug-K-fresh` (which ends at the first duplicate) exist for K from 1 to 10.
    """
    rules = {"executive": _EXECUTIVE, "hierarchical": _HIERARCHICAL}.get(decision.name, {})
    rule = rules.get(name)
    rounds = re.fullmatch(r"debug-([1-9]|10)(-fresh)?", name)
    if rule is None and rounds and decision.name == "executive":
        rule = debug_up_to(int(rounds[1]), fresh=bool(rounds[2]))
    return RulePolicy(name, rule, decision) if rule else None
