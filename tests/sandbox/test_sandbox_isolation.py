"""What the backends claim, looked up: in the container as the engine has it, and from inside of every box."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from hrl.config import load_settings
from hrl.errors import SandboxUnavailable
from hrl.sandbox import Job, available, open_sandbox
from hrl.sandbox.docker import DockerBackend
from hrl.sandbox.engine import OWNER, PLACE
from hrl.sandbox.owners import owner, place
from hrl.sandbox.pool import PooledSandbox
from hrl.sandbox.process import ProcessBackend

PROBE = """
import os

def probe():
    status = dict(line.split(":", 1) for line in open("/proc/self/status") if ":" in line)
    wanted = ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs")
    found = {name: int(status[name], 16) for name in wanted}
    found["Seccomp"] = int(status["Seccomp"])
    found["ids"] = sorted({*status["Uid"].split(), *status["Gid"].split()})
    found["root"] = "0" in status["Uid"].split() + status["Gid"].split() + status["Groups"].split()
    found["groups"] = [group for group in os.getgroups() if group != 65534]
    found["interfaces"] = sorted(line.split(":")[0].strip() for line in open("/proc/net/dev") if ":" in line)
    found["environment"] = sorted(os.environ)
    found["processes"] = len([name for name in os.listdir("/proc") if name.isdigit()])
    found["writable"] = sorted(path for path in folders() if can_write(path))
    found["session"] = os.getsid(0) == os.getpid()
    found["host"] = os.uname().nodename
    return found

def folders():
    for root, names, _ in os.walk("/"):
        if root == "/":
            names[:] = [name for name in names if name not in ("proc", "sys")]
        yield root

def can_write(path):
    try:
        os.close(os.open(path + "/probe", os.O_CREAT | os.O_WRONLY, 0o600))
    except OSError:
        return False
    return True
"""
EXPECTED: dict[str, object] = {
    "CapInh": 0, "CapPrm": 0, "CapEff": 0, "CapBnd": 0, "CapAmb": 0, "NoNewPrivs": 1, "Seccomp": 2,
    "root": False, "groups": [], "interfaces": ["lo"], "environment": ["LC_CTYPE", "PATH"], "processes": 2,
    "writable": ["/dev/shm", "/tmp"], "session": True, "host": "box",
}  # fmt: skip


def ask(sandbox: PooledSandbox) -> dict[str, Any]:
    """What the probe prints in a box."""
    report = sandbox.run(Job(PROBE + "\nprint(probe())\n", ()))
    found: dict[str, Any] = ast.literal_eval(report.stdout_tail)
    return found


@pytest.fixture(scope="module")
def asked() -> dict[int, dict[str, Any]]:
    """The probe's answers so far, by sandbox."""
    return {}


@pytest.mark.parametrize("fact", EXPECTED)
def test_every_box_gives_the_same_answer_to_a_probe(sandbox: PooledSandbox, asked: Any, fact: str) -> None:
    if sandbox.backend == "process" and "namespaces" not in sandbox.isolation.partition("missing")[0]:
        pytest.skip("the kernel gives no namespaces")
    if id(sandbox) not in asked:
        asked[id(sandbox)] = ask(sandbox)
    assert asked[id(sandbox)][fact] == EXPECTED[fact]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has a uid to drop")
@pytest.mark.parametrize("namespaces", [True, False])
def test_started_by_root_a_process_is_nobody_without_groups(namespaces: bool) -> None:
    with PooledSandbox(ProcessBackend(namespaces=namespaces), slots=1, memory_mb=256) as sandbox:
        sandbox.open()
        found = ask(sandbox)
    assert (found["ids"], found["groups"]) == (["65534"], [])


@pytest.fixture(scope="module")
def host_config() -> Iterator[dict[str, Any]]:
    """A box's container as the engine describes it."""
    try:
        backend = DockerBackend(load_settings().sandbox_image, "runc")
    except SandboxUnavailable as problem:
        if os.environ.get("HRL_REQUIRE_DOCKER") == "1":
            raise
        pytest.skip(f"docker: {problem}")
    box = backend.start(256)
    container = box.link._container
    container.reload()
    yield container.attrs
    box.kill()
    backend.close()


