"""Projects: a main function over two to four helpers, and the statement that describes them.

The helpers are ordinary problems with matching types; the main function only calls them. Dependencies
are what the statement says in words: `main` applies `clean`, then `score`.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from hrl.curriculum.families import draw_typed
from hrl.curriculum.problem import Case, Problem, Split
from hrl.curriculum.words import made_up

INTS, WORD_LIST = "list[int]", "list[str]"


@dataclass(frozen=True, slots=True)
class Project:
    """`parts` are the helpers, dependencies first; `needs` maps every name to what it calls."""

    parts: tuple[Problem, ...]
    main: Problem
    needs: dict[str, tuple[str, ...]]

    def program(self, *names: str) -> str:
        """The code of the helpers that these functions need, directly or not, dependencies first."""
        wanted: set[str] = set()
        stack = [need for name in names for need in self.needs[name]]
        while stack:
            name = stack.pop()
            wanted.add(name)
            stack += self.needs[name]
        return "\n\n".join(part.code for part in self.parts if part.name in wanted)

    def cases(self, problem: Problem, rng: random.Random, count: int) -> tuple[Case, ...]:
        """Cases of one function of the project, run with its helpers."""
        return problem.cases(rng, count, self.program(problem.name))


@dataclass(frozen=True, slots=True)
class Shape:
    """How main uses its helpers. In texts `A B C` are helpers and `X` main's argument.

    Attributes:
        types: source and target annotation of each helper; a tuple of alternatives, one is chosen.
        returns: main's annotation.
        over: annotation of main's argument when it is not the first helper's.
    """

    name: str
    types: tuple[tuple[tuple[str, str], ...], ...]
    goals: tuple[str, ...]
    body: str
    returns: str = "*"
    over: str = ""


_CHAIN2 = (
    ((INTS, INTS), (INTS, "int")),
    ((INTS, INTS), (INTS, INTS)),
    (("str", "str"), ("str", "int")),
    (("str", WORD_LIST), (WORD_LIST, WORD_LIST)),
    ((WORD_LIST, WORD_LIST), (WORD_LIST, "str")),
    (("str", "str"), ("str", "str")),
    ((INTS, "int"), ("int", "int")),
)
_CHAIN3 = (
    ((INTS, INTS), (INTS, INTS), (INTS, "int")),
    (("str", "str"), ("str", WORD_LIST), (WORD_LIST, "str")),
    (("str", WORD_LIST), (WORD_LIST, WORD_LIST), (WORD_LIST, "int")),
    ((INTS, INTS), (INTS, "int"), ("int", "int")),
    ((WORD_LIST, WORD_LIST), (WORD_LIST, "str"), ("str", "str")),
)
_BOTH = (
    ((INTS, "int"), (INTS, "int")),
    (("str", "int"), ("str", "int")),
    ((WORD_LIST, "int"), (WORD_LIST, "int")),
)
_PRE_BOTH = (
    ((INTS, INTS), (INTS, "int"), (INTS, "int")),
    (("str", "str"), ("str", "int"), ("str", "int")),
    ((WORD_LIST, WORD_LIST), (WORD_LIST, "int"), (WORD_LIST, "int")),
)

SHAPES: tuple[Shape, ...] = (
    Shape(
        "chain2",
        _CHAIN2,
        (
            "Apply `A` to `X`, then `B`, and return the result.",
            "Pass `X` through `A` and then through `B`.",
            "Call `A`, then `B` on what it returns, and return the result.",
            "Apply `A`, then `B`.",
        ),
        "out = A(X)\nreturn B(out)",
    ),
    Shape(
        "chain3",
        _CHAIN3,
        (
            "Apply `A` to `X`, then `B`, then `C`, and return the result.",
            "Pass `X` through `A`, `B` and `C` in this order.",
            "Apply `A`, `B` and `C` one after the other and return the result.",
            "Apply `A`, then `B`, and return what `C` gives.",
        ),
        "out = A(X)\nout = B(out)\nreturn C(out)",
    ),
    Shape(
        "chain4",
        (
            ((INTS, INTS), (INTS, INTS), (INTS, "int"), ("int", "int")),
            (("str", "str"), ("str", WORD_LIST), (WORD_LIST, WORD_LIST), (WORD_LIST, "str")),
        ),
        (
            "Apply `A` to `X`, then `B`, then `C`, then `D`, and return the result.",
            "Pass `X` through `A`, `B`, `C` and `D` in this order.",
        ),
        "out = A(X)\nout = B(out)\nout = C(out)\nreturn D(out)",
    ),
    Shape(
        "sum",
        _BOTH,
        ("Return `A` plus `B` of `X`.", "Return the sum of `A` and `B` of `X`.", "Add `A(X)` and `B(X)`."),
        "return A(X) + B(X)",
        "int",
    ),
    Shape(
        "minus",
        _BOTH,
        ("Return `A` minus `B` of `X`.", "Subtract `B(X)` from `A(X)`.", "Return `A(X)` minus `B(X)`."),
        "return A(X) - B(X)",
        "int",
    ),
    Shape(
        "pair",
        (
            ((INTS, "int"), (INTS, INTS)),
            ((INTS, "int"), (INTS, "int")),
            (("str", "int"), ("str", "str")),
            (("str", WORD_LIST), ("str", "int")),
        ),
        ("Return a tuple of `A` and `B` of `X`.", "Return the pair of `A(X)` and `B(X)`."),
        "return (A(X), B(X))",
        "tuple",
    ),
    Shape(
        "first_sum",
        _PRE_BOTH,
        (
            "Apply `A` to `X` first, then return `B` plus `C` of the result.",
            "Apply `A` to `X`. Of the result return the sum of `B` and `C`.",
        ),
        "out = A(X)\nreturn B(out) + C(out)",
        "int",
    ),
    Shape(
        "first_pair",
        _PRE_BOTH,
        (
            "Apply `A` to `X` first, then return a tuple of `B` and `C` of the result.",
            "Apply `A` to `X`. Of the result return the pair of `B` and `C`.",
        ),
        "out = A(X)\nreturn (B(out), C(out))",
        "tuple",
    ),
    Shape(
        "each",
        ((("int", "int"),), (("str", "str"),), (("str", "int"),), (("int", "str"),)),
        ("Apply `A` to each item of `X` and return the list.", "Return a list of `A` of every item of `X`."),
        "return [A(x) for x in X]",
        "list",
        "each",
    ),
    Shape(
        "each_then",
        ((("int", "int"), (INTS, "int")), (("str", "int"), (INTS, "int")), (("int", "int"), (INTS, INTS))),
        (
            "Apply `A` to each item of `X`, then `B` to the list, and return the result.",
            "Apply `A` to each item of `X` and return `B` of the list.",
        ),
        "out = [A(x) for x in X]\nreturn B(out)",
        "*",
        "each",
    ),
)
_OVER = {
    "int": ("xs", INTS, ("xs", "values", "numbers")),
    "str": ("ws", WORD_LIST, ("words", "names", "texts")),
}
_MAIN_NAMES = ("main", "solve", "report", "run", "summary", "process", "pipeline", "result")


def draw_project(split: Split, rng: random.Random, *, most_parts: int = 4) -> Project:
    """A project with at most that many helpers."""
    shapes = [shape for shape in SHAPES if len(shape.types[0]) <= most_parts and len(shape.types[0]) >= 2]
    shape = rng.choice(shapes if rng.random() < 0.9 else [s for s in SHAPES if s.name == "each"])
    while True:
        types = rng.choice(shape.types)
        parts = _distinct([draw_typed(a, b, split, rng) for a, b in types], rng)
        main = _main(shape, parts, rng)
        if main.name not in {part.name for part in parts}:
            needs: dict[str, tuple[str, ...]] = {part.name: () for part in parts}
            needs[main.name] = tuple(part.name for part in parts)
            project = Project(tuple(parts), main, needs)
            return _nested(project, rng) if rng.random() < 0.15 else project


def _distinct(parts: list[Problem], rng: random.Random) -> list[Problem]:
    """Give the parts different names."""
    seen: set[str] = set()
    # Names that exist nowhere have to be copied from the statement: nothing else predicts them.
    invented = rng.random() < 0.25
    for place, part in enumerate(parts):
        name = made_up(rng).lower() if invented else part.name
        while name in seen:
            name = f"{part.name}_{rng.choice('abcdefgh')}"
        seen.add(name)
        parts[place] = replace(part, name=name, body=_renamed(part, name))
    return parts


def _renamed(part: Problem, name: str) -> str:
    return part.body.replace(f"{part.name}(", f"{name}(") if f"{part.name}(" in part.body else part.body


def _main(shape: Shape, parts: list[Problem], rng: random.Random) -> Problem:
    first = parts[0]
    kind, annotation = first.draws[0], first.types[0]
    names: tuple[str, ...] = (first.arguments[0], "data", "value", "items")
    if shape.over:
        kind, annotation, names = _OVER[first.types[0]]
    argument = rng.choice(names)
    filled = {letter: part.name for letter, part in zip("ABCD", parts, strict=False)} | {"X": argument}
    returns = parts[-1].returns if shape.returns == "*" else shape.returns
    return Problem(
        f"main_{shape.name}",
        "",
        rng.choice(_MAIN_NAMES),
        (argument,),
        (annotation,),
        returns,
        _fill(rng.choice(shape.goals), filled),
        _fill(shape.body, filled),
        (kind,),
    )


def _fill(text: str, filled: dict[str, str]) -> str:
    """Replace the single capital letters that stand for helpers and for the argument."""
    words: list[str] = []
    word = ""
    for character in text + "\0":
        if character.isalnum() or character == "_":
            word += character
            continue
        words.append(filled.get(word, word) + character)
        word = ""
    return "".join(words)[:-1]


def _nested(project: Project, rng: random.Random) -> Project:
    """Let one helper call an earlier one first, where the types allow it."""
    for place, part in enumerate(project.parts):
        for earlier in project.parts[:place]:
            if earlier.types[0] == part.types[0] == earlier.returns and not project.needs[earlier.name]:
                return _with_call(project, place, earlier.name, rng)
    return project


def _with_call(project: Project, place: int, earlier: str, rng: random.Random) -> Project:
    part = project.parts[place]
    argument = part.arguments[0]
    lead = rng.choice((f"Apply `{earlier}` to `{argument}` first. Then ", f"First apply `{earlier}`. Then "))
    changed = replace(
        part,
        goal=lead + part.goal[0].lower() + part.goal[1:],
        body=f"{argument} = {earlier}({argument})\n{part.body}",
    )
    parts = (*project.parts[:place], changed, *project.parts[place + 1 :])
    return Project(parts, project.main, project.needs | {part.name: (earlier,)})
