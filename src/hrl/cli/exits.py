"""How every command ends: one sentence for what went wrong, the right exit code, never a traceback.

`HRL_DEBUG=1` shows the traceback of an unexpected error; otherwise it goes to a file that is named.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

from hrl.errors import HrlError, Interrupted


def main() -> NoReturn:
    """Entry point of the `hrl` command."""
    code = run(sys.argv[1:])
    if code == Interrupted.exit_code:  # one more Ctrl-C while the interpreter shuts down changes nothing
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    if "torch" in sys.modules:
        _leave_at_once(code)
    raise SystemExit(code)


def _leave_at_once(code: int) -> NoReturn:
    """Leave without taking torch's modules apart, which takes seconds; all is closed and written by now."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    logging.shutdown()
    os._exit(code)


def run(arguments: Sequence[str]) -> int:
    """Run one command; returns its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        return _invoke(arguments)
    except KeyboardInterrupt:
        say("interrupted")
        return Interrupted.exit_code
    except BrokenPipeError:
        return _reader_left()
    except HrlError as problem:
        say(f"{problem}" if isinstance(problem, Interrupted) else f"error: {problem}")
        return problem.exit_code
    except Exception as problem:
        if os.environ.get("HRL_DEBUG") == "1":
            raise
        say(f"error: {_unexpected(problem)}")
        return 1


def say(text: str) -> None:
    """One line on standard error, without control characters; silent when nobody reads it."""
    from hrl.view.text import one_line

    try:
        print(one_line(text, 2000), file=sys.stderr, flush=True)  # noqa: T201
    except OSError:
        return


def _invoke(arguments: Sequence[str]) -> int:
    from hrl.cli.app import app

    written = sys.stdout
    try:
        app(list(arguments), prog_name="hrl")
        _flush()
    except SystemExit as leaving:
        if sys.stdout is not written:  # typer puts another one there when the reader has left
            raise BrokenPipeError from None
        _flush()
        return leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    return 0


def _flush() -> None:
    """Notice a reader that is gone here, not while the interpreter shuts down."""
    sys.stdout.flush()


def _reader_left() -> int:
    """Whoever read our output has enough: end quietly, as `head` expects."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
    return 128 + 13


def _unexpected(problem: Exception) -> str:
    """One sentence for a bug, and where its traceback lies."""
    import tempfile
    import traceback
    from datetime import UTC, datetime

    text = "".join(traceback.format_exception(problem))
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    kind = f"{type(problem).__name__}: {problem}" if str(problem) else type(problem).__name__
    try:
        handle, name = tempfile.mkstemp(prefix=f"hrl-{moment}-", suffix=".log", text=True)
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
    except OSError:
        return f"unexpected {kind}; set HRL_DEBUG=1 to see where"
    return f"unexpected {kind}; the traceback is in {name}"
