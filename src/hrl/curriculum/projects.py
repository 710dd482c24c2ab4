"""Projects: programs of two to six functions, in which main and some of its helpers call other helpers.

Leaves are ordinary problems with matching types; the other functions put functions together in words (see
`hrl.curriculum.shapes`), or apply an earlier function first and then do their own work.
"""

from __future__ import annotations

import builtins
import keyword
import random
import re
from dataclasses import dataclass, replace
from string import Template

from hrl.curriculum.families import draw_typed
from hrl.curriculum.holdout import is_held_out
from hrl.curriculum.problem import Case, Problem, Split
from hrl.curriculum.shapes import INTS, WORD_LIST, Pair, Typed, draw_typed_shape
from hrl.curriculum.slots import SLOTS
from hrl.curriculum.words import NOUNS, VERBS, made_up

MOST_HELPERS, MIN_CASES = 5, 5
_NESTED, _REUSED, _INVENTED = 0.36, 0.12, 0.25
_SLOTS = {"int": "z", "str": "s", INTS: "xs", WORD_LIST: "ws"}
_ARGUMENTS = ("data", "value", "items", "source", "start")
_MAIN_NAMES = (
    "main",
    "solve",
    "report",
    "run",
    "summary",
    "process",
    "pipeline",
    "result",
    "answer",
    "build_report",
)
_LEADS = (
    "Apply `$A` to $X first. Then $goal",
    "First apply `$A` to $X. Then $goal",
    "Apply `$A` first. Then $goal",
    "Start with `$A` of $X. With its result: $goal",
    "Use `$A` on $X before anything else. After that, $goal",
    "Call `$A` with $X and go on with what it returns: $goal",
    "Replace $X by `$A($x)`. Then $goal",
    "Let $X go through `$A` first. After that, $goal",
    "Take `$A($x)` instead of $X: $goal",
)
_WORD = re.compile(r"[A-Za-z_]\w*")
_RESERVED = frozenset({*dir(builtins), *keyword.kwlist, "out", "first", "second", "x"})


@dataclass(frozen=True, slots=True)
class Project:
    """`parts` are the helpers, dependencies first; `needs` maps every name to what it calls."""

    parts: tuple[Problem, ...]
    main: Problem
    needs: dict[str, tuple[str, ...]]

    @property
    def functions(self) -> tuple[Problem, ...]:
        """All of them, dependencies first."""
        return (*self.parts, self.main)

    @property
    def reference(self) -> str:
        """The whole program."""
        return "\n\n".join(function.code for function in self.functions)

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

    def all_cases(self, rng: random.Random, count: int) -> dict[str, tuple[Case, ...]]:
        """Cases of every function by name; empty where main would pass its tests by a constant.

        Draw another project then: some function has few cases, or main returns the same for all of its own.
        """
        found = {function.name: self.cases(function, rng, count) for function in self.functions}
        results = {repr(case.expected) for case in found[self.main.name]}
        return found if min(map(len, found.values())) >= MIN_CASES and len(results) > 1 else {}


def draw_project(
    split: Split, rng: random.Random, *, most_parts: int = MOST_HELPERS, subtasks: int | None = None
) -> Project:
    """A program of helpers and a main function.

    Args:
        split: where the helpers come from; with `unseen_phrasings`, main is worded as training never shows.
        rng: decides everything.
        most_parts: at most that many helpers, at least one.
        subtasks: exactly that many functions, main included (2 to 6).
    """
    helpers = subtasks - 1 if subtasks else rng.randint(1, max(1, most_parts))
    if not 1 <= helpers <= MOST_HELPERS:
        raise ValueError(f"a program has 2 to {MOST_HELPERS + 1} functions, not {helpers + 1}")
    while True:
        project = _Builder(split, rng).project(helpers)
        if project:
            return project


