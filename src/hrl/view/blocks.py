"""Blocks: titled lists of one-line rows, and how they share the height of a screen.

Every row is one line by construction, so heights are known without measuring and a short terminal loses
whole blocks, the least important first, instead of the bottom of the picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rich.box import ROUNDED
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.text import Text

from hrl.view.text import row


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the picture.

    Attributes:
        title: shown in the frame; None for a block without a frame.
        rank: what is dropped first on a short screen: the highest.
        floor: fewest rows that still say something; 0: all of them.
        anchor: the row to keep in sight when rows must go.
    """

    name: str
    rows: tuple[Text, ...]
    title: Text | None = None
    style: str = "bright_black"
    rank: int = 0
    floor: int = 0
    anchor: int = 0

    @property
    def frame(self) -> int:
        """Rows that the frame takes."""
        return 0 if self.title is None else 2

    @property
    def least(self) -> int:
        """Height below which the block is dropped."""
        return self.frame + min(len(self.rows), self.floor or len(self.rows))

    def cut(self, height: int) -> Block:
        """At most `height` rows with the frame, around the anchor; says how many are left out."""
        room = height - self.frame
        if len(self.rows) <= room:
            return self
        shown = max(1, room - 1)
        first = min(max(0, self.anchor - shown // 2), len(self.rows) - shown)
        hidden = len(self.rows) - shown
        kept = self.rows[first : first + shown]
        if first + shown == len(self.rows) and self.anchor:
            return replace(self, rows=(row((f"… {hidden} before", "bright_black")), *kept)[:room])
        return replace(self, rows=(*kept, row((f"… {hidden} more", "bright_black")))[:room])

    def drawn(self, width: int) -> RenderableType:
        """The block as something that rich prints."""
        body = Group(*(_closed(line) for line in self.rows))
        if self.title is None:
            return body
        return Panel(
            body, title=self.title, title_align="left", box=ROUNDED, border_style=self.style, width=width
        )


def fit(blocks: Sequence[Block], height: int | None) -> list[Block]:
    """The blocks that a screen of `height` rows can hold, in their order; None: all, whole."""
    if height is None:
        return list(blocks)
    chosen = list(blocks)
    while len(chosen) > 1 and sum(block.least for block in chosen) > height:
        chosen.remove(max(chosen, key=lambda block: block.rank))
    spare = height - sum(block.least for block in chosen)
    sizes = {}
    for block in sorted(chosen, key=lambda block: block.rank):
        more = max(0, min(spare, block.frame + len(block.rows) - block.least))
        sizes[block.name] = block.least + more
        spare -= more
    return [block.cut(max(sizes[block.name], 1) if spare >= 0 else height) for block in chosen]


def _closed(line: Text) -> Text:
    closed = line.copy()
    closed.end = "\n"
    return closed
