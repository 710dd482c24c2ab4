"""The statement of a project as people write it: a list, headings or prose, one entry a function.

Entries stand in any order; the signature is spelled in one of several ways. Asides mention a function that
the entry does not call: what a function needs is said by its own sentences and nothing else.
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
    "`{}` is tested on its own.",
    "It has nothing to do with `{}`.",
    "The old program called `{}` by another name.",
    "See also `{}`.",
    "Another team wrote `{}` first.",
    "Unlike `{}`, it is called often.",
)
_CLOSINGS = (
    "The entry point is `{}`.",
    "The program is started with `{}`.",
    "Everything is put together by `{}`.",
    "In the end only `{}` is called from outside.",
)
_INTROS = (
    "Write a small program in the following parts.",
    "The program has these functions:",
    "Implement these functions.",
    "We need the following.",
    "Build this step by step:",
    "The module should contain the functions below.",
    "Please write the functions that are listed here.",
    "What has to be written:",
    "The work is split into several functions:",
    "Each of these functions is tested.",
)
_FIRSTS = ("Write {}: ", "First write {}: ", "We start with {}: ", "The first function is {}: ", "Write {}. ")
_NEXTS = (
    "Write {}: ",
    "Then write {}: ",
    "Next comes {}: ",
    "After that write {}: ",
    "Another function is {}: ",
    "Write {}. ",
    "Then there is {}. ",
    "{}: ",
)
_LASTS = (
    "Finally write {}: ",
    "Write {}: ",
    "The last one is {}: ",
    "At the end comes {}. ",
    "Finally, {}: ",
)
_MARKS = ("{n}. ", "{n}. ", "{n}) ", "- ", "- ", "* ")
_JOINTS = (": ", ": ", ": ", " - ", " \u2013 ", " \u2014 ", ". ", "\n  ")
_SPELLINGS: tuple[Callable[[Problem], str], ...] = (
    lambda function: f"{function.name}({', '.join(function.arguments)})",
    lambda function: f"{function.name}({', '.join(function.arguments)})",
    lambda function: function.signature,
    lambda function: function.signature.removeprefix("def "),
    lambda function: function.bare_signature,
    lambda function: function.signature.partition(" -> ")[0].removeprefix("def "),
    lambda function: f"{function.signature}:",
)


def described(project: Project, rng: random.Random) -> str:
    """The statement: context, the functions in some order and one layout, perhaps with asides."""
    functions = _ordered(project, rng)
    spelled = rng.choice(_SPELLINGS)
    entries = [(f"`{spelled(function)}`", _said(function, project, rng)) for function in functions]
    layout = rng.choice((_list, _list, _list, _list, _headings, _prose))
    body = layout(entries, rng)
    if layout is _list and rng.random() < 0.15:
        body = _with_item(body, rng.choice(_ASIDES).format(rng.choice(functions).name), rng)
    before = [rng.choice(CONTEXTS)] if rng.random() < 0.4 else []
    before += [rng.choice(_INTROS)] if rng.random() < 0.6 else []
    after = [rng.choice(_CLOSINGS).format(project.main.name)] if rng.random() < 0.12 else []
    after += [rng.choice(CONTEXTS)] if rng.random() < 0.06 else []
    runs_on = layout is _prose and before and before[-1].endswith(".") and rng.random() < 0.3
    between = " " if runs_on else "\n\n"
    return between.join([*before, body]) + "".join(f"\n\n{line}" for line in after if layout is not _headings)


def _ordered(project: Project, rng: random.Random) -> list[Problem]:
    """Dependencies first, or the main function first, or in any order."""
    order = rng.random()
    if order < 0.15:
        return [project.main, *project.parts]
    functions = list(project.functions)
    if order < 0.5:
        rng.shuffle(functions)
    return functions


def _said(function: Problem, project: Project, rng: random.Random) -> str:
    """What is said of a function; sometimes with a mention of one that it does not call."""
    others = [name for name in project.needs if name not in (function.name, *project.needs[function.name])]
    if not others or rng.random() < 0.94:
        return function.goal
    return f"{function.goal} {rng.choice(_ASIDES).format(rng.choice(others))}"


def _list(entries: list[tuple[str, str]], rng: random.Random) -> str:
    mark, joint = rng.choice(_MARKS), rng.choice(_JOINTS)
    bold = "**" if rng.random() < 0.1 else ""
    lowers = joint in (": ", " - ") and rng.random() < 0.5
    between = "\n\n" if rng.random() < 0.1 else "\n"
    return between.join(
        f"{mark.format(n=place)}{bold}{signature}{bold}{joint}{_lowered(goal) if lowers else goal}"
        for place, (signature, goal) in enumerate(entries, start=1)
    )


def _headings(entries: list[tuple[str, str]], rng: random.Random) -> str:
    mark = rng.choice(("## ", "### ", "## {n}. "))
    return "\n\n".join(
        f"{mark.format(n=place)}{signature}\n\n{goal}"
        for place, (signature, goal) in enumerate(entries, start=1)
    )


def _prose(entries: list[tuple[str, str]], rng: random.Random) -> str:
    last = len(entries) - 1
    plain = rng.random() < 0.3
    texts = []
    for place, (signature, goal) in enumerate(entries):
        leads = _FIRSTS[:1] if plain else _FIRSTS if place == 0 else _LASTS if place == last else _NEXTS
        lead = rng.choice(leads)
        texts.append(lead.format(signature) + (_lowered(goal) if lead.endswith(": ") else goal))
    return rng.choice((" ", "\n", "\n\n")).join(texts)


def _with_item(body: str, aside: str, rng: random.Random) -> str:
    """The list with one item more that describes no function."""
    lines = body.split("\n")
    starts = [place for place, line in enumerate(lines) if line and not line.startswith(" ")]
    return "\n".join([*lines[: (place := rng.choice([*starts, len(lines)]))], f"- {aside}", *lines[place:]])


def _lowered(goal: str) -> str:
    return goal[0].lower() + goal[1:]
