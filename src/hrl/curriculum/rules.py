"""Rules that stand only in a document: made-up names, numbers that nobody can guess.

A problem of this kind comes with passages; one of them holds the rule that the goal names. Without
the passage the constants cannot be known, so a correct program was copied from it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from hrl.curriculum.holdout import is_held_out
from hrl.curriculum.problem import Family, Problem, Split, can_hold_out, draw, is_validation
from hrl.curriculum.rules_amounts import AMOUNT_RULES
from hrl.curriculum.rules_formats import FORMAT_RULES
from hrl.curriculum.rules_kind import Rule
from hrl.curriculum.rules_lists import LIST_RULES
from hrl.curriculum.rules_prose import Prose
from hrl.curriculum.rules_protocols import PROTOCOL_RULES
from hrl.curriculum.rules_units import UNIT_RULES
from hrl.curriculum.words import made_up

TOPICS: dict[str, tuple[Rule, ...]] = {
    "amounts": AMOUNT_RULES,
    "units": UNIT_RULES,
    "formats": FORMAT_RULES,
    "lists": LIST_RULES,
    "protocols": PROTOCOL_RULES,
}
_ALL = tuple(rule for rules in TOPICS.values() for rule in rules)
# One kind in a dozen or so is left to the split `unseen_families`: training shows it nowhere.
UNSEEN_RULES = tuple(rule for rule in _ALL if is_held_out(rule.name, one_in=9))
RULES = tuple(rule for rule in _ALL if rule not in UNSEEN_RULES)
_HINTS = (
    "The handbook says how.",
    "See the handbook.",
    "The attached documents say how.",
    "Look it up in the documents.",
    "It is described in the handbook.",
    "The details are in the document.",
)
_MISSES = ("kind", "name", "")


@dataclass(frozen=True, slots=True)
class Stated:
    """A rule with its name and constants: the problem that needs it, the fact that a document states."""

    rule: Rule
    name: str
    problem: Problem
    heading: str
    fact: str


@dataclass(frozen=True, slots=True)
class RuleProblem:
    """A problem, its passage, and passages of other rules: (heading, text) each."""

    problem: Problem
    passage: tuple[str, str]
    others: tuple[tuple[str, str], ...]


def draw_rule(split: Split, rng: random.Random, *, others: int = 2) -> RuleProblem:
    """A problem whose rule is in a passage, with up to `others` passages of other rules."""
    needed = draw_stated(split, rng)
    prose = Prose(split, rng, made_up(rng), made_up(rng))
    passages = [
        (stated.heading, prose.around(stated.fact) if rng.random() < 0.7 else stated.fact)
        for stated in (needed, *distractors(needed, split, rng, others))
    ]
    return RuleProblem(needed.problem, passages[0], tuple(passages[1:]))


def draw_stated(split: Split, rng: random.Random) -> Stated:
    """A rule that the split allows; `train` and `validation` share no problem, by a hash."""
    known = UNSEEN_RULES if split == "unseen_families" else RULES
    kinds = [rule for rule in known if _has_what_is_held_out(rule, split)]
    while True:
        stated = state(rng.choice(kinds), split, rng, unseen=split == "unseen_parameters")
        if split.startswith("unseen") or is_validation(stated.problem) == (split == "validation"):
            return stated


def distractors(
    needed: Stated,
    split: Split,
    rng: random.Random,
    count: int,
    *,
    topics: tuple[str, ...] = tuple(TOPICS),
    names: tuple[str, ...] = (),
) -> list[Stated]:
    """Other rules: the same kind with another name, the same name with another kind, and any.

    Args:
        needed: the rule that they must not be confused with.
        split: whose wordings are used.
        rng: decides everything.
        count: how many.
        topics: from which the kinds are.
        names: which names they have; none: every one its own.
    """
    known = _ALL if split == "unseen_families" else RULES
    kinds = [rule for topic in topics for rule in TOPICS[topic] if rule in known]
    taken = {(needed.rule.name, needed.name.lower())}
    found: list[Stated] = []
    while len(found) < count:
        miss = ("kind", "name")[len(found)] if len(found) < 2 else rng.choices(_MISSES, (1, 1, 10))[0]
        rule = needed.rule if miss == "kind" else rng.choice(kinds)
        name = needed.name if miss == "name" else rng.choice(names) if names else made_up(rng)
        if (rule.name, name.lower()) not in taken:
            taken.add((rule.name, name.lower()))
            found.append(state(rule, split, rng, name=name))
    return rng.sample(found, count)


def state(rule: Rule, split: Split, rng: random.Random, *, name: str = "", unseen: bool = False) -> Stated:
    """The problem and the fact; both come from one family with one set of constants."""
    name = name or (made_up(rng).lower() if rng.random() < 0.3 else made_up(rng))
    noun = rng.choice(rule.nouns)
    goal = rng.choice(_worded(rule.goals, split == "unseen_phrasings"))
    text = rng.choice(_worded(rule.texts, split == "unseen_documents"))
    # The fact travels in the goal, so that both are filled with the same constants.
    both = f"{goal}\0{text}"
    code, second = (word.upper() for word in _two_codes(rng))
    words: dict[str, tuple[int, int] | tuple[str, ...]] = {
        "N": (name,),
        "W": (noun,),
        "P": (code,),
        "Q": (second,),
    }
    family = Family(rule.name, rule.slots, rule.returns, (both,), rule.body, {**rule.constants, **words})
    problem = draw(family, rng, unseen=unseen, reworded=is_held_out(both))
    goal, fact = problem.goal.split("\0")
    hint = f" {rng.choice(_HINTS)}" if rng.random() < 0.5 else ""
    return Stated(
        rule, name, replace(problem, goal=goal + hint), f"{name} {noun}", fact[0].upper() + fact[1:]
    )


def _has_what_is_held_out(rule: Rule, split: Split) -> bool:
    if split == "unseen_parameters":
        return can_hold_out(
            Family(rule.name, rule.slots, rule.returns, rule.goals, rule.body, rule.constants)
        )
    held_out = {"unseen_phrasings": rule.goals, "unseen_documents": rule.texts}.get(split)
    return held_out is None or any(map(is_held_out, held_out))


def _worded(templates: tuple[str, ...], held_out: bool) -> list[str]:
    """The templates that training shows, or the others; all where there are no such."""
    return [template for template in templates if is_held_out(template) == held_out] or list(templates)


def _two_codes(rng: random.Random) -> tuple[str, str]:
    first = second = made_up(rng)[:4]
    while second == first:
        second = made_up(rng)[:4]
    return first, second
