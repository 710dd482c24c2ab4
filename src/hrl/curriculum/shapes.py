"""All shapes with the types that they can have."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from functools import cache
from itertools import product

from hrl.curriculum.shape import Shape
from hrl.curriculum.shapes_large import LARGE_SHAPES
from hrl.curriculum.shapes_small import SMALL_SHAPES

SHAPES = (*SMALL_SHAPES, *LARGE_SHAPES)
INTS, WORD_LIST = "list[int]", "list[str]"
# From which annotation to which there are enough helpers (see `hrl.curriculum.families.draw_typed`).
PAIRS: dict[str, tuple[str, ...]] = {
    "int": ("int", "str", INTS, "bool"),
    "str": ("int", "str", WORD_LIST),
    INTS: ("int", INTS),
    WORD_LIST: ("int", "str", WORD_LIST, INTS),
}
_VARIABLE = re.compile(r"\b[A-Zeqr]\b")
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Typed:
    """A shape with annotations in place of its variables."""

    shape: Shape
    roles: tuple[Pair, ...]
    own: Pair


def draw_typed_shape(size: int, own: Pair | None, rng: random.Random) -> Typed | None:
    """A shape that calls that many functions, of this type or any; None where there is none."""
    fitting = [(shape, found) for shape in SHAPES if shape.size == size and (found := _fitting(shape, own))]
    return rng.choice(rng.choice(fitting)[1]) if fitting else None


@cache
def _fitting(shape: Shape, own: Pair | None) -> tuple[Typed, ...]:
    return tuple(found for found in choices(shape) if own in (None, found.own))


@cache
def choices(shape: Shape) -> tuple[Typed, ...]:
    """The shape with every choice of types for which there are helpers."""
    names = sorted(set(_VARIABLE.findall(shape.roles + " " + shape.own)))
    found = []
    for chosen in product(*(("int", "str") if name.islower() else tuple(PAIRS) for name in names)):
        bound = dict(zip(names, chosen, strict=True))
        roles = tuple(_pair(role, bound) for role in shape.roles.split())
        own = _pair(shape.own, bound)
        if all(target in PAIRS.get(source, ()) for source, target in roles) and own[0] in PAIRS:
            found.append(Typed(shape, roles, own))
    return tuple(found)


def _pair(text: str, bound: dict[str, str]) -> Pair:
    """`S>[r]` with annotations."""
    filled = _VARIABLE.sub(lambda match: bound[match[0]], text)
    source, _, target = filled.replace("(", "tuple(").partition(">")
    return _listed(source), _listed(target)


def _listed(text: str) -> str:
    """`[int]` as `list[int]`, `tuple(int,[int])` as `tuple[int, list[int]]`."""
    named = re.sub(r"(?<!list)\[", "list[", text)
    return named.replace("(", "[").replace(")", "]").replace(",", ", ")
