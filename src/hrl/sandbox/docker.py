"""The Docker backend (and Podman through DOCKER_HOST): one hardened container for each box, attached to.

Every container carries its owner's pid and start time; what dead owners have left is swept when a backend
opens. Left out: engines behind TLS or ssh, whose attach socket is no plain one.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import select
import socket
import time
from typing import Any

from hrl.errors import SandboxUnavailable
from hrl.sandbox.base import Job
from hrl.sandbox.box import Box
from hrl.sandbox.bundle import BOOT, bundle
from hrl.sandbox.engine import OWNER, PLACE, SECONDS, Engine, first_line, sweep
from hrl.sandbox.grader import grade
from hrl.sandbox.owners import owner, place
from hrl.types import TestCode

_HEADER = 8
_MARGIN_MB = 128
_PROCESSES = 80
_KINDS = ("memory", "processes", "processor")
_PATH = "PATH=/usr/local/bin:/usr/bin:/bin"
# What the kernel itself says, in the box, of the limits that the engine was asked for (cgroup v1 or v2).
_CGROUPS = Job(
    """
FILES = {
    "memory": ("memory.max", "memory/memory.limit_in_bytes"),
    "processes": ("pids.max", "pids/pids.max"),
    "processor": ("cpu.max", "cpu/cpu.cfs_quota_us"),
}

def unlimited():
    return " ".join(kind for kind, names in FILES.items() if not any(map(bounded, names)))

def bounded(name):
    try:
        with open("/sys/fs/cgroup/" + name) as file:
            bound = file.read().split()[0]
    except (OSError, IndexError):
        return False
    return bound.isdigit() and int(bound) < 1 << 50
""",
    (TestCode("assert unlimited() == None"),),
)


class AttachedLink:
    """A container's standard streams over the engine's attach socket."""

    def __init__(self, engine: Engine, container: Any) -> None:
        self._engine, self._container = engine, container
        self._buffer = bytearray()
        self._killed = False
        stream = container.attach_socket(params={"stdin": 1, "stdout": 1, "stream": 1})
        self._stream = stream
        self._socket: socket.socket = getattr(stream, "_sock", stream)
        self._socket.setblocking(False)
        self._descriptor = self._socket.fileno()
        try:
            container.start()
        except BaseException:
            self.kill()
            raise

    def fileno(self) -> int:
        """The attach socket."""
        return self._descriptor

    def write(self, data: bytes, seconds: float) -> None:
        """Send all bytes."""
        deadline, view = time.monotonic() + seconds, memoryview(data)
        while view:
            try:
                view = view[self._socket.send(view) :]
            except BlockingIOError:
                poll = select.poll()
                poll.register(self._socket, select.POLLOUT)
                if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
                    raise TimeoutError from None

    def read(self) -> bytes:
        """The bytes of standard output that are complete, without the engine's headers."""
        payload = b""
        while not payload:
            try:
                data = self._socket.recv(1 << 18)
            except BlockingIOError:
                poll = select.poll()
                poll.register(self._socket, select.POLLIN)
                if not poll.poll(10_000):
                    return b""
                continue
            if not data:
                return b""
            self._buffer += data
            payload = self._demultiplex()
        return payload

    def _demultiplex(self) -> bytes:
        parts = []
        while len(self._buffer) >= _HEADER:
            size = int.from_bytes(self._buffer[4:_HEADER], "big")
            if len(self._buffer) < _HEADER + size:
                break
            if self._buffer[0] == 1:
                parts.append(bytes(self._buffer[_HEADER : _HEADER + size]))
            del self._buffer[: _HEADER + size]
        return b"".join(parts)

    def kill(self) -> None:
        """Remove the container, whatever it is doing."""
        if self._killed:
            return
        self._killed = True
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._engine.remove(self._container.name)
        with contextlib.suppress(Exception):
            self._socket.close()
            self._stream.close()

    def alive(self) -> bool:
        """Whether the engine answers."""
        return self._engine.alive()


