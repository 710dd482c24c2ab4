"""Families of functions and the problems drawn from them.

A family is a template: parameters (slots), constants, phrasings, one canonical body. Drawing fills it:
names, constants, a phrasing, arguments; the expected values come from running the reference itself.
Templates use `$xs` for a parameter and `$K` for a constant; which slots exist is said in `slots`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from string import Template
from typing import Any, Literal, get_args

from hrl.curriculum.execution import call
from hrl.curriculum.holdout import is_held_out
from hrl.curriculum.slot import Slot
from hrl.curriculum.slots import SLOTS
from hrl.curriculum.words import function_names

Split = Literal[
    "train",
    "validation",
    "unseen_parameters",
    "unseen_combinations",
    "unseen_phrasings",
    "unseen_documents",
    "unseen_families",
]
Level = Literal["easy", "medium", "hard"]
SPLITS: tuple[Split, ...] = get_args(Split)


@dataclass(frozen=True, slots=True)
class Case:
    """One call of the function and what the reference returns."""

    arguments: tuple[Any, ...]
    expected: Any

    @property
    def written(self) -> str:
        """The arguments as they stand in a call."""
        return ", ".join(map(repr, self.arguments))


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """One kind of function.

    Attributes:
        name: unique; the first part of a task's id.
        slots: parameters in order, names of `hrl.curriculum.slots.SLOTS`.
        returns: annotation of the result.
        goals: phrasings, each a whole sentence in the imperative.
        body: the canonical reference, without the `def` line and its indentation.
        constants: name (upper case) → inclusive range of integers, or a tuple of words.
        names: function names that fit.
        kinds: argument samplers that replace the slots' own, by slot.
        combination: of which parts a pipeline or a chain is made, "" where the family is a single function.
        level: how hard it is for a small model: one expression, a loop with a case or two, an algorithm.
    """

    name: str
    slots: str
    returns: str
    goals: tuple[str, ...]
    body: str
    constants: dict[str, tuple[int, int] | tuple[str, ...]] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    kinds: dict[str, str] = field(default_factory=dict)
    combination: str = ""
    level: Level = "easy"


@dataclass(frozen=True, slots=True)
class Problem:
    """A function to write, with its reference.

    Attributes:
        arguments: the parameters' names, in order.
        types: the annotations of the parameters.
        goal: one phrasing; parameters stand in back-quotes or plain.
        draws: samplers of the arguments, in order (slot kinds).
        unseen: a constant has a value that training never shows.
        level: the family's.
        plain: the body that the goal describes, where the tests want one thing more (see `unsaid`).
        of_nothing: the tests begin with an empty first argument.
    """

    family: str
    combination: str
    name: str
    arguments: tuple[str, ...]
    types: tuple[str, ...]
    returns: str
    goal: str
    body: str
    draws: tuple[str, ...]
    unseen: bool = False
    level: Level = "easy"
    plain: str = ""
    of_nothing: bool = False

    @property
    def said(self) -> str:
        """The body that the goal describes."""
        return self.plain or self.body

    @property
    def signature(self) -> str:
        """`def name(args) -> result` with annotations."""
        pairs = ", ".join(f"{name}: {kind}" for name, kind in zip(self.arguments, self.types, strict=True))
        return f"def {self.name}({pairs}) -> {self.returns}"

    @property
    def half_signature(self) -> str:
        """`def name(args)` with the arguments' annotations only."""
        return self.signature.rpartition(" -> ")[0]

    @property
    def bare_signature(self) -> str:
        """`def name(args)` without annotations."""
        return f"def {self.name}({', '.join(self.arguments)})"

    @property
    def code(self) -> str:
        """The reference program, without annotations."""
        return with_body(self.bare_signature, self.body)

    def cases(self, rng: random.Random, count: int, program: str = "") -> tuple[Case, ...]:
        """`count` different calls with the reference's results; edge cases come first.

        Where something is unsaid, a case that tells it stands before all others.

        Args:
            rng: where the arguments come from.
            count: how many are wanted; fewer when the domain is small.
            program: code of helpers that the reference calls.
        """
        cases: dict[str, Case] = {}
        source = program + "\n\n" + self.code
        for trial in range(count * 4):
            arguments = tuple(SLOTS[kind].sample(rng, trial) for kind in self.draws)
            if self.of_nothing and trial == 0:
                arguments = (type(arguments[0])(), *arguments[1:])
            outcome = call(source, self.name, arguments, bounded=bool(program))
            if outcome.error_class == "" and len(repr(outcome.value)) < 200:
                cases.setdefault(repr(arguments), Case(arguments, outcome.value))
            if len(cases) >= count and (not self.plain or self.tells(cases.values())):
                break
        found = list(cases.values())
        return tuple(sorted(found, key=self._agrees)[:count] if self.plain else found)

    def tells(self, cases: Iterable[Case]) -> bool:
        """Whether a case shows that more is wanted than the goal says."""
        return not all(map(self._agrees, cases))

    def graded(self, cases: Sequence[Case], shown: int) -> tuple[Case, ...]:
        """Cases of the hidden tests: all but the first, shown ones, and those that tell what is unsaid."""
        telling = [case for case in cases[:shown] if not self._agrees(case)] if self.plain else []
        return (*cases[shown:], *telling)

    def _agrees(self, case: Case) -> bool:
        """Whether a program that does what the goal says, and no more, passes."""
        outcome = call(with_body(self.bare_signature, self.said), self.name, case.arguments, bounded=True)
        return not outcome.error_class and outcome.value == case.expected


