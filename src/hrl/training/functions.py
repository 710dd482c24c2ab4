"""The functions that drills are made of: right, wrong and misleading programs, and their tests."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from hrl.types import TestCode


@dataclass(frozen=True, slots=True)
class Function:
    """One function and programs for it, all of them whole sources.

    Attributes:
        wrong: fail a visible test, each in its own way; any number of them can be had.
        fooled: passes the visible tests and fails a hidden one.
        held_out: for tables only, never for training.
    """

    name: str
    goal: str
    signature: str
    visible: tuple[TestCode, ...]
    hidden: tuple[TestCode, ...]
    right: str
    wrong: tuple[str, ...]
    fooled: str
    held_out: bool


@cache
def functions(*, held_out: bool) -> tuple[Function, ...]:
    """The functions for training, or those for tables."""
    text = (Path(__file__).parent / "drills.yaml").read_text(encoding="utf-8")
    every = (_function(**entry) for entry in yaml.safe_load(text))
    return tuple(function for function in every if function.held_out == held_out)


def _function(
    name: str,
    goal: str,
    signature: str,
    visible: list[str],
    hidden: list[str],
    right: str,
    wrong: list[str],
    fooled: str,
    held_out: bool = False,
) -> Function:
    def program(body: str) -> str:
        return f"{signature}:\n    {body}\n"

    slips = (
        f"{signature}\n    {right}\n",
        program("return result"),
        program("return len(3)"),
        program("raise ValueError('not written yet')"),
    )
    drafts = tuple(program(f"draft = {number}; return draft - {number + 1}") for number in range(8))
    return Function(
        name=name,
        goal=goal,
        signature=signature,
        visible=(TestCode("\n".join(visible) + "\n"),),
        hidden=(TestCode("\n".join(hidden) + "\n"),),
        right=program(right),
        wrong=(*map(program, wrong), *slips, *drafts),
        fooled=program(fooled),
        held_out=held_out,
    )
