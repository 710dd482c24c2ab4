"""`docs/cli.md`: every command's `--help` as one page; `python -m hrl.cli.manual > docs/cli.md` writes it."""

from __future__ import annotations

import sys
from typing import Any

import typer.main

HEAD = """# The command line

Made from `hrl --help` by `python -m hrl.cli.manual`; do not edit by hand.

Results go to standard output, progress to standard error. Exit codes: 0 solved, 1 ran and not solved, 2 usage
or bad input, 3 environment, 4 budget spent, 130 interrupted. Settings: flag, then `HRL_*`, then `hrl.toml`,
then the default (`hrl config` shows them). `HRL_DEBUG=1` shows the traceback of an unexpected error.
"""


def manual() -> str:
    """The page."""
    from hrl.cli.app import app

    sections = [HEAD]
    _walk(typer.main.get_command(app), None, "hrl", sections)
    return "\n".join(sections)


def _walk(command: Any, parent: Any, name: str, sections: list[str]) -> None:
    """Add a command's help and then its subcommands'."""
    word = name.rsplit(" ", maxsplit=1)[-1]
    context = command.context_class(command, info_name=word, parent=parent, terminal_width=88)
    level = "#" * min(2 + name.count(" "), 4)
    sections.append(f"{level} {name}\n\n```text\n{command.get_help(context).strip()}\n```\n")
    for child in getattr(command, "commands", {}).values():
        _walk(child, context, f"{name} {child.name}", sections)


if __name__ == "__main__":
    sys.stdout.write(manual())
