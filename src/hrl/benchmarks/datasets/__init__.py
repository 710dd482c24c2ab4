"""Benchmark files, the curriculum and a user's own files become problems.

    data= | the user's cache | the hub ─► sources ─► rows ─► humaneval, mbpp ─► Problem
    the curriculum's generator ─► curriculum ─► Problem
    Markdown tasks, JSON Lines ─► files, lines ─► Problem

Nothing here runs a program: a benchmark's texts are parsed, never executed.
"""

from hrl.benchmarks.datasets.catalogue import BENCHMARKS, note
from hrl.benchmarks.datasets.ids import canonical_id
from hrl.benchmarks.datasets.lines import from_json_line, to_json_line
from hrl.benchmarks.datasets.opening import challenge_problems, open_dataset

__all__ = [
    "BENCHMARKS",
    "canonical_id",
    "challenge_problems",
    "from_json_line",
    "note",
    "open_dataset",
    "to_json_line",
]
