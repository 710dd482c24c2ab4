"""One sandbox of each backend for the whole run. Docker is skipped with a reason, or required."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

from hrl.config import load_settings
from hrl.errors import SandboxUnavailable
from hrl.sandbox import Job, Limits, open_sandbox
from hrl.sandbox.pool import PooledSandbox
from hrl.types import TestCode, TestKind, TestReport

BACKENDS = [pytest.param("docker", marks=pytest.mark.docker), "bubblewrap", "process"]
Grade = Callable[..., TestReport]


@pytest.fixture(scope="session")
def opened() -> Iterator[dict[str, PooledSandbox | SandboxUnavailable]]:
    """The sandboxes that were opened so far, or why they could not be."""
    found: dict[str, PooledSandbox | SandboxUnavailable] = {}
    yield found
    for sandbox in found.values():
        if isinstance(sandbox, PooledSandbox):
            sandbox.close()


@pytest.fixture(params=BACKENDS)
def sandbox(
    request: pytest.FixtureRequest, opened: dict[str, PooledSandbox | SandboxUnavailable]
) -> PooledSandbox:
    """An open sandbox of each backend, the same one for every test."""
    name = request.param
    if name not in opened:
        try:
            opened[name] = open_sandbox(load_settings(sandbox=name, memory_mb=256, max_parallel=2))
        except SandboxUnavailable as problem:
            opened[name] = problem
    found = opened[name]
    if isinstance(found, PooledSandbox):
        return found
    if name == "docker" and os.environ.get("HRL_REQUIRE_DOCKER") == "1":
        raise found
    pytest.skip(f"{name}: {found}")


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
    from hrl.sandbox.engine import connect

    try:
        client = connect()
        client.images.get(load_settings().sandbox_image)
    except Exception as problem:
        if os.environ.get("HRL_REQUIRE_DOCKER") == "1":
            raise
        pytest.skip(f"docker: {problem}")
    yield client
    client.close()
