"""Bytes to text, text to `Task`: the one place where every check of a task file comes together."""

from __future__ import annotations

import ast
import hashlib
import json
import re
import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from hrl.errors import BadInput, TaskError
from hrl.task.documents import load_documents
from hrl.task.entry import Evidence, find_entry
from hrl.task.header import Header, split_header
from hrl.task.layout import Block, Layout, read_layout
from hrl.task.python import parse_python, read_tests
from hrl.types import Task, TestCode

MAX_BYTES = 5_000_000
STDIN = "-"


def read_task(path_or_dash: str) -> tuple[Task, str]:
    """Read a task file, or standard input for `-`.

    Returns:
        The task and its text, without a byte order mark and with plain line feeds.

    Raises:
        BadInput: a missing or unreadable file.
        TaskError: a binary, empty or malformed one, with the line.
    """
    if path_or_dash == STDIN:
        text = decode(sys.stdin.buffer.read(MAX_BYTES + 1), source=_named(STDIN))
        return parse_task(text, source=STDIN, base=Path.cwd()), text
    path = Path(path_or_dash)
    text = decode(_bytes(path), source=path_or_dash)
    return parse_task(text, source=path_or_dash, base=path.parent), text


def _bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise BadInput(f"{path} is a folder, not a task file")
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise BadInput(f"there is no task file {path}") from None
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or "unusable path"
        raise BadInput(f"the task file {path} cannot be read: {reason}") from None


def decode(data: bytes, *, source: str) -> str:
    """UTF-8 text with plain line feeds.

    Raises:
        TaskError: it is empty, binary, too large or not UTF-8.
    """
    if len(data) > MAX_BYTES:
        raise TaskError(f"the task is larger than {MAX_BYTES // 10**6} MB", source=source)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise TaskError("the task is UTF-16; save it as UTF-8", line=1, source=source)
    if b"\0" in data:
        raise TaskError(
            "this is a binary file, not a task", line=_line(data, data.index(b"\0")), source=source
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise TaskError("the task is not UTF-8", line=_line(data, problem.start), source=source) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _line(data: bytes, position: int) -> int:
    return data[:position].count(b"\n") + 1


def parse_task(text: str, *, source: str, base: Path | None) -> Task:
    """Parse a task file's text.

    Args:
        text: Markdown, with optional YAML front matter.
        source: the file's name for messages; `-` is standard input.
        base: folder that documents are relative to; None where there is none.

    Raises:
        TaskError: whatever is wrong with it, in one sentence with its line.
    """
    try:
        return _parse(text, source, base)
    except TaskError as problem:
        raise TaskError(problem.message, line=problem.line, source=_named(source)) from None
    except RecursionError:
        raise TaskError("the Python in this task is nested too deeply", source=_named(source)) from None


def _named(source: str) -> str:
    return "standard input" if source == STDIN else source


def _parse(text: str, source: str, base: Path | None) -> Task:
    text = _clean(text)
    header, body = split_header(text)
    layout = read_layout(body)
    title = _title(header, layout, source)
    if not layout.prose:
        raise TaskError("the task has no description: say in words what the program does", line=_end(text))
    tests = [block for block in layout.blocks if block.role in ("tests", "pycon")]
    hidden = [block for block in layout.blocks if block.role == "hidden"]
    starter = _starter([block for block in layout.blocks if block.role == "starter"])
    functions = [node for node in starter[1] if isinstance(node, ast.FunctionDef)]
    visible_uses, hidden_uses = (
        [read_tests(block) for block in tests],
        [read_tests(block) for block in hidden],
    )
    entry = find_entry(Evidence(header, visible_uses, hidden_uses, functions, layout.mentions))
    itself = None if base is None or source == STDIN else base / Path(source).name
    task = Task(
        id="",
        title=title,
        statement=layout.statement,
        entry_point=entry.name,
        signature=entry.signature,
        starter_code=starter[0],
        visible_tests=_codes(tests),
        hidden_tests=_codes(hidden),
        documents=load_documents(header.documents, base, itself),
        packages=header.packages,
        budget=header.budget,
        entry_point_from=entry.how,
    )
    return replace(task, id=f"{slug(title)}-{_digest(task)}")


def _clean(text: str) -> str:
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise TaskError("the task is empty", line=1)
    for number, line in enumerate(text.split("\n"), start=1):
        if "\0" in line or any("\ud800" <= character <= "\udfff" for character in line):
            raise TaskError("the task holds characters that are no text", line=number)
    return text


def _end(text: str) -> int:
    return text.rstrip().count("\n") + 1


def _title(header: Header, layout: Layout, source: str) -> str:
    if layout.title or header.title:
        return layout.title or header.title or ""
    stem = Path(source).stem if source != STDIN else ""
    words = " ".join(re.findall(r"\w+", stem.replace("_", " ")))
    if not words:
        raise TaskError("the task has no title: start it with a line `# Title`", line=1)
    return words[:1].upper() + words[1:]


def _starter(blocks: Sequence[Block]) -> tuple[str, list[ast.stmt]]:
    if not blocks:
        return "", []
    if len(blocks) > 1:
        raise TaskError("there is more than one `python starter` block", line=blocks[1].line - 1)
    body = parse_python(blocks[0].text, line=blocks[0].line, what="starter code").body
    if not body:
        raise TaskError("the starter code is empty", line=blocks[0].line - 1)
    return blocks[0].text.rstrip() + "\n", body


def _codes(blocks: Sequence[Block]) -> tuple[TestCode, ...]:
    return tuple(
        TestCode(block.text, "doctest" if block.role == "pycon" else "python", block.line) for block in blocks
    )


def slug(title: str) -> str:
    """Lower-case ASCII words joined by hyphens, short enough for a directory's name."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-") or "task"


def _digest(task: Task) -> str:
    """Of what the task asks, not of where its blocks stand or what it may cost."""
    content = [
        [task.title, task.statement, task.entry_point, task.signature, task.starter_code, task.packages],
        [[test.kind, test.source] for test in (*task.visible_tests, *task.hidden_tests)],
        len(task.visible_tests),
        [[document.name, document.text] for document in task.documents],
    ]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:8]
