"""Opening, closing, breaking: nothing is left behind, and a broken machine is never a failed test."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hrl.config import load_settings
from hrl.errors import SandboxUnavailable
from hrl.sandbox import Job, Limits, open_sandbox
from hrl.sandbox.engine import OWNER
from hrl.sandbox.inside.processes import descendants, visible
from hrl.sandbox.leftovers import sweep_machine
from hrl.sandbox.owners import owner
from hrl.sandbox.pool import PooledSandbox
from hrl.sandbox.process import ProcessBackend
from hrl.types import TestCode

SLOW = Job("import time\ndef f(x):\n    time.sleep(3)\n    return 1\n", (TestCode("assert f(1) == 1"),))
SPLIT = (TestCode("a = 1\nassert f(a) == 1"),)
GOOD = Job("def f(x):\n    return 1\n", (TestCode("assert f(1) == 1"),))


@pytest.mark.parametrize("backend", ["bubblewrap", "process"])
def test_close_leaves_no_descriptor(backend: str) -> None:
    gc.collect()
    before = descriptors()
    opened = open_sandbox(load_settings(sandbox=backend))
    opened.run(GOOD)
    opened.close()
    opened.close()
    gc.collect()
    assert descriptors() - before == set()


def descriptors() -> set[str]:
    """What this process holds open; no listing of /proc, which any sandbox's watchdog makes."""
    found = set()
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208
        with contextlib.suppress(OSError):
            found.add(os.readlink(f"/proc/self/fd/{name}"))  # noqa: PTH115
    return {name for name in found if not name.startswith("/proc")}


def opened_as(backend: str) -> PooledSandbox:
    """A sandbox; `bare` is the process backend of a machine without namespaces."""
    if backend != "bare":
        return open_sandbox(load_settings(sandbox=backend, max_parallel=1))
    sandbox = PooledSandbox(ProcessBackend(namespaces=False), slots=1, memory_mb=256)
    sandbox.open()
    return sandbox


OWNER_PROGRAM = """
import sys
from test_sandbox_life import SLOW, SPLIT, Job, opened_as
with opened_as(sys.argv[1]) as sandbox:
    assert sandbox.run(Job("def f(x):\\n    return 1\\n", SPLIT)).verdict == "pass"
    print("up", flush=True)
    sandbox.run(Job(SLOW.program, SPLIT))
"""
EVERY = [pytest.param("docker", marks=pytest.mark.docker), "bubblewrap", "process", "bare"]


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize("backend", EVERY)
def test_a_with_block_leaves_nothing(backend: str, fails: bool, request: pytest.FixtureRequest) -> None:
    client = request.getfixturevalue("docker_client") if backend == "docker" else None
    mark = owner(os.getpid())
    before = left_of(mark, os.getpid(), client)
    with contextlib.suppress(ZeroDivisionError), opened_as(backend) as opened:
        assert opened.run(Job(GOOD.program, SPLIT)).verdict == "pass"
        assert left_of(mark, os.getpid(), client) > before
        assert 1 / (not fails)
    await_nothing(lambda: left_of(mark, os.getpid(), client) - before)


@pytest.mark.parametrize("killed_by", [signal.SIGINT, signal.SIGKILL])
@pytest.mark.parametrize("backend", EVERY)
def test_an_owner_killed_in_the_middle_of_a_job_leaves_nothing(
    backend: str, killed_by: signal.Signals, request: pytest.FixtureRequest
) -> None:
    client = request.getfixturevalue("docker_client") if backend == "docker" else None
    command = [sys.executable, "-c", OWNER_PROGRAM, backend]
    here = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=here
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "up\n"
        mark = owner(parent.pid)
        time.sleep(0.3)
        assert left_of(mark, parent.pid, client)
        parent.send_signal(killed_by)
        assert parent.wait(20) == -killed_by
    if killed_by == signal.SIGKILL:  # the boxes end by themselves, and the next start removes the folders
        await_nothing(lambda: left_of(mark, parent.pid, client) - folders_of(mark))
        opened_as(backend).close()
    await_nothing(lambda: left_of(mark, parent.pid, client))


def left_of(mark: str, pid: int, client: Any) -> set[str]:
    """What a process has made, and is there."""
    boxes = {str(found) for found in descendants(visible(), pid)}
    boxes |= {str(found) for found in visible() if mark in _command(str(found))}
    containers = (
        [] if client is None else client.api.containers(all=True, filters={"label": f"{OWNER}={mark}"})
    )
    return boxes | folders_of(mark) | {found["Id"] for found in containers}


def folders_of(mark: str) -> set[str]:
    return {str(found) for found in Path(tempfile.gettempdir()).glob(f"hrl-box-*-{mark}-*")}


def await_nothing(look: Callable[[], set[str]]) -> None:
    deadline = time.monotonic() + 10
    while left := look():
        assert time.monotonic() < deadline, left
        time.sleep(0.05)


def _command(pid: str) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except (OSError, UnicodeDecodeError):
        return ""


