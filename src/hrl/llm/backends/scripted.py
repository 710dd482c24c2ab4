"""`scripted:FILE`: answers written down beforehand; the public double of a language model.

The file is YAML or JSON: a list of answers, or a mapping with the list under `answers`. The first answer
whose conditions all hold is given; without any the reply is empty, hence broken. An answer:

```yaml
- kind: debug            # generate, debug, plan, integrate or tests
  task: sum-digits-1a2b  # the task's id, or how it begins
  subtask: sum_digits    # the function asked for
  attempt: 1             # 0 for the first request of its kind in an episode
  documents: true        # whether passages were found
  failing: "expected 6"  # stands in the failing report
  text: |                # the raw reply, parsed by the prompt style like any model's
    def sum_digits(n): ...
  finish: length         # default stop
  seconds: 0.5           # how long the model takes (default 0)
  tokens: 40             # tokens of the reply (default: estimated from the text)
```
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from hrl.errors import ModelSpecError
from hrl.llm.backend import Answer, Ask, estimated_usage
from hrl.llm.requests import Call, Debug, Generate, Request
from hrl.types import TestReport, Usage

_KINDS = ("generate", "debug", "plan", "integrate", "tests")


@dataclass(frozen=True, slots=True)
class ScriptedAnswer:
    """One entry of the file; None matches everything."""

    text: str
    kind: str | None = None
    task: str | None = None
    subtask: str | None = None
    attempt: int | None = None
    documents: bool | None = None
    failing: str | None = None
    finish: str = "stop"
    seconds: float = 0.0
    tokens: int | None = None

    def matches(self, request: Request) -> bool:
        """Whether every condition holds."""
        passages = request.passages if isinstance(request, Generate | Debug) else ()
        return (
            self.kind in (None, request.kind)
            and (self.task is None or request.task_id.startswith(self.task))
            and self.subtask in (None, getattr(request, "subtask", None))
            and self.attempt in (None, request.attempt)
            and self.documents in (None, bool(passages))
            and (
                self.failing is None or (isinstance(request, Debug) and self.failing in _said(request.report))
            )
        )


class ScriptedBackend:
    """Gives the answers of a file.

    Args:
        path: the YAML or JSON file.
        name: the spec.

    Raises:
        ModelSpecError: the file cannot be read or is malformed.
    """

    def __init__(self, path: Path, name: str) -> None:
        self.name = name
        try:
            data = path.read_bytes()
        except OSError as problem:
            raise ModelSpecError(f"the script {path} cannot be read: {problem.strerror}") from None
        self.answers = read_script(data, str(path))
        self.fingerprint = f"scripted:{hashlib.sha256(data).hexdigest()[:16]}"

    def identity(self, call: Call) -> str:
        """Conditions look at the request, not only at the prompt."""
        request = call.request
        subtask = getattr(request, "subtask", None)
        said = _said(request.report) if isinstance(request, Debug) else ""
        return json.dumps([request.kind, request.task_id, subtask, request.attempt, said])

    def answer(self, asks: Sequence[Ask]) -> list[Answer]:
        """Give the answers, after the longest of their delays: a batch runs together."""
        chosen = [self._choose(ask.call.request) for ask in asks]
        delay = max((entry.seconds for entry in chosen), default=0.0)
        if delay > 0:
            time.sleep(delay)
        return [_answer(ask, entry, len(asks)) for ask, entry in zip(asks, chosen, strict=True)]

    def close(self) -> None:
        """Nothing is held."""

    def _choose(self, request: Request) -> ScriptedAnswer:
        return next((entry for entry in self.answers if entry.matches(request)), ScriptedAnswer(""))


def read_script(data: bytes, source: str) -> tuple[ScriptedAnswer, ...]:
    """Read and check a script; ModelSpecError names the answer and the key."""
    import yaml

    try:
        content = yaml.safe_load(data.decode("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        line = getattr(getattr(problem, "problem_mark", None), "line", None)
        place = f" (line {line + 1})" if line is not None else ""
        raise ModelSpecError(f"the script {source} is neither YAML nor JSON{place}") from None
    entries = content.get("answers") if isinstance(content, dict) else content
    if not isinstance(entries, list):
        raise ModelSpecError(f"the script {source} is no list of answers")
    return tuple(
        _entry(entry, f"answer {number} of {source}") for number, entry in enumerate(entries, start=1)
    )


_TYPES: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "kind": (str,),
    "task": (str,),
    "subtask": (str,),
    "attempt": (int,),
    "documents": (bool,),
    "failing": (str,),
    "finish": (str,),
    "seconds": (int, float),
    "tokens": (int,),
}


def _entry(entry: Any, place: str) -> ScriptedAnswer:
    if not isinstance(entry, dict) or "text" not in entry:
        raise ModelSpecError(f"{place} has no text")
    known = {field.name for field in fields(ScriptedAnswer)}
    for key, value in entry.items():
        if key not in known:
            raise ModelSpecError(f"{place} has an unknown key {key!r}; known are {', '.join(sorted(known))}")
        if not isinstance(value, _TYPES[key]) or (isinstance(value, bool) and key != "documents"):
            raise ModelSpecError(f"{place}: {key} cannot be {value!r}")
    if entry.get("kind") not in (None, *_KINDS):
        raise ModelSpecError(f"{place}: kind is one of {', '.join(_KINDS)}, not {entry['kind']!r}")
    if entry.get("finish", "stop") not in ("stop", "length"):
        raise ModelSpecError(f"{place}: finish is stop or length, not {entry['finish']!r}")
    if entry.get("seconds", 0) < 0 or entry.get("tokens", 0) < 0:
        raise ModelSpecError(f"{place}: seconds and tokens are not negative")
    return ScriptedAnswer(**entry)


def _answer(ask: Ask, entry: ScriptedAnswer, batch: int) -> Answer:
    usage = estimated_usage(ask.prompt, entry.text, entry.seconds)
    if entry.tokens is not None:
        usage = Usage(usage.prompt_tokens, entry.tokens, entry.seconds)
    return Answer(entry.text, usage, entry.finish, batch=batch)


def _said(report: TestReport) -> str:
    """Everything of a report that a condition may look for."""
    parts = [report.verdict, report.error_class, report.message]
    for outcome in report.outcomes:
        if outcome.status != "pass":
            parts += [outcome.name, outcome.error_class, outcome.message, outcome.expected, outcome.got]
            parts.append(f"expected {outcome.expected}, got {outcome.got}")
    return "\n".join(part for part in parts if part)
