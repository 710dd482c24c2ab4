"""Short stand-ins for what a request alone defines: names, numbers, quoted strings.

A model of a few million parameters cannot be trusted to copy `harbour_fee`, 4711 or "QUIN-" letter by letter,
and need not: the prompt says `f`, `ka` and "sa", the model writes with these, and code puts the originals
back. What the program does with them is the model's work alone. Numbers up to 2 stay, because
they belong to the language of programs (`x % 2 == 0`) more than to a task.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

LETTERS = "abcdeghij"
SMALLEST = 3
_CODE = re.compile(
    r"""(?P<string>[fFrRbB]?(?:"[^"\n]*"|'[^'\n]*'))"""
    r"""|(?P<name>(?<![\w.])[A-Za-z_]\w*(?!=[^=\s]))"""
    r"""|(?P<number>(?<![\w.])\d+(?![\w.]|=[^=\s]))"""
)
_NAME = re.compile(r"(?<![\w.])[A-Za-z_]\w*")
_QUOTED = re.compile(r"`([^`\n]*)`")
_STRING = re.compile(r'"([^"\n`]*)"')
_LONGEST = 40
_NUMBER = re.compile(r"(?<![\w.:])[1-9]\d*(?!\w|[:.]\d)")


class Aliases:
    """A one-to-one table of originals and stand-ins, filled in the order of the prompt.

    Args:
        entry: the function asked for; it is called `f`.
        parameters: its parameters: `pa`, `pb`, ...
        helpers: functions that it may call: `fa`, `fb`, ... in the order in which `goal` mentions them.
        goal: the raw goal, with its back-quotes.
        passages: short lines of documents, whose numbers and strings get stand-ins after the goal's.
    """

    def __init__(
        self,
        entry: str,
        parameters: Iterable[str],
        helpers: Iterable[str] = (),
        goal: str = "",
        passages: Iterable[str] = (),
    ) -> None:
        self._names: dict[str, str] = {}
        self._numbers: dict[str, str] = {}
        self._strings: dict[str, str] = {}
        mentioned = [name for quoted in _QUOTED.findall(goal) for name in re.findall(r"[A-Za-z_]\w*", quoted)]
        listed = list(dict.fromkeys(helpers))
        ordered = sorted(
            listed, key=lambda name: mentioned.index(name) if name in mentioned else len(mentioned)
        )
        self.helpers = tuple(ordered[: len(LETTERS)])
        self._names |= dict(zip(self.helpers, (f"f{letter}" for letter in LETTERS), strict=False))
        self._names |= dict(zip(parameters, (f"p{letter}" for letter in LETTERS), strict=False))
        if entry:
            self._names[entry] = "f"
        for text in (goal, *passages):
            self._collect(text)

    def _collect(self, text: str) -> None:
        for string in _STRING.findall(text):
            fits = 1 < len(string) <= _LONGEST and string not in self._strings
            if fits and len(self._strings) < len(LETTERS):
                self._strings[string] = f"s{LETTERS[len(self._strings)]}"
        for number in _NUMBER.findall(_STRING.sub(" ", text)):
            if int(number) >= SMALLEST and number not in self._numbers and len(self._numbers) < len(LETTERS):
                self._numbers[number] = f"k{LETTERS[len(self._numbers)]}"

    def text(self, prose: str) -> str:
        """Prose with stand-ins; names only where they stand in back-quotes, which go."""
        hidden = _QUOTED.sub(lambda quoted: self.code(quoted[1]), prose)
        hidden = _STRING.sub(lambda match: f'"{self._strings.get(match[1], match[1])}"', hidden)
        return _NUMBER.sub(lambda match: self._numbers.get(match[0], match[0]), hidden)

    def code(self, source: str) -> str:
        """Code with stand-ins; attributes and keyword arguments keep their names."""
        return _replaced(source, self._names, self._numbers, self._strings)

    def name(self, original: str) -> str:
        """The stand-in of one name."""
        return self._names.get(original, original)

    def original(self, source: str) -> str:
        """The inverse of `code`; a stand-in that means nothing here is left as it is."""
        names = {short: name for name, short in (*self._names.items(), *self._numbers.items())}
        return _replaced(source, names, {}, {short: string for string, short in self._strings.items()})


def _replaced(source: str, names: dict[str, str], numbers: dict[str, str], strings: dict[str, str]) -> str:
    def change(match: re.Match[str]) -> str:
        found = match[0]
        if match["name"]:
            return names.get(found, found)
        if match["number"]:
            return numbers.get(found, found)
        if found[0] in "fF":
            return found[:2] + _NAME.sub(lambda inner: names.get(inner[0], inner[0]), found[2:-1]) + found[-1]
        start = 0 if found[0] in "\"'" else 1
        content = found[start + 1 : -1]
        return f'{found[:start]}"{strings[content]}"' if content in strings else found

    return _CODE.sub(change, source)
