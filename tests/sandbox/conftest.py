"""The sandboxes of every backend, opened once; a backend that the machine lacks is skipped."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hrl.config import load_settings
from hrl.errors import SandboxUnavailable
from hrl.sandbox import Job, Limits, open_sandbox
from hrl.sandbox.engine import connect
from hrl.sandbox.pool import PooledSandbox
from hrl.types import TestCode, TestKind, TestReport

BACKENDS = [
    pytest.param("docker", marks=pytest.mark.docker),
    pytest.param("podman", marks=pytest.mark.docker),
    "bubblewrap",
    "process",
]
RUNTIMES = ((), ("--runtime", "runc"))  # crun refuses machines with both versions of cgroups
Grade = Callable[..., TestReport]
Opened = dict[str, PooledSandbox | SandboxUnavailable]


@pytest.fixture(scope="session")
def podman_services() -> Iterator[list[subprocess.Popen[bytes]]]:
    """Podman's services that this session started."""
    services: list[subprocess.Popen[bytes]] = []
    yield services
    for service in services:
        service.terminate()
        service.wait()


@pytest.fixture(scope="session")
def opened(podman_services: list[subprocess.Popen[bytes]]) -> Iterator[Opened]:
    """The sandboxes that were opened so far, or why they could not be; closed before their service ends."""
    del podman_services
    found: Opened = {}
    yield found
    for sandbox in found.values():
        if isinstance(sandbox, PooledSandbox):
            sandbox.close()


@pytest.fixture(params=BACKENDS)
def sandbox(
    request: pytest.FixtureRequest,
    opened: Opened,
    podman_services: list[subprocess.Popen[bytes]],
    tmp_path_factory: pytest.TempPathFactory,
) -> PooledSandbox:
    """An open sandbox of each backend, the same one for every test."""
    name = request.param
    if name not in opened:
        try:
            if name == "podman":
                opened[name] = _open_podman(podman_services, tmp_path_factory.mktemp("podman"))
            else:
                opened[name] = _open(name)
        except SandboxUnavailable as problem:
            opened[name] = problem
    found = opened[name]
    if isinstance(found, PooledSandbox):
        return found
    required = name == "docker" and os.environ.get("HRL_REQUIRE_DOCKER") == "1"
    if required or name == "process" or "wrong verdicts" in str(found):
        raise found
    pytest.skip(f"{name}: {found}")


def _open(name: str) -> PooledSandbox:
    return open_sandbox(load_settings(sandbox=name, memory_mb=256, max_parallel=2))


def _open_podman(services: list[subprocess.Popen[bytes]], folder: Path) -> PooledSandbox:
    """The Docker backend over a Podman service of our own, with the image that Docker has."""
    if shutil.which("podman") is None:
        raise SandboxUnavailable("podman is not installed")
    problem = SandboxUnavailable("no service")
    for number, runtime in enumerate(RUNTIMES):
        address = f"unix://{folder}/{number}.sock"
        command = ["podman", *runtime, "system", "service", "--time=0", address]
        services.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        try:
            _await_socket(folder / f"{number}.sock")
            return _open_over(address)
        except SandboxUnavailable as found:
            problem = found
            services[-1].terminate()
            services[-1].wait()
            services.pop()
    raise problem


def _await_socket(path: Path) -> None:
    end = time.monotonic() + 10
    while not path.exists():
        if time.monotonic() > end:
            raise SandboxUnavailable("podman's service did not start")
        time.sleep(0.05)


def _open_over(address: str) -> PooledSandbox:
    image = load_settings().sandbox_image
    docker = connect()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOCKER_HOST", address)
        podman = connect()
        try:
            if not podman.images.list(image):
                podman.images.load(b"".join(docker.images.get(image).save(named=True)))
            return _open("docker")
        except SandboxUnavailable:
            raise
        except Exception as problem:
            raise SandboxUnavailable(f"podman did not take the image: {problem}") from None
        finally:
            podman.close()
            docker.close()


@pytest.fixture
def grade(sandbox: PooledSandbox) -> Grade:
    """Grade a program's text against a test's text."""

    def run(
        program: str, tests: str, kind: TestKind = "python", seconds: float = 20.0, **more: object
    ) -> TestReport:
        limits = Limits(seconds_per_test=seconds, memory_mb=256)
        return sandbox.run(Job(program, (TestCode(tests, kind),), limits=limits, **more))  # type: ignore[arg-type]

    return run


@pytest.fixture
def docker_client() -> Iterator[object]:
    """The engine, for tests that look at its containers; it has to hold the image."""
    try:
        client = connect()
        client.images.get(load_settings().sandbox_image)
    except Exception as problem:
        if os.environ.get("HRL_REQUIRE_DOCKER") == "1":
            raise
        pytest.skip(f"docker: {problem}")
    yield client
    client.close()