def varied(cases: Iterable[Case]) -> bool:
    """Whether no constant passes all of them."""
    return len({repr(case.expected) for case in cases}) > 1


def with_body(signature: str, body: str) -> str:
    """A function's source from its `def` line (without colon) and its unindented body."""
    return signature + ":\n" + "".join(f"    {line}\n" for line in body.strip("\n").split("\n"))


def draw(family: Family, rng: random.Random, *, unseen: bool = False, reworded: bool = False) -> Problem:
    """A problem of the family.

    Args:
        family: what to draw from.
        rng: decides everything.
        unseen: with a constant that training never shows.
        reworded: in a sentence that training never shows.

    Raises:
        ValueError: the family has no constants, or no sentences, to hold out.
    """
    names = _parameter_names(family.slots.split(), rng)
    constants, is_unseen = _constants(family, rng, unseen)
    if unseen and not is_unseen:
        raise ValueError(f"the family {family.name} has no constants to hold out")
    return fill(family, rng, names, constants, unseen=is_unseen, reworded=reworded)


def fill(
    family: Family,
    rng: random.Random,
    names: dict[str, str],
    constants: dict[str, str],
    *,
    unseen: bool = False,
    reworded: bool = False,
) -> Problem:
    """The problem with these names and constants."""
    goals = [goal for goal in family.goals if is_held_out(goal) == reworded]
    if not goals:
        raise ValueError(f"the family {family.name} has no {'held-out' if reworded else 'known'} sentence")
    quoted = {slot: f"`{name}`" if rng.random() < 0.85 else name for slot, name in names.items()}
    goal = Template(rng.choice(goals)).substitute(quoted | constants)
    slots = [SLOTS[slot] for slot in family.slots.split()]
    body = Template(family.body).substitute(names | constants)
    return Problem(
        family.name,
        family.combination,
        rng.choice(function_names(family.names, rng)),
        tuple(names[slot.name] for slot in slots),
        tuple(slot.annotation for slot in slots),
        family.returns,
        goal,
        body,
        tuple(family.kinds.get(slot.name, slot.name) for slot in slots),
        unseen,
        family.level,
    )


def is_validation(problem: Problem) -> bool:
    """Whether the problem belongs to `validation` and never to `train`, which share everything else."""
    return is_held_out(f"{problem.bare_signature}\0{problem.goal}", one_in=20)


def can_reword(family: Family) -> bool:
    """Whether the family has a sentence that training never shows."""
    return any(map(is_held_out, family.goals))


def _parameter_names(slots: list[str], rng: random.Random) -> dict[str, str]:
    names: dict[str, str] = {}
    for slot in slots:
        free = [name for name in SLOTS[slot].names if name not in names.values()]
        names[slot] = free[0] if rng.random() < 0.25 else rng.choice(free)
    return names


def _constants(family: Family, rng: random.Random, unseen: bool) -> tuple[dict[str, str], bool]:
    """Values of the constants; 10, 17, 24, ... and every 5th word are held out from training."""
    values: dict[str, str] = {}
    holdable = [name for name, span in family.constants.items() if _choices(span, True)]
    forced = rng.choice(holdable) if unseen and holdable else ""
    for name, span in family.constants.items():
        values[name] = str(rng.choice(_choices(span, name == forced)))
    return values, bool(forced)


def can_hold_out(family: Family) -> bool:
    """Whether the family has a constant with a value that training never shows."""
    return any(_choices(span, True) for span in family.constants.values())


def _choices(span: tuple[int, int] | tuple[str, ...], held_out: bool) -> list[Any]:
    if isinstance(span[0], int):
        low, high = int(span[0]), int(span[1])
        return [value for value in range(low, high + 1) if (value % 7 == 3 and value > 3) == held_out]
    return [word for place, word in enumerate(span) if (place % 5 == 3) == held_out]


Drawer = Callable[[random.Random], Problem]
__all__ = ["SPLITS", "Case", "Drawer", "Family", "Problem", "Slot", "Split", "draw", "fill", "with_body"]
