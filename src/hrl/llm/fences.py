"""Where code may stand in a reply: fences of any kind, tags, prompts of a shell, bare text.

This module only proposes pieces of text, best guess first; `parsing` decides which of them is a program.
It knows nothing of the request.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from hrl.types import parse_program

_FENCE = re.compile(r"^[ \t>*-]*(`{3,}|~{3,})[ \t]*([^`~]*?)[ \t]*$")
_TAG = re.compile(
    r"^\s*(?:\[/?(?:PYTHON|CODE|ANSWER|SOLUTION)\]|</?(?:code|pre|python|answer|solution)>)\s*$", re.I
)
_GLUED = re.compile(r"^(.*\S)[ \t]*(?:`{3,}|~{3,})[ \t]*$")
_INLINE = re.compile(r"(`{3,}|~{3,})[ \t]*(?:python3?|py)?[ \t]+(.+?)[ \t]*\1")
_THINKING = r"think|thinking|thought|reasoning"
_THOUGHT = re.compile(rf"^\s*<({_THINKING})>.*?(?:</\1>|\Z)", re.S | re.I)
_THOUGHT_END = re.compile(rf"^.*?</(?:{_THINKING})>", re.S | re.I)
_SPECIAL = re.compile(r"<\|[a-z_]{1,24}\|>|</s>|<s>")
_CODE_START = re.compile(r"^[ \t]*(?:def|class|async[ \t]+def|import|from[ \t]+[\w.]+[ \t]+import|@\w)\b")
_TYPOGRAPHY = str.maketrans(
    {"\ufeff": "", "\u200b": "", "\u00a0": " ", "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"'}
)
_MAX_FENCES = 40
_MAX_NESTED = 6
_MAX_STARTS = 12


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a reply that may be code. `closed` when the reply itself marked where it ends."""

    code: str
    closed: bool


def parses(code: str) -> ast.Module | None:
    """The module, or None; never warns and never raises."""
    module = parsed_or_line(code)
    return module if isinstance(module, ast.Module) else None


def parsed_or_line(code: str) -> ast.Module | int:
    """The module, or the 1-based line of the syntax error (1 where it is not known)."""
    try:
        return parse_program(code)
    except SyntaxError as problem:
        return problem.lineno or 1
    except (ValueError, RecursionError, MemoryError):
        return 1


def without_thinking(text: str) -> str:
    """The reply without a reasoning block at its start (closed, unclosed, or opened by the template)."""
    text = _THOUGHT.sub("", text, count=1)
    end = _THOUGHT_END.match(text)
    if end and "```" not in end.group() and not _has_code(end.group()):
        text = text[end.end() :]
    return text


def normalised(text: str) -> str:
    """One kind of line ends, no special tokens, no reasoning."""
    return without_thinking(_SPECIAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def fenced(text: str) -> Iterator[Piece]:
    """Every run of lines between two fences, shortest first, then the one that is never closed.

    A fence may stand inside a docstring, so each opening is tried with each later fence.
    """
    lines = _split_glued(text.split("\n"))
    places = [place for place, line in enumerate(lines) if _is_fence(line)][:_MAX_FENCES]
    if places:
        # The prompt may have opened the fence already: then the reply starts inside the block.
        yield Piece("\n".join(lines[: places[0]]), closed=True)
    for width in range(1, min(len(places), _MAX_NESTED)):
        for first, last in zip(places, places[width:], strict=False):
            yield Piece("\n".join(lines[first + 1 : last]), closed=True)
    for match in _INLINE.finditer(text):
        yield Piece(match.group(2), closed=True)
    if places:
        yield Piece("\n".join(lines[places[-1] + 1 :]), closed=False)
        yield Piece("\n".join(lines[places[0] + 1 :]), closed=False)


def has_fence(text: str) -> bool:
    """Whether any line opens or closes a fence."""
    return any(_is_fence(line) for line in text.split("\n"))


def bare(text: str) -> Iterator[Piece]:
    """The text as it is, then from each line that looks like the start of code."""
    yield Piece(text, closed=False)
    lines = [line for line in text.split("\n") if not _is_fence(line)]
    starts = [place for place, line in enumerate(lines) if _CODE_START.match(line)]
    for start in starts[:_MAX_STARTS]:
        yield Piece("\n".join(lines[start:]), closed=False)


def repairs(code: str) -> Iterator[str]:
    """The code, then variants of it that undo what models and copying do to code; no variant twice."""
    plain = textwrap.dedent(code.expandtabs(4)).strip("\n")
    variants = [code.strip("\n"), plain]
    if re.search(r"^\s*>>> ", code, re.M):
        variants.append(_without_shell(plain))
    variants.append(re.sub(r"\\([_*])", r"\1", plain.translate(_TYPOGRAPHY)))
    yield from dict.fromkeys(variants)


def _split_glued(lines: list[str]) -> list[str]:
    """Give a fence at the end of a line of code (`return x```) its own line."""
    split = []
    for line in lines:
        glued = None if _is_fence(line) else _GLUED.match(line)
        if glued and "```" not in glued.group(1) and "~~~" not in glued.group(1):
            split += [glued.group(1), "```"]
        else:
            split.append(line)
    return split


def _is_fence(line: str) -> bool:
    return bool(_FENCE.match(line) or _TAG.match(line))


def _has_code(text: str) -> bool:
    return any(_CODE_START.match(line) for line in text.split("\n"))


def _without_shell(code: str) -> str:
    """Keep what was typed at `>>>` and `...`; drop what was printed."""
    kept = []
    for line in code.split("\n"):
        prompt = re.match(r"^\s*(?:>>>|\.\.\.)(?: |$)", line)
        if prompt:
            kept.append(line[prompt.end() :])
    return "\n".join(kept)
