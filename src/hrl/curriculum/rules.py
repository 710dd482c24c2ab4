"""Rules that stand only in a document: made-up names, numbers that nobody can guess.

A problem of this kind comes with passages; one of them holds the rule that the goal names. Without
the passage the constants cannot be known, so a correct program was copied from it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from hrl.curriculum.problem import Family, Problem, draw
from hrl.curriculum.words import made_up


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of rule: how a document states it, how a task asks for it, how code applies it.

    In all texts `$N` is the made-up name; constants are as in a family.
    """

    name: str
    heading: str
    texts: tuple[str, ...]
    goals: tuple[str, ...]
    slots: str
    returns: str
    body: str
    constants: dict[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class RuleProblem:
    """A problem, its passage, and passages of other rules: (heading, text) each."""

    problem: Problem
    passage: tuple[str, str]
    others: tuple[tuple[str, str], ...]


_NEEDS = ("described in the handbook", "from the handbook", "as the document says", "given in the document")

RULES: tuple[Rule, ...] = (
    Rule(
        "rule_fee",
        "$N fee",
        ("The $N fee is $K for every order.", "Each order pays a $N fee of $K."),
        ("Return $z plus the $N fee.", "Add the $N fee to $z."),
        "z",
        "int",
        "return $z + $K",
        {"K": (11, 99)},
    ),
    Rule(
        "rule_surcharge",
        "$N surcharge",
        (
            "Amounts above $K pay the $N surcharge of $M.",
            "The $N surcharge is $M. It applies to amounts above $K.",
        ),
        ("Return $z with the $N surcharge.", "Add the $N surcharge to $z where it applies."),
        "z",
        "int",
        "return $z + $M if $z > $K else $z",
        {"K": (10, 50), "M": (2, 40)},
    ),
    Rule(
        "rule_unit",
        "$N unit",
        ("One $N equals $K meters.", "A $N is $K meters long."),
        ("Convert $z from $N to meters.", "Return how many meters $z $N are."),
        "z",
        "int",
        "return $z * $K",
        {"K": (11, 99)},
    ),
    Rule(
        "rule_discount",
        "$N discount",
        ("The $N discount takes $K off amounts of at least $M.", "From $M on, the $N discount takes off $K."),
        ("Return $z after the $N discount.", "Apply the $N discount to $z."),
        "z",
        "int",
        "return $z - $K if $z >= $M else $z",
        {"K": (2, 15), "M": (16, 60)},
    ),
    Rule(
        "rule_limit",
        "$N limit",
        ("The $N limit is $K.", "Nothing above $K is allowed by the $N limit."),
        ("Return True if $z is within the $N limit.", "Check whether $z keeps the $N limit."),
        "z",
        "bool",
        "return $z <= $K",
        {"K": (10, 60)},
    ),
    Rule(
        "rule_percent",
        "$N tax",
        ("The $N tax is $K percent.", "The rate of the $N tax is $K percent."),
        ("Return the $N tax on $z, rounded down.", "Compute the $N tax of $z, rounded down."),
        "z",
        "int",
        "return $z * $K // 100",
        {"K": (2, 40)},
    ),
    Rule(
        "rule_rounding",
        "$N rounding",
        (
            "$N rounding goes down to multiples of $K.",
            "With $N rounding, amounts go down to a multiple of $K.",
        ),
        ("Apply $N rounding to $big.", "Return $big after $N rounding."),
        "big",
        "int",
        "return $big // $K * $K",
        {"K": (3, 60)},
    ),
    Rule(
        "rule_prefix",
        "$N code",
        ('A $N code starts with "$P-".', 'Every $N code has the prefix "$P-".'),
        ("Return the $N code of $word.", "Turn $word into a $N code."),
        "word",
        "str",
        'return "$P-" + $word',
        {},
    ),
    Rule(
        "rule_suffix",
        "$N label",
        ('A $N label ends with "/$P".', 'Every $N label has the ending "/$P".'),
        ("Return the $N label of $word.", "Make a $N label from $word."),
        "word",
        "str",
        'return $word + "/$P"',
        {},
    ),
    Rule(
        "rule_width",
        "$N number",
        ("A $N number is padded with zeros to $K digits.", "$N numbers have $K digits with leading zeros."),
        ("Return $big as a $N number.", "Format $big as a $N number."),
        "big",
        "str",
        "return str($big).zfill($K)",
        {"K": (5, 20)},
    ),
    Rule(
        "rule_shipping",
        "$N shipping",
        (
            "$N shipping costs $K plus $M for each item.",
            "The price of $N shipping is $K, and $M more for each item.",
        ),
        ("Return the cost of $N shipping for $n items.", "Compute what $N shipping costs for $n items."),
        "n",
        "int",
        "return $K + $M * $n",
        {"K": (11, 60), "M": (2, 20)},
    ),
    Rule(
        "rule_filter",
        "$N readings",
        ("A $N reading is valid between $K and $M.", "Valid $N readings go from $K to $M."),
        ("Return the valid $N readings of $xs.", "Keep the valid $N readings in $xs."),
        "xs",
        "list[int]",
        "return [x for x in $xs if $K <= x <= $M]",
        {"K": (0, 5), "M": (6, 30)},
    ),
)


def draw_rule(rng: random.Random, *, unseen: bool = False, others: int = 2) -> RuleProblem:
    """A problem whose rule is in a passage, with up to `others` passages of other rules."""
    rules = [rule for rule in RULES if rule.constants or not unseen]
    chosen = rng.choice(rules)
    problem, passage = _state(chosen, rng, unseen)
    distractors = [_state(rng.choice(RULES), rng, False)[1] for _ in range(others)]
    return RuleProblem(problem, passage, tuple(distractors))


def _state(rule: Rule, rng: random.Random, unseen: bool) -> tuple[Problem, tuple[str, str]]:
    """The problem and the passage; both come from one family with one set of constants."""
    name, code = made_up(rng), made_up(rng).upper()[:4]
    name = name.lower() if rng.random() < 0.3 else name
    text = rng.choice(rule.texts)
    family = Family(
        rule.name,
        rule.slots,
        rule.returns,
        # The passage travels in the goal, so that both are filled with the same constants.
        (f"{_asked(rng.choice(rule.goals), rng)}\0{text}",),
        rule.body,
        {**rule.constants, "N": (name,), "P": (code,)},
    )
    problem = draw(family, rng, unseen=unseen)
    goal, passage = problem.goal.split("\0")
    return replace(problem, goal=goal), (rule.heading.replace("$N", name), passage)


def _asked(goal: str, rng: random.Random) -> str:
    """The goal, which often says where the rule stands."""
    return goal[:-1] + " " + rng.choice(_NEEDS) + "." if rng.random() < 0.6 else goal
