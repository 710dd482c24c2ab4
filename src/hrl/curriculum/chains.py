"""Chains: one function that does what two or three families do, each with the result of the one before.

The statement names the results between; the body gives them these names, so that a model can learn the
families one by one and meet a pair that it never saw. One pair in six is held out from training.
"""

from __future__ import annotations

import random
import re
from functools import cache
from itertools import pairwise

from hrl.curriculum.holdout import is_held_out
from hrl.curriculum.problem import Family, Level
from hrl.curriculum.slots import GENERAL, SLOTS

LONG_SHARE = 0.3
_BETWEEN = ("mid", "step", "made", "half")
_JOINTS = (
    "{}; call the result `{}`.",
    "{} and call that `{}`.",
    "{}; the result is called `{}`.",
)
# Frames that speak of the whole function, and those that speak of what comes out in the end.
_WHOLE = ("Write a function", "The function", "Your ", "What is ", "We ")
_ANSWERS = (*_WHOLE, "Return ", "Give back ", "Test if ", "The result ")
_LEVELS: tuple[Level, ...] = ("easy", "medium", "hard")


def is_held_out_chain(combination: str) -> bool:
    """Whether training never shows this chain: one of its pairs is held out."""
    names = combination.removeprefix("chain:").split(">")
    return any(is_held_out(f"{a}>{b}") for a, b in pairwise(names))


def draw_chain(
    families: tuple[Family, ...], rng: random.Random, *, held_out: bool = False, reworded: bool = False
) -> Family:
    """A random chain that is (or is not) held out, in sentences of which one is (or none is) held out."""
    starts, ends = _ends(families)
    while True:
        links = [rng.choice(starts)]
        length = 3 if rng.random() < LONG_SHARE else 2
        while len(links) < length and (fitting := ends.get(links[-1].returns)):
            links.append(rng.choice(fitting))
        key = "chain:" + ">".join(link.name for link in links)
        joinable = len(links) == length and all(_opens(link) for link in links[:-1])
        if joinable and len(set(links)) == length and is_held_out_chain(key) == held_out:
            family = _joined(links, key, rng, reworded=reworded)
            if family:
                return family


def _joined(links: list[Family], key: str, rng: random.Random, *, reworded: bool) -> Family | None:
    """One family of all; None where their sentences make none that is (or is not) held out."""
    taken = {word for link in links for word in re.findall(r"\b[a-z_]\w*\b", link.body)}
    between = [name for name in _BETWEEN if name not in taken][: len(links) - 1]
    if len(between) < len(links) - 1:
        return None
    rng.shuffle(between)
    goals, lines = [], []
    constants: dict[str, tuple[int, int] | tuple[str, ...]] = {}
    for place, link in enumerate(links):
        last = place == len(links) - 1
        known = [goal for goal in link.goals if is_held_out(goal) == (reworded and place == 0)]
        fitting = [goal for goal in known if (not goal.startswith(_WHOLE) if last else _leads(goal))]
        if not fitting:
            return None
        goal, body = rng.choice(fitting), link.body
        if place:
            goal, body = _renamed(goal, link.slots, f"`{between[place - 1]}`", body)
        for name, span in link.constants.items():
            new = f"{name}{place}" if place else name
            goal, body = _renamed(goal, name, f"${new}", body)
            constants[new] = span
        if not last:
            first, _, edge = goal.partition(". ")
            goal = f"{rng.choice(_JOINTS).format(first.rstrip('.'), between[place])} {edge}".rstrip()
            *head, end = body.split("\n")
            body = "\n".join([*head, f"{between[place]} = {end.removeprefix('return ')}"])
        goals.append(goal)
        lines.append(body)
    whole = " ".join(goals)
    if is_held_out(whole) != reworded:
        return None
    level = max((link.level for link in links), key=_LEVELS.index)
    return Family(
        "chain",
        links[0].slots,
        links[-1].returns,
        (whole,),
        "\n".join(lines),
        constants,
        kinds=links[0].kinds,
        combination=key,
        level=max("hard" if len(links) > 2 else "medium", level, key=_LEVELS.index),
    )


def _renamed(goal: str, old: str, new: str, body: str) -> tuple[str, str]:
    """Another name for a slot or a constant, in words and in code."""
    pattern = rf"\${old}\b"
    return re.sub(pattern, lambda _: new, goal), re.sub(pattern, lambda _: new.strip("`"), body)


@cache
def _ends(families: tuple[Family, ...]) -> tuple[tuple[Family, ...], dict[str, tuple[Family, ...]]]:
    """Families that can come first, and by annotation those that can follow."""
    alone = [family for family in families if len(family.slots.split()) == 1]
    ends: dict[str, tuple[Family, ...]] = {}
    for family in alone:
        if {family.slots, *family.kinds.values()} <= GENERAL:
            annotation = SLOTS[family.slots].annotation
            ends[annotation] = (*ends.get(annotation, ()), family)
    return tuple(family for family in alone if _opens(family) and family.returns in ends), ends


@cache
def _opens(family: Family) -> bool:
    """Whether something can follow: the only `return` is the last line, and a sentence leads on."""
    lines = family.body.split("\n")
    return (
        family.body.count("return ") == 1
        and lines[-1].startswith("return ")
        and any(map(_leads, family.goals))
    )


def _leads(goal: str) -> bool:
    """Whether a sentence can come first: its first clause is not about what is returned in the end."""
    return not goal.startswith(_ANSWERS) and "return" not in goal
