"""The command line: one file a verb.

Results go to standard output, everything else to standard error. Nothing heavy is imported before a verb
needs it, so that `hrl --help` answers at once.
"""

from __future__ import annotations

from hrl.cli.exits import main

__all__ = ["main"]
