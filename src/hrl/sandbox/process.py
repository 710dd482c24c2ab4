"""The backend without any package: namespaces, Landlock, seccomp, limits and an unprivileged uid."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

from hrl.errors import SandboxUnavailable
from hrl.sandbox.box import Box
from hrl.sandbox.bundle import BOOT, bundle
from hrl.sandbox.pipes import PipeLink, interpreter, shown_paths


class ProcessBackend:
    """Boxes as plain processes of this machine."""

    name = "process"

    def __init__(self, *, namespaces: bool = True) -> None:
        self._python = interpreter()
        self._namespaces = namespaces and sys.platform == "linux"
        self._scratch: list[Path] = []
        self.nproc = True
        if os.geteuid() != 0:
            _hide_supervisor()

    def start(self, memory_mb: int) -> Box:
        """A new box; without namespaces where the kernel refuses them."""
        del memory_mb
        if self._namespaces:
            try:
                box = self._start(with_namespaces=True)
            except SandboxUnavailable:
                self._namespaces = False
            else:
                if any(fact.startswith("namespaces") for fact in box.hello["got"]):
                    return box
                box.kill()
                self._namespaces = False
        return self._start(with_namespaces=False)

    def _start(self, *, with_namespaces: bool) -> Box:
        paths = shown_paths(self._python)
        options: dict[str, object] = {"watch": sys.platform == "linux", "mounts": None}
        if with_namespaces:
            options["mounts"] = {"paths": paths, "scratch_mb": 64, "shm_mb": 16}
            options["readable"] = ["/"]
        else:
            folder = self._folder()
            options["scratch"] = [str(folder)]
            options["readable"] = [*paths, "/proc", "/dev", "/etc"]
        link = PipeLink([str(self._python), "-I", "-S", "-c", BOOT], drop_root=True)
        return Box(link, bundle(options))

    def _folder(self) -> Path:
        folder = Path(tempfile.mkdtemp(prefix=f"hrl-box-{os.getpid()}-"))
        if os.geteuid() == 0:
            os.chown(folder, 65534, 65534)
        self._scratch.append(folder)
        return folder

    def describe(self, box: Box) -> str:
        """What this machine's kernel really gave."""
        got = list(box.hello["got"])
        facts = ", ".join([*got, "rlimits", f"uid {box.hello['uid']}"])
        missing = [] if any(fact.startswith("namespaces") for fact in got) else ["namespaces"]
        missing += [fact for fact in ("Landlock", "seccomp") if fact not in got]
        return f"process: {facts}" + (f"; missing: {', '.join(missing)}" if missing else "")

    def close(self) -> None:
        """Remove the scratch folders."""
        for folder in self._scratch:
            shutil.rmtree(folder, ignore_errors=True)
        self._scratch.clear()


def _hide_supervisor() -> None:
    """Make this process's memory and descriptors unreadable to a candidate with the same uid."""
    if sys.platform == "linux":
        import ctypes

        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
