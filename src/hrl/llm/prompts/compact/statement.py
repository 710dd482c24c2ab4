"""Numbers the parts of a statement, so that a plan can point at them instead of copying them.

A part describes one function: a list item, a heading with what stands below it, or a sentence with those that
follow in its paragraph, whose back-quoted signature says what it is about (`clean(xs)` or `def clean(xs:
list[int]) -> list[int]`). What describes no function is not numbered. Expanding a pointer (goal, signature)
is code and never the model's work; which of the mentioned functions a part needs is the model's decision.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from hrl.llm.fences import parses
from hrl.llm.prompts.compact.aliases import LETTERS
from hrl.llm.prompts.compact.text import bare, clipped, prose, sentences

MAX_PARTS = 9
# How much a prompt shows of a part that mentions no other function, and of the words around a mention.
PLAIN, BEFORE, AFTER = 30, 40, 24
MAX_TEXT, MAX_MENTIONS = 1200, 10
_SIGNATURE = re.compile(r"`(?:def\s+)?([A-Za-z_]\w*)\s*(\([^`]*\))\s*(->\s*[^`:]+)?:?`")
_QUOTED = re.compile(r"`([^`\n]+)`")
_NAME = re.compile(r"(?<![\w.])[A-Za-z_]\w*")
_LABEL = re.compile(rf"\bf[{LETTERS}]\b")
_FENCE = re.compile(r"^(`{3,}|~{3,}).*?^\1[ \t]*$", re.M | re.S)
_ITEM = re.compile(r"^(\s*)(?:[-*+]|\d+[.)])\s+")
_HEADING = re.compile(r"^#{1,6}\s+(?:\d+[.)]\s+)?")
# Words before a signature that make its sentence a description: "Then write `f(x)`", "Next is `f(x)`".
_LEAD = re.compile(
    r"(?:[\s*_,]|(?i:first|second|third|then|next|finally|also|now|after|that|at|the|end|last|lastly|one|please|we"
    r"|you|i|need|needs|want|start|starts|begin|with|there|is|a|an|and|another|other|main|helper|entry|point"
    r"|functions?|methods?|called|named|write|implement|define|create|build|provide|comes?|in|it|to|by|def)\b)*$"
)
_AFTER_SIGNATURE = re.compile(r"[\s*]*(?:[:\u2014\u2013]|-\s|\.(?:\s|$))")
_BETWEEN = re.compile(r"^[\s*:;,.\u2014\u2013-]+(?:it\s+)?", re.I)


def label(number: int) -> str:
    """What a prompt calls a part: `fa`, `fb`, ..., as it calls helpers elsewhere."""
    return f"f{LETTERS[number - 1]}"


@dataclass(frozen=True, slots=True)
class Part:
    """One numbered part: its text, the function that it describes, and others with their parts' numbers."""

    number: int
    text: str
    name: str
    signature: str
    mentions: dict[str, int]

    @property
    def goal(self) -> str:
        """The text without the signature and the words that lead to it."""
        return _goal(self.text)

    def said(self, needs: Iterable[str]) -> str:
        """The goal without sentences that only mention functions which the part does not need."""
        chosen = set(needs)
        kept = [line for line in sentences(self.goal) if not (seen := self._seen(line)) or seen & chosen]
        return " ".join(kept) or self.goal

    def line(self) -> str:
        """How the prompt shows the part: every mention with the words around it, of the rest a few words."""
        shown = [
            prose(_QUOTED.sub(self._numbered, line), 10_000)
            for line in sentences(self.goal)
            if self._seen(line)
        ]
        text = " ".join(map(_around, shown)) if shown else _cut(prose(self.goal, 10_000), PLAIN)
        return f"{label(self.number)}: {text}"

    def _seen(self, text: str) -> set[str]:
        return {name for name in _names(text) if name in self.mentions}

    def _numbered(self, quoted: re.Match[str]) -> str:
        """A quotation with its label in place of each described function."""
        numbers = self.mentions | {self.name: self.number}
        match = _SIGNATURE.fullmatch(quoted[0])
        text = bare(f"def {match[1]}{match[2]}").removeprefix("def ") if match else quoted[1]
        return _NAME.sub(lambda name: label(numbers[name[0]]) if name[0] in numbers else name[0], text)


@lru_cache(maxsize=64)
def parts(statement: str) -> tuple[Part, ...]:
    """The numbered parts of a statement, in its own order."""
    pieces = _Reader().read(statement)
    described = _described(pieces)
    texts: list[tuple[str, str]] = []
    last = -1
    for place, (group, text) in enumerate(pieces):
        if place in described:
            texts.append((described[place], text))
            last = group
        elif group == last:
            texts[-1] = (texts[-1][0], f"{texts[-1][1]} {text}")
    texts = [(name, clipped(text, MAX_TEXT)) for name, text in texts[:MAX_PARTS]]
    numbers = {name: number for number, (name, _) in enumerate(texts, start=1)}
    return tuple(_part(number, name, text, numbers) for number, (name, text) in enumerate(texts, start=1))


