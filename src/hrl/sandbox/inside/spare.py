"""Forks the process of a job before the job's order comes, and makes it ready in every way that it can."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable, Mapping

from hrl.sandbox.inside import processes
from hrl.sandbox.inside.channel import Channel
from hrl.sandbox.inside.clock import Job

Role = Callable[[Channel], None]


def fork(roles: Mapping[str, Role], warm_up: Callable[[], None], alone: bool, folder: str) -> Job:
    """A new process that waits for its order: role and limits, as one frame.

    Args:
        roles: what it may become.
        warm_up: run before the order comes.
        alone: whether it is in a PID namespace of the box's own.
        folder: its working folder.
    """
    ours, theirs = socket.socketpair()
    out, into = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            processes.enter(theirs.fileno(), into, alone, folder)
            _become(roles, warm_up)
        finally:
            os._exit(70)
    theirs.close()
    os.close(into)
    channel = ours.detach()
    os.set_blocking(channel, False)
    return Job(pid, channel, out)


def _become(roles: Mapping[str, Role], warm_up: Callable[[], None]) -> None:
    """In the new process, once it has its descriptors."""
    own = {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition(".")[0] == "hrl"}
    warm_up()
    frames = Channel(3)
    limits = frames.receive()
    processes.bound(limits)
    if limits["role"] != "candidate":
        sys.modules.update(own)
    roles[limits["role"]](frames)
