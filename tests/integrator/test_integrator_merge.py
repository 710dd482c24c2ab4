import ast
import textwrap
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hrl.integrator import Merged, merge, prelude
from hrl.types import Plan, Subtask


def plan_of(*parts: str) -> Plan:
    """Subtasks called `name` or `name<dependency,dependency`."""
    split = [part.partition("<") for part in parts]
    plan = Plan.of(
        Subtask(name, "", f"def {name}(x)", depends_on=tuple(needs.split(",")) if needs else ())
        for name, _, needs in split
    )
    assert isinstance(plan, Plan)
    return plan


def merged(plan: Plan, entry: str | None = None, **candidates: str) -> Merged:
    texts = {name: textwrap.dedent(code) for name, code in candidates.items()}
    return merge(plan, texts, entry)


def run(code: str) -> dict[str, Any]:
    namespace: dict[str, Any] = {}
    exec(compile(code, "merged", "exec"), namespace)
    return namespace


PAIR = plan_of("left", "right", "main<left,right")


def test_imports_are_united_and_sorted_with_future_first() -> None:
    found = merged(
        plan_of("left", "right"),
        left="import re\nfrom b import z, a\ndef left(x): return re, z, a\n",
        right="from __future__ import annotations\nimport re, abc\nfrom b import a\ndef right(x): return a\n",
    )
    assert found.code.split("\n")[:5] == [
        "from __future__ import annotations",
        "",
        "import abc",
        "import re",
        "from b import a, z",
    ]


def test_clashing_helpers_are_renamed_with_their_uses() -> None:
    found = merged(
        plan_of("left", "right"),
        left="def helper(x):\n    return x + 1\n\ndef left(x):\n    return helper(x)\n",
        right="def helper(x):\n    return x + 2\n\ndef right(x):\n    return helper(x)\n",
    )
    names = run(found.code)
    assert (names["left"](1), names["right"](1)) == (2, 3)
    assert "right: helper was renamed to helper_right" in found.notes
    assert found.problems == ()


def test_equal_helpers_are_kept_once() -> None:
    helper = "def helper(x):\n    return x + 1\n\n"
    found = merged(
        plan_of("left", "right"),
        left=helper + "def left(x):\n    return helper(x)\n",
        right="# another comment\n" + helper + "def right(x):\n    return helper(x) * 2\n",
    )
    assert found.code.count("def helper") == 1
    assert run(found.code)["right"](1) == 4


def test_equal_helpers_that_use_different_constants_stay_apart() -> None:
    code = "LIMIT = {}\n\ndef helper(x):\n    return x + LIMIT\n\ndef {}(x):\n    return helper(x)\n"
    found = merged(plan_of("left", "right"), left=code.format(1, "left"), right=code.format(2, "right"))
    names = run(found.code)
    assert (names["left"](0), names["right"](0)) == (1, 2)


def test_equal_caches_stay_two_caches() -> None:
    code = "cache = {}\n\ndef %s(x):\n    return cache.setdefault(x, %r)\n"
    found = merged(plan_of("left", "right"), left=code % ("left", "l"), right=code % ("right", "r"))
    names = run(found.code)
    assert (names["left"](1), names["right"](1)) == ("l", "r")


def test_a_global_counter_is_renamed_in_its_statement_too() -> None:
    code = "count = 0\n\ndef %s(x):\n    global count\n    count += 1\n    return count\n"
    found = merged(plan_of("left", "right"), left=code % "left", right=code % "right")
    names = run(found.code)
    assert [names["left"](0), names["left"](0), names["right"](0)] == [1, 2, 1]