def about(statement: str, name: str) -> str:
    """What the statement says of one function: its part's goal, else the statement's prose."""
    for part in parts(statement):
        if part.name == name:
            return part.goal
    return statement


def _part(number: int, name: str, text: str, numbers: dict[str, int]) -> Part:
    match = _signature(text)
    signature = f"def {name}{match[2]} {(match[3] or '').strip()}".strip() if match else ""
    mentions = {found: numbers[found] for found in _names(text) if found in numbers and found != name}
    return Part(number, text, name, signature, mentions)


def _signature(text: str) -> re.Match[str] | None:
    """The first signature in back-quotes; a call such as `f(g(x))` is none."""
    found = _SIGNATURE.finditer(text)
    return next((match for match in found if _is_head(f"def {match[1]}{match[2]}")), None)


@lru_cache(maxsize=1024)
def _is_head(text: str) -> bool:
    return parses(f"{text}: pass") is not None


def _names(text: str) -> list[str]:
    """Names in back-quotes, in order."""
    return [name for quoted in _QUOTED.findall(text) for name in _NAME.findall(quoted)]


def _goal(text: str) -> str:
    match = _signature(text)
    if match and _plainness(text, match) >= 2:
        text = _BETWEEN.sub("", text[match.end() :], count=1).strip() or text
    return text[:1].upper() + text[1:]


def _described(pieces: list[tuple[int, str]]) -> dict[int, str]:
    """Which pieces describe a function, and which one: where several could, the plainest, then the first."""
    best: dict[str, tuple[int, int]] = {}
    for place, (_, text) in enumerate(pieces):
        match = _signature(text)
        if match:
            best[match[1]] = max(best.get(match[1], (-1, 0)), (_plainness(text, match), -place))
    return {-place: name for name, (_, place) in best.items()}


def _plainness(text: str, match: re.Match[str]) -> int:
    """How surely a text describes the function of its signature, 0..3."""
    before, after = text[: match.start()], text[match.end() :]
    if not _LEAD.match(before):
        return 0
    return 1 + (not before.strip("* ")) + bool(_AFTER_SIGNATURE.match(after))


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[:limit].rsplit(" ", 1)[0]


def _around(text: str) -> str:
    """The mentions in a sentence with the words around them."""
    spans: list[list[int]] = []
    for match in [*_LABEL.finditer(text)][:MAX_MENTIONS]:
        start = text.rfind(" ", 0, max(0, match.start() - BEFORE)) + 1 if match.start() > BEFORE else 0
        end = text.find(" ", match.end() + AFTER)
        end = len(text) if end < 0 else end
        if spans and start <= spans[-1][1]:
            spans[-1][1] = end
        else:
            spans.append([start, end])
    return " ... ".join(text[start:end].strip() for start, end in spans)


class _Reader:
    """Cuts a statement into pieces: list items, headings and sentences, each with the number of its group.

    A group is what may belong together: an item with what is indented below it, a paragraph, or all that
    stands below a heading which has a signature.
    """

    def __init__(self) -> None:
        self.pieces: list[tuple[int, str]] = []
        self._group = 0
        self._indent = -1  # of the item that is being read
        self._below = False  # a heading with a signature
        self._blank = False
        self._loose = ""

    def read(self, statement: str) -> list[tuple[int, str]]:
        for line in _FENCE.sub("\n", statement).split("\n"):
            self._line(line)
            self._blank = not line.strip()
        self._flush()
        return self.pieces

    def _line(self, line: str) -> None:
        item, heading, text = _ITEM.match(line), _HEADING.match(line), line.strip()
        if not text:
            self._flush()
            self._group += self._indent < 0 and not self._below
        elif heading:
            self._flush()
            text = line[heading.end() :].strip()
            self._indent, self._below = -1, _signature(text) is not None
            self._group += 1
            self._add(f"{text}." if self._below else text)
        elif item and not len(item[1]) > self._indent >= 0:
            self._flush()
            self._group += not self._below
            self._indent = len(item[1])
            self._add(line[item.end() :].strip())
        elif self._indent >= 0 and (not self._blank or line.startswith(" " * (self._indent + 1))):
            self._add(line[item.end() :].strip() if item else text)
        else:
            self._paragraph(text)

    def _paragraph(self, text: str) -> None:
        if self._indent >= 0:
            self._group += not self._below
            self._indent = -1
        match = _signature(text)
        if match and _plainness(text, match) >= 2:
            self._flush()
        self._loose = f"{self._loose} {text}".strip()

    def _add(self, text: str) -> None:
        if text:
            self.pieces.append((self._group, text))

    def _flush(self) -> None:
        self.pieces += [(self._group, sentence) for sentence in sentences(self._loose)]
        self._loose = ""