class _Builder:
    """Grows a program from its main function down; functions get their names before others mention them."""

    def __init__(self, split: Split, rng: random.Random) -> None:
        self._split: Split = split
        self._rng = rng
        self._invents = rng.random() < _INVENTED
        self._words = set(_RESERVED)
        self._parts: list[Problem] = []
        self._needs: dict[str, tuple[str, ...]] = {}

    def project(self, helpers: int) -> Project | None:
        """A program with that many helpers; None where a name stands for two things."""
        called = helpers
        while called > 1 and self._rng.random() < _NESTED:
            called -= 1
        chosen = draw_typed_shape(called, None, self._rng)
        assert chosen is not None, "there are shapes of every size"
        main = self._joined(chosen, helpers - called, is_main=True)
        return Project(tuple(self._parts), main, self._needs) if self._is_clear(main) else None

    def _is_clear(self, main: Problem) -> bool:
        """Whether no function has the name of a variable."""
        functions = [*self._parts, main]
        words = [
            word
            for function in functions
            for word in _identifiers(function) - set(self._needs[function.name])
        ]
        return not {function.name for function in functions} & {*words}

    def _joined(self, chosen: Typed, extra: int, *, is_main: bool = False) -> Problem:
        """A function that only puts others together; `extra` functions more are spread below them."""
        sizes = [1] * chosen.shape.size
        for _ in range(extra):
            sizes[self._rng.randrange(len(sizes))] += 1
        called = [self._function(role, size) for role, size in zip(chosen.roles, sizes, strict=True)]
        kind = _SLOTS[chosen.own[0]]
        argument = self._rng.choice((*SLOTS[kind].names, *_ARGUMENTS))
        while argument in self._needs or argument in _RESERVED:
            argument = self._rng.choice((*SLOTS[kind].names, *_ARGUMENTS))
        quoted = f"`{argument}`" if self._rng.random() < 0.85 else argument
        filled = dict(zip("ABCDE", called, strict=False)) | {"X": quoted, "x": argument}
        name = self._named(_MAIN_NAMES if is_main else ())
        self._needs[name] = tuple(dict.fromkeys(called))
        held_out = is_main and self._split == "unseen_phrasings"
        goals = [goal for goal in chosen.shape.goals if is_held_out(goal) == held_out]
        return Problem(
            f"{'main' if is_main else 'glue'}_{chosen.shape.name}",
            "",
            name,
            (argument,),
            (chosen.own[0],),
            chosen.own[1],
            Template(self._rng.choice(goals)).substitute(filled),
            Template(chosen.shape.body).substitute(filled),
            (kind,),
        )

    def _function(self, own: Pair, size: int) -> str:
        """A helper of this type with `size - 1` functions below it; its name."""
        source, _ = own
        if size == 1:
            before = [part.name for part in self._parts if part.types == (source,) and part.returns == source]
            if before and self._rng.random() < _REUSED:
                return self._leading(own, self._rng.choice(before))
            return self._add(self._leaf(own))
        most = size - 1
        while most > 1 and self._rng.random() < _NESTED:
            most -= 1
        chosen = draw_typed_shape(most, own, self._rng)
        if chosen is None or (most == size - 1 == 1 and self._rng.random() < 0.6):
            return self._leading(own, self._function((source, source), size - 1))
        return self._add(self._joined(chosen, size - 1 - most))

    def _leaf(self, own: Pair) -> Problem:
        problem = draw_typed(*own, self._split, self._rng)
        name = self._named((problem.name,))
        self._needs[name] = ()
        return replace(problem, name=name, body=re.sub(rf"\b{problem.name}\(", f"{name}(", problem.body))

    def _leading(self, own: Pair, earlier: str) -> str:
        """A leaf that gives its argument to an earlier function first."""
        leaf = self._leaf(own)
        argument = leaf.arguments[0]
        quoted = f"`{argument}`" if f"`{argument}`" in leaf.goal else argument
        lead = self._rng.choice(_LEADS)
        goal = leaf.goal[0].lower() + leaf.goal[1:]
        filled = Template(lead).substitute(A=earlier, X=quoted, x=argument, goal=goal)
        self._needs[leaf.name] = (earlier,)
        return self._add(replace(leaf, goal=filled, body=f"{argument} = {earlier}({argument})\n{leaf.body}"))

    def _add(self, problem: Problem) -> str:
        self._parts.append(problem)
        return problem.name

    def _named(self, fitting: tuple[str, ...]) -> str:
        """A free name: a fitting one, an ordinary one, or one that exists nowhere."""
        # Names that exist nowhere have to be copied from the statement: nothing else predicts them.
        if self._invents:
            fitting = (made_up(self._rng).lower(),)
        name = self._rng.choice(fitting) if fitting else self._rng.choice(VERBS)
        while name in self._needs or name in _RESERVED:
            name = f"{self._rng.choice(VERBS)}_{self._rng.choice(NOUNS)}"
        return name


def _identifiers(problem: Problem) -> set[str]:
    return {*problem.arguments, *_WORD.findall(problem.body)} - {problem.name}
