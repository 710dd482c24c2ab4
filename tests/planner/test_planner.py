import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrl.llm.requests import PlannedPart
from hrl.planner import (
    assign_tests,
    called_functions,
    needs_split,
    plan_from_parts,
    single_plan,
    stated_plan,
    stated_signatures,
)
from hrl.planner.pieces import pieces, with_setup
from hrl.types import Plan, PlanRejected, Subtask, Task, TestCode

PIPELINE = """Write these functions.

1. `clean(text: str) -> str` keeps the letters.
2. `score(text: str) -> int` counts vowels.
3. `main(texts: list[str]) -> int` adds the scores of the cleaned texts, e.g. `main(["a!"])` is 1.
"""
TESTS = TestCode(
    'assert clean("a!") == "a"\n'
    'assert score("aei") == 3\n'
    'texts = ["a!", "b"]\n'
    "assert main(texts) == 1\n"
    'assert score(clean("a!e")) == 2\n',
    line=10,
)


def task(statement: str = PIPELINE, tests: tuple[TestCode, ...] = (TESTS,), **more: object) -> Task:
    return Task(**{"id": "t", "title": "T", "statement": statement, "visible_tests": tests, **more})  # type: ignore[arg-type]


def parts(*names: str) -> list[PlannedPart]:
    """Parts called `name` or `name<dependency,dependency`."""
    split = [name.partition("<") for name in names]
    return [
        PlannedPart(name, f"write {name}", "", tuple(needs.split(",")) if needs else ())
        for name, _, needs in split
    ]


def made(found: Plan | PlanRejected) -> Plan:
    assert isinstance(found, Plan), found
    return found


def refusal(found: Plan | PlanRejected) -> str:
    assert isinstance(found, PlanRejected), found
    return found.reason


def test_a_task_with_numbered_functions_is_split() -> None:
    assert needs_split(task())


@pytest.mark.parametrize(
    ("statement", "test"),
    [
        ("Write `add(a, b)`: the sum. Use `sum(xs)` if you like.", "assert add(1, 2) == 3"),
        (
            "Write add.\n\n1. `a` is a number.\n2. `b` too.\n\n`add(a, b)` is their sum.",
            "assert add(1, 2) == 3",
        ),
        ("Count the words.\n\n1. Read the text.\n2. Count.", "from math import sqrt\nassert sqrt(f(2)) > 1"),
        ("Double. `double(2)` is 4.", "def close(a, b):\n    return a == b\nassert close(double(2), 4)"),
    ],
)
def test_a_task_for_one_function_is_not_split(statement: str, test: str) -> None:
    assert not needs_split(task(statement, (TestCode(test),)))


@pytest.mark.parametrize(
    ("statement", "test"),
    [
        ("Write both.", "assert double(2) == 4\nassert half(2) == 1"),
        (
            "Write `double` and `half`.\n\n```\ndef double(x): ...\ndef half(x): ...\n```",
            "assert half(2) == 1",
        ),
        ("1. `double`: twice x\n2. `half`: half of x", "assert half(double(2)) == 2"),
    ],
)
def test_tests_code_and_lists_each_name_functions(statement: str, test: str) -> None:
    assert needs_split(task(statement, (TestCode(test),)))


def test_functions_that_the_starter_code_already_has_need_no_part() -> None:
    starter = "def double(x):\n    return 2 * x\n\n\ndef half(x):\n    pass\n"
    tests = (TestCode("assert half(double(2)) == 2"),)
    assert not needs_split(task("Finish half.", tests, starter_code=starter, entry_point="half"))


@pytest.mark.parametrize(
    ("text", "signature"),
    [
        ("`f(a, b=1)`", "def f(a, b=1)"),
        ("`f(a: dict[str, int]) -> list[int]`: sorts", "def f(a: dict[str, int]) -> list[int]"),
        ("def f(a) -> int:\n    ...", "def f(a) -> int"),
        ("`def f(a,\n  b)`", "def f(a, b)"),
        ("`async def`, then `f(*args, **more)`", "def f(*args, **more)"),
    ],
)
def test_signatures_are_read_from_prose_and_code(text: str, signature: str) -> None:
    assert stated_signatures(text)["f"] == signature


@pytest.mark.parametrize("text", ["`f(1)`", '`f("a")`', "`f(a`", "`obj.f(a)`", "`len(xs)`", "f(a) is a call"])
def test_examples_methods_and_builtins_are_no_signatures(text: str) -> None:
    assert stated_signatures(text) == {}


def test_one_node_holds_the_whole_task() -> None:
    plan = single_plan(task("Add.", (TestCode("assert add(1, 2) == 3"),)))
    (subtask,) = plan.subtasks
    assert (subtask.name, subtask.goal, subtask.signature) == ("add", "Add.", "def add(x, y)")
    assert subtask.tests == (TestCode("assert add(1, 2) == 3"),)


