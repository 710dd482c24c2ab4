"""The worker's line to the host: frames of one letter, four bytes of length, and a payload."""

from __future__ import annotations

import os

from hrl.sandbox.inside.channel import write


def frame(kind: bytes, payload: bytes) -> bytes:
    """One frame."""
    return kind + len(payload).to_bytes(4, "big") + payload


class Line:
    """Standard input and output of the worker. Frames are kept together until `flush`."""

    def __init__(self) -> None:
        self._inbox, self.unsent = bytearray(), bytearray()

    def put(self, kind: bytes, payload: bytes) -> None:
        """One more frame to the host."""
        self.unsent += frame(kind, payload)

    def flush(self) -> None:
        """Hand them to the host."""
        if self.unsent:
            data, self.unsent = self.unsent, bytearray()
            write(1, data)

    def read(self) -> bool:
        """Take in what is there; False when the host is gone."""
        data = os.read(0, 1 << 20)
        self._inbox += data
        return bool(data)

    def frames(self) -> list[tuple[bytes, bytes]]:
        """The frames that are complete."""
        found = []
        while len(self._inbox) >= 5:
            size = int.from_bytes(self._inbox[1:5], "big")
            if len(self._inbox) < 5 + size:
                break
            found.append((bytes(self._inbox[:1]), bytes(self._inbox[5 : 5 + size])))
            del self._inbox[: 5 + size]
        return found