def test_what_a_killed_run_has_left_is_swept_by_the_next_start() -> None:
    program = (
        "import time\nfrom hrl.sandbox.leftovers import mark, new_folder\nplace = new_folder(None)\n"
        "(place / 'deep').mkdir(0)\nprint(mark(), place, flush=True)\ntime.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    mark, folder = parent.stdout.readline().split()
    box = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", mark])
    assert sweep_machine() == 0
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert sweep_machine() == 2
    assert box.wait(5) == -signal.SIGKILL
    assert not Path(folder).exists()


def test_a_closed_sandbox_is_unavailable() -> None:
    opened = open_sandbox(load_settings(sandbox="process"))
    opened.close()
    with pytest.raises(SandboxUnavailable):
        opened.run(GOOD)


def test_closing_in_the_middle_of_a_job_is_no_failed_test() -> None:
    opened = open_sandbox(load_settings(sandbox="process"))
    found: list[object] = []

    def run() -> None:
        try:
            found.append(opened.run(SLOW))
        except SandboxUnavailable as problem:
            found.append(problem)

    thread = threading.Thread(target=run)
    thread.start()
    time.sleep(0.7)
    opened.close()
    thread.join(20)
    assert isinstance(found[0], SandboxUnavailable)


def test_the_process_backend_says_what_it_misses() -> None:
    backend = ProcessBackend(namespaces=False)
    box = backend.start(256)
    try:
        assert "missing: namespaces" in backend.describe(box)
    finally:
        box.kill()
        backend.close()


@pytest.mark.docker
def test_a_container_killed_for_good_is_no_failed_test(docker_client) -> None:
    opened = open_sandbox(load_settings(sandbox="docker", max_parallel=1))
    mine = {"label": f"hrl.sandbox.owner={owner(os.getpid())}"}
    found: list[object] = []

    def run() -> None:
        try:
            found.append(opened.run(SLOW))
        except SandboxUnavailable as problem:
            found.append(problem)

    thread = threading.Thread(target=run)
    thread.start()
    while thread.is_alive():
        for container in docker_client.containers.list(filters=mine):
            try:
                container.kill()
            except Exception:
                continue
        time.sleep(0.02)
    opened.close()
    assert isinstance(found[0], SandboxUnavailable)
    # The engine removes a killed container by itself, and a busy one is still at it.
    until = time.monotonic() + 20
    while docker_client.containers.list(all=True, filters=mine) and time.monotonic() < until:
        time.sleep(0.1)
    assert docker_client.containers.list(all=True, filters=mine) == []


@pytest.mark.docker
def test_containers_of_dead_owners_are_swept(docker_client) -> None:
    label = {"hrl.sandbox.owner": "999999999-1"}
    dead = docker_client.containers.create(
        load_settings().sandbox_image, ["sleep", "60"], labels=label, network_mode="none"
    )
    open_sandbox(load_settings(sandbox="docker")).close()
    left = docker_client.containers.list(all=True, filters={"label": "hrl.sandbox.owner=999999999-1"})
    assert dead.id not in [container.id for container in left]


@pytest.mark.docker
def test_an_unknown_runtime_fails_closed(docker_client) -> None:
    with pytest.raises(SandboxUnavailable):
        open_sandbox(load_settings(sandbox="docker", sandbox_runtime="no-such-runtime"))


@pytest.mark.docker
def test_a_missing_image_says_how_to_make_it(docker_client) -> None:
    with pytest.raises(SandboxUnavailable, match="hrl sandbox build"):
        open_sandbox(load_settings(sandbox="docker", sandbox_image="no-such-image:none"))


def test_no_engine_says_how_to_mend_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    with pytest.raises(SandboxUnavailable, match="start it"):
        open_sandbox(load_settings(sandbox="docker"))


def test_auto_goes_on_to_the_next_backend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    with open_sandbox(load_settings(sandbox="auto")) as opened:
        assert opened.backend in ("bubblewrap", "process")


def test_importing_the_sandbox_loads_nothing_heavy() -> None:
    heavy = ("docker", "pydantic", "numpy", "torch")
    script = f"import sys, hrl.sandbox; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_limit_of_a_test_is_never_below_a_second() -> None:
    job = Job("import time\ndef f(x):\n    time.sleep(0.4)\n    return 1\n", GOOD.tests, limits=Limits(0.01))
    with open_sandbox(load_settings(sandbox="process")) as opened:
        assert opened.run(job).verdict == "pass"


@pytest.fixture
def bare() -> Iterator[PooledSandbox]:
    """The process backend of a machine without namespaces."""
    with PooledSandbox(ProcessBackend(namespaces=False), slots=1, memory_mb=128) as opened:
        opened.open()
        yield opened


@pytest.mark.parametrize(
    "work",
    [
        "for name in range(40):\n        open(str(name), 'wb').write(bytes(8 << 20))",
        "for name in range(9000):\n        open(str(name), 'wb').close()",
        "for _ in range(5):\n        os.fork() or (bytearray(100 << 20), time.sleep(9))",
    ],
    ids=["bytes", "files", "memory"],
)
def test_without_namespaces_a_job_is_bounded_from_outside(bare: PooledSandbox, work: str) -> None:
    program = f"import os, time\ndef f(x):\n    {work}\n    time.sleep(9)\n    return x\n"
    report = bare.run(Job(program, GOOD.tests, limits=Limits(8.0)))
    assert (report.verdict, report.message) == ("error", "the process was ended by signal 9")
    assert bare.run(GOOD).verdict == "pass"


def test_without_namespaces_a_modest_job_takes_its_time(bare: PooledSandbox) -> None:
    program = "import time\ndef f(x):\n    open('a', 'w').write('1')\n    time.sleep(0.5)\n    return 1\n"
    assert bare.run(Job(program, GOOD.tests)).verdict == "pass"