@pytest.mark.parametrize(
    "body",
    [
        "return [helper for helper in [x]][0]",
        "helper = x\n    return helper",
        "return (lambda helper: helper)(x)",
        "try:\n        raise ValueError\n    except ValueError as helper:\n        return x",
        "def inner(helper):\n        return helper\n    return inner(x)",
        "match x:\n        case helper:\n            return helper",
        "import math as helper\n    return x",
        "for helper in [x]:\n        pass\n    return helper",
    ],
)
def test_local_names_that_look_like_a_renamed_one_are_left_alone(body: str) -> None:
    found = merged(
        plan_of("left", "right"),
        left="def helper(x):\n    return x\n\ndef left(x):\n    return helper(x)\n",
        right=f"def helper(x):\n    return -x\n\nother = lambda x: helper(x)\n\ndef right(x):\n    {body}\n",
    )
    names = run(found.code)
    assert names["right"](5) == 5
    assert names["other"](5) == -5


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("return f'{helper(x)!r:>3}'", " -5"),
        ("return [helper(y) for y in [x] if helper(y)]", [-5]),
        ("return (lambda y=helper(x): y)()", -5),
        ("class A:\n        helper = helper(x)\n    return A.helper", -5),
        ("def inner():\n        return helper(x)\n    return inner()", -5),
        ("return {helper(x): helper}[-5](1)", -1),
        ("return max([x], key=helper)", 5),
        ("é = helper(x); return é + helper(x)", -10),
    ],
)
def test_every_kind_of_use_follows_the_renaming(body: str, value: object) -> None:
    found = merged(
        plan_of("left", "right"),
        left="def helper(x):\n    return x\n\ndef left(x):\n    return helper(x)\n",
        right=f"def helper(x):\n    return -x\n\ndef right(x):\n    {body}\n",
    )
    assert run(found.code)["right"](5) == value


def test_a_helper_never_shadows_a_builtin_of_another_part() -> None:
    found = merged(
        plan_of("left", "right"),
        left="def sum(x):\n    return 99\n\ndef left(x):\n    return sum(x)\n",
        right="def right(x):\n    return sum([x, 1])\n",
    )
    names = run(found.code)
    assert (names["left"](1), names["right"](1)) == (99, 2)


def test_a_helper_named_like_another_subtask_gives_way() -> None:
    found = merged(
        plan_of("left", "right"),
        left="def right(x):\n    return 'helper'\n\ndef left(x):\n    return right(x)\n",
        right="def right(x):\n    return 'planned'\n",
    )
    names = run(found.code)
    assert (names["left"](1), names["right"](1)) == ("helper", "planned")


def test_a_part_that_rewrote_its_dependency_keeps_its_own_version() -> None:
    found = merged(
        plan_of("left", "main<left"),
        left="def left(x):\n    return 1\n",
        main="def left(x):\n    return 2\n\ndef main(x):\n    return left(x)\n",
    )
    names = run(found.code)
    assert (names["left"](0), names["main"](0)) == (1, 2)


@pytest.mark.parametrize("stub", ["pass", "...", "raise NotImplementedError", '"""Given."""'])
def test_empty_repetitions_of_a_dependency_are_dropped(stub: str) -> None:
    found = merged(
        plan_of("left", "main<left"),
        left="def left(x):\n    return 1\n",
        main=f"def left(x):\n    {stub}\n\ndef main(x):\n    return left(x)\n",
    )
    assert run(found.code)["main"](0) == 1
    assert found.code.count("def left") == 1


@pytest.mark.parametrize(
    "line", ["from left import left", "from solution import left", "from .left import left", "import left"]
)
def test_imports_of_other_parts_are_dropped(line: str) -> None:
    found = merged(
        plan_of("left", "main<left"),
        left="def left(x):\n    return 1\n",
        main=f"{line}\n\ndef main(x):\n    return left(x)\n",
    )
    assert run(found.code)["main"](0) == 1


def test_an_import_with_a_planned_name_from_the_standard_library_is_real() -> None:
    found = merged(
        plan_of("reduce", "main"),
        reduce="def reduce(x):\n    return 'mine'\n",
        main="from functools import reduce\n\ndef main(x):\n    return reduce(lambda a, b: a + b, x)\n",
    )
    names = run(found.code)
    assert (names["reduce"](1), names["main"]([1, 2])) == ("mine", 3)


def test_clashing_imports_get_aliases() -> None:
    found = merged(
        plan_of("left", "right"),
        left="from math import floor as f\nimport os.path\n\ndef left(x): return f(x), os.path.join('a')\n",
        right="from math import ceil as f\nos = 7\n\ndef right(x):\n    return f(x), os\n",
    )
    names = run(found.code)
    assert names["left"](1.5) == (1, "a")
    assert names["right"](1.5) == (2, 7)


