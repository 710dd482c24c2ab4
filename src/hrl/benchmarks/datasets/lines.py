"""JSON Lines of problems: the documented form that files are read from and the curriculum is exported in.

One object a line:

    task_id         text or number, unique in the file
    statement       what is asked, in words
    entry_point     the function that the tests call
    signature       `def name(args) -> result` without a colon
    visible_tests   list of texts: test programs, or doctest examples where a text begins with `>>>`
    hidden_tests    likewise, at least one: the grading tests

and, where there is something to say, `prompt` (code that the answer continues) or `starter_code` (the same
thing by the name that task files use), `helpers` (code of the task that the tests may use), `reference`
(a program that passes), `documents` (a list of objects with `name` and `text`) and `group`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from hrl.benchmarks.problem import Problem
from hrl.errors import BadInput
from hrl.planner.signatures import normal
from hrl.sandbox.reading import problem_of
from hrl.types import Document, TestCode

_TEXTS = ("statement", "entry_point", "signature")
_TESTS = ("visible_tests", "hidden_tests")
_OPTIONAL = ("prompt", "starter_code", "helpers", "reference", "group")
_KNOWN = ("task_id", *_TEXTS, *_TESTS, *_OPTIONAL, "documents")


def to_json_line(problem: Problem) -> str:
    """The problem as one line, without a line feed; what is empty and optional is left out."""
    row: dict[str, Any] = {
        "task_id": problem.id,
        "statement": problem.statement,
        "entry_point": problem.entry_point,
        "signature": problem.signature,
        "visible_tests": [test.source for test in problem.examples],
        "hidden_tests": [test.source for test in problem.tests],
    }
    optional = {name: getattr(problem, name) for name in _OPTIONAL if name != "starter_code"}
    documents = [{"name": document.name, "text": document.text} for document in problem.documents]
    row |= {name: value for name, value in {**optional, "documents": documents}.items() if value}
    return json.dumps(row, ensure_ascii=False)


def from_json_line(value: Any, place: str) -> Problem:
    """A parsed line as a problem.

    Args:
        value: the JSON value.
        place: `file:line`, for the sentence of what is wrong.

    Raises:
        BadInput: a field is missing, unknown or unusable.
    """
    try:
        return _problem(_checked(value))
    except ValueError as problem:
        raise BadInput(f"{place}: {problem}") from None


def _checked(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("this is no JSON object")
    if "canonical_solution" in value or "test_list" in value:
        raise ValueError("this is a published benchmark's row; name the benchmark, and this file with --data")
    for name in value:
        if name not in _KNOWN:
            raise ValueError(f"the field {name!r} is unknown; there are {', '.join(_KNOWN)}")
    for name in ("task_id", *_TEXTS, *_TESTS):
        if name not in value:
            raise ValueError(f"the field {name!r} is missing")
    for name in (*_TEXTS, *_OPTIONAL):
        if not isinstance(value.get(name, ""), str):
            raise ValueError(f"the field {name!r} has to be a text")
    for name in _TESTS:
        if not isinstance(value[name], list) or not all(isinstance(test, str) for test in value[name]):
            raise ValueError(f"the field {name!r} has to be a list of texts")
    if isinstance(value["task_id"], bool) or not isinstance(value["task_id"], int | str):
        raise ValueError("the field 'task_id' has to be a text or a whole number")
    return value


def _problem(row: Mapping[str, Any]) -> Problem:
    name = row["entry_point"]
    if not name.isidentifier():
        raise ValueError(f"entry_point {name!r} is not a function name")
    if normal(row["signature"], name) is None:
        raise ValueError(f"signature {row['signature']!r} is not one of a function {name}")
    if row.get("prompt") and row.get("starter_code"):
        raise ValueError("prompt and starter_code are one thing; give one of them")
    for empty in ("statement", "hidden_tests"):
        if not row[empty]:
            raise ValueError(f"the field {empty!r} is empty")
    return Problem(
        id=str(row["task_id"]),
        statement=row["statement"],
        entry_point=name,
        signature=row["signature"],
        examples=_tests(row, "visible_tests"),
        tests=_tests(row, "hidden_tests"),
        prompt=row.get("prompt") or row.get("starter_code", ""),
        helpers=row.get("helpers", ""),
        reference=row.get("reference", ""),
        documents=_documents(row.get("documents", [])),
        group=row.get("group", ""),
    )


def _tests(row: Mapping[str, Any], field: str) -> tuple[TestCode, ...]:
    tests = tuple(
        TestCode(text, "doctest" if text.lstrip().startswith(">>>") else "python") for text in row[field]
    )
    for number, test in enumerate(tests, 1):
        trouble = problem_of(test)
        if trouble:
            raise ValueError(f"number {number} of {field!r} cannot be used: {trouble}")
    return tests


def _documents(value: Any) -> tuple[Document, ...]:
    if not isinstance(value, list):
        raise ValueError("the field 'documents' has to be a list")
    for entry in value:
        if not isinstance(entry, dict) or set(entry) != {"name", "text"}:
            raise ValueError("a document is an object with 'name' and 'text'")
        if not all(isinstance(text, str) for text in entry.values()):
            raise ValueError("a document's 'name' and 'text' have to be texts")
    return tuple(Document(entry["name"], entry["text"]) for entry in value)
