"""Scripted programs: whole tasks in which a model's replies are fixed beforehand, run in the real sandbox.

They teach the corrective cycles before a policy meets a real model, and they make its training testable
without one: programs that work at once, that another execute mends, whose parts of different rounds belong
together, that the integrator or another plan mends, that are written in one piece, and hopeless ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from hrl.executive.actions import MAX_DEBUGS
from hrl.llm.requests import (
    BrokenReply,
    Call,
    CodeReply,
    Completion,
    Debug,
    Generate,
    Integrate,
    MakePlan,
    PlannedPart,
    PlanReply,
    Reply,
)
from hrl.training.exercises import written
from hrl.training.programs import Program
from hrl.types import Task, TestCode, Usage

KINDS = {
    "first-try": 0.18,
    "re-execute": 0.24,
    "combine": 0.1,
    "re-integrate": 0.12,
    "re-plan": 0.14,
    "whole": 0.1,
    "hopeless": 0.12,
}
_NEVER = 99


@dataclass(frozen=True, slots=True)
class Part:
    """One function and programs for it, whole sources."""

    name: str
    signature: str
    goal: str
    visible: TestCode
    right: str
    wrong: str
    fooled: str
    hidden: TestCode | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """A task of several functions; `parts` are what main calls."""

    parts: tuple[Part, ...]
    main: Part
    task: Task
    held_out: bool

    @property
    def reference(self) -> str:
        """The whole right program."""
        return "\n\n".join(part.right for part in (*self.parts, self.main))


@dataclass(frozen=True, slots=True)
class Script:
    """What the model of one scripted program replies.

    Attributes:
        written: function → what its programs are, by how many rounds asked for it: `right`, `wrong` or
            `fooled`; the last one repeats.
        refused: so many plans hold nothing usable.
        blind: the first plan says of no function what it needs, and main comes out wrong without.
        settles: the integrator's model writes the right program from this attempt on.
        whole: the task in one piece comes out right.
    """

    written: dict[str, tuple[str, ...]] = field(default_factory=dict)
    refused: int = 0
    blind: bool = False
    settles: int = _NEVER
    whole: bool = False


class ScriptedProgramModel:
    """Replies by the script of one program; it counts rounds, so every run opens its own."""

    name = fingerprint = style = "scripted-program"

    def __init__(self, scene: Scene, script: Script) -> None:
        self._scene = scene
        self._script = script
        self._rounds: dict[tuple[str, str], list[int]] = {}

    def complete(self, calls: Sequence[Call]) -> list[Completion]:
        """Answer each call on its own."""
        return [self._answer(call) for call in calls]

    def close(self) -> None:
        """Nothing is held."""

    def _answer(self, call: Call) -> Completion:
        request = call.request
        if isinstance(request, MakePlan):
            reply = self._plan(request)
        elif isinstance(request, Integrate):
            right = request.attempt >= self._script.settles
            reply = CodeReply(self._scene.reference if right else self._scene.main.wrong)
        elif isinstance(request, Generate | Debug):
            reply = CodeReply(self._program(request))
        else:
            reply = BrokenReply("no tests in the reply", "")
        text, asked = str(reply), written(request)
        key = f"{request.kind}:{getattr(request, 'subtask', '')}:{call.sampling.sample}:{len(asked)}"
        return Completion(reply, text, Usage(len(asked) // 4, len(text) // 4 + 1), "stop", key)

    def _plan(self, request: MakePlan) -> Reply:
        if request.attempt < self._script.refused:
            return BrokenReply("no plan in the reply", "")
        blind = self._script.blind and request.attempt == self._script.refused
        needs = () if blind else tuple(part.name for part in self._scene.parts)
        parts = [PlannedPart(part.name, part.goal, part.signature) for part in self._scene.parts]
        main = self._scene.main
        return PlanReply((*parts, PlannedPart(main.name, main.goal, main.signature, needs)))

    def _program(self, request: Generate | Debug) -> str:
        main = self._scene.main
        if request.goal == self._scene.task.statement.strip():
            return self._scene.reference if self._script.whole else main.wrong
        part = next(part for part in (*self._scene.parts, main) if part.name == request.subtask)
        rounds = self._rounds.setdefault((request.subtask, request.goal), [])
        number = request.attempt // MAX_DEBUGS
        if number not in rounds:
            rounds.append(number)
        if part is main and self._script.blind and not request.helpers:
            return main.wrong
        kinds = self._script.written.get(part.name, ("right",))
        found: str = getattr(part, kinds[min(rounds.index(number), len(kinds) - 1)])
        return found


@dataclass(frozen=True, slots=True)
class ScriptedPrograms:
    """Draws scripted programs; the same generator state draws the same one.

    Attributes:
        held_out: programs for tables, or those for training.
        kinds: shares of the kinds, see `KINDS`.
    """

    held_out: bool = False
    kinds: tuple[tuple[str, float], ...] = tuple(KINDS.items())

    def __call__(self, generator: np.random.Generator) -> Program:
        """One program."""
        drawn = scenes(held_out=self.held_out)
        shares = np.array([share for _, share in self.kinds])
        kind = self.kinds[int(generator.choice(len(self.kinds), p=shares / shares.sum()))][0]
        return self.of(kind, drawn[int(generator.integers(len(drawn)))], int(generator.integers(4)))

    @staticmethod
    def of(kind: str, scene: Scene, variant: int) -> Program:
        """The program of a kind over a scene; `variant`, from 0, says which of its forms."""
        script = _script(kind, scene, variant)
        functions = (*scene.parts, scene.main)
        return Program(
            name=f"scripted/{scene.task.id}/{kind}/{variant}",
            kind=kind,
            task=scene.task,
            model=lambda: ScriptedProgramModel(scene, script),
            hidden={part.name: (part.hidden or part.visible,) for part in functions},
        )


@cache
def scenes(*, held_out: bool) -> tuple[Scene, ...]:
    """The tasks for training, or those for tables."""
    text = (Path(__file__).parent / "programs.yaml").read_text(encoding="utf-8")
    every = (_scene(**entry) for entry in yaml.safe_load(text))
    return tuple(scene for scene in every if scene.held_out == held_out)


def _script(kind: str, scene: Scene, variant: int) -> Script:
    bad = scene.parts[variant % len(scene.parts)].name
    main = scene.main.name
    if kind == "re-execute":
        first = "fooled" if variant >= 2 else "wrong"
        return Script({bad: (first, "right")}, refused=variant % 2)
    if kind == "combine":
        other = scene.parts[(variant + 1) % len(scene.parts)].name
        return Script({bad: ("fooled", "right"), other: ("right", "fooled")})
    if kind == "re-integrate":
        return Script({bad: ("fooled",)}, settles=1)
    if kind == "re-plan":
        return Script(blind=True)
    if kind == "whole":
        return Script({bad: ("fooled",)}, whole=True)
    if kind == "hopeless":
        return Script({bad: ("wrong",), main: ("wrong",)})
    return Script(refused=int(variant == 3), whole=variant == 0)


def _scene(
    title: str, functions: list[dict[str, Any]], main: dict[str, Any], held_out: bool = False
) -> Scene:
    parts = tuple(_part(**entry) for entry in functions)
    last = _part(**main)
    lines = [
        f"{number}. `{part.signature.removeprefix('def ')}`: {part.goal}"
        for number, part in enumerate((*parts, last), 1)
    ]
    task = Task(
        id=f"scripted-{title.lower()}",
        title=title,
        statement="\n".join(["Write these functions.", "", *lines]) + "\n",
        entry_point=last.name,
        signature=last.signature,
        visible_tests=tuple(part.visible for part in (*parts, last)),
        hidden_tests=(last.hidden,) if last.hidden else (),
    )
    return Scene(parts, last, task, held_out)


def _part(
    name: str,
    signature: str,
    goal: str,
    visible: list[str],
    right: str,
    wrong: str,
    fooled: str = "",
    hidden: list[str] | None = None,
) -> Part:
    def program(body: str) -> str:
        return f"{signature}:\n    {body}\n" if body else ""

    return Part(
        name=name,
        signature=signature,
        goal=goal,
        visible=TestCode("\n".join(visible) + "\n"),
        right=program(right),
        wrong=program(wrong),
        fooled=program(fooled),
        hidden=TestCode("\n".join(hidden) + "\n") if hidden else None,
    )