class DockerBackend:
    """Boxes as containers. `runtime` passes through; one that the engine does not take is an error."""

    name = "docker"

    def __init__(self, image: str, runtime: str | None = None, *, seconds: int = SECONDS) -> None:
        self._image, self._runtime = image, runtime
        self._engine = Engine(seconds)
        self.nproc = False
        sweep(self._engine.client)
        try:
            self._engine.client.images.get(image)
        except Exception:
            self._engine.close()
            raise SandboxUnavailable(
                f"the image {image} is missing: make it with `hrl sandbox build`, or set HRL_SANDBOX_IMAGE"
            ) from None

    def start(self, memory_mb: int) -> Box:
        """A new container."""
        name = f"hrl-{os.getpid()}-{secrets.token_hex(6)}"
        self._engine.settle()
        try:
            return self._start(name, memory_mb)
        except BaseException as problem:
            self._engine.remove(name)
            if isinstance(problem, SandboxUnavailable) or not isinstance(problem, Exception):
                raise
            asked = f" with the runtime {self._runtime}" if self._runtime else ""
            told = f"{self._engine.name} cannot make a box{asked}"
            raise SandboxUnavailable(f"{told}: {first_line(problem)}") from None

    def _start(self, name: str, memory_mb: int) -> Box:
        self._engine.knock()
        options = self._options(memory_mb)
        container = self._engine.client.containers.create(self._image, name=name, **options)
        given = container.attrs["HostConfig"].get("Runtime")
        if self._runtime and given != self._runtime:
            raise SandboxUnavailable(
                f"{self._engine.name} did not take the runtime {self._runtime} (it uses {given}): "
                "make it the engine's own, and unset HRL_SANDBOX_RUNTIME"
            )
        link = AttachedLink(self._engine, container)
        return Box(link, bundle({"watch": True, "mounts": None, "readable": ["/"]}))

    def _options(self, memory_mb: int) -> dict[str, Any]:
        from docker.types import LogConfig

        memory = f"{memory_mb + _MARGIN_MB}m"
        options: dict[str, Any] = {
            "entrypoint": [],
            "command": ["env", "-i", _PATH, "python3", "-I", "-c", BOOT],
            "stdin_open": True,
            "network_mode": "none",
            "read_only": True,
            "cap_drop": ["ALL"],
            "security_opt": ["no-new-privileges:true"],
            "user": "65534:65534",
            "working_dir": "/",
            "mem_limit": memory,
            "memswap_limit": memory,
            "nano_cpus": 1_000_000_000,
            "pids_limit": _PROCESSES,
            "tmpfs": self._tmpfs(),
            "shm_size": "16m",
            "ipc_mode": "private",
            "ulimits": self._ulimits(),
            "environment": [_PATH],
            "hostname": "box",
            "labels": {OWNER: owner(os.getpid()), PLACE: place()},
            "log_config": LogConfig(type="none"),
            "auto_remove": True,
            "init": False,
        }
        return {**options, "runtime": self._runtime} if self._runtime else options

    def _tmpfs(self) -> dict[str, str]:
        """Scratch space. Podman cannot count files, and would add two writable folders without a bound."""
        scratch = "rw,noexec,nosuid,nodev,mode=1777,size=64m"
        if not self._engine.is_podman:
            return {"/tmp": f"{scratch},nr_inodes=4096"}
        closed = "ro,noexec,nosuid,nodev,mode=0555,size=4k,notmpcopyup"
        return {"/tmp": f"{scratch},notmpcopyup", "/run": closed, "/var/tmp": closed}

    def _ulimits(self) -> list[Any]:
        """No core dumps. Podman sets two more, to values that it may not be allowed to set."""
        bounds = {"core": 0, "nofile": 1024, **({"nproc": 4096} if self._engine.is_podman else {})}
        from docker.types import Ulimit

        return [Ulimit(name=name, soft=bound, hard=bound) for name, bound in bounds.items()]

    def describe(self, box: Box) -> str:
        """What holds; the limits are read in the box, because an engine may be unable to set them."""
        facts = ", ".join([*box.hello["got"], "rlimits", f"uid {box.hello['uid']}"])
        runtime = f" with {self._runtime}" if self._runtime else ""
        holds = "container without network, read-only root, no capabilities"
        missing = self._unlimited(box)
        bounded = ", ".join(kind for kind in _KINDS if kind not in missing)
        limits = f", cgroup limits ({bounded})" if bounded else ""
        lacks = f"; missing: cgroup limits ({', '.join(missing)})" if missing else ""
        return f"docker ({self._engine.name}{runtime}): {holds}{limits}, {facts}{lacks}"

    def _unlimited(self, box: Box) -> list[str]:
        """What the kernel does not limit; everything, when the box cannot say."""
        told = grade(_CGROUPS, box, lambda: box, self.nproc).outcomes[0].got
        return [kind for kind in _KINDS if kind in told or not told.startswith("'")]

    def close(self) -> None:
        """Remove what a stopped engine could not, and let the connection go."""
        self._engine.settle()
        self._engine.close()
