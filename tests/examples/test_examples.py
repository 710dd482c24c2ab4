"""The shipped examples: they parse, and their tests agree with a reference that the package does not hold."""

from __future__ import annotations

import ast
import doctest
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hrl.config import load_settings
from hrl.curriculum.holdout import is_held_out
from hrl.retrieval import open_index
from hrl.sandbox import Job, Sandbox, open_sandbox
from hrl.task import explain, read_task
from hrl.types import Task, TestCode

EXAMPLES = Path(__file__).parents[2] / "examples"
REFERENCES = Path(__file__).parent / "references"
NAMES = sorted(path.stem for path in REFERENCES.glob("*.py"))


def example(name: str) -> Task:
    return read_task(str(EXAMPLES / f"{name}.md"))[0]


def reference(name: str) -> str:
    return (REFERENCES / f"{name}.py").read_text(encoding="utf-8")


def run(test: TestCode, program: str) -> None:
    """Run one block of trusted tests on a trusted program; raises where they disagree."""
    names: dict[str, Any] = {}
    exec(compile(program, "reference", "exec"), names)
    if test.kind == "python":
        exec(compile(test.source, "tests", "exec"), names)
        return
    parsed = doctest.DocTestParser().get_doctest(test.source, names, "example", None, None)
    assert doctest.DocTestRunner(verbose=False).run(parsed).failed == 0


def test_there_are_at_least_six_examples_and_each_has_a_reference():
    documents = {document.name for name in NAMES for document in example(name).documents}
    tasks = {path.stem for path in EXAMPLES.glob("*.md") if path.name not in {"README.md", *documents}}
    assert tasks == set(NAMES)
    assert len(tasks) >= 6


def test_the_table_of_examples_lists_every_task():
    table = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert not [name for name in NAMES if f"[{name}]({name}.md)" not in table]


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_complete(name: str):
    task = example(name)
    assert task.entry_point
    assert task.signature
    assert task.visible_tests
    assert task.hidden_tests
    assert not [line for line in explain(task) if line.startswith("warning")]


@pytest.mark.parametrize("name", NAMES)
def test_the_tests_of_an_example_agree_with_its_reference(name: str):
    task = example(name)
    for test in (*task.visible_tests, *task.hidden_tests):
        run(test, reference(name))


@pytest.mark.parametrize("name", NAMES)
def test_an_examples_hidden_tests_ask_for_more_than_its_visible_ones(name: str):
    task = example(name)
    shown = "".join(test.source for test in task.visible_tests)
    hidden = [node for test in task.hidden_tests for node in ast.parse(test.source).body]
    assert len(hidden) >= 3
    assert not [node for node in hidden if isinstance(node, ast.Assert) and ast.unparse(node.test) in shown]


def test_a_program_that_does_nothing_fails_every_example():
    for name in NAMES:
        task = example(name)
        functions = [node for node in ast.parse(reference(name)).body if isinstance(node, ast.FunctionDef)]
        program = "\n".join(f"def {function.name}(*args):\n    return None\n" for function in functions)
        with pytest.raises(AssertionError):
            run(task.hidden_tests[0], program)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    opened = open_sandbox(load_settings(sandbox="process"))
    yield opened
    opened.close()


@pytest.mark.parametrize("name", NAMES)
def test_the_sandbox_passes_the_reference_of_an_example(name: str, sandbox: Sandbox):
    task = example(name)
    report = sandbox.run(Job(reference(name), (*task.visible_tests, *task.hidden_tests), task.entry_point))
    assert report.verdict == "pass", report.message


# What the bundled model's training holds out: combinations of parts, and the constants 10, 17, 24 and so on.
UNSEEN = {
    "doubled_gains": "numbers_pipeline:positive|double|sum",
    "vowel_titles": "words_pipeline:vowel|title|joined",
    "mirrored_words": "words_pipeline:contains_a|reverse|dashed",
    "sensor_summary": "numbers_pipeline:least|-|list",
    "harbour_fee": (17, 31),
    "word_report": "words_pipeline:longer|-|list",
    "station_report": (10, 17),
}


@pytest.mark.parametrize("name", UNSEEN)
def test_an_example_holds_something_that_training_never_shows(name: str):
    unseen = UNSEEN[name]
    if isinstance(unseen, str):
        assert is_held_out(unseen)
    else:
        assert {number % 7 for number in unseen} == {3}


def test_the_examples_cover_the_kinds_of_tasks():
    tasks = {name: example(name) for name in NAMES}
    assert any({test.kind for test in task.visible_tests} == {"doctest"} for task in tasks.values())
    assert any(task.starter_code for task in tasks.values())
    assert any(task.documents for task in tasks.values())
    assert any(task.statement.count("(text)") >= 3 for task in tasks.values())


def test_the_rule_stands_only_in_the_document_and_is_found_there_first():
    for task in (example(name) for name in NAMES):
        if task.documents:
            (found, *_) = open_index(task.documents, stdlib=False).search(task.statement)
            assert "17" in found.text
            assert "17" not in task.statement + "".join(test.source for test in task.visible_tests)
