"""The bubblewrap backend: namespaces and a small read-only root made by `bwrap`, never as root."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from hrl.errors import SandboxUnavailable
from hrl.sandbox.box import Box
from hrl.sandbox.bundle import BOOT, bundle
from hrl.sandbox.leftovers import mark, sweep_machine
from hrl.sandbox.pipes import ENVIRONMENT, PipeLink, interpreter, shown_paths

MEND = "install bubblewrap (apt-get install bubblewrap) and allow unprivileged user namespaces"


class BubblewrapBackend:
    """Boxes made by bubblewrap; started by root it first becomes an unprivileged user."""

    name = "bubblewrap"

    def __init__(self) -> None:
        found = shutil.which("bwrap")
        if sys.platform != "linux" or found is None:
            raise SandboxUnavailable(f"bubblewrap is not installed: {MEND}")
        self._bwrap = found
        self._python = interpreter()
        self.nproc = True
        sweep_machine()

    def start(self, memory_mb: int) -> Box:
        """A new box."""
        del memory_mb
        link = PipeLink(self._command(), drop_root=True)
        try:
            return Box(link, bundle({"watch": True, "mounts": None, "readable": ["/"]}))
        except SandboxUnavailable:
            raise SandboxUnavailable(f"bubblewrap cannot make a box here: {MEND}") from None

    def _command(self) -> list[str]:
        command = [self._bwrap, "--unshare-all", "--unshare-user", "--new-session", "--as-pid-1"]
        command += ["--cap-drop", "ALL", "--hostname", "box", "--clearenv"]
        for path in shown_paths(self._python):
            place = Path(path)
            command += (
                ["--symlink", str(place.readlink()), path]
                if place.is_symlink()
                else ["--ro-bind", path, path]
            )
        command += ["--proc", "/proc", "--dev", "/dev"]
        command += ["--size", str(16 << 20), "--tmpfs", "/dev/shm"]
        command += ["--size", str(64 << 20), "--tmpfs", "/tmp"]
        command += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/"]
        environment = [f"{name}={value}" for name, value in ENVIRONMENT.items()]
        command += ["--", "/usr/bin/env", "-i", *environment]  # bwrap itself adds PWD
        return [*command, str(self._python), "-I", "-S", "-c", BOOT, mark()]

    def describe(self, box: Box) -> str:
        """What holds."""
        facts = ", ".join([*box.hello["got"], "rlimits", f"uid {box.hello['uid']}"])
        return f"bubblewrap: all namespaces, read-only root, no capabilities, {facts}"

    def close(self) -> None:
        """Nothing is kept."""
