"""A job's two ways out: frames to the host, and its standard output."""

from __future__ import annotations

import io
import os
from typing import Any

from hrl.sandbox.inside.codec import pack, unpack
from hrl.sandbox.inside.plain import NotPlain

_KEPT_OUTPUT = 1 << 16


def write(descriptor: int, data: bytes | bytearray) -> None:
    """Write all of some bytes."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


class Output(io.TextIOBase):
    """Standard output of the candidate: kept in bounds for the test, and passed on to the box."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[str] = []
        self.size = 0

    def write(self, text: str) -> int:
        """Keep and pass on."""
        if not isinstance(text, str):
            raise TypeError("write() argument must be str")
        if self.size < _KEPT_OUTPUT:
            self.kept.append(text[: _KEPT_OUTPUT - self.size])
        self.size += len(text)
        write(1, text.encode("utf-8", "backslashreplace"))
        return len(text)

    def writable(self) -> bool:
        """Always."""
        return True

    def take(self) -> str:
        """What was kept since the last time."""
        text = "".join(self.kept)
        self.kept, self.size = [], 0
        return text


class Channel:
    """Frames over one descriptor."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    def send(self, message: Any) -> None:
        """Send one message; what cannot be packed becomes the reason why."""
        try:
            data = pack(message)
        except NotPlain as problem:
            data = pack({"id": message.get("id"), "not": str(problem)})
        write(self.descriptor, data)

    def receive(self) -> Any:
        """The next message; the process ends when the host is gone."""
        return unpack(self._exactly(int.from_bytes(self._exactly(4), "big")))

    def _exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            more = os.read(self.descriptor, min(size - len(data), 1 << 20))
            if not more:
                os._exit(0)
            data += more
        return data
