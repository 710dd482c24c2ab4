"""The command line: one file a verb."""

from __future__ import annotations


def main() -> None:
    """Entry point of the `hrl` command."""
    raise SystemExit(2)