@pytest.mark.parametrize(
    "tail",
    [
        "assert left(1) == 1",
        "if __name__ == '__main__':\n    print(left(1))",
        "print(left(2))",
        "def test_left():\n    assert left(1) == 1",
        "import unittest\nclass TestLeft(unittest.TestCase):\n    pass",
        "for x in [1]:\n    assert left(x) == x",
        "result = left(3)\nprint(result)",
        '"a string"',
        "__all__ = ['left']",
    ],
)
def test_tests_and_demonstrations_are_dropped(tail: str) -> None:
    found = merged(plan_of("left"), left=f"def left(x):\n    return x\n\n{tail}\n")
    body = ast.parse(found.code).body
    kept = [node for node in body if not isinstance(node, ast.Import)]
    assert [getattr(node, "name", "") for node in kept] == ["left"]


def test_a_table_that_a_function_needs_is_kept() -> None:
    code = "table = {}\nfor n in range(3):\n    table[n] = left_of(n)\n\ndef left(x):\n    return table[x]\n"
    found = merged(plan_of("left"), left="def left_of(n):\n    return n * n\n\n" + code)
    assert run(found.code)["left"](2) == 4


def test_constants_classes_decorators_and_comments_are_kept() -> None:
    code = '''
        import functools

        # How many.
        SIZE = 3  # small

        # A box.
        class Box:
            """Holds."""

            size: int = SIZE

        @functools.cache
        def left(x):
            # why
            return Box.size + x  # sum
    '''
    found = merged(plan_of("left"), left=code)
    for text in ("# How many.", "# small", "# A box.", "@functools.cache", "# why", "# sum"):
        assert text in found.code
    assert run(found.code)["left"](1) == 4


def test_several_statements_on_a_line_are_taken_apart() -> None:
    found = merged(plan_of("left"), left="a = 1; b = 2\ndef left(x): return a + b\n")
    assert run(found.code)["left"](0) == 3


def test_a_main_part_sees_the_helpers_of_its_dependencies() -> None:
    found = merged(
        plan_of("other", "left", "main<left"),
        other="def helper(x):\n    return 'other'\n\ndef other(x):\n    return helper(x)\n",
        left="def helper(x):\n    return 'left'\n\ndef left(x):\n    return helper(x)\n",
        main="def main(x):\n    return helper(x)\n",
    )
    assert run(found.code)["main"](0) == "left"


def test_a_missing_candidate_is_a_problem_and_the_rest_is_merged() -> None:
    found = merged(PAIR, "main", left="def left(x):\n    return 1\n")
    assert run(found.code)["left"](0) == 1
    assert found.problems == (
        "there is no program for right",
        "there is no program for main",
        "nothing defines main",
    )


def test_a_candidate_that_does_not_parse_is_a_problem() -> None:
    found = merged(plan_of("left", "right"), left="def left(x) return", right="def right(x): return 1\n")
    assert "the part left does not parse" in found.problems[0]
    assert run(found.code)["right"](0) == 1


def test_a_single_broken_candidate_is_kept_as_it_is() -> None:
    found = merged(plan_of("left"), left="def left(x) return\n")
    assert found.code == "def left(x) return\n"


def test_a_candidate_without_its_function_is_a_problem() -> None:
    found = merged(plan_of("left"), left="def other(x):\n    return 1\n")
    assert found.problems == ("the part left does not define left",)


@pytest.mark.parametrize(
    "header",
    ["def left():", "def left(x, y):", "def left(*, x):", "async def left(x):", "def left(x, *, k):"],
)
def test_another_signature_than_planned_is_a_problem(header: str) -> None:
    (problem,) = merged(plan_of("left"), left=f"{header}\n    return 1\n").problems
    assert "left" in problem
    assert "plan" in problem


@pytest.mark.parametrize("header", ["def left(y):", "def left(x, k=1):", "def left(*xs):", "def left(x, /):"])
def test_a_signature_that_takes_the_planned_call_is_fine(header: str) -> None:
    assert merged(plan_of("left"), left=f"{header}\n    return 1\n").problems == ()


def test_settings_that_differ_are_a_problem() -> None:
    code = "import sys\nsys.setrecursionlimit(%d)\n\ndef %s(x):\n    return 1\n"
    (problem,) = merged(
        plan_of("left", "right"), left=code % (2000, "left"), right=code % (3000, "right")
    ).problems
    assert "setrecursionlimit(2000)" in problem


def test_equal_settings_are_made_once() -> None:
    code = "import sys\nsys.setrecursionlimit(%d)\n\ndef %s(x):\n    return 1\n"
    found = merged(plan_of("left", "right"), left=code % (2000, "left"), right=code % (2000, "right"))
    assert found.problems == ()
    assert found.code.count("setrecursionlimit") == 1


