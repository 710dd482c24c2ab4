"""A short soak: a pool that many jobs went through gives the verdicts of a fresh one, and nothing grew."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def soaking() -> ModuleType:
    """The script as a module: `bench` is no package."""
    spec = importlib.util.spec_from_file_location("bench_soak", ROOT / "bench" / "soak.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif(sys.platform != "linux", reason="measured through /proc")
def test_a_pool_that_is_used_for_long_stays_what_it_was(soaking: ModuleType) -> None:
    facts = soaking.soak("process", 150, share=0.05, seed=1, every=30, kinds=8)
    assert facts["problems"] == []
    assert facts["hostile"] > 0


def measured(soaking: ModuleType, **more: int) -> object:
    usual = {"jobs": 1, "own_bytes": 40 << 20, "box_bytes": 90 << 20, "descriptors": 14, "processes": 8}
    return soaking.Measurement(**{**usual, "threads": 1, "containers": 0, "folders": 4, **more})


@pytest.mark.parametrize("name", ["descriptors", "processes", "threads", "containers", "folders"])
def test_one_more_of_anything_is_growth(soaking: ModuleType, name: str) -> None:
    few, many = measured(soaking), measured(soaking, **{name: 99})
    assert soaking.grown([few, few, few, few]) == []
    assert soaking.grown([few, few, few, many]) != []
    assert soaking.grown([few, many, many, few]) == []
    assert soaking.left_over(few, many) != []
    assert soaking.left_over(many, few) == []


@pytest.mark.parametrize("name", ["own_bytes", "box_bytes"])
def test_memory_may_grow_within_its_bound(soaking: ModuleType, name: str) -> None:
    few = measured(soaking)
    assert soaking.grown([few, measured(soaking, **{name: getattr(few, name) + (4 << 20)})]) == []
    assert soaking.grown([few, measured(soaking, **{name: getattr(few, name) + (200 << 20)})]) != []
