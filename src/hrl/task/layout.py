"""The Markdown of a task file: its title, its marked blocks, and the statement that is left.

A CommonMark parser and not a regular expression decides what a fence, a heading or a comment is, so that
tildes, longer fences, fences in lists and commented-out blocks behave as every viewer shows them. HTML
comments are notes for people: they never reach the statement.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

from hrl.errors import TaskError

Role = Literal["tests", "hidden", "starter", "pycon"]
ROLES: dict[str, Role] = {
    "python tests": "tests",
    "python hidden": "hidden",
    "python starter": "starter",
    "pycon": "pycon",
}
PYTHON = ("python", "python3", "py", "py3")
COMMENT = re.compile(r"<!--(?:.*?-->|.*\Z)", re.DOTALL)
DEF_LINE = re.compile(r"def\s+\w+\s*\(.*\)\s*(?:->[^:]+)?:?")
MARKED_FENCE = re.compile(r" {0,3}(?P<fence>`{3,}|~{3,})[ \t]*(?P<info>[^`]*)")


@dataclass(frozen=True, slots=True)
class Block:
    """A marked fenced block; `line` is that of its first line of content."""

    role: Role
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Layout:
    """What the Markdown holds.

    Attributes:
        title: text of the heading that names the task, or None.
        prose: whether the statement says anything in words.
        mentions: back-quoted code and `def` lines of the statement, in order.
    """

    title: str | None
    statement: str
    prose: bool
    blocks: tuple[Block, ...]
    mentions: tuple[str, ...]


Edit = tuple[int, int, tuple[str, ...]]


def read_layout(text: str) -> Layout:
    """Read Markdown whose line numbers are those of the task file.

    Raises:
        TaskError: a fence or comment that is not closed, an unknown `python …` block, an empty heading.
    """
    tokens = MarkdownIt("commonmark").parse(text if text.endswith("\n") else text + "\n")
    lines = text.split("\n")
    title, heading = _title(tokens)
    edits: list[Edit] = [(*_span(heading), ())] if heading else []
    blocks: list[Block] = []
    for token in tokens:
        if token.type == "fence":
            role = _check_fence(token)
            if role:
                blocks.append(Block(role, token.content, _span(token)[0] + 2))
                edits.append((*_span(token), ()))
        elif token.type in ("html_block", "inline"):
            edits.extend(_without_comments(token, lines))
    statement = _apply(lines, edits)
    prose = any(_says_something(before, token) for before, token in _inlines(tokens))
    return Layout(title, statement, prose, tuple(blocks), tuple(_mentions(tokens)))


def _span(token: Token) -> tuple[int, int]:
    assert token.map is not None
    return token.map[0], token.map[1]


def _title(tokens: Sequence[Token]) -> tuple[str | None, Token | None]:
    """The first heading of level one, else a heading that opens the file."""
    shown = [token for token in tokens if not (token.type == "html_block" and _is_comment(token.content))]
    top = [token for token in tokens if token.type == "heading_open" and token.level == 0]
    opening = [token for token in shown[:1] if token in top]
    chosen = next(iter([token for token in top if token.tag == "h1"] or opening), None)
    if chosen is None:
        return None, None
    inline = tokens[tokens.index(chosen) + 1]
    words = "".join(_plain(inline)).split()
    if not words:
        raise TaskError("the title is empty", line=_span(chosen)[0] + 1)
    return " ".join(words), chosen


def _plain(inline: Token) -> Iterator[str]:
    for child in inline.children or ():
        if child.type in ("text", "code_inline", "text_special"):
            yield child.content
        elif child.type in ("softbreak", "hardbreak"):
            yield " "


def _check_fence(token: Token) -> Role | None:
    """The block's role, None for context."""
    start, end = _span(token)
    for number, line in enumerate(token.content.split("\n")):
        inner = MARKED_FENCE.fullmatch(line)
        if inner and inner["fence"].startswith(token.markup) and _normal(inner["info"]) in ROLES:
            where = start + number + 2
            raise TaskError(f"this block is not closed before the next one at line {where}", line=start + 1)
    if end - start != token.content.count("\n") + 2:
        raise TaskError(f"this block is never closed by a line {token.markup}", line=start + 1)
    return _role(token.info, start + 1)


def _normal(info: str) -> str:
    return " ".join(info.lower().split())


def _role(info: str, line: int) -> Role | None:
    """What the info string says; a near miss is refused instead of becoming context in silence."""
    normal = _normal(info)
    if normal in ROLES:
        return ROLES[normal]
    first, *rest = normal.split() or [""]
    plain = [word for word in rest if re.fullmatch(r"[\w-]+", word)]
    glued = re.sub(r"[-_:,./]", " ", normal) in ROLES and normal != "python"
    alone = normal in ("tests", "hidden", "starter")
    if glued or alone or (plain and first in (*PYTHON, "pycon")):
        raise TaskError(f"unknown block `{info.strip()}`; {_suggestion(first, plain or [normal])}", line=line)
    return None


def _suggestion(first: str, words: list[str]) -> str:
    spoken = " ".join(words)
    for role in ("hidden", "starter", "tests"):
        if role in spoken or get_close_matches(role, words, n=1, cutoff=0.6):
            return f"did you mean `python {role}`?"
    if first == "pycon":
        return "did you mean `pycon`?"
    return "marked blocks are `python tests`, `python hidden`, `python starter` and `pycon`"


def _is_comment(content: str) -> bool:
    return content.lstrip().startswith("<!--") and not COMMENT.sub("", content).strip()


def _without_comments(token: Token, lines: list[str]) -> Iterator[Edit]:
    start, end = _span(token)
    source = "\n".join(lines[start:end])
    if token.type == "html_block":
        if token.content.lstrip().startswith("<!--") and "-->" not in token.content:
            raise TaskError("this comment is never closed by -->", line=start + 1)
        kept = COMMENT.sub("", source)
    else:
        kept = source
        for child in token.children or ():
            if child.type == "html_inline" and child.content.startswith("<!--"):
                kept = re.sub(" ?" + re.escape(child.content), "", kept, count=1)
    if kept != source:
        yield start, end, tuple(kept.split("\n")) if kept.strip() else ()


def _apply(lines: list[str], edits: list[Edit]) -> str:
    """The lines with each edited range replaced; a removed range takes the blank lines after it along."""
    kept: list[str] = []
    position = 0
    for start, end, replacement in sorted(edits):
        kept += lines[position:start]
        kept += replacement
        position = max(position, end)
        if not replacement and (not kept or not kept[-1].strip()):
            while position < len(lines) and not lines[position].strip():
                position += 1
    kept += lines[position:]
    while kept and not kept[0].strip():
        del kept[0]
    return "\n".join(kept).rstrip()


def _inlines(tokens: Sequence[Token]) -> Iterator[tuple[Token, Token]]:
    for before, token in pairwise(tokens):
        if token.type == "inline":
            yield before, token


def _says_something(before: Token, inline: Token) -> bool:
    if before.type == "heading_open":
        return False
    return any(character.isalnum() for part in _plain(inline) for character in part)


def _mentions(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "inline":
            yield from (child.content for child in token.children or () if child.type == "code_inline")
        elif token.type == "code_block" or (
            token.type == "fence" and (_normal(token.info).split() or ["python"])[0] in PYTHON
        ):
            role = _normal(token.info) in ROLES
            found = (
                ()
                if role
                else (line for line in token.content.split("\n") if DEF_LINE.fullmatch(line.strip()))
            )
            yield from (line.strip() for line in found)
