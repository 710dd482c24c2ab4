"""Untrusted text made safe to draw.

Task files, programs, error messages and replies are written by strangers and models. A terminal obeys
what it is sent, so nothing reaches it before `clean`; nothing is ever read as rich markup, because
everything is a `rich.text.Text`.
"""

from __future__ import annotations

import re

from rich.cells import cell_len, set_cell_size
from rich.text import Text

_SEQUENCES = re.compile(
    r"""
      (?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?              # CSI: colours, cursor, modes
    | (?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])           # OSC, DCS, SOS, PM, APC ...
      [^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)?        #   ... up to their terminator
    | \x1b[ -/]*[0-~]?                               # every other escape
    """,
    re.VERBOSE,
)
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_LONE_SURROGATES = re.compile("[\ud800-\udfff]")


def clean(text: str) -> str:
    """Text without escape sequences; other control and direction characters become U+FFFD.

    Newlines stay, tabs become spaces, a carriage return before a newline goes.
    """
    text = _SEQUENCES.sub("", text.replace("\r\n", "\n"))
    text = _CONTROLS.sub("\ufffd", text)
    return _LONE_SURROGATES.sub("\ufffd", text).expandtabs(4)


def one_line(text: str, limit: int = 200) -> str:
    """The first `limit` characters of a cleaned text, white space run together."""
    line = " ".join(clean(text[: limit * 4]).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def fitted(text: str, cells: int) -> str:
    """One line of exactly `cells` terminal cells: padded, or cut with an ellipsis."""
    line = one_line(text, max(cells * 2, 1))
    if cells <= 0:
        return ""
    if cell_len(line) > cells:
        return set_cell_size(line, cells - 1) + "…"
    return set_cell_size(line, cells)


def row(*parts: tuple[str, str]) -> Text:
    """One line built from (text, style) pairs; cleaned, never wrapped, cut at the right edge."""
    line = Text(no_wrap=True, overflow="ellipsis", end="")
    for text, style in parts:
        line.append(clean(text).replace("\n", " "), style=style)
    return line


def amount(number: float) -> str:
    """A count for people: 950, 2.1k, 31k, 1.2M."""
    for size, unit in ((1e6, "M"), (1e3, "k")):
        if number >= size:
            scaled = number / size
            return f"{scaled:.0f}{unit}" if scaled >= 10 else f"{scaled:.1f}{unit}"
    return f"{number:.0f}"


def duration(seconds: float) -> str:
    """Seconds for people: 20 ms, 0.8 s, 12 s, 3 min 05 s."""
    if 0 < seconds < 0.1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s"


def counted(number: int, noun: str) -> str:
    """`1 call`, `2 calls`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
