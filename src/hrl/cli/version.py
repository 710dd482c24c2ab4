"""`hrl version`."""

from __future__ import annotations

import typer


def show_version() -> None:
    """Print the version."""
    from hrl import __version__

    typer.echo(f"hrl {__version__}")


def leave_with_version(asked: bool) -> None:
    """Callback of `--version`."""
    if asked:
        show_version()
        raise typer.Exit
