"""A policy's card as text: where it lies, what it was trained on, and its tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hrl.policies import PolicyCard


def as_text(card: PolicyCard, out: Path) -> str:
    """Lines for a terminal."""
    lines = [f"{out / card.decision}.safetensors: {card.steps} steps, seed {card.seed}"]
    for title, rows in card.tables.items():
        lines += ["", title, *table(rows)]
    return "\n".join(lines)


def table(rows: list[dict[str, Any]]) -> list[str]:
    """Rows of one title as aligned columns, numbers to the right."""
    if not rows:
        return []
    cells = [list(rows[0]), *([_cell(value) for value in row.values()] for row in rows)]
    widths = [max(len(line[place]) for line in cells) for place in range(len(cells[0]))]
    return [
        "  ".join(
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in cells
    ]


def _cell(value: Any) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)
