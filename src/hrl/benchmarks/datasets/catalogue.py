"""The published benchmarks: what their files hold, which splits exist, which content is the official one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hrl.benchmarks.datasets import humaneval, mbpp
from hrl.benchmarks.problem import Problem

Row = Mapping[str, Any]

ALL = "all"


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One published benchmark.

    Attributes:
        fields: what a row has to hold: `str`, `int`, or `list` for a list of strings. Nothing else is read.
        files: names that its file goes by, in lower case; each may end in `.gz`.
        hub: repository and configuration on the Hugging Face hub.
        digest: of the official content, see `hrl.benchmarks.datasets.sources.digest_of`.
        problem: makes a problem of a checked row.
        splits: name → ids; empty where the benchmark has none.
        default: the split when none is asked for.
        note: what a reader of a score has to know, or "".
    """

    name: str
    fields: Mapping[str, type]
    files: tuple[str, ...]
    hub: tuple[str, str]
    digest: str
    problem: Callable[[Row], Problem]
    splits: Mapping[str, range] = field(default_factory=dict)
    default: str = ""
    note: str = ""


MBPP_SPLITS = {
    "prompt": range(1, 11),
    "test": range(11, 511),
    "validation": range(511, 601),
    "train": range(601, 975),
    ALL: range(1, 975),
}

_PUBLISHED = (
    Benchmark(
        "humaneval",
        {"task_id": str, "prompt": str, "entry_point": str, "canonical_solution": str, "test": str},
        ("humaneval.jsonl", "openai_humaneval.jsonl", "human_eval.jsonl", "human-eval-v2-20210705.jsonl"),
        ("openai/openai_humaneval", "openai_humaneval"),
        "62eeaa082ca375405caa318234d2eadb3536c69ab5a5cbf7a70138aac686645c",
        humaneval.problem,
        note="the visible tests are the docstring's own examples; a few problems state none",
    ),
    Benchmark(
        "mbpp",
        {
            "task_id": int,
            "text": str,
            "code": str,
            "test_setup_code": str,
            "test_list": list,
            "challenge_test_list": list,
        },
        ("mbpp.jsonl", "mbpp.json"),
        ("google-research-datasets/mbpp", "full"),
        "9664ddeff43f397d17ce55e7f14f403d05a8c8d76545cd6853f683a773546eed",
        mbpp.problem,
        MBPP_SPLITS,
        "test",
        note="MBPP states no signature, so the reference's is given; the visible test is the first assertion",
    ),
    Benchmark(
        "mbpp-sanitized",
        {"task_id": int, "prompt": str, "code": str, "test_imports": list, "test_list": list},
        ("sanitized-mbpp.json", "sanitized-mbpp.jsonl", "mbpp-sanitized.json", "mbpp-sanitized.jsonl"),
        ("google-research-datasets/mbpp", "sanitized"),
        "7e74e48f74c4cfdde2f4602c3f21665047871742ab3441c123c2bfd4ea7cf3fc",
        mbpp.sanitized_problem,
        MBPP_SPLITS,
        ALL,
        note="sanitized MBPP has other prompts and other tests than MBPP for many ids: scores do not compare",
    ),
)

BENCHMARKS: Mapping[str, Benchmark] = {benchmark.name: benchmark for benchmark in _PUBLISHED}


def note(dataset: str) -> str:
    """The sentence that a report prints beside a dataset's scores, or ""."""
    return BENCHMARKS[dataset].note if dataset in BENCHMARKS else ""
