"""Documents cut into short passages that keep the path of headings above them.

A section that fits stays whole, because a rule and its exception belong together; a longer one is packed from
its paragraphs, and a paragraph that is too long is cut at line or sentence ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePath

from markdown_it import MarkdownIt
from markdown_it.token import Token

from hrl.types import Document, Passage

MAX_CHARACTERS = 600
PROSE = ("", ".md", ".markdown", ".txt", ".rst")
PATH = " > "


def split_document(document: Document) -> tuple[Passage, ...]:
    """Passages in the document's order, each at most `MAX_CHARACTERS` long."""
    text = document.text.replace("\r\n", "\n").replace("\r", "\n")
    prose = PurePath(document.name).suffix.lower() in PROSE
    sections = _sections(text) if prose else [("", re.split(r"\n\s*\n", text))]
    return tuple(
        Passage(document.name, heading, piece) for heading, blocks in sections for piece in _packed(blocks)
    )


def _sections(text: str) -> Iterator[tuple[str, list[str]]]:
    """The path of headings and the blocks of each section."""
    lines = text.split("\n")
    path: dict[int, str] = {}
    blocks: list[str] = []
    tokens = MarkdownIt("commonmark").parse(text)
    for position, token in enumerate(tokens):
        if token.level or token.map is None:
            continue
        if token.type == "heading_open":
            yield PATH.join(path.values()), blocks
            level = int(token.tag[1])
            path = {above: title for above, title in path.items() if above < level}
            path[level] = _title(tokens[position + 1])
            blocks = []
        else:
            blocks.append("\n".join(lines[token.map[0] : token.map[1]]))
    yield PATH.join(path.values()), blocks


def _title(inline: Token) -> str:
    return " ".join("".join(child.content or " " for child in inline.children or ()).split())


def _packed(blocks: list[str]) -> Iterator[str]:
    """Neighbouring blocks joined while they fit."""
    kept = ""
    for piece in (piece for block in blocks for piece in _pieces(block)):
        joined = f"{kept}\n\n{piece}" if kept else piece
        if len(joined) > MAX_CHARACTERS:
            yield kept
            joined = piece
        kept = joined
    if kept:
        yield kept


def _pieces(block: str) -> Iterator[str]:
    """A block, cut at line ends, else at sentence ends, else anywhere, until every piece fits."""
    block = block.strip("\n").rstrip()
    if len(block) <= MAX_CHARACTERS:
        if block.strip():
            yield block
        return
    for separator in (r"\n", r"(?<=[.!?;])\s", r"\s"):
        cut = _middle(block, separator)
        if cut:
            yield from _pieces(block[: cut[0]])
            yield from _pieces(block[cut[1] :])
            return
    for start in range(0, len(block), MAX_CHARACTERS):
        yield block[start : start + MAX_CHARACTERS]


def _middle(block: str, separator: str) -> tuple[int, int] | None:
    """The last separator that leaves a first piece that fits."""
    spans = [found.span() for found in re.finditer(separator, block[: MAX_CHARACTERS + 1])]
    fitting = [span for span in spans if 0 < span[0] <= MAX_CHARACTERS]
    return fitting[-1] if fitting else None
