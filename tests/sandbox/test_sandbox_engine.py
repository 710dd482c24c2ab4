"""The engine stops, or hangs, at any moment: that is never the candidate's failure, and nothing stays."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from hrl.config import load_settings
from hrl.errors import SandboxUnavailable
from hrl.sandbox import Job, Limits
from hrl.sandbox.docker import DockerBackend
from hrl.sandbox.engine import OWNER
from hrl.sandbox.pool import PooledSandbox
from hrl.types import TestCode, TestReport

pytestmark = pytest.mark.docker

QUICK = "def f(x):\n    return x\n"
SLOW = "import time\ndef f(x):\n    time.sleep(30)\n    return x\n"
HOST, SPLIT = "assert f(1) == 1", "for i in range(1):\n    assert f(1) == 1\n"
ANSWER = 2  # seconds that the engine has to answer in


def engine_socket() -> str:
    """Where the real engine listens."""
    return (os.environ.get("DOCKER_HOST") or "unix:///var/run/docker.sock").removeprefix("unix://")


class Forwarder:
    """Passes bytes on, both ways.

    Attributes:
        on_request: called once, when the client's bytes hold `trigger`, before they are passed on.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.path = folder / "engine.sock"
        self.address = f"unix://{self.path}"
        self.trigger: bytes | None = None
        self.on_request: Callable[[], None] = self.stop
        self.frozen = threading.Event()
        self._engine = engine_socket()
        self._threads: list[threading.Thread] = []
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._door: socket.socket | None = None
        self.resume()

    def resume(self) -> None:
        """Listen, and pass on again."""
        self.frozen.clear()
        if self._door is None:
            self._door = socket.socket(socket.AF_UNIX)
            self._door.bind(str(self.path))
            self._door.listen(64)
            self._spawn(self._accept, self._door)

    def freeze(self) -> None:
        """Accept, and pass nothing on any more."""
        self.frozen.set()

    def stop(self) -> None:
        """End every connection, and refuse new ones."""
        door, self._door = self._door, None
        if door is not None:
            self.path.unlink()
            door.shutdown(socket.SHUT_RDWR)
        for side in [side for pair in self._pairs for side in pair]:
            with contextlib.suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Stop, and wait for every thread."""
        self.stop()
        self.frozen.clear()
        for thread in self._threads:
            thread.join()

    def _spawn(self, work: Callable[..., None], *arguments: object) -> None:
        self._threads.append(threading.Thread(target=work, args=arguments))
        self._threads[-1].start()

    def _accept(self, door: socket.socket) -> None:
        with door:
            while True:
                try:
                    client = door.accept()[0]
                except OSError:
                    return
                engine = socket.socket(socket.AF_UNIX)
                engine.connect(self._engine)
                self._pairs.append((client, engine))
                self._spawn(self._pass_on, client, engine)

    def _pass_on(self, client: socket.socket, engine: socket.socket) -> None:
        other = {client: engine, engine: client}
        speaking = {client, engine}
        while speaking and self._door is not None:
            if self.frozen.is_set():
                time.sleep(0.02)
                continue
            for side in select.select(list(speaking), [], [], 0.05)[0]:
                if not self._pass(side, other[side], side is client):
                    speaking.discard(side)
        self._pairs.remove((client, engine))
        client.close()
        engine.close()

    def _pass(self, source: socket.socket, target: socket.socket, asks: bool) -> bool:
        """Whether the source may have more to say."""
        try:
            data = source.recv(1 << 16)
            if asks and self.trigger is not None and self.trigger in data:
                self.trigger = None
                self.on_request()
            if self.frozen.is_set():
                return True
            if data:
                target.sendall(data)
            else:
                target.shutdown(socket.SHUT_WR)
        except OSError:
            return False
        return bool(data)


def job(program: str, tests: str = HOST) -> Job:
    return Job(program, (TestCode(tests),), limits=Limits(seconds_per_test=20.0))


@pytest.fixture
def forwarders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, docker_client: Any
) -> Iterator[list[Forwarder]]:
    """Four forwarders, the first as DOCKER_HOST; at the end nothing of the test's may be left."""
    before = containers(docker_client)
    made = [Forwarder(tmp_path / str(number)) for number in range(4)]
    monkeypatch.setenv("DOCKER_HOST", made[0].address)
    yield made
    for one in made:
        one.close()
    end = time.monotonic() + 10
    while left := containers(docker_client) - before:
        assert time.monotonic() < end, left
        time.sleep(0.1)


@pytest.fixture
def forwarder(forwarders: list[Forwarder]) -> Forwarder:
    """One forwarder, as DOCKER_HOST."""
    return forwarders[0]


def containers(client: Any) -> set[str]:
    return {found["Id"] for found in client.api.containers(all=True, filters={"label": OWNER})}


