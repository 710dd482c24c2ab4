"""The examples of a few-shot prompt: a JSON Lines file, one solved task a line.

A line has `text` (or `prompt`), `tests` (or `test_list`; a text or a list of lines) and `code`: the fields of
MBPP's own files, so that lines of those files can be used as they are.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hrl.errors import ModelSpecError


@dataclass(frozen=True, slots=True)
class Shot:
    """One solved task: what is asked, the tests that are shown, the program."""

    text: str
    tests: str
    code: str


def read_shots(file: Path) -> tuple[tuple[Shot, ...], str]:
    """The examples in the file's order, and a hash of the file.

    Raises:
        ModelSpecError: it cannot be read, a line is no example, or there is none.
    """
    try:
        data = file.expanduser().read_bytes()
        lines = data.decode("utf-8-sig").split("\n")
    except OSError as problem:
        raise ModelSpecError(f"the examples {file} cannot be read: {problem.strerror}") from None
    except UnicodeDecodeError:
        raise ModelSpecError(f"the examples {file} are not UTF-8") from None
    shots = tuple(_shot(line, number, file) for number, line in enumerate(lines, 1) if line.strip())
    if not shots:
        raise ModelSpecError(f"the examples {file} are empty")
    return shots, hashlib.sha256(data).hexdigest()[:12]


def _shot(line: str, number: int, file: Path) -> Shot:
    try:
        row = json.loads(line)
        parts = [_text(row, *names) for names in (("text", "prompt"), ("tests", "test_list"), ("code",))]
    except (ValueError, AttributeError, TypeError):
        parts = [""]
    if not all(parts):
        raise ModelSpecError(
            f"line {number} of the examples {file} is not an object with text, tests and code"
        )
    return Shot(*parts)


def _text(row: dict[str, Any], *names: str) -> str:
    value = next((row[name] for name in names if row.get(name)), "")
    text = "\n".join(value) if isinstance(value, list) else value
    return text.replace("\r\n", "\n").strip() if isinstance(text, str) else ""
