"""Ctrl-C and SIGTERM: the first asks the machine to stop after the present step, the second ends at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from langgraph.runtime import RunControl

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stopper:
    """Turns signals into a drain of the running machine.

    Args:
        abort: called from a thread of its own at the second signal; it must not return.

    Attributes:
        control: hand it to the machine.
        running: the machine runs; before that a signal raises KeyboardInterrupt.
    """

    def __init__(self, abort: Callable[[], None]) -> None:
        self.control = RunControl()
        self.running = False
        self._abort = abort

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """The signal handler."""
        del frame
        if not self.running:
            raise KeyboardInterrupt
        if self.control.drain_requested:
            threading.Thread(target=self._abort, name="hrl-abort", daemon=True).start()
        self.control.request_drain(signal.Signals(number).name)


@contextmanager
def stopping(abort: Callable[[], None]) -> Iterator[Stopper]:
    """Handle signals inside the block; outside the main thread nothing is installed."""
    stopper = Stopper(abort)
    if threading.current_thread() is not threading.main_thread():
        yield stopper
        return
    before = {number: signal.signal(number, stopper) for number in _SIGNALS}
    try:
        yield stopper
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