def test_a_task_that_lists_its_functions_is_planned_without_a_model() -> None:
    plan = stated_plan(task(entry_point="main"))
    assert [subtask.name for subtask in plan.subtasks] == ["clean", "score", "main"]
    assert plan.subtask("score").goal == "Counts vowels."
    assert plan.subtask("main").depends_on == ("clean", "score")
    assert all(subtask.tests for subtask in plan.subtasks)


def test_a_stated_plan_takes_needs_and_goals_from_the_descriptions() -> None:
    statement = (
        "## `main(texts)`\n\nThe sum of `score` of each.\n\n"
        "## `score(text)`\n\nUse `clean` first. Then count the vowels. `main` is tested on its own.\n\n"
        "## `clean(text)`\n\nKeep the letters.\n"
    )
    tests = (TestCode("assert clean('a') == 'a'\nassert score('a') == 1\nassert main(['a']) == 1"),)
    plan = stated_plan(task(statement, tests, entry_point="main"))
    assert {subtask.name: subtask.depends_on for subtask in plan.subtasks} == {
        "score": ("clean",),
        "clean": (),
        "main": ("score",),
    }
    assert plan.subtask("score").goal == "Use `clean` first. Then count the vowels."


def test_a_task_whose_functions_call_each_other_is_one_node() -> None:
    statement = "1. `even(n)`: `odd` of `n - 1`.\n2. `odd(n)`: `even` of `n - 1`.\n"
    tests = (TestCode("assert odd(1)\nassert even(0)"),)
    given = task(statement, tests, entry_point="odd")
    assert stated_plan(given) == single_plan(given)


def test_a_stated_plan_of_one_function_is_one_node() -> None:
    tests = (TestCode("assert add(1, 2) == 3"),)
    assert stated_plan(task("Add.", tests)) == single_plan(task("Add.", tests))


def test_the_signature_of_the_header_wins() -> None:
    plan = single_plan(task(entry_point="main", signature="def main(texts) -> int:"))
    assert plan.subtasks[0].signature == "def main(texts) -> int"


def test_optional_arguments_of_the_tests_become_defaults() -> None:
    plan = single_plan(task("Go.", (TestCode("assert f(1) == f(1, 2) == f(1, key=3)"),)))
    assert plan.subtasks[0].signature == "def f(x, y=None, key=None)"


def test_a_plan_gets_signatures_from_the_statement() -> None:
    plan = made(plan_from_parts(task(), parts("clean", "score", "main<clean,score")))
    assert plan.subtask("clean").signature == "def clean(text: str) -> str"


def test_the_model_s_signature_fills_a_gap() -> None:
    proposed = [PlannedPart("helper", "help", "helper(a, b)"), *parts("main<helper")]
    plan = made(plan_from_parts(task("Go.", (TestCode("assert main(1)"),)), proposed))
    assert plan.subtask("helper").signature == "def helper(a, b)"


def test_each_test_goes_to_the_function_that_it_calls() -> None:
    plan = made(plan_from_parts(task(entry_point="main"), parts("clean", "score", "main<clean,score")))
    sources = {subtask.name: [test.source for test in subtask.tests] for subtask in plan.subtasks}
    assert sources == {
        "clean": ['assert clean("a!") == "a"\n'],
        "score": ['assert score("aei") == 3\n'],
        "main": ['texts = ["a!", "b"]\nassert main(texts) == 1\nassert score(clean("a!e")) == 2\n'],
    }


def test_an_assigned_test_keeps_its_line_in_the_task() -> None:
    plan = made(plan_from_parts(task(entry_point="main"), parts("clean", "score", "main<clean,score")))
    assert [plan.subtask(name).tests[0].line for name in ("clean", "score", "main")] == [10, 11, 12]


def test_a_test_that_no_subtask_can_run_waits_for_the_evaluation() -> None:
    tests = (TestCode("assert f(1) == g(1)\nassert f(2) == 2\nassert g(2) == 2"),)
    plan = made(Plan.of([Subtask("f", "", ""), Subtask("g", "", "")]))
    assigned = assign_tests(tests, plan, "g")
    assert [test.source for name in ("f", "g") for test in assigned[name]] == [
        "assert f(2) == 2\n",
        "assert g(2) == 2\n",
    ]


def test_doctests_are_assigned_by_example() -> None:
    source = ">>> clean('a!')\n'a'\n\nThen:\n\n>>> text = 'aei'\n>>> score(text)\n3\n"
    plan = made(Plan.of([Subtask("clean", "", ""), Subtask("score", "", "")]))
    assigned = assign_tests((TestCode(source, "doctest", 5),), plan, "score")
    assert assigned["clean"] == (TestCode(">>> clean('a!')\n'a'\n", "doctest", 5),)
    assert assigned["score"] == (TestCode(">>> text = 'aei'\n>>> score(text)\n3\n", "doctest", 10),)


