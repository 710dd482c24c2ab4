"""Drills in copying: short texts whose whole answer stands in the prompt.

Pointing, calling and reading rules all need one ability, to find a place in the prompt and go on copying from
there. In ordinary examples few tokens teach it; here every token does. The drills lose weight during
training (see `batches`), and none of them is ever asked for at the end.
"""

from __future__ import annotations

import random

from hrl.curriculum.words import NOUNS, VERBS, WORDS, made_up

_ARGUMENTS = ("xs", "s", "data", "items", "n", "values", "text")


def copy_drill(rng: random.Random) -> tuple[str, str]:
    """Prompt and answer of one drill."""
    return rng.choice((_pointers, _pointers, _calls, _calls, _facts, _facts, _echo))(rng)


def _name(rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.35:
        return made_up(rng).lower()
    return rng.choice(VERBS) if kind < 0.6 else f"{rng.choice(VERBS)}_{rng.choice(NOUNS)}"


def _names(rng: random.Random, low: int, high: int) -> list[str]:
    wanted = rng.randint(low, high)
    names: dict[str, None] = {}
    while len(names) < wanted:
        names[_name(rng)] = None
    return list(names)


def _pointers(rng: random.Random) -> tuple[str, str]:
    """A plan of names alone; the last line depends on what it mentions."""
    names = _names(rng, 2, 5)
    main, helpers = names[0], names[1:]
    needs = rng.sample(helpers, rng.randint(1, len(helpers)))
    lines, answers = [], []
    for number, name in enumerate(rng.sample(names, len(names)), start=1):
        lines.append(f"[{number}] {name}({rng.choice(_ARGUMENTS)})")
        answers.append(f"[{number}] {name}")
        if name == main:
            lines[-1] += ": apply " + ", then ".join(needs)
            answers[-1] += " <- " + ", ".join(needs)
    return "\n".join(lines) + "\nplan:\n", "\n".join(answers) + "\n"


def _calls(rng: random.Random) -> tuple[str, str]:
    """A chain of calls in the order of the goal; the list of helpers has another order."""
    names = _names(rng, 2, 4)
    argument = rng.choice(_ARGUMENTS)
    listed = ", ".join(f"{name}({rng.choice(_ARGUMENTS)})" for name in rng.sample(names, len(names)))
    prompt = f"goal: {' '.join(names)}\nuse: {listed}\ndef {rng.choice(VERBS)}({argument}):\n"
    lines, source = [], argument
    for name in names[:-1]:
        lines.append(f"    out = {name}({source})\n")
        source = "out"
    return prompt, "".join(lines) + f"    return {names[-1]}({source})\n"


def _facts(rng: random.Random) -> tuple[str, str]:
    """Numbers (or codes) beside made-up names; the answer is what stands beside those asked for."""
    names = list(dict.fromkeys(made_up(rng) for _ in range(rng.randint(1, 4))))
    coded = rng.random() < 0.3
    values = [f'"{made_up(rng).upper()[:4]}"' if coded else str(rng.randint(2, 99)) for _ in names]
    lines = [f"doc: {name} is {value}." for name, value in zip(names, values, strict=True)]
    asked = rng.sample(range(len(names)), len(names))
    prompt = "\n".join([f"goal: {' '.join(names[place] for place in asked)}", *lines])
    return prompt + "\n", "".join(f"    {values[place]}\n" for place in asked)


def _echo(rng: random.Random) -> tuple[str, str]:
    """The same words and numbers again."""
    kinds = (lambda: rng.choice(WORDS), lambda: _name(rng), lambda: str(rng.randint(0, 999)))
    text = " ".join(rng.choice(kinds)() for _ in range(rng.randint(4, 14)))
    return f" {text}\n", f" {text}\n"
