"""A user's own problems: a Markdown task, a folder of them, or JSON Lines (see `lines`)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from hrl.benchmarks.datasets.lines import from_json_line
from hrl.benchmarks.datasets.sources import read_objects
from hrl.benchmarks.problem import Problem
from hrl.errors import BadInput
from hrl.planner import entry_name, signature_of
from hrl.task import read_task
from hrl.types import Task

_LINES = (".jsonl", ".json", ".jsonl.gz", ".json.gz")


def file_problems(path: Path) -> tuple[Problem, ...]:
    """The problems of a file.

    Raises:
        BadInput: it cannot be read, or something in it cannot be graded.
    """
    if path.name.lower().endswith(_LINES):
        return _unique((place, from_json_line(value, place)) for place, value in read_objects(path))
    return (of_task(read_task(str(path))[0], str(path)),)


def folder_problems(path: Path) -> tuple[tuple[Problem, ...], tuple[str, ...]]:
    """A folder's tasks in the order of their names, and the names of the files that cannot be graded.

    Raises:
        BadInput: a task is malformed, or none can be graded.
    """
    found, left_out, reasons = [], [], []
    for file in sorted(path.glob("*.md")):
        task, _ = read_task(str(file))
        try:
            found.append((str(file), of_task(task, str(file))))
        except BadInput as problem:
            left_out.append(file.name)
            reasons.append(str(problem))
    if not found:
        raise BadInput(reasons[0] if reasons else f"the folder {path} holds no task (*.md)")
    return _unique(found), tuple(left_out)


def of_task(task: Task, source: str) -> Problem:
    """A task as a problem; its starter code is what the answer continues.

    Raises:
        BadInput: it has no hidden tests, so that nothing could grade an answer which has seen the others.
    """
    if not task.hidden_tests:
        raise BadInput(f"{source} has no `python hidden` tests, so an answer to it cannot be graded")
    if task.packages:
        raise BadInput(f"{source} needs packages ({', '.join(task.packages)}); `hrl solve` runs such tasks")
    name = entry_name(task)
    return Problem(
        id=task.id,
        statement=task.statement,
        entry_point=name,
        signature=signature_of(task, name),
        examples=task.visible_tests,
        tests=task.hidden_tests,
        prompt=task.starter_code,
        documents=task.documents,
    )


def _unique(problems: Iterable[tuple[str, Problem]]) -> tuple[Problem, ...]:
    found: dict[str, Problem] = {}
    for place, problem in problems:
        if problem.id in found:
            raise BadInput(f"{place}: the problem {problem.id} is there twice")
        found[problem.id] = problem
    return tuple(found.values())
