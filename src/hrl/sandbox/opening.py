"""Chooses and opens a sandbox: `auto` takes Docker, else bubblewrap, else plain processes.

A runtime (`HRL_SANDBOX_RUNTIME`) is a demand, not a wish: only the Docker backend has one, and where it
cannot be had nothing else is taken in its place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hrl.errors import SandboxUnavailable
from hrl.sandbox.pool import Backend, PooledSandbox

if TYPE_CHECKING:
    from hrl.config import Settings

ORDER = ("docker", "bubblewrap", "process")


@dataclass(frozen=True, slots=True)
class BackendStatus:
    """Whether one backend can be used here, and how to mend it where not."""

    name: str
    usable: bool
    detail: str
    mend: str


def open_sandbox(settings: Settings) -> PooledSandbox:
    """The sandbox that the settings ask for, with its canary behind it.

    Raises:
        SandboxUnavailable: none can be opened; the text says how to mend it.
    """
    wanted = ORDER if settings.sandbox == "auto" else (settings.sandbox,)
    if settings.sandbox == "auto" and settings.sandbox_runtime:
        wanted = ("docker",)
    problems = []
    for name in wanted:
        try:
            return _open(name, settings)
        except SandboxUnavailable as problem:
            problems.append(str(problem))
    raise SandboxUnavailable("no sandbox: " + "; ".join(problems) if len(wanted) > 1 else problems[0])


def _open(name: str, settings: Settings) -> PooledSandbox:
    runtime = settings.sandbox_runtime
    if runtime and name != "docker":
        raise SandboxUnavailable(
            f"{name} has no runtime {runtime}: choose the docker backend, or unset HRL_SANDBOX_RUNTIME"
        )
    try:
        return _open_backend(name, settings)
    except SandboxUnavailable as problem:
        if runtime and runtime not in str(problem):
            raise SandboxUnavailable(f"the runtime {runtime} cannot be had: {problem}") from None
        raise


def _open_backend(name: str, settings: Settings) -> PooledSandbox:
    backend = _MAKERS[name](settings)
    sandbox = PooledSandbox(backend, slots=max(1, settings.max_parallel), memory_mb=settings.memory_mb)
    sandbox.open()
    return sandbox


def _docker(settings: Settings) -> Backend:
    from hrl.sandbox.docker import DockerBackend

    return DockerBackend(settings.sandbox_image, settings.sandbox_runtime)


def _bubblewrap(settings: Settings) -> Backend:
    from hrl.sandbox.bubblewrap import BubblewrapBackend

    del settings
    return BubblewrapBackend()


def _process(settings: Settings) -> Backend:
    from hrl.sandbox.process import ProcessBackend

    del settings
    return ProcessBackend()


_MAKERS: dict[str, Callable[[Settings], Backend]] = {
    "docker": _docker,
    "bubblewrap": _bubblewrap,
    "process": _process,
}


def available(settings: Settings | None = None) -> list[BackendStatus]:
    """The state of every backend, each really opened once; for `hrl doctor`."""
    if settings is None:
        from hrl.config import load_settings

        settings = load_settings()
    return [_status(name, settings) for name in ORDER]


def _status(name: str, settings: Settings) -> BackendStatus:
    try:
        sandbox = _open(name, settings)
    except SandboxUnavailable as problem:
        text, _, mend = str(problem).partition(": ")
        return BackendStatus(name, False, text, mend)
    try:
        return BackendStatus(name, True, sandbox.isolation, "")
    finally:
        sandbox.close()
