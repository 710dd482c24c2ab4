"""A dataset by its name: the one function that evaluations open problems with."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from hrl.benchmarks.datasets import mbpp
from hrl.benchmarks.datasets.catalogue import BENCHMARKS, Benchmark
from hrl.benchmarks.datasets.curriculum import COUNT, curriculum_problems
from hrl.benchmarks.datasets.files import file_problems, folder_problems
from hrl.benchmarks.datasets.lines import to_json_line
from hrl.benchmarks.datasets.sources import Row, find
from hrl.benchmarks.problem import Dataset, Problem
from hrl.curriculum.series import HELD_OUT, SERIES
from hrl.errors import BadInput

CURRICULUM = "curriculum"


def open_dataset(
    name: str, *, split: str | None = None, data: str | None = None, seed: int = 0, count: int | None = None
) -> Dataset:
    """The problems of a benchmark, of the curriculum, or of a file.

    Args:
        name: `humaneval`, `mbpp`, `mbpp-sanitized`, `curriculum`, or a path: a Markdown task, a folder of
            tasks, JSON Lines.
        split: None: MBPP's `test`, all of sanitized MBPP, the curriculum's three splits that training never
            shows. HumanEval and files have none.
        data: the benchmark's file, or the folder that holds it under a usual name; None: the user's cache
            (`~/.cache/hrl/benchmarks`, where files may be put by hand), then the Hugging Face hub.
        seed: of the curriculum.
        count: problems of the curriculum, 200 by default.

    Raises:
        BadInput: there is no such benchmark, split, file or source, or its content cannot be used.
        EnvironmentFailure: the hub was asked and failed.
    """
    if name in BENCHMARKS:
        return _published(BENCHMARKS[name], split, data)
    if data is not None:
        raise BadInput(f"--data is for {', '.join(BENCHMARKS)}; {name} has no file of its own")
    if name == CURRICULUM:
        return _curriculum(split, seed, COUNT if count is None else count)
    return _file(name, split)


def challenge_problems(data: str | None = None) -> tuple[Problem, ...]:
    """Those of all MBPP's problems that have challenge tests, graded by these: harder, and for no score.

    Args:
        data: see `open_dataset`.

    Raises:
        BadInput, EnvironmentFailure: as `open_dataset`.
    """
    benchmark = replace(BENCHMARKS["mbpp"], problem=mbpp.challenge_problem)
    found = find(benchmark, data)
    return tuple(_problem(benchmark, row, found.source) for row in found.rows if row["challenge_test_list"])


def _published(benchmark: Benchmark, split: str | None, data: str | None) -> Dataset:
    chosen = _split(benchmark.name, split, benchmark.splits, benchmark.default)
    found = find(benchmark, data)
    ids = benchmark.splits.get(chosen)
    rows = [row for row in found.rows if ids is None or row["task_id"] in ids]
    official = found.digest == benchmark.digest
    problems = tuple(_problem(benchmark, row, found.source) for row in rows)
    return Dataset(benchmark.name, chosen, found.source, found.digest, official, problems)


def _problem(benchmark: Benchmark, row: Row, source: str) -> Problem:
    try:
        return benchmark.problem(row)
    except ValueError as problem:
        raise BadInput(f"{source}: the problem {row['task_id']} cannot be used: {problem}") from None


def _curriculum(split: str | None, seed: int, count: int) -> Dataset:
    chosen = _split(CURRICULUM, split, SERIES, HELD_OUT)
    if count < 1:
        raise BadInput(f"the curriculum cannot give {count} problems")
    problems = curriculum_problems(chosen, seed, count)
    return Dataset(CURRICULUM, chosen, f"generated, seed {seed}", _digest(problems), None, problems)


def _file(name: str, split: str | None) -> Dataset:
    path = Path(name).expanduser()
    if not path.exists():
        known = ", ".join((*BENCHMARKS, CURRICULUM))
        raise BadInput(f"there is no benchmark and no file {name!r}; the benchmarks are {known}")
    _split(name, split, (), "")
    source = str(path)
    if path.is_dir():
        problems, left_out = folder_problems(path)
        source += f" (left out, since they cannot be graded: {', '.join(left_out)})" if left_out else ""
    else:
        problems = file_problems(path)
    return Dataset(path.name, "", source, _digest(problems), None, problems)


def _split(name: str, asked: str | None, known: Iterable[str], default: str) -> str:
    known = tuple(known)
    if asked is None or asked in known:
        return asked or default
    if not known:
        raise BadInput(f"{name} has no splits, so there is no split {asked!r}")
    raise BadInput(f"{name} has no split {asked!r}; there are {', '.join(known)}")


def _digest(problems: Iterable[Problem]) -> str:
    lines = "\n".join(sorted(to_json_line(problem) for problem in problems))
    return hashlib.sha256(lines.encode("utf-8", "surrogatepass")).hexdigest()
