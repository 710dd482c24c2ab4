"""`hrl graph`: the two state machines as mermaid."""

from __future__ import annotations

import typer


def graph() -> None:
    """Print both state machines as mermaid diagrams."""
    from hrl.graphs.drawing import mermaid

    typer.echo(mermaid())
