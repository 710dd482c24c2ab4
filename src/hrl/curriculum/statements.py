"""The statement of one function in words; `hrl.curriculum.layouts` describes whole projects.

These are the phrasings that the bundled model is made for; `docs/bundled-model.md` shows them.
"""

from __future__ import annotations

import random

from hrl.curriculum.problem import Problem
from hrl.curriculum.words import CONTEXTS


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
