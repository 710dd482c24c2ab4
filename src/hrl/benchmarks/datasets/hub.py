"""Rows from the Hugging Face hub, through the optional package `datasets` (`pip install hrl[hub]`)."""

from __future__ import annotations

from typing import Any

from hrl.errors import EnvironmentFailure


def hub_rows(repository: str, configuration: str) -> list[dict[str, Any]] | None:
    """All rows of all splits; None where the package is not installed.

    Raises:
        EnvironmentFailure: the package is broken, or the hub does not answer.
    """
    try:
        import datasets
    except ModuleNotFoundError as problem:
        if problem.name == "datasets":
            return None
        raise EnvironmentFailure(f"the package datasets cannot be used: {problem}") from None
    except Exception as problem:
        raise EnvironmentFailure(f"the package datasets cannot be used: {_line(problem)}") from problem
    try:
        splits = datasets.load_dataset(repository, configuration)
        return [dict(row) for split in splits.values() for row in split]
    except Exception as problem:  # whatever network, disk and parser raise: the hub has no error of its own
        raise EnvironmentFailure(f"the hub did not give {repository}: {_line(problem)}") from problem


def _line(problem: Exception) -> str:
    text = " ".join(str(problem).split())[:300]
    return f"{type(problem).__name__}: {text}" if text else type(problem).__name__
