"""What `hrl doctor` looks at; each check answers in a sentence and never raises."""

from __future__ import annotations

import importlib.util
import shutil
import sqlite3
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from hrl.config import Settings

LEAST_DISK = 1 << 30


@dataclass(frozen=True, slots=True)
class Check:
    """One finding.

    Attributes:
        group: `python`, `sandbox`, `model`, `hardware`, `storage` or `search`.
        mend: what to do about it, or "".
    """

    name: str
    group: str
    status: Literal["ok", "warn", "missing"]
    detail: str
    mend: str = ""


def check_all(settings: Settings) -> list[Check]:
    """Every check, in the order in which people read them."""
    return [
        _python(),
        *_sandboxes(settings),
        *_models(settings),
        *_hardware(),
        *_storage(settings.runs_dir),
        _search(),
    ]


def can_run(checks: list[Check]) -> bool:
    """Whether there is a sandbox, a model and a place to write."""
    usable = {check.group for check in checks if check.status == "ok"}
    blocked = {check.group for check in checks if check.status == "missing" and check.group == "storage"}
    return {"sandbox", "model"} <= usable and not blocked


def _python() -> Check:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Check("Python", "python", "ok", f"{version} at {sys.executable}")


def _sandboxes(settings: Settings) -> list[Check]:
    from hrl.sandbox import available

    return [
        Check(
            f"sandbox {backend.name}",
            "sandbox",
            "ok" if backend.usable else "missing",
            backend.detail,
            backend.mend,
        )
        for backend in available(settings)
    ]


def _models(settings: Settings) -> list[Check]:
    from hrl.llm.opening import bundled_directory
    from hrl.llm.specs import SERVERS, discover

    weights = bundled_directory() / "model.safetensors"
    size = f"{weights.stat().st_size / 1e6:.1f} MB" if weights.is_file() else ""
    checks = [
        Check("model bundled", "model", "ok", size)
        if size
        else Check(
            "model bundled",
            "model",
            "missing",
            "its weights are not installed",
            "reinstall hrl from a full copy",
        )
    ]
    found = discover()
    for server, names in found:
        checks.append(Check(f"model {server.kind}", "model", "ok", f"port {server.port}: {', '.join(names)}"))
    if not found:
        ports = ", ".join(f"{server.kind} {server.port}" for server in SERVERS)
        told = f"none answers on this machine ({ports})"
        checks.append(
            Check("model server", "server", "warn", told, "start one, or name a model with --model")
        )
    if settings.model is not None:
        checks.append(_configured(settings.model))
    return checks


def _configured(spec: str) -> Check:
    from hrl.errors import ModelSpecError
    from hrl.llm.specs import parse_spec

    try:
        parse_spec(spec)
    except ModelSpecError as problem:
        return Check("model configured", "server", "missing", str(problem), "mend HRL_MODEL or hrl.toml")
    return Check("model configured", "model", "ok", spec)


def _hardware() -> list[Check]:
    if importlib.util.find_spec("torch") is None:
        return [Check("torch", "hardware", "missing", "not installed", "pip install torch")]
    import torch

    checks = [Check("torch", "hardware", "ok", str(torch.__version__))]
    if torch.cuda.is_available():
        names = ", ".join(torch.cuda.get_device_name(place) for place in range(torch.cuda.device_count()))
        return [*checks, Check("GPU", "hardware", "ok", names)]
    if torch.backends.mps.is_available():
        return [*checks, Check("GPU", "hardware", "ok", "Apple")]
    return [
        *checks,
        Check("GPU", "hardware", "warn", "none: models run on the processor", "use a small model"),
    ]


def _storage(runs_dir: Path) -> list[Check]:
    place = runs_dir.absolute()
    while not place.exists() and place != place.parent:
        place = place.parent
    if not place.is_dir():
        return [
            Check("runs directory", "storage", "missing", f"{place} is not a directory", "set HRL_RUNS_DIR")
        ]
    checks = [_writable(place, runs_dir)]
    free = shutil.disk_usage(place).free
    told = f"{free / 1e9:.1f} GB free"
    if free < LEAST_DISK:
        return [*checks, Check("disk", "disk", "warn", told, "remove old runs, or set HRL_RUNS_DIR")]
    return [*checks, Check("disk", "disk", "ok", told)]


def _writable(place: Path, runs_dir: Path) -> Check:
    import tempfile

    try:
        with tempfile.TemporaryFile(dir=place):
            return Check("runs directory", "storage", "ok", str(runs_dir))
    except OSError as problem:
        told = f"{place} cannot be written: {problem.strerror}"
        return Check("runs directory", "storage", "missing", told, "set HRL_RUNS_DIR to a place that can")


def _search() -> Check:
    try:
        with sqlite3.connect(":memory:") as connection:
            connection.execute("CREATE VIRTUAL TABLE probe USING fts5(text)")
    except sqlite3.Error as problem:
        return Check("search (FTS5)", "search", "warn", str(problem), "use a Python whose SQLite has FTS5")
    finally:
        connection.close()
    return Check("search (FTS5)", "search", "ok", f"SQLite {sqlite3.sqlite_version}")
