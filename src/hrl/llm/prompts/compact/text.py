"""Makes requests short: one line of prose, bare signatures, one line for an error or a passage.

A model of a few million parameters reads a few hundred tokens; everything here is bounded, whatever a
task file holds.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from hrl.llm.fences import parses
from hrl.types import Passage, TestReport

GOAL, PASSAGE, CODE, ERROR = 420, 170, 700, 110
_TELLING = ("None", "0", "[]", "{}", "''", "True", "False")
_FENCED = re.compile(r"^(`{3,}|~{3,}).*?^\1[ \t]*$", re.M | re.S)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z`\"'(\[])")
_MARK = re.compile(r"^\s*(?:#{1,6}|[-*+]|\d+[.)])\s+", re.M)


def prose(text: str, limit: int = GOAL) -> str:
    """One line without blocks, marks and back-quotes, cut at a sentence where it is too long."""
    flat = _MARK.sub("", _FENCED.sub(" ", text)).replace("`", "").replace("**", "")
    return clipped(" ".join(flat.split()), limit)


def clipped(text: str, limit: int) -> str:
    """The text, or its first sentences, or its first words."""
    if len(text) <= limit:
        return text
    kept = ""
    for sentence in sentences(text):
        if len(kept) + len(sentence) > limit:
            break
        kept = f"{kept} {sentence}".strip()
    return kept or text[:limit].rsplit(" ", 1)[0]


def sentences(text: str) -> list[str]:
    """The sentences of a text."""
    return [part.strip() for part in _SENTENCE.split(text) if part.strip()]


def bare(signature: str) -> str:
    """`def name(args)` without annotations; the text itself where it is no signature."""
    module = parses(signature.strip().rstrip(":") + ": pass")
    node = module.body[0] if module and module.body else None
    if not isinstance(node, ast.FunctionDef):
        return signature.strip().rstrip(":")
    arguments = node.args
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        argument.annotation = None
    for starred in (arguments.vararg, arguments.kwarg):
        if starred:
            starred.annotation = None
    return f"def {node.name}({ast.unparse(arguments)})"


def failure(report: TestReport) -> str:
    """What went wrong in the first test that fails: an error, a limit, or a wrong result."""
    first = next((outcome for outcome in report.outcomes if outcome.status != "pass"), None)
    status, error_class, message, got = report.verdict, report.error_class, report.message, ""
    if first is not None:
        status, error_class, message, got = first.status, first.error_class, first.message, first.got
    if status in ("timeout", "memory"):
        return status
    if error_class not in ("", "AssertionError"):
        return clipped(f"{error_class}: {' '.join(message.split())}".rstrip(": "), ERROR)
    return f"wrong result {got}" if got in _TELLING else "wrong result"


def relevant(passages: Sequence[Passage], goal: str, count: int = 2) -> list[str]:
    """The passages as short lines, those first that share most words with the goal."""
    words = set(re.findall(r"\w{4,}", goal.lower()))
    lines = [line for passage in passages if (line := _essence(passage.text, words))]
    shared = {line: len(words & set(re.findall(r"\w{4,}", line.lower()))) for line in lines}
    return sorted(dict.fromkeys(lines), key=lambda line: -shared[line])[:count]


def _essence(text: str, words: set[str]) -> str:
    flat = prose(text, 10_000)
    if len(flat) <= PASSAGE:
        return flat
    parts = sentences(flat)
    shared = [len(words & set(re.findall(r"\w{4,}", part.lower()))) for part in parts]
    best = max(range(len(parts)), key=lambda place: shared[place])
    following = parts[best + 1] if best + 1 < len(parts) else ""
    both = f"{parts[best]} {following}".strip()
    return both if len(both) <= PASSAGE else clipped(parts[best], PASSAGE)


def shortened(code: str, limit: int = CODE) -> str:
    """Code without blank lines, comments at line starts and annotations, cut at a line."""
    lines = [line.rstrip() for line in code.split("\n") if line.strip() and not line.lstrip().startswith("#")]
    kept: list[str] = []
    for line in lines:
        if sum(map(len, kept)) + len(line) > limit:
            break
        kept.append(bare(line) + ":" if line.startswith("def ") and line.endswith(":") else line)
    return "\n".join(kept)
