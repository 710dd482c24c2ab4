"""Statements in words: the framing of a goal, and the description of a whole project.

These are the phrasings that the bundled model is made for; `docs/bundled-model.md` shows them.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from hrl.curriculum.problem import Problem
from hrl.curriculum.projects import Project
from hrl.curriculum.words import CONTEXTS

_ASIDES = (
    "Note that `{}` is used in other places too.",
    "Keep `{}` as simple as possible.",
    "The function `{}` was slow in the old version.",
    "Nobody else calls `{}`.",
)
_INTROS = (
    "Write a small program in the following parts.",
    "The program has these functions:",
    "Implement these functions.",
    "We need the following.",
    "Build this step by step:",
)


def framed(goal: str, problem: Problem, rng: random.Random) -> str:
    """The goal as task files put it: alone, after some context, or with the function's name."""
    call = f"`{problem.name}({', '.join(problem.arguments)})`"
    frame = rng.random()
    if frame < 0.45:
        return goal
    if frame < 0.65:
        return f"{rng.choice(CONTEXTS)} {goal}"
    if frame < 0.75:
        return f"{goal} {rng.choice(CONTEXTS)}"
    if frame < 0.85:
        return f"Write a function {call}. {goal}"
    if frame < 0.93:
        return f"Write {call}: {goal[0].lower()}{goal[1:]}"
    return f"{rng.choice(CONTEXTS)} Write {call}. {goal}"


def described(project: Project, rng: random.Random) -> str:
    """The statement of a project: its functions in some order, one layout, perhaps with asides."""
    functions = [*project.parts, project.main]
    order = rng.random()
    if order < 0.4:
        rng.shuffle(functions)
    elif order < 0.5:
        functions = [project.main, *project.parts]
    layout = rng.choice(_LAYOUTS)
    style = rng.random()
    lines = [_entry(function, layout, style, place) for place, function in enumerate(functions, start=1)]
    if rng.random() < 0.25 and layout is not _heading:
        aside = rng.choice(_ASIDES).format(rng.choice(functions).name)
        lines.insert(rng.randint(0, len(lines)), f"- {aside}" if layout is not _sentence else aside)
    intro = [rng.choice(_INTROS)] if rng.random() < 0.6 else []
    between = "\n\n" if layout is _heading else " " if layout is _sentence else "\n"
    return "\n\n".join([*_context(rng), *intro, between.join(lines)])


def _context(rng: random.Random) -> list[str]:
    return [rng.choice(CONTEXTS)] if rng.random() < 0.4 else []


def _entry(function: Problem, layout: Callable[[str, str, int], str], style: float, place: int) -> str:
    call = f"{function.name}({', '.join(function.arguments)})"
    signature = call if style < 0.6 else function.signature if style < 0.85 else f"def {call}"
    return layout(f"`{signature}`", function.goal, place)


def _numbered(signature: str, goal: str, place: int) -> str:
    return f"{place}. {signature}: {goal[0].lower()}{goal[1:]}"


def _bullet(signature: str, goal: str, place: int) -> str:
    del place
    return f"- {signature}: {goal}"


def _dashed(signature: str, goal: str, place: int) -> str:
    return f"{place}. {signature} - {goal}"


def _heading(signature: str, goal: str, place: int) -> str:
    del place
    return f"## {signature}\n\n{goal}"


def _sentence(signature: str, goal: str, place: int) -> str:
    del place
    return f"Write {signature}: {goal[0].lower()}{goal[1:]}"


_LAYOUTS = (_numbered, _numbered, _numbered, _bullet, _dashed, _heading, _sentence)
