"""Chains: one function that does what two families do, the second with the first one's result.

The statement names the result between them; the body gives it that name, so that a model can learn the
families one by one and meet a pair that it never saw. One pair in six is held out from training.
"""

from __future__ import annotations

import random
import re
import zlib
from functools import cache

from hrl.curriculum.phrasing import is_held_out as is_held_out_sentence
from hrl.curriculum.problem import Family, Level
from hrl.curriculum.slots import GENERAL, SLOTS

HELD_OUT_SHARE = 6
_BETWEEN = ("mid", "step", "made", "half")
_JOINTS = (
    "$FIRST; call the result `$MID`. $SECOND",
    "$FIRST and call that `$MID`. Then: $SECOND",
    "$FIRST, which we call `$MID`. $SECOND",
)
_ANSWERS = ("Return ", "Write a function", "The function", "Give back ", "Test if ", "The result ", "Your ")
_LEVELS: tuple[Level, ...] = ("easy", "medium", "hard")


def is_held_out(key: str) -> bool:
    """Whether training never shows this pair."""
    return zlib.crc32(key.encode()) % HELD_OUT_SHARE == 0


def draw_chain(
    families: tuple[Family, ...], rng: random.Random, *, held_out: bool = False, reworded: bool = False
) -> Family:
    """A random pair that is (or is not) held out, in sentences that are (or are not) held out."""
    starts, ends = _ends(families)
    while True:
        first = rng.choice(starts)
        fitting = ends.get(first.returns)
        if not fitting:
            continue
        second = rng.choice(fitting)
        key = f"chain:{first.name}>{second.name}"
        if first is second or is_held_out(key) != held_out:
            continue
        family = _joined(first, second, key, rng, reworded=reworded)
        if family:
            return family


def _joined(first: Family, second: Family, key: str, rng: random.Random, *, reworded: bool) -> Family | None:
    """One family of both; None where their sentences make none that is (or is not) held out."""
    openings = [goal for goal in first.goals if _leads(goal) and is_held_out_sentence(goal) == reworded]
    endings = [goal for goal in second.goals if not is_held_out_sentence(goal)]
    taken = set(re.findall(r"\b[a-z_]\w*\b", first.body + second.body))
    names = [name for name in _BETWEEN if name not in taken]
    if not openings or not endings or not names:
        return None
    between = rng.choice(names)
    renamed = {name: f"{name}2" for name in second.constants if name in first.constants}
    ending, tail = rng.choice(endings), second.body
    for old, new in ((second.slots, f"`{between}`"), *((old, f"${new}") for old, new in renamed.items())):
        ending = re.sub(rf"\${old}\b", new, ending)
        tail = re.sub(rf"\${old}\b", new.strip("`"), tail)
    opening = rng.choice(openings).rstrip(".")
    goals = [
        joint.replace("$FIRST", opening).replace("$SECOND", ending).replace("$MID", between)
        for joint in _JOINTS
    ]
    goals = [goal for goal in goals if is_held_out_sentence(goal) == reworded]
    if not goals:
        return None
    *head, last = first.body.split("\n")
    return Family(
        "chain",
        first.slots,
        second.returns,
        (rng.choice(goals),),
        "\n".join([*head, f"{between} = {last.removeprefix('return ')}", tail]),
        {**first.constants, **{renamed.get(name, name): span for name, span in second.constants.items()}},
        kinds=first.kinds,
        combination=key,
        level=max("medium", first.level, second.level, key=_LEVELS.index),  # type: ignore[arg-type]
    )


@cache
def _ends(families: tuple[Family, ...]) -> tuple[tuple[Family, ...], dict[str, tuple[Family, ...]]]:
    """Families that can come first, and by annotation those that can follow."""
    alone = [family for family in families if len(family.slots.split()) == 1]
    starts = tuple(f for f in alone if _is_straight(f.body) and any(map(_leads, f.goals)))
    ends: dict[str, tuple[Family, ...]] = {}
    for family in alone:
        if {family.slots, *family.kinds.values()} <= GENERAL:
            annotation = SLOTS[family.slots].annotation
            ends[annotation] = (*ends.get(annotation, ()), family)
    return tuple(f for f in starts if f.returns in ends), ends


def _is_straight(body: str) -> bool:
    """Whether the only `return` is the last line, which is one line long."""
    return body.count("return ") == 1 and body.split("\n")[-1].startswith("return ")


def _leads(goal: str) -> bool:
    """Whether a sentence can come first: one clause, which is not about what is returned in the end."""
    return not goal.startswith(_ANSWERS) and goal.count(". ") == 0 and "return" not in goal
