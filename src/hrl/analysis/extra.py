"""The optional packages behind `hrl analyze`."""

from __future__ import annotations

from importlib.util import find_spec

from hrl.errors import EnvironmentFailure

_PACKAGES = {"sklearn": "scikit-learn", "umap": "umap-learn", "matplotlib": "matplotlib"}


def require_extra() -> None:
    """Nothing, where the extra is installed; all of it is asked for, so that `--out` never fails halfway.

    Raises:
        EnvironmentFailure: it is not.
    """
    missing = [package for module, package in _PACKAGES.items() if find_spec(module) is None]
    if missing:
        raise EnvironmentFailure(f"hrl analyze needs {' and '.join(missing)}: pip install 'hrl[analysis]'")
