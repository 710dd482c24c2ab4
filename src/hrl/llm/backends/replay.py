"""`replay:FILE`: the recorded programs of a real model answer instead of the model.

A record is a JSON Lines file with one program a line: `task_id`, `completion`, and either `step` (0 is the
first program, k the k-th debug step) or `sample_index` alone (independent samples). What was recorded is
what comes back, unparsed and unrepaired: a program with a syntax error stays one.

- generate: the first program of the task; of independent samples the one whose number is the attempt.
  Where most samples of the file begin with white space they are continuations, as base models give them:
  each is put behind the request's starter exactly as it is, whatever it begins with.
- debug: the step after the one that wrote the program being debugged, recognised by its digest.
  Where the record ends the program stays as it is, which is how the recorded runs ended too.
- tasks: MBPP's numbers are found under `11`, `Mbpp/11` and `MBPP/11` alike.
- everything else, and a task or program that is not in the record: a broken reply that says so.
"""

from __future__ import annotations

import hashlib
import json
import re
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

_MBPP = re.compile(r"^mbpp/(?=\d+$)", re.I)


@dataclass(frozen=True, slots=True)
class _Record:
    """One task: `steps` of the recorded run, or independent `samples`, which may continue a prompt."""

    steps: tuple[str, ...] = ()
    samples: tuple[str, ...] = ()
    continuing: bool = False


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
        self._rows = _read(data, path)
        texts = [row["completion"] for rows in self._rows.values() for row in rows]
        continuing = 2 * sum(text[:1].isspace() for text in texts) > len(texts)
        self._records = {task: _record(rows, continuing=continuing) for task, rows in self._rows.items()}

    def rows(self, task: str) -> list[dict[str, Any]]:
        """The lines of a task with everything that they hold, in the order of the file."""
        return self._rows.get(_plain(task), [])

    def identity(self, call: Call) -> str:
        """The answer depends on the task and the attempt, not only on the prompt."""
        request = call.request
        content = [request.kind, request.task_id, request.attempt, getattr(request, "code", "")]
        if isinstance(request, Generate) and request.starter:
            content += [request.signature, request.starter]  # Not every style's prompt shows them whole.
        return json.dumps(content)

    def answer(self, asks: Sequence[Ask]) -> list[Answer]:
        """Look each program up."""
        return [self._look_up(ask) for ask in asks]

    def close(self) -> None:
        """Nothing is held."""

    def _look_up(self, ask: Ask) -> Answer:
        request = ask.call.request
        text, problem = "", f"a record cannot answer a {request.kind} request"
        record = self._records.get(_plain(request.task_id))
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


def _plain(task: str) -> str:
    """A task's id without MBPP's name before its number."""
    return _MBPP.sub("", task)


def _generated(record: _Record, request: Generate, sample: int) -> str:
    if record.steps:
        return record.steps[0]
    number = max(request.attempt, sample) % len(record.samples)
    return _with_head(record.samples[number], request, continuing=record.continuing)


def _with_head(completion: str, request: Generate, *, continuing: bool) -> str:
    """Samples that continue a prompt follow the starter, or the signature where there is no starter."""
    name = function_name(request.signature) or request.subtask
    if continuing and request.starter:
        # A sample that begins with the line's end was asked for with a stripped prompt.
        whole = request.starter.endswith("\n") or completion.startswith("\n")
        return f"{request.starter}{'' if whole else chr(10)}{completion}"
    if not completion.startswith((" ", "\t")) or re.search(rf"^def {re.escape(name)}\b", completion, re.M):
        return completion
    head = request.starter.rstrip() if request.starter.strip() else f"{request.signature.rstrip(':')}:"
    return f"{head}\n{completion}"


def _debugged(record: _Record, request: Debug) -> tuple[str, str]:
    if record.samples:
        return request.code, ""
    wanted = program_digest(request.code)
    digests = [_digest(code) for code in record.steps]
    places = [place for place, digest in enumerate(digests) if digest == wanted]
    if not places:
        return "", "the record does not hold the program that is being debugged"
    # A step often repeats the one before it: then the number of debug steps says which one is meant.
    place = max((place for place in places if place <= request.attempt), default=places[0])
    # Who keeps its program when a step brings back a known one is as far as the last such step.
    seen = set(digests[: place + 1])
    while place < min(request.attempt, len(digests) - 1) and digests[place + 1] in seen:
        place += 1
    return record.steps[min(place + 1, len(record.steps) - 1)], ""


@lru_cache(maxsize=4096)
def _digest(code: str) -> str:
    return program_digest(code)


def _read(data: bytes, path: Path) -> dict[str, list[dict[str, Any]]]:
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for number, line in enumerate(data.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            rows[_plain(str(row["task_id"]))].append({**row, "completion": str(row["completion"])})
        except (ValueError, KeyError, TypeError):
            raise ModelSpecError(
                f"line {number} of the record {path} is not an object with task_id and completion"
            ) from None
    if not rows:
        raise ModelSpecError(f"the record {path} is empty")
    return rows


def _record(rows: list[dict[str, Any]], *, continuing: bool) -> _Record:
    if all("step" in row for row in rows):
        return _Record(
            steps=tuple(row["completion"] for row in sorted(rows, key=lambda row: int(row["step"])))
        )
    ordered = sorted(rows, key=lambda row: int(row.get("sample_index", 0)))
    return _Record(samples=tuple(row["completion"] for row in ordered), continuing=continuing)
