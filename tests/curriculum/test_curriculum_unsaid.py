"""Statements that leave something to the tests: what they may leave, and where it shows."""

import ast
import random

import pytest

from hrl.benchmarks.skills.broken import broken_version
from hrl.benchmarks.skills.drawing import draw_example
from hrl.curriculum import SPLITS, draw_function
from hrl.curriculum.execution import call
from hrl.curriculum.families import UNSAID_SHARE
from hrl.curriculum.problem import with_body

DRAWN = [split for split in SPLITS if split != "unseen_documents"]


def silent(split, count):
    rng = random.Random(split)
    return [draw_function(split, rng, unsaid=1.0) for _ in range(count)], rng


@pytest.mark.parametrize("split", DRAWN)
def test_the_first_case_tells_what_the_statement_leaves_out(split):
    problems, rng = silent(split, 40)
    for problem in problems:
        first = problem.cases(rng, 6)[0]
        said = with_body(problem.bare_signature, problem.said)
        plain = call(said, problem.name, first.arguments, bounded=True)
        assert plain.error_class or plain.value != first.expected
        assert problem.body != problem.said


def test_the_words_say_nothing_of_what_is_left_out():
    problems, _ = silent("train", 120)
    for problem in problems:
        words = set(problem.goal.lower().replace(",", " ").replace(".", " ").split())
        if problem.of_nothing:
            assert not words & {"empty", "none", "default", "nothing"}
            assert problem.types[0] not in ("int", "float", "bool")
        else:
            assert not words & {"sorted", "reverse", "reversed", "order", "unique", "upper-case"}


def test_what_is_left_out_is_little():
    """One guard before what the statement says, or one more call around a result."""
    problems, _ = silent("train", 80)
    kinds = set()
    for problem in problems:
        lines, said = problem.body.split("\n"), problem.said.split("\n")
        kinds.add(problem.of_nothing)
        if problem.of_nothing:
            assert lines[2:] == said
            assert isinstance(ast.parse("\n".join(lines[:2])).body[0], ast.If)
        else:
            changed = [pair for pair in zip(lines, said, strict=True) if pair[0] != pair[1]]
            assert changed
            assert all("return " in line for pair in changed for line in pair)
    assert kinds == {True, False}


def test_about_one_problem_in_ten_leaves_something_out():
    rng = random.Random(3)
    drawn = [draw_function("unseen_parameters", rng) for _ in range(600)]
    assert 0.6 * UNSAID_SHARE < sum(bool(one.plain) for one in drawn) / 600 < 1.5 * UNSAID_SHARE


def test_nobody_is_taught_to_guess():
    """The answer to a statement is what it says; the answer to a report is what the tests want."""
    rng = random.Random(1)
    asked = [draw_example("generate", "train", rng, judged=True) for _ in range(300)]
    assert sum(_outcome(one) != _wanted(one) for one in asked) > 10
    repaired = [draw_example("debug", "train", rng) for _ in range(150)]
    assert all(_outcome(one) == _wanted(one) for one in repaired)


def _outcome(example):
    source = f"{example.request.signature}:\n{example.answer}"
    return call(source, example.entry_point, example.cases[0].arguments)


def _wanted(example):
    return call("def same(x):\n    return x\n", "same", (example.cases[0].expected,))


def test_the_planted_bug_is_mostly_the_missing_convention():
    problems, rng = silent("train", 60)
    broken = [broken_version(problem, problem.cases(rng, 6), rng) for problem in problems]
    plain = [with_body(problem.bare_signature, problem.said) for problem in problems]
    same = sum(one is not None and one[0] == code for one, code in zip(broken, plain, strict=True))
    assert same > 30


def test_what_is_left_out_is_graded():
    """A program that does only what the statement says fails the hidden tests."""
    problems, rng = silent("train", 40)
    for problem in problems:
        cases = problem.cases(rng, 9)
        said = with_body(problem.bare_signature, problem.said)
        hidden = problem.graded(cases, 3)
        assert set(map(repr, cases[3:])) <= set(map(repr, hidden))
        wrong = [call(said, problem.name, case.arguments, bounded=True) for case in hidden]
        assert any(
            one.error_class or one.value != case.expected for one, case in zip(wrong, hidden, strict=True)
        )
        plain = draw_function("train", rng, unsaid=0.0)
        others = plain.cases(rng, 9)
        assert plain.graded(others, 3) == others[3:]
