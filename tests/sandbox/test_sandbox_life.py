"""Opening, closing, breaking: nothing is left behind, and a broken machine is never a failed test."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time

import pytest

from hrl.config import load_settings
from hrl.errors import SandboxUnavailable
from hrl.sandbox import Job, Limits, open_sandbox
from hrl.sandbox.process import ProcessBackend
from hrl.types import TestCode

SLOW = Job("import time\ndef f(x):\n    time.sleep(3)\n    return 1\n", (TestCode("assert f(1) == 1"),))
GOOD = Job("def f(x):\n    return 1\n", (TestCode("assert f(1) == 1"),))


def children() -> set[str]:
    """Processes whose parent is this one."""
    command = ["ps", "-o", "pid=", "--ppid", str(os.getpid())]
    listed = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(listed.stdout.split())


@pytest.mark.parametrize("backend", ["bubblewrap", "process"])
def test_close_leaves_no_process_and_no_descriptor(backend: str) -> None:
    before, others = len(os.listdir("/proc/self/fd")), children()  # noqa: PTH208
    opened = open_sandbox(load_settings(sandbox=backend))
    opened.run(GOOD)
    opened.close()
    opened.close()
    assert [pid for pid in children() - others if "-I" in _command(pid)] == []
    assert len(os.listdir("/proc/self/fd")) <= before  # noqa: PTH208


def _command(pid: str) -> str:
    try:
        with open(f"/proc/{pid}/cmdline") as file:  # noqa: PTH123
            return file.read()
    except OSError:
        return ""


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


def test_a_killed_parent_leaves_no_box() -> None:
    script = (
        "import time\nfrom hrl.config import load_settings\nfrom hrl.sandbox import open_sandbox\n"
        "s = open_sandbox(load_settings(sandbox='process'))\nprint('up', flush=True)\ntime.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    assert parent.stdout.readline() == "up\n"
    command = ["ps", "-o", "pid=", "--ppid", str(parent.pid)]
    listed = subprocess.run(command, capture_output=True, text=True, check=True)
    boxes = [int(pid) for pid in listed.stdout.split()]
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and any(_lives(pid) for pid in boxes):
        time.sleep(0.05)
    assert boxes
    assert not any(_lives(pid) for pid in boxes)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123
        return ") Z" not in file.read()


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
    mine = {"label": f"hrl.sandbox.owner={_owner()}"}
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
        time.sleep(0.2)
    opened.close()
    assert isinstance(found[0], SandboxUnavailable)
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


def _owner() -> str:
    from hrl.sandbox.owners import owner

    return owner(os.getpid())


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