def opened() -> PooledSandbox:
    """A sandbox with two slots over the engine that DOCKER_HOST names now."""
    sandbox = PooledSandbox(
        DockerBackend(load_settings().sandbox_image, seconds=ANSWER), slots=2, memory_mb=256
    )
    sandbox.open()
    return sandbox


@pytest.fixture
def sandbox(forwarder: Forwarder) -> Iterator[PooledSandbox]:
    """A sandbox whose engine is behind the forwarder."""
    with opened() as found:
        yield found


def later(act: Callable[[], None], seconds: float) -> threading.Timer:
    timer = threading.Timer(seconds, act)
    timer.start()
    return timer


@pytest.mark.parametrize("tests", [HOST, SPLIT], ids=["host", "split"])
def test_every_unfinished_job_of_a_batch_is_unavailable_and_the_finished_keep_their_reports(
    forwarder: Forwarder, sandbox: PooledSandbox, tests: str
) -> None:
    jobs = [job(QUICK, tests), job(QUICK, tests), *[job(SLOW, tests)] * 4]
    found: dict[int, TestReport | SandboxUnavailable] = {}
    for place, result in sandbox.run_many(jobs):
        found[place] = result
        if len(found) == 2:
            later(forwarder.stop, 0.7)
    finished = [result.verdict for place, result in found.items() if isinstance(result, TestReport)]
    assert finished == ["pass", "pass"]
    assert all(isinstance(found[place], SandboxUnavailable) for place in range(2, 6))


@pytest.mark.parametrize("request_line", [b"/containers/create", b"/attach?", b"/start HTTP"])
def test_an_engine_that_stops_during_a_start_is_no_failed_test(
    forwarder: Forwarder, sandbox: PooledSandbox, request_line: bytes
) -> None:
    forwarder.trigger = request_line
    with pytest.raises(SandboxUnavailable):
        sandbox.run(job(QUICK, SPLIT))
    forwarder.resume()  # what was made and never started goes when the engine is there again


def test_an_engine_that_stops_between_jobs_is_unavailable_until_it_is_back(
    forwarder: Forwarder, sandbox: PooledSandbox
) -> None:
    assert sandbox.run(job(QUICK)).verdict == "pass"
    forwarder.stop()
    with pytest.raises(SandboxUnavailable):
        sandbox.run(job(QUICK))
    forwarder.resume()
    assert sandbox.run(job(QUICK)).verdict == "pass"


HANGS = [(HOST, b""), (SPLIT, b""), (SPLIT, b"/containers/create"), (SPLIT, b"/start HTTP")]


def test_an_engine_that_hangs_is_no_timeout_of_the_candidate_and_is_noticed_in_bounded_time(
    forwarders: list[Forwarder], monkeypatch: pytest.MonkeyPatch
) -> None:
    """During a job that the host compares, during one with two boxes, and at two moments of a box's start."""
    sandboxes = []
    for forwarder in forwarders:
        monkeypatch.setenv("DOCKER_HOST", forwarder.address)
        sandboxes.append(opened())
    with ThreadPoolExecutor(len(HANGS)) as pool:
        found = list(pool.map(_hang, forwarders, sandboxes, HANGS))
    assert [type(result) for result, _ in found] == [SandboxUnavailable] * len(HANGS)
    assert max(seconds for _, seconds in found) < 60


def _hang(
    forwarder: Forwarder, sandbox: PooledSandbox, hang: tuple[str, bytes]
) -> tuple[TestReport | SandboxUnavailable, float]:
    tests, trigger = hang
    program = SLOW.replace("30", "0.8")
    if trigger:
        forwarder.trigger, forwarder.on_request = trigger, forwarder.freeze
    else:
        sandbox.run(job(QUICK, tests))
        later(forwarder.freeze, 0.3)
    started = time.monotonic()
    try:
        return sandbox.run(Job(program, (TestCode(tests),), limits=Limits(1.0))), 0.0
    except SandboxUnavailable as problem:
        return problem, time.monotonic() - started
    finally:
        forwarder.resume()
        sandbox.close()


def test_an_engine_that_hangs_when_a_sandbox_opens_is_unavailable_in_bounded_time(
    forwarder: Forwarder,
) -> None:
    forwarder.freeze()
    started = time.monotonic()
    with pytest.raises(SandboxUnavailable, match="does not answer"):
        DockerBackend(load_settings().sandbox_image, seconds=1)
    assert time.monotonic() - started < 10


def test_closing_over_a_hanging_engine_ends_in_bounded_time(
    forwarder: Forwarder, sandbox: PooledSandbox
) -> None:
    assert [result.verdict for _, result in sandbox.run_many([job(QUICK, SPLIT)] * 4)] == ["pass"] * 4
    forwarder.freeze()
    started = time.monotonic()
    sandbox.close()
    assert time.monotonic() - started < 4 * ANSWER