def test_star_imports_of_several_parts_are_a_problem() -> None:
    found = merged(
        plan_of("left", "right"),
        left="from math import *\n\ndef left(x):\n    return floor(x)\n",
        right="def right(x):\n    return 1\n",
    )
    assert found.problems == ("left imports * from math",)
    assert run(found.code)["left"](1.5) == 1


def test_a_prelude_holds_all_dependencies_and_nothing_else() -> None:
    plan = plan_of("low", "mid<low", "top<mid", "side")
    candidates = {name: f"def {name}(x):\n    return '{name}'\n" for name in ("low", "mid", "top", "side")}
    code = prelude(plan, candidates, "top")
    assert [getattr(node, "name", "") for node in ast.parse(code).body] == ["low", "mid"]
    assert prelude(plan, candidates, "side") == ""


def test_merging_twice_changes_nothing() -> None:
    first = merged(plan_of("left"), left="import re\n\nA = 1\n\ndef left(x):\n    return re, A\n").code
    assert merged(plan_of("left"), left=first).code == first


HELPERS = st.sampled_from(["helper", "_tool", "sum", "LIMIT", "main", "left"])


@st.composite
def programs(draw: st.DrawFn, name: str, visible: tuple[str, ...]) -> str:
    """A module whose function calls some of its own helpers and of its dependencies, in a fixed order."""
    own = [helper for helper in draw(st.lists(HELPERS, max_size=3, unique=True)) if helper != name]
    rows = []
    for index, helper in enumerate(own):
        number = draw(st.integers(0, 2))
        inner = f"{own[index - 1]}(x)" if index and draw(st.booleans()) else "x"
        rows.append(f"{helper}_base = {number}" if draw(st.booleans()) else f"{helper}_base = [{number}][0]")
        rows.append(f"def {helper}(x):\n    return ({inner}) * 3 + {helper}_base\n")
    calls = [f"{called}(x)" for called in (*own, *visible)] or ["x"]
    shadow = draw(st.sampled_from(["helper", "LIMIT", "value"]))
    rows.append(
        f"def {name}(x):\n    picked = [{shadow} for {shadow} in [{', '.join(calls)}]]\n    return picked\n"
    )
    return "\n".join(rows)


@settings(deadline=None)
@given(data=st.data())
def test_every_part_behaves_in_the_merge_as_it_did_alone(data: st.DataObject) -> None:
    plan = plan_of("left", "right", "main<left,right")
    needs = {"left": (), "right": (), "main": ("left", "right")}
    candidates = {name: data.draw(programs(name, visible)) for name, visible in needs.items()}
    together = run(merge(plan, candidates, "main").code)
    alone: dict[str, dict[str, Any]] = {}
    for name, visible in needs.items():
        alone[name] = {entry: alone[entry][entry] for entry in visible}
        exec(candidates[name], alone[name])
    for name in needs:
        assert together[name](7) == alone[name][name](7)


LINES = st.sampled_from(
    [
        "import os, re as sys",
        "from math import *",
        "from left import left as helper",
        "try:\n    import json\nexcept ImportError:\n    json = None",
        "helper = 1; other = helper",
        "a, *b = helper, 2",
        "for left in range(2): helper = left",
        "def left(x): return helper(x)",
        "def main(x): return left(right(x))",
        "async def right(x): return [y async for y in x if (z := y)]",
        "class helper(left): right = right; main: int = right",
        "def helper(x, *, left=main, **right): global other; other = x; del other",
        "with open(helper) as left: print(left)",
        "match helper:\n    case {'a': left, **other} | [left, *other]: pass\n    case left: right = left",
        "try:\n    left()\nexcept (ValueError, helper) as right:\n    raise right from None",
        "lambda helper=left: helper + right",
        "[left for left in main for helper in left if right]",
        "f'{left!r:{helper}}' if right else main",
        "x: 'left' = main",
        "helper += 1",
        "if __name__ == '__main__': main(1)",
        "def broken(:",
        "",
    ]
)


@settings(deadline=None)
@given(data=st.data())
def test_no_candidate_breaks_the_merge(data: st.DataObject) -> None:
    names = ("left", "right", "main")
    candidates = {name: "\n".join(data.draw(st.lists(LINES, max_size=6))) for name in names}
    found = merge(plan_of("left", "right", "main<left,right"), candidates, "main")
    ast.parse(found.code)
    whole = all(name in found.code for name in names)
    assert whole or found.problems
