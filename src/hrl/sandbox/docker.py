"""The Docker backend (and Podman through DOCKER_HOST): one hardened container for each box, attached to.

Every container carries its owner's pid and start time; those of dead owners are swept when a backend opens.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import time
from pathlib import Path
from typing import Any

from hrl.errors import SandboxUnavailable
from hrl.sandbox.box import Box
from hrl.sandbox.bundle import BOOT, bundle

LABEL = "hrl.sandbox.owner"
_HEADER = 8
_MARGIN_MB = 128


class AttachedLink:
    """A container's standard streams over the engine's attach socket."""

    def __init__(self, client: Any, container: Any) -> None:
        self._client, self._container = client, container
        self._buffer = bytearray()
        self._killed = False
        stream = container.attach_socket(params={"stdin": 1, "stdout": 1, "stream": 1})
        self._stream = stream
        self._socket: socket.socket = getattr(stream, "_sock", stream)
        self._socket.setblocking(False)
        try:
            container.start()
        except BaseException:
            self.kill()
            raise

    def fileno(self) -> int:
        """The attach socket."""
        return self._socket.fileno()

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
            self._socket.close()
        with contextlib.suppress(Exception):
            self._stream.close()
        with contextlib.suppress(Exception):
            self._container.remove(force=True)

    def alive(self) -> bool:
        """Whether the engine answers."""
        try:
            return bool(self._client.ping())
        except Exception:
            return False


class DockerBackend:
    """Boxes as containers. `runtime` passes through; one that the engine lacks is an error."""

    name = "docker"

    def __init__(self, image: str, runtime: str | None = None) -> None:
        self._image, self._runtime = image, runtime
        self._client = connect()
        self.nproc = False
        sweep(self._client)
        try:
            self._client.images.get(image)
        except Exception:
            self._client.close()
            raise SandboxUnavailable(
                f"the image {image} is missing: make it with `hrl sandbox build`, or set HRL_SANDBOX_IMAGE"
            ) from None

    def start(self, memory_mb: int) -> Box:
        """A new container."""
        try:
            container = self._client.containers.create(self._image, **self._options(memory_mb))
        except Exception as problem:
            raise SandboxUnavailable(f"the Docker engine cannot make a box: {_first_line(problem)}") from None
        try:
            link = AttachedLink(self._client, container)
            return Box(link, bundle({"watch": True, "mounts": None, "readable": ["/"]}))
        except Exception as problem:
            with contextlib.suppress(Exception):
                container.remove(force=True)
            raise SandboxUnavailable(f"a container did not start: {_first_line(problem)}") from None

    def _options(self, memory_mb: int) -> dict[str, Any]:
        import docker

        memory = f"{memory_mb + _MARGIN_MB}m"
        mounts = "rw,noexec,nosuid,nodev,mode=1777"
        options: dict[str, Any] = {
            "entrypoint": [],
            "command": ["python3", "-I", "-c", BOOT],
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
            "pids_limit": 80,
            "tmpfs": {"/tmp": f"{mounts},size=64m,nr_inodes=4096"},
            "shm_size": "16m",
            "ipc_mode": "private",
            "ulimits": [docker.types.Ulimit(name="core", soft=0, hard=0)],
            "environment": {"PATH": "/usr/local/bin:/usr/bin:/bin"},
            "hostname": "box",
            "labels": {LABEL: owner(os.getpid())},
            "log_config": docker.types.LogConfig(type="none"),
            "auto_remove": True,
            "init": False,
        }
        return {**options, "runtime": self._runtime} if self._runtime else options

    def describe(self, box: Box) -> str:
        """What holds."""
        facts = ", ".join([*box.hello["got"], "rlimits", f"uid {box.hello['uid']}"])
        runtime = f" with {self._runtime}" if self._runtime else ""
        holds = "container without network, read-only root, no capabilities, cgroup limits"
        return f"docker{runtime}: {holds}, {facts}"

    def close(self) -> None:
        """Let the engine's connection go."""
        self._client.close()


def connect(timeout: int = 20) -> Any:
    """A client of the engine that answers.

    Raises:
        SandboxUnavailable: none does.
    """
    import docker

    client = None
    try:
        _knock()
        client = docker.from_env(timeout=timeout, version="auto")
        client.ping()
    except Exception as problem:
        if client is not None:
            client.close()
        raise SandboxUnavailable(
            f"the Docker engine does not answer ({type(problem).__name__}): start it, or set DOCKER_HOST"
        ) from None
    return client


def _knock() -> None:
    """Try a unix socket by hand first: the SDK leaves its own open when nobody answers."""
    host = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
    if host.startswith("unix://"):
        with socket.socket(socket.AF_UNIX) as door:
            door.settimeout(20)
            door.connect(host.removeprefix("unix://"))


def owner(pid: int) -> str:
    """A process's identity: its pid alone could have been used again."""
    return f"{pid}-{start_time(pid)}"


def start_time(pid: int) -> str:
    """When a process started, in kernel ticks; "" where it does not run or there is no /proc."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


def sweep(client: Any) -> int:
    """Remove the containers whose owner is dead; how many there were."""
    swept = 0
    try:
        found = client.containers.list(all=True, filters={"label": LABEL})
    except Exception:
        return 0
    for container in found:
        pid, _, started = str(container.labels.get(LABEL, "")).partition("-")
        if pid.isdigit() and not _lives(int(pid), started):
            with contextlib.suppress(Exception):
                container.remove(force=True)
                swept += 1
    return swept


def _lives(pid: int, started: str) -> bool:
    if started:
        return start_time(pid) == started
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _first_line(problem: BaseException) -> str:
    return (str(problem).strip() or type(problem).__name__).splitlines()[0][:300]
