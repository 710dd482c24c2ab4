"""A user's own problems: Markdown tasks, folders of them, JSON Lines; and what a bad one is answered with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hrl.benchmarks.datasets import open_dataset, to_json_line
from hrl.benchmarks.problem import Problem
from hrl.errors import BadInput
from hrl.types import Document, TestCode

LINE = {
    "task_id": 3,
    "statement": "Double `x`.",
    "entry_point": "twice",
    "signature": "def twice(x)",
    "visible_tests": [">>> twice(1)\n2\n"],
    "hidden_tests": ["assert twice(4) == 8"],
}
TASK = """# Double a number

Write `twice(x)`.

```python tests
assert twice(1) == 2
```

```python hidden
assert twice(4) == 8
```

```python starter
def twice(x):
    ...
```
"""
FULL = Problem(
    id="a/1",
    statement="Double ➞ `x`.\nIn words.",
    entry_point="twice",
    signature="def twice(x: int) -> int",
    examples=(TestCode(">>> twice(1)\n2\n", "doctest"), TestCode("assert twice(2) == 4")),
    tests=(TestCode("assert twice(4) == 8"), TestCode("assert twice(-1) == -2\n")),
    prompt="def twice(x):\n",
    helpers="def half(x):\n    return x / 2\n",
    reference="def twice(x):\n    return 2 * x\n",
    documents=(Document("rules.md", "# Rules\n"),),
    group="numbers",
)


def written(tmp_path: Path, *values: object) -> str:
    path = tmp_path / "own.jsonl"
    path.write_text("".join(json.dumps(value) + "\n" for value in values))
    return str(path)


def test_a_problem_survives_being_written_as_a_line(tmp_path: Path):
    line = to_json_line(FULL)
    assert "\n" not in line
    (tmp_path / "own.jsonl").write_text(line + "\n")
    assert open_dataset(str(tmp_path / "own.jsonl")).problems == (FULL,)


def test_the_least_that_a_line_holds(tmp_path: Path):
    (problem,) = open_dataset(written(tmp_path, LINE)).problems
    assert (problem.id, problem.examples[0].kind, problem.tests[0].kind) == ("3", "doctest", "python")
    assert (problem.prompt, problem.reference, problem.documents, problem.group) == ("", "", (), "")


def test_starter_code_is_what_the_answer_continues(tmp_path: Path):
    (problem,) = open_dataset(
        written(tmp_path, {**LINE, "starter_code": "def twice(x):\n    ...\n"})
    ).problems
    assert problem.prompt == "def twice(x):\n    ...\n"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"signature": None}, "'signature' has to be a text"),
        ({"entry_point": "not a name"}, "'not a name' is not a function name"),
        ({"signature": "def thrice(x)"}, "is not one of a function twice"),
        ({"hidden_tests": []}, "'hidden_tests' is empty"),
        ({"hidden_tests": "assert twice(4) == 8"}, "'hidden_tests' has to be a list of texts"),
        (
            {"hidden_tests": ["assert twice(4 == 8"]},
            "number 1 of 'hidden_tests' cannot be used: .* not valid",
        ),
        ({"tests": []}, "the field 'tests' is unknown"),
        ({"task_id": True}, "'task_id' has to be"),
        ({"documents": [{"name": "x"}]}, "a document is an object with 'name' and 'text'"),
        ({"prompt": "a", "starter_code": "b"}, "prompt and starter_code are one thing"),
        ({"task_id": 2}, "the problem 2 is there twice"),
        ({"canonical_solution": ""}, "a published benchmark's row"),
    ],
)
def test_a_bad_line_is_one_sentence_with_its_place(tmp_path: Path, change: dict, said: str):
    path = written(tmp_path, {**LINE, "task_id": 2}, {**LINE, **change})
    with pytest.raises(BadInput, match=rf"own\.jsonl:2: .*{said}"):
        open_dataset(path)


def test_a_missing_field_is_named(tmp_path: Path):
    path = written(tmp_path, {name: value for name, value in LINE.items() if name != "statement"})
    with pytest.raises(BadInput, match=r"own\.jsonl:1: the field 'statement' is missing"):
        open_dataset(path)


def test_a_task_file_is_a_problem(tmp_path: Path):
    (tmp_path / "task.md").write_text(TASK)
    opened = open_dataset(str(tmp_path / "task.md"))
    (problem,) = opened.problems
    assert (problem.entry_point, problem.signature) == ("twice", "def twice(x)")
    assert [test.source.strip() for test in problem.examples] == ["assert twice(1) == 2"]
    assert [test.source.strip() for test in problem.tests] == ["assert twice(4) == 8"]
    assert problem.prompt.startswith("def twice(x):")
    assert (opened.name, opened.split, opened.official) == ("task.md", "", None)


def test_a_folder_of_tasks_is_read_in_the_order_of_names(tmp_path: Path):
    (tmp_path / "b.md").write_text(TASK)
    (tmp_path / "a.md").write_text(TASK.replace("twice", "double"))
    (tmp_path / "notes.txt").write_text("no task")
    problems = open_dataset(str(tmp_path)).problems
    assert [problem.entry_point for problem in problems] == ["double", "twice"]


def test_a_task_without_hidden_tests_cannot_be_graded(tmp_path: Path):
    (tmp_path / "task.md").write_text(TASK.replace("python hidden", "python tests"))
    with pytest.raises(BadInput, match=r"task\.md has no `python hidden` tests"):
        open_dataset(str(tmp_path / "task.md"))


def test_the_same_task_twice_is_refused(tmp_path: Path):
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text(TASK)
    with pytest.raises(BadInput, match=r"b\.md: the problem .* is there twice"):
        open_dataset(str(tmp_path))


@pytest.mark.parametrize(
    ("split", "data", "said"), [("test", None, "has no splits"), (None, ".", "--data is")]
)
def test_a_file_has_neither_split_nor_data(tmp_path: Path, split: str | None, data: str | None, said: str):
    with pytest.raises(BadInput, match=said):
        open_dataset(written(tmp_path, LINE), split=split, data=data)


def test_an_empty_folder_is_named(tmp_path: Path):
    with pytest.raises(BadInput, match=r"holds no task"):
        open_dataset(str(tmp_path))


def test_what_a_folder_holds_besides_is_left_out_and_named(tmp_path: Path):
    (tmp_path / "a.md").write_text(TASK)
    (tmp_path / "README.md").write_text("# Tasks\n\nWrite `twice(x)`.\n")
    dataset = open_dataset(str(tmp_path))
    assert len(dataset.problems) == 1
    assert dataset.source == f"{tmp_path} (left out, since they cannot be graded: README.md)"


def test_a_folder_in_which_nothing_can_be_graded_says_why(tmp_path: Path):
    (tmp_path / "README.md").write_text("# Tasks\n\nWrite `twice(x)`.\n")
    with pytest.raises(BadInput, match=r"README\.md has no `python hidden` tests"):
        open_dataset(str(tmp_path))
