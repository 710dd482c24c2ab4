"""The container engine as a client sees it: Docker, or Podman through DOCKER_HOST. It may stop, or hang.

What is to be removed is remembered until the engine has confirmed it, so that an engine that was away for a
while leaves nothing behind; an engine that does not answer is not waited for again and again.
"""

from __future__ import annotations

import contextlib
import os
import socket
import time
from typing import Any

from hrl.errors import SandboxUnavailable
from hrl.sandbox.owners import is_dead, place

OWNER, PLACE = "hrl.sandbox.owner", "hrl.sandbox.place"
SECONDS = 20
_QUICK = 10  # for questions that a working engine answers at once
_FORGOTTEN = 120  # seconds after which a container that was made and never started is a leftover
_GONE, _BEING_REMOVED = 404, 409


class Engine:
    """A connection to the engine, and the containers that it still has to remove."""

    def __init__(self, seconds: int = SECONDS) -> None:
        self._host = _host()
        self._seconds = min(seconds, _QUICK)
        self.client = connect(seconds)
        self._quick = connect(self._seconds)
        self._owed: set[str] = set()
        self._silent_until = 0.0
        self.name = _name(self.client)
        self.is_podman = self.name.startswith("Podman")

    def alive(self) -> bool:
        """Whether the engine answers."""
        try:
            self.knock()
            return bool(self._quick.ping())
        except Exception:
            return False

    def knock(self) -> None:
        """Raise OSError at once when nobody listens."""
        _knock(self._host, self._seconds)

    def remove(self, container: str) -> None:
        """Remove a container, now or when the engine answers again."""
        import docker

        self._owed.add(container)
        if time.monotonic() < self._silent_until:
            return
        try:
            self.knock()
            self._quick.api.remove_container(container, force=True)
        except docker.errors.APIError as problem:
            if problem.status_code not in (_GONE, _BEING_REMOVED):
                return
        except (ConnectionError, FileNotFoundError):
            return
        except Exception:
            self._silent_until = time.monotonic() + self._seconds
            return
        self._owed.discard(container)

    def settle(self) -> None:
        """Remove what could not be removed before; one more question, should the engine hang."""
        self._silent_until = 0.0
        for container in list(self._owed):
            self.remove(container)

    def close(self) -> None:
        """Let the connections go."""
        self.client.close()
        self._quick.close()


def connect(seconds: int = SECONDS) -> Any:
    """A client of the engine that answers.

    Raises:
        SandboxUnavailable: none does.
    """
    import docker

    client = None
    try:
        _knock(_host(), seconds)
        client = docker.from_env(timeout=seconds, version="auto")
        client.ping()
    except Exception as problem:
        if client is not None:
            client.close()
        raise SandboxUnavailable(
            f"the Docker engine does not answer ({type(problem).__name__}): start it, or set DOCKER_HOST"
        ) from None
    return client


def _host() -> str:
    return os.environ.get("DOCKER_HOST") or "unix:///var/run/docker.sock"


def _knock(host: str, seconds: int) -> None:
    """Try a unix socket by hand first: the SDK leaves its own open when nobody answers."""
    if host.startswith("unix://"):
        with socket.socket(socket.AF_UNIX) as door:
            door.settimeout(seconds)
            door.connect(host.removeprefix("unix://"))


def _name(client: Any) -> str:
    """`Docker 20.10.24`, or `Podman 4.3.1`."""
    try:
        version = client.version()
    except Exception:
        return "Docker"
    parts = [str(part.get("Name", "")) for part in version.get("Components") or []]
    kind = "Podman" if any(part.startswith("Podman") for part in parts) else "Docker"
    return f"{kind} {version.get('Version', '')}".strip()


def sweep(client: Any) -> int:
    """Remove the containers that nobody will use again; how many there were.

    Those whose owner is dead, those that have ended, and those that were made and never started. Another
    machine's, or another PID namespace's, are left alone.
    """
    swept = 0
    try:
        found = client.api.containers(all=True, filters={"label": OWNER})
    except Exception:
        return 0
    for container in found:
        if _is_left_over(container):
            with contextlib.suppress(Exception):
                client.api.remove_container(container["Id"], force=True)
                swept += 1
    return swept


def _is_left_over(container: dict[str, Any]) -> bool:
    labels = container.get("Labels") or {}
    if labels.get(PLACE, place()) != place():
        return False
    state, age = container.get("State"), time.time() - _created(container)
    forgotten = state == "created" and age > _FORGOTTEN
    return state in ("exited", "dead") or forgotten or is_dead(str(labels.get(OWNER, "")))


def _created(container: dict[str, Any]) -> float:
    try:
        return float(container["Created"])
    except (KeyError, TypeError, ValueError):
        return time.time()


def first_line(problem: BaseException) -> str:
    """The first line of what an engine complained about, bounded."""
    told = str(getattr(problem, "explanation", "") or problem).strip()
    return (told or type(problem).__name__).splitlines()[0][:300]
