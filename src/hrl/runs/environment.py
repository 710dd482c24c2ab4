"""What a run's numbers depend on: versions and the machine.

Left out on purpose: environment variables and the user's name, which may hold secrets.
"""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from hrl import __version__

_PACKAGES = (
    "accelerate",
    "docker",
    "langgraph",
    "langgraph-checkpoint-sqlite",
    "numpy",
    "safetensors",
    "torch",
    "transformers",
)


def describe_environment() -> dict[str, Any]:
    """Plain JSON values for `env.json`; imports none of the packages that it names."""
    return {
        "hrl": __version__,
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "platform": platform.platform(),
        "machine": platform.machine(),
        "cores": cores(),
        "packages": {name: _version(name) for name in _PACKAGES},
    }


def cores() -> int:
    """Processors that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