MEMORY = (256 + 128) << 20
TMPFS = {"rw", "noexec", "nosuid", "nodev", "mode=1777", "size=64m", "nr_inodes=4096"}


@pytest.mark.docker
@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("NetworkMode", "none"), ("ReadonlyRootfs", True), ("CapDrop", ["ALL"]), ("CapAdd", None),
        ("SecurityOpt", ["no-new-privileges:true"]), ("PidsLimit", 80), ("Memory", MEMORY),
        ("MemorySwap", MEMORY), ("NanoCpus", 10**9), ("ShmSize", 16 << 20), ("IpcMode", "private"),
        ("Binds", None), ("VolumesFrom", None), ("Devices", None), ("Privileged", False), ("PidMode", ""),
        ("UTSMode", ""), ("PublishAllPorts", False), ("AutoRemove", True), ("Runtime", "runc"),
    ],
)  # fmt: skip
def test_a_container_is_made_as_the_documents_say(host_config, key: str, value: object) -> None:
    assert (host_config["HostConfig"][key] or None) == (value or None)


@pytest.mark.docker
def test_a_container_has_a_bounded_scratch_no_mounts_and_no_log(host_config) -> None:
    made = host_config["HostConfig"]
    assert {path: set(options.split(",")) for path, options in made["Tmpfs"].items()} == {"/tmp": TMPFS}
    assert host_config["Mounts"] == []
    assert made["LogConfig"]["Type"] == "none"
    assert {"Name": "core", "Hard": 0, "Soft": 0} in made["Ulimits"]


@pytest.mark.docker
def test_a_container_has_its_owner_an_unprivileged_user_and_an_environment_of_path_alone(host_config) -> None:
    config = host_config["Config"]
    assert config["User"] == "65534:65534"
    assert config["Env"] == ["PATH=/usr/local/bin:/usr/bin:/bin"]
    assert (config["Labels"][OWNER], config["Labels"][PLACE]) == (owner(os.getpid()), place())


@pytest.mark.parametrize("backend", ["auto", "docker", "bubblewrap", "process"])
def test_a_runtime_that_cannot_be_had_is_named_and_nothing_else_is_taken(backend: str) -> None:
    with pytest.raises(SandboxUnavailable, match="no-such-runtime"):
        open_sandbox(load_settings(sandbox=backend, sandbox_runtime="no-such-runtime"))


def test_without_an_engine_a_runtime_is_not_given_up_for_another_backend(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    settings = load_settings(sandbox="auto", sandbox_runtime="runsc")
    with pytest.raises(SandboxUnavailable, match="runsc"):
        open_sandbox(settings)
    assert not any(status.usable for status in available(settings))


@pytest.mark.docker
def test_a_runtime_that_the_engine_has_is_named_in_the_isolation(docker_client) -> None:
    with open_sandbox(load_settings(sandbox="docker", sandbox_runtime="runc")) as opened:
        assert "with runc" in opened.isolation


def test_an_isolation_names_the_engine(sandbox: PooledSandbox, request: pytest.FixtureRequest) -> None:
    asked = request.node.callspec.params["sandbox"]
    expected = {"docker": "docker (Docker ", "podman": "docker (Podman "}.get(asked, asked)
    assert sandbox.isolation.startswith(expected)


def test_the_process_backend_says_what_a_bare_machine_lacks() -> None:
    backend = ProcessBackend(namespaces=False)
    bare: Any = SimpleNamespace(hello={"got": [], "uid": os.geteuid()})
    assert backend.describe(bare) == (
        f"process: rlimits, uid {os.geteuid()}; missing: namespaces, Landlock, seccomp "
        "(within a candidate's reach: the list of processes, the network, every file of this user, "
        "signals to this user's processes)"
    )
    backend.close()
