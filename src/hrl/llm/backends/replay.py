"""`replay:FILE`: the recorded programs of a real model answer instead of the model.

A record is a JSON Lines file with one program a line: `task_id`, `completion`, and either `step` (0 is the
first program, k the k-th debug step) or `sample_index` alone (independent samples). What was recorded is
what comes back, unparsed and unrepaired: a program with a syntax error stays one.

- generate: the first program of the task; of independent samples the one whose number is the attempt.
- debug: the step after the one that wrote the program being debugged, recognised by its digest.
  Where the record ends the program stays as it is, which is how the recorded runs ended too.
- everything else, and a task or program that is not in the record: a broken reply that says so.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from hrl.errors import ModelSpecError
from hrl.llm.backend import Answer, Ask, estimated_usage
from hrl.llm.parsing import function_name
from hrl.llm.prompts.base import Prompt, PromptStyle
from hrl.llm.requests import Call, CodeReply, Debug, Generate, Reply, Request
from hrl.types import program_digest


@dataclass(frozen=True, slots=True)
class _Record:
    """One task: `steps` of the recorded run, or independent `samples`."""

    steps: tuple[str, ...] = ()
    samples: tuple[str, ...] = ()


class ReplayBackend:
    """Answers from a record.

    Args:
        path: the JSON Lines file.
        name: the spec.

    Raises:
        ModelSpecError: the file cannot be read or is no record.
    """

    def __init__(self, path: Path, name: str) -> None:
        self.name = name
        try:
            data = path.read_bytes()
        except OSError as problem:
            raise ModelSpecError(f"the record {path} cannot be read: {problem.strerror}") from None
        self.fingerprint = f"replay:{hashlib.sha256(data).hexdigest()[:16]}"
        self._records = _read(data, path)

    def identity(self, call: Call) -> str:
        """The answer depends on the task and the attempt, not only on the prompt."""
        request = call.request
        code = request.code if isinstance(request, Debug) else ""
        return json.dumps([request.kind, request.task_id, request.attempt, code])

    def answer(self, asks: Sequence[Ask]) -> list[Answer]:
        """Look each program up."""
        return [self._look_up(ask) for ask in asks]

    def close(self) -> None:
        """Nothing is held."""

    def _look_up(self, ask: Ask) -> Answer:
        request = ask.call.request
        text, problem = "", f"a record cannot answer a {request.kind} request"
        record = self._records.get(request.task_id)
        if record is None:
            problem = f"the record has no task {request.task_id}"
        elif isinstance(request, Generate):
            text, problem = _generated(record, request, ask.call.sampling.sample), ""
        elif isinstance(request, Debug):
            text, problem = _debugged(record, request)
        return Answer(text, estimated_usage(ask.prompt, text), problem=problem, batch=1)


class RecordedStyle:
    """Renders as another style does (what the prompt would have cost) and takes every text as a program."""

    name = "recorded"

    def __init__(self, inner: PromptStyle) -> None:
        self._inner = inner
        self.version = inner.version

    def render(self, request: Request) -> Prompt:
        """The inner style's prompt."""
        return self._inner.render(request)

    def parse(self, request: Request, text: str, finish: str) -> Reply:
        """The text as it is."""
        del request, finish
        return CodeReply(text)


def _generated(record: _Record, request: Generate, sample: int) -> str:
    if record.steps:
        return record.steps[0]
    number = max(request.attempt, sample) % len(record.samples)
    return _with_head(record.samples[number], request)


def _with_head(completion: str, request: Generate) -> str:
    """Recorded samples may be bodies only, which continue the task's starter code or signature."""
    name = function_name(request.signature) or request.subtask
    if f"def {name}" in completion or not completion.startswith((" ", "\t")):
        return completion
    head = (
        request.starter.rstrip() if f"def {name}" in request.starter else request.signature.rstrip(":") + ":"
    )
    return f"{head}\n{completion}"


def _debugged(record: _Record, request: Debug) -> tuple[str, str]:
    if record.samples:
        return request.code, ""
    wanted = program_digest(request.code)
    places = [place for place, code in enumerate(record.steps) if _digest(code) == wanted]
    if not places:
        return "", "the record does not hold the program that is being debugged"
    # A step often repeats the one before it: then the number of debug steps says which one is meant.
    place = max((place for place in places if place <= request.attempt), default=places[0])
    return record.steps[min(place + 1, len(record.steps) - 1)], ""


@lru_cache(maxsize=4096)
def _digest(code: str) -> str:
    return program_digest(code)


def _read(data: bytes, path: Path) -> dict[str, _Record]:
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for number, line in enumerate(data.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            rows[str(row["task_id"])].append({**row, "completion": str(row["completion"])})
        except (ValueError, KeyError, TypeError):
            raise ModelSpecError(
                f"line {number} of the record {path} is not an object with task_id and completion"
            ) from None
    if not rows:
        raise ModelSpecError(f"the record {path} is empty")
    return {task: _record(found) for task, found in rows.items()}


def _record(rows: list[dict[str, Any]]) -> _Record:
    if all("step" in row for row in rows):
        return _Record(
            steps=tuple(row["completion"] for row in sorted(rows, key=lambda row: int(row["step"])))
        )
    ordered = sorted(rows, key=lambda row: int(row.get("sample_index", 0)))
    return _Record(samples=tuple(row["completion"] for row in ordered))
