"""Numbers the parts of a statement, so that a plan can point at them instead of copying them.

A part is a list item, a heading with what follows, or a sentence, that mentions a back-quoted function:
`clean(xs)` or `def clean(xs: list[int]) -> list[int]`. Pure prose is not numbered. Expanding a pointer
(goal, signature) is code and never the model's work.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from hrl.llm.prompts.compact.text import bare, clipped, prose, sentences

MAX_PARTS = 9
LINE = 72
_SIGNATURE = re.compile(r"`(?:def\s+)?([A-Za-z_]\w*)\s*(\([^`]*\))\s*(->\s*[^`:]+)?:?`")
_QUOTED = re.compile(r"`(?:def\s+)?([A-Za-z_]\w*)\b[^`]*`")
_FENCE = re.compile(r"^(`{3,}|~{3,}).*?^\1[ \t]*$", re.M | re.S)
_ITEM = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+")
_HEADING = re.compile(r"^#{1,6}\s+")
_LEAD = re.compile(r"^[\s:;,.\u2014\u2013-]+(?:it\s+)?", re.I)


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
        """The text without the signature at its start."""
        match = _SIGNATURE.match(self.text.lstrip("* "))
        rest = _LEAD.sub("", self.text.lstrip("* ")[match.end() :], count=1) if match else self.text
        rest = rest.strip() or self.text
        return rest[0].upper() + rest[1:]

    def line(self) -> str:
        """How the prompt shows the part: a short text and the functions that follow after the cut."""
        short = prose(_QUOTED.sub(self._numbered, self.text), 10_000)
        if len(short) > LINE:
            head = short[:LINE].rsplit(" ", 1)[0]
            later = [
                f"f{number}" for number in self.mentions.values() if not re.search(rf"\bf{number}\b", head)
            ]
            short = " ".join([head, "...", ", ".join(later)]).rstrip() if later else head
        return f"[{self.number}] {short}"

    def _numbered(self, quoted: re.Match[str]) -> str:
        """A mention of a described function as `f` and the number of its part."""
        number = self.number if quoted[1] == self.name else self.mentions.get(quoted[1])
        call = _SIGNATURE.match(quoted[0])
        if number is None:
            return quoted[0].strip("`")
        return f"f{number}" + (bare(f"def f{call[2]}").removeprefix("def f") if call else "")


def parts(statement: str) -> tuple[Part, ...]:
    """The numbered parts of a statement, in its own order."""
    texts = [text for text in _texts(statement) if _QUOTED.search(text)]
    known = {match[1] for text in texts for match in _SIGNATURE.finditer(text)}
    texts = [text for text in texts if known & set(_QUOTED.findall(text))][:MAX_PARTS]
    described = [_SIGNATURE.search(text) for text in texts]
    numbers: dict[str, int] = {}
    for number, match in enumerate(described, start=1):
        if match:
            numbers.setdefault(match[1], number)
    return tuple(_part(number, text, numbers) for number, text in enumerate(texts, start=1))


def about(statement: str, name: str) -> str:
    """What the statement says of one function: its part's goal, else the statement's prose."""
    for part in parts(statement):
        if part.name == name:
            return part.goal
    return statement


def _part(number: int, text: str, numbers: dict[str, int]) -> Part:
    match = _SIGNATURE.search(text)
    name = match[1] if match and numbers.get(match[1]) == number else ""
    signature = f"def {name}{match[2]} {(match[3] or '').strip()}".strip() if match and name else ""
    mentions = {
        found: numbers[found] for found in _QUOTED.findall(text) if found in numbers and found != name
    }
    return Part(number, text, name, signature, mentions)


def _texts(statement: str) -> list[str]:
    """List items, headings with their paragraph, sentences."""
    found: list[str] = []
    for block in re.split(r"\n\s*\n", _FENCE.sub("\n", statement)):
        pieces = _pieces(block)
        if found and found[-1].startswith("\0") and pieces and not _HEADING.match(block):
            found[-1] = f"{found[-1][1:]}: {' '.join(pieces)}" if "`" in found[-1] else found[-1][1:]
            pieces = [] if ": " in found[-1] else pieces
        found += pieces
    return [clipped(text.strip("\0"), 600) for text in found]


def _pieces(block: str) -> list[str]:
    pieces: list[str] = []
    loose = ""
    for line in block.split("\n"):
        if _HEADING.match(line):
            pieces += [*sentences(loose), "\0" + _HEADING.sub("", line).strip()]
            loose = ""
        elif _ITEM.match(line):
            pieces += sentences(loose)
            loose = ""
            pieces.append("\1" + _ITEM.sub("", line).strip())
        elif pieces and pieces[-1].startswith("\1"):
            pieces[-1] += " " + line.strip()
        else:
            loose = f"{loose} {line.strip()}".strip()
    return [piece.lstrip("\1") for piece in (*pieces, *sentences(loose))]
