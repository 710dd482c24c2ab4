"""Scripted drills: small worlds in which a model's replies are fixed beforehand, run in the real sandbox.

They teach what an Executive has to know before it meets a real model: the three episode templates, and
what is sane outside them (repairs that take more rounds, hopeless tasks, restarts that pay, broken
replies, evaluation mode, documents that help, that do not, and that are not there). How often each
happens follows the published logs of real models only loosely; `recorded` has those models' own programs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, islice, repeat

import numpy as np

from hrl.budget import Ledger, Spent
from hrl.executive import start_episode
from hrl.llm.requests import (
    BrokenReply,
    Call,
    CodeReply,
    Completion,
    Debug,
    Generate,
    Reply,
    TestsReply,
    WriteTests,
)
from hrl.training.exercises import BUDGET, Exercise, written
from hrl.training.functions import Function, functions
from hrl.types import Candidate, Passage, Subtask, Usage

_BROKEN = "(no program)"
_SAME = "(the same program)"
KINDS = {"first-try": 0.28, "repair": 0.38, "document": 0.14, "hopeless": 0.14, "restart": 0.06}
# How often a task has documents, where they hold the rule that is missing and where they do not.
_NOTES = {"first-try": 0.5, "repair": 0.7, "document": 1.0, "hopeless": 0.5, "restart": 0.5}


@dataclass(frozen=True, slots=True)
class Script:
    """What the model of one drill replies; `_BROKEN` and `_SAME` stand for other replies than a program.

    Attributes:
        generates, repairs: by attempt; the last one repeats.
        first_only: repairs lead nowhere on the programs of restarts.
        informed_repair: from the second repair on, once the task's document was shown; None: no help.
        informed_generate: the same for a restart, from the first on.
        tests: what it writes when it is asked for tests; "" is a broken reply.
        logprobs: mean token log-probability of right and of other replies; None: the backend has none.
    """

    generates: tuple[str, ...]
    repairs: tuple[str, ...]
    first_only: bool = False
    informed_repair: str | None = None
    informed_generate: str | None = None
    tests: str = ""
    logprobs: tuple[float, float] | None = None


class DrillModel:
    """Replies by the script of one drill."""

    name = "drill"
    fingerprint = "drill"
    style = "drill"

    def __init__(self, script: Script, right: str) -> None:
        self._script = script
        self._right = right

    def complete(self, calls: Sequence[Call]) -> list[Completion]:
        """Answer each call on its own."""
        return [self._answer(call) for call in calls]

    def close(self) -> None:
        """Nothing is held."""

    def _answer(self, call: Call) -> Completion:
        request = call.request
        if isinstance(request, WriteTests):
            tests = self._script.tests
            reply: Reply = TestsReply(tests) if tests else BrokenReply("no tests in the reply", "")
        elif isinstance(request, Generate | Debug):
            reply = self._program(request)
        else:
            raise TypeError(f"a drill is never asked for {request.kind}")
        text = reply.code if isinstance(reply, CodeReply) else self._script.tests
        prompt = len(written(request)) // 4
        return Completion(
            reply,
            text,
            Usage(prompt, len(text) // 4 + 1),
            "stop",
            f"{request.kind}:{call.sampling.sample}",
            self._logprob(text),
        )

    def _program(self, request: Generate | Debug) -> Reply:
        script = self._script
        informed = any(passage.source == "notes.md" for passage in request.passages)
        if isinstance(request, Generate):
            text = _at(script.generates, request.attempt)
            text = script.informed_generate or text if informed and request.attempt else text
        else:
            text = _at(script.repairs, request.attempt)
            text = script.informed_repair or text if informed and request.attempt else text
            lost = script.first_only and request.code in script.generates[1:]
            text = request.code if text == _SAME or lost else text
        return BrokenReply("no program in the reply", "") if text == _BROKEN else CodeReply(text)

    def _logprob(self, text: str) -> float | None:
        if self._script.logprobs is None:
            return None
        return self._script.logprobs[text != self._right]


class DrillRetriever:
    """Finds the task's notes, where it has any, and then what the standard library's index would say."""

    def __init__(self, *, notes: bool, library: bool) -> None:
        self._notes = notes
        self._library = library

    def search(self, query: str, *, limit: int = 3) -> tuple[Passage, ...]:
        """The same passages for every query about a failure; the goal alone finds the notes only."""
        del query
        notes = (Passage("notes.md", "The rule", "How the function has to behave. " * 8, 2.0),)
        library = (Passage("functools.reduce", "functools", "Apply a function of two arguments. " * 8, 1.0),)
        return (notes * self._notes + library * self._library)[:limit]

    @property
    def has_documents(self) -> bool:
        """Whether the task attached documents."""
        return self._notes


def drill_source(*, held_out: bool = False) -> DrillSource:
    """Drills over the functions for training, or over those for tables."""
    return DrillSource(functions(held_out=held_out))


@dataclass(frozen=True, slots=True)
class DrillSource:
    """Draws drills; the same generator state draws the same drill."""

    functions: tuple[Function, ...]

    def __call__(self, generator: np.random.Generator) -> Exercise:
        """One drill, with its own budget."""
        function = self.functions[generator.integers(len(self.functions))]
        kind = str(generator.choice(list(KINDS), p=list(KINDS.values())))
        notes = bool(generator.random() < _NOTES[kind])
        script = _script(kind, function, generator, notes=notes)
        untested = generator.random() < 0.08
        evaluation = not untested and kind != "restart" and generator.random() < 0.12
        episode = start_episode(
            "drill",
            Subtask(function.name, function.goal, function.signature, () if untested else function.visible),
            episode_id="drill",
            mode="evaluate" if evaluation else "solve",
            candidate=Candidate.of(_program(script.generates), "merge") if evaluation else None,
            starter=f"{function.signature}:\n    ...\n" if generator.random() < 0.1 else "",
            entry_point=function.name,
            has_documents=notes,
        )
        return Exercise(
            kind=_label(kind, evaluation=evaluation, untested=untested),
            episode=episode,
            model=DrillModel(script, function.right),
            retriever=DrillRetriever(notes=notes, library=generator.random() < 0.7),
            ledger=_ledger(generator),
            hidden=function.hidden,
        )


def _script(kind: str, function: Function, generator: np.random.Generator, *, notes: bool) -> Script:
    """Draw the replies of one drill."""
    wrong = iter(generator.permutation(list(function.wrong)).tolist())
    right = function.fooled if generator.random() < 0.05 else function.right
    generates = [str(next(wrong)) for _ in range(5)]
    repairs = [_SAME if generator.random() < 0.35 else str(next(wrong)) for _ in range(6)]
    repairs += [_SAME] * 4
    if kind == "first-try":
        generates[0] = right
    if kind == "repair":
        round_ = int(generator.choice(4, p=(0.9, 0.04, 0.03, 0.03) if notes else (0.7, 0.12, 0.1, 0.08)))
        repairs[:round_] = [str(text) for text in islice(wrong, round_)]
        repairs[round_] = right
    if kind == "document":
        repairs[0] = str(next(wrong)) if generator.random() < 0.7 else _SAME
    if kind == "restart":
        generates[1 + int(generator.choice(3, p=(0.5, 0.3, 0.2)))] = right
    helps = kind == "document"
    return Script(
        generates=_spoilt(generates, generator),
        repairs=_spoilt(repairs, generator),
        first_only=kind != "restart" and generator.random() < 0.6,
        informed_repair=right if helps and generator.random() < 0.9 else None,
        informed_generate=right if helps and generator.random() < 0.5 else None,
        tests=_self_written(function, generator),
        logprobs=_logprobs(generator),
    )


def _spoilt(replies: list[str], generator: np.random.Generator) -> tuple[str, ...]:
    """Now and then a broken reply comes before the rest."""
    if generator.random() < 0.06:
        replies = [*repeat(_BROKEN, int(generator.integers(1, 4))), *replies]
    return tuple(replies)


def _self_written(function: Function, generator: np.random.Generator) -> str:
    """Right tests, one wrong test among them, or none."""
    right = function.visible[0].source
    made_up = f"assert {function.name} is None\n"
    return str(generator.choice([right, right + made_up, ""], p=(0.6, 0.25, 0.15)))


def _logprobs(generator: np.random.Generator) -> tuple[float, float] | None:
    if generator.random() < 0.7:
        return None
    return -float(generator.uniform(0.02, 0.3)), -float(generator.uniform(0.05, 0.6))


def _ledger(generator: np.random.Generator) -> Ledger:
    """Mostly something between a full and a nearly spent budget; at times only a few calls."""
    ledger = Ledger(BUDGET)
    calls = int(generator.integers(0, 150)) if generator.random() < 0.9 else int(generator.integers(172, 179))
    if generator.random() < 0.7:
        ledger.restore(Spent(model_calls=calls), set())
    return ledger


def _label(kind: str, *, evaluation: bool, untested: bool) -> str:
    return f"evaluate {kind}" if evaluation else f"untested {kind}" if untested else kind


def _program(generates: tuple[str, ...]) -> str:
    return next(text for text in generates if text != _BROKEN)


def _at(replies: tuple[str, ...], attempt: int) -> str:
    return next(islice(chain(replies, repeat(replies[-1])), attempt, None))