def test_set_up_that_changes_an_object_stays_with_its_check() -> None:
    source = "stack = make()\nstack.append(1)\nassert size(stack) == 1\nassert top([2]) == 2\n"
    plan = made(
        Plan.of(
            [Subtask("make", "", ""), Subtask("size", "", "", depends_on=("make",)), Subtask("top", "", "")]
        )
    )
    assigned = assign_tests((TestCode(source),), plan, "size")
    assert assigned["size"][0].source == "stack = make()\nstack.append(1)\nassert size(stack) == 1\n"
    assert assigned["top"][0].source == "assert top([2]) == 2\n"


def test_test_functions_and_unittest_classes_are_checks() -> None:
    source = (
        "import unittest\n\n\ndef test_clean():\n    text = 'a!'\n    assert clean(text) == 'a'\n\n\n"
        "class TestScore(unittest.TestCase):\n"
        "    def test_it(self):\n        self.assertEqual(score('a'), 1)\n"
    )
    plan = made(Plan.of([Subtask("clean", "", ""), Subtask("score", "", "")]))
    assigned = assign_tests((TestCode(source),), plan, "score")
    assert "test_clean" in assigned["clean"][0].source
    assert assigned["score"][0].source.startswith("import unittest\nclass TestScore")


def test_the_names_that_tests_call_leave_out_their_own_helpers() -> None:
    source = (
        "import math\ndef near(a, b):\n    return abs(a - b) < 1\n"
        "assert near(area(1), math.pi)\nassert [f(x) for f in [g]]"
    )
    assert called_functions((TestCode(source),)) == ["area"]


def test_a_missing_entry_point_is_added_and_uses_the_parts() -> None:
    plan = made(plan_from_parts(task(entry_point="main"), parts("clean", "score")))
    assert plan.subtask("main").depends_on == ("clean", "score")
    assert plan.subtask("main").signature == "def main(texts: list[str]) -> int"


def test_a_part_that_nothing_uses_is_made_a_dependency() -> None:
    tests = (TestCode("assert main('a') == 1"),)
    plan = made(plan_from_parts(task("Go.", tests), parts("helper", "main")))
    assert plan.subtask("main").depends_on == ("helper",)


def test_independent_functions_that_the_tests_call_stay_independent() -> None:
    tests = (TestCode("assert f(1) == 1\nassert g(1) == 1"),)
    plan = made(plan_from_parts(task("Go.", tests), parts("f", "g")))
    assert [subtask.depends_on for subtask in plan.subtasks] == [(), ()]


@pytest.mark.parametrize(
    ("proposed", "reason"),
    [
        (parts(), "no subtasks"),
        (parts("clean<score", "score<clean", "main"), "cycle"),
        (parts("clean", "clean", "main"), "twice"),
        (parts("clean<gone", "score", "main"), "gone, which is not in the plan"),
        (parts("clean", "main<clean"), "leaves out score"),
        (parts("not a name", "main"), "not a function name"),
        (parts(*(f"f{number}" for number in range(13))), "13 parts"),
    ],
)
def test_an_unusable_plan_is_a_value(proposed: list[PlannedPart], reason: str) -> None:
    assert reason in refusal(plan_from_parts(task(entry_point="main"), proposed))


NAMES = st.sampled_from(["f", "g", "h"])


@given(calls=st.lists(st.lists(NAMES, min_size=1, max_size=3), min_size=1, max_size=6))
def test_every_check_reaches_at_most_one_subtask_that_sees_what_it_calls(calls: list[list[str]]) -> None:
    source = "\n".join(
        f"assert {' + '.join(f'{name}({n})' for name in row)} > {n}" for n, row in enumerate(calls)
    )
    plan = made(
        Plan.of([Subtask("f", "", ""), Subtask("g", "", "", depends_on=("f",)), Subtask("h", "", "")])
    )
    assigned = assign_tests((TestCode(source),), plan, "h")
    seen = {"f": {"f"}, "g": {"f", "g"}, "h": {"h"}}
    placed = [
        line
        for name, tests in assigned.items()
        for test in tests
        for line in test.source.strip().splitlines()
    ]
    expected = [
        line
        for line, row in zip(source.splitlines(), calls, strict=True)
        if any(set(row) <= names for names in seen.values())
    ]
    assert sorted(placed) == sorted(expected)


@given(data=st.data(), size=st.integers(1, 6))
def test_set_up_is_complete(data: st.DataObject, size: int) -> None:
    rows = []
    for index in range(size):
        used = data.draw(st.sets(st.integers(0, index - 1))) if index else set()
        rows.append(f"v{index} = {' + '.join(['1', *(f'v{place}' for place in sorted(used))])}")
    cut = pieces(TestCode("\n".join([*rows, f"assert f(v{size - 1})"])))
    chosen = "\n".join(cut[index].text for index in with_setup([size], cut))
    exec(compile(ast.parse(chosen), "test", "exec"), {"f": lambda value: value > 0})
