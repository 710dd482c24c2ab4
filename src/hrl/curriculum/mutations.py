"""Typical bugs: a program that looks right, and what goes wrong with it.

A mutant is one change to a reference: a wrong operator, an off-by-one constant, a missing line, a wrong
return, a misspelt name, a broken line. Whether it really fails is found by running it.
"""

from __future__ import annotations

import keyword
import random
import re
from collections.abc import Callable

Mutation = Callable[[str, random.Random], str]
_FOR = re.compile(r"\bfor [\w, ]+$")

_SWAPS = (
    (" > ", " >= "), (" >= ", " > "), (" < ", " <= "), (" <= ", " < "), (" == ", " != "), (" != ", " == "),
    (" + ", " - "), (" - ", " + "), (" * ", " + "), (" // ", " % "), (" % ", " // "), ("max(", "min("),
    ("min(", "max("), (" and ", " or "), ("sum(", "len("), ("len(", "sum("), ("True", "False"),
    ("upper", "lower"), ("lower", "upper"), ("[::-1]", ""), ("sorted(", "list("), (", reverse=True", ""),
    (" in ", " not in "), ("[-1]", "[0]"), ("[0]", "[-1]"), ("isalpha", "isdigit"), ("values", "keys"),
    ("startswith", "endswith"), ("endswith", "startswith"),
)  # fmt: skip


def wrong_operator(body: str, rng: random.Random) -> str:
    """Swap one operator or function for a similar one."""
    places = [
        (match.start(), old, new)
        for old, new in _SWAPS
        for match in re.finditer(re.escape(old), body)
        if not (old == " in " and _FOR.search(body[: match.start()]))
        and not (old == "sorted(" and ("set(" in body or "{" in body))  # a set's order changes by process
    ]
    if not places:
        return body
    start, old, new = rng.choice(places)
    return body[:start] + new + body[start + len(old) :]


def wrong_constant(body: str, rng: random.Random) -> str:
    """Change one number by one or to another small one."""
    places = list(re.finditer(r"(?<![\w\"])\d+(?![\w\"])", body))
    if not places:
        return body
    place = rng.choice(places)
    value = int(place.group())
    other = rng.choice((value + 1, max(0, value - 1), rng.randint(0, 20)))
    return body[: place.start()] + str(other) + body[place.end() :]


def missing_line(body: str, rng: random.Random) -> str:
    """Leave out one line (a base case, a filter), unless that breaks the layout."""
    lines = body.split("\n")
    if len(lines) < 2:
        return body
    place = rng.randrange(len(lines) - 1)
    return "\n".join(lines[:place] + lines[place + 1 :])


def wrong_return(body: str, rng: random.Random) -> str:
    """Return nothing, or something else."""
    lines = body.split("\n")
    if not lines[-1].startswith("return "):
        return body
    lines[-1] = rng.choice(
        (lines[-1][len("return ") :], "return None", "return 0", "return []", "return out")
    )
    return "\n".join(lines)


def misspelt_name(body: str, rng: random.Random) -> str:
    """Write a name that does not exist: a NameError or an AttributeError."""
    names = [name for name in re.findall(r"\b[a-z_]{2,}\b", body) if name not in _KEYWORDS]
    if not names:
        return body
    name: str = rng.choice(names)
    places = list(re.finditer(rf"\b{name}\b", body))
    place = rng.choice(places)
    wrong: str = rng.choice((name + "s", name[:-1], name + "_"))
    return body[: place.start()] + wrong + body[place.end() :]


def broken_line(body: str, rng: random.Random) -> str:
    """Drop a bracket or a colon: a SyntaxError."""
    places = [place for place, character in enumerate(body) if character in "()[]:"]
    if not places:
        return body
    place = rng.choice(places)
    return body[:place] + body[place + 1 :]


MUTATIONS: tuple[tuple[Mutation, float], ...] = (
    (wrong_operator, 4),
    (wrong_constant, 3),
    (missing_line, 2),
    (wrong_return, 2),
    (misspelt_name, 2),
    (broken_line, 1),
)
_KEYWORDS = frozenset(keyword.kwlist)


def mutate(body: str, rng: random.Random) -> str:
    """A body with one bug, or the same body when the chosen mutation does not apply."""
    mutations, weights = zip(*MUTATIONS, strict=True)
    chosen: Mutation = rng.choices(mutations, weights)[0]
    return chosen(body, rng)
