"""Values as short text: bounded work, bounded length, valid UTF-8. Used on both sides."""

from __future__ import annotations

import reprlib
from typing import Any

LIMIT = 300


class _Short(reprlib.Repr):
    def __init__(self) -> None:
        super().__init__()
        self.maxlevel = 8
        self.maxlist = self.maxtuple = self.maxset = self.maxfrozenset = self.maxdeque = self.maxdict = 40
        self.maxstring, self.maxlong, self.maxother = LIMIT, 120, LIMIT
        self.left = 2000

    def repr1(self, x: Any, level: int) -> str:
        """Stop after so many parts: a small graph can unfold to very many."""
        self.left -= 1
        return super().repr1(x, level) if self.left > 0 else "..."

    def repr_int(self, x: int, level: int) -> str:
        """Huge integers by their size: turning them into digits is quadratic."""
        del level
        return repr(x) if x.bit_length() <= 1000 else f"<an integer of {x.bit_length()} bits>"


def show(value: Any) -> str:
    """A value's `repr`, bounded."""
    return shorten(_Short().repr(value))


def shorten(text: str, limit: int = LIMIT) -> str:
    """One bounded text that every encoder accepts."""
    text = text[: limit + 1].encode("utf-8", "backslashreplace").decode("utf-8")
    return text if len(text) <= limit else text[: limit - 3] + "..."
