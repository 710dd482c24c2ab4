"""The grammar filter → map → reduce: hundreds of combinations over numbers, words, characters and tables.

Each part brings its phrases and its code; the body has one short line a part, in the order in which the
statement names them, so that a model can learn the parts and meet a combination that it never saw.
One combination in six is held out from training, by a hash of its name.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Literal

from hrl.curriculum.holdout import is_held_out
from hrl.curriculum.problem import Family, can_reword


@dataclass(frozen=True, slots=True)
class Part:
    """A predicate (noun phrases), a map (verb phrases) or a reduction (noun phrases), with its code."""

    key: str
    phrases: tuple[str, ...]
    code: str
    result: str = ""


@dataclass(frozen=True, slots=True)
class Grammar:
    """A kind of pipeline. In the code of its parts `x` is the element and `out` the list so far."""

    name: str
    slot: str
    source: str
    noun: str
    element: str
    predicates: tuple[Part, ...]
    maps: tuple[Part, ...]
    reductions: tuple[Part, ...]
    constants: tuple[int, int] = (2, 30)

    def combinations(self) -> list[tuple[Part | None, Part | None, Part]]:
        """All of them; at least a predicate or a map is always there."""
        return [
            (predicate, change, reduction)
            for predicate in (None, *self.predicates)
            for change in (None, *self.maps)
            for reduction in self.reductions
            if predicate or change
            if not (change and change.result and change.result != self.element and _needs(reduction, self))
        ]


def _needs(reduction: Part, grammar: Grammar) -> bool:
    """Whether a reduction only makes sense on the grammar's own element type."""
    return reduction.result.startswith("!") and grammar.element == "str"


FRAMES = (
    "Keep $PRED, $MAP and return $RED.",
    "Keep only $PRED of $src, $MAP, and return $RED.",
    "Take $PRED in $src, $MAP, then return $RED.",
    "From $src take $PRED. Then $MAP and return $RED.",
    "Select $PRED, $MAP and give back $RED.",
)
FRAMES_PREDICATE = (
    "Keep $PRED and return $RED.",
    "Take $PRED in $src and return $RED.",
    "From $src take $PRED and return $RED.",
    "Keep only $PRED of $src, then return $RED.",
)
FRAMES_MAP = (
    "For all $NOUN in $src, $MAP and return $RED.",
    "Go through $src, $MAP and return $RED.",
    "In $src, $MAP, then return $RED.",
    "Take $src, $MAP and give back $RED.",
)


def family_of(
    grammar: Grammar,
    predicate: Part | None,
    change: Part | None,
    reduction: Part,
    rng: random.Random,
    parameter: Literal["", "K", "M"] = "",
) -> Family:
    """A family with this combination, worded by `rng`; `parameter` makes a constant an argument."""
    frames = FRAMES if predicate and change else FRAMES_PREDICATE if predicate else FRAMES_MAP
    goal = (
        rng.choice(frames)
        .replace("$PRED", rng.choice(predicate.phrases) if predicate else "")
        .replace("$MAP", rng.choice(change.phrases) if change else "")
        .replace("$RED", rng.choice(reduction.phrases))
        .replace("$NOUN", grammar.noun)
        .replace("$src", f"${grammar.slot}")
    )
    body = _body(grammar, predicate, change, reduction)
    used = [name for name in ("K", "M") if f"${name}" in goal]
    slots = grammar.slot
    if parameter in used:
        goal, body = goal.replace(f"${parameter}", "$k"), body.replace(f"${parameter}", "$k")
        used.remove(parameter)
        slots += " k"
    key = "|".join(part.key if part else "-" for part in (predicate, change, reduction))
    element = change.result if change and change.result else grammar.element
    returns = reduction.result.lstrip("!").replace("T", element)
    return Family(
        grammar.name,
        slots,
        returns,
        (goal,),
        body,
        dict.fromkeys(used, grammar.constants),
        combination=f"{grammar.name}:{key}",
    )


def _body(grammar: Grammar, predicate: Part | None, change: Part | None, reduction: Part) -> str:
    lines = []
    source = grammar.source
    if predicate:
        lines.append(f"out = [x for x in {source} if {predicate.code}]")
        source = "out"
    if change:
        lines.append(f"out = [{change.code} for x in {source}]")
    return "\n".join([*lines, reduction.code])


def draw_pipeline(
    grammar: Grammar,
    rng: random.Random,
    *,
    held_out: bool = False,
    reworded: bool = False,
    returns: tuple[str, ...] = (),
) -> Family:
    """A random combination that is (or is not) held out, in a sentence that is (or is not) held out.

    Args:
        grammar: what to combine.
        rng: decides everything.
        held_out: a combination that training never shows.
        reworded: a sentence that training never shows.
        returns: the allowed annotations of the result; empty: any.
    """
    while True:
        predicate = rng.choice((None, *grammar.predicates)) if rng.random() < 0.8 else None
        change = rng.choice(grammar.maps) if rng.random() < 0.6 else None
        reduction = rng.choice(grammar.reductions)
        if (predicate, change, reduction) not in _known(grammar):
            continue
        parameter: Literal["", "K", "M"] = rng.choice(("", "", "", "K", "M"))
        family = family_of(grammar, predicate, change, reduction, rng, "" if returns else parameter)
        if is_held_out(family.combination) != held_out or can_reword(family) != reworded:
            continue
        if not returns or (family.returns in returns and "None" not in family.body):
            return family


_combinations: dict[str, set[tuple[Part | None, Part | None, Part]]] = {}


def _known(grammar: Grammar) -> set[tuple[Part | None, Part | None, Part]]:
    if grammar.name not in _combinations:
        _combinations[grammar.name] = set(grammar.combinations())
    return _combinations[grammar.name]
