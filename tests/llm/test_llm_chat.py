"""The chat style: what stands in a prompt, what is left out, and how its replies are read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrl.errors import ModelSpecError
from hrl.llm.prompts import style, style_label
from hrl.llm.prompts.base import files_version
from hrl.llm.prompts.chat.plans import parse_plan
from hrl.llm.requests import (
    BrokenReply,
    CodeReply,
    Debug,
    Generate,
    Helper,
    Integrate,
    MakePlan,
    PlannedPart,
    PlanReply,
    TestsReply,
    WriteTests,
)
from hrl.types import Passage, TestCode, TestOutcome, TestReport

CHAT = style("chat")
PLAIN = Generate("t", "add", "Returns the sum.", "def add(a, b)")
FULL = Generate(
    "t",
    "add",
    "Returns the sum.",
    "def add(a, b)",
    starter="def add(a, b):\n    ...",
    tests=(TestCode("assert add(1, 2) == 3"), TestCode(">>> add(0, 0)\n0", "doctest")),
    helpers=(Helper("carry", "def carry(x)", "Carries a digit."),),
    passages=(Passage("rules.md", "Sums", "Sums saturate at 99."),),
)
REPORT = TestReport(
    "fail",
    (
        TestOutcome("assert add(0, 0) == 0", "pass"),
        TestOutcome("assert add(1, 2) == 3", "fail", "AssertionError", expected="3", got="-1"),
        TestOutcome("assert add('', '') == ''", "error", "TypeError", "unsupported operand"),
    ),
    "AssertionError",
    "expected 3, got -1",
    "debugging output\n",
)


def said(request):
    system, user, opened = CHAT.render(request).messages
    assert (system.role, user.role, opened.role) == ("system", "user", "assistant")
    return user.content


def test_everything_that_is_known_stands_in_the_prompt():
    text = said(FULL)
    parts = [FULL.goal, FULL.signature, FULL.starter, "assert add(1, 2) == 3", ">>> add(0, 0)"]
    parts += ["def carry(x)", "Carries a digit.", "rules.md, Sums", "Sums saturate at 99."]
    for part in parts:
        assert part in text


def test_sections_without_content_are_left_out():
    text = said(PLAIN)
    for heading in ("Tests that must pass", "Functions that exist", "Start from", "documentation"):
        assert heading in said(FULL)
        assert heading not in text


def test_a_debug_prompt_shows_the_program_and_what_failed():
    text = said(Debug("t", "add", "Sum.", "def add(a, b)", "def add(a, b):\n    return a - b", REPORT))
    assert "return a - b" in text
    assert "1 of 3 tests pass" in text
    assert "`assert add(1, 2) == 3`: fail, expected 3, got -1" in text
    assert "TypeError: unsupported operand" in text
    assert "debugging output" in text
    assert "add(0, 0)" not in text


def test_a_program_that_does_not_load_is_explained_by_the_report():
    report = TestReport("error", (), "SyntaxError", "invalid syntax (line 3)")
    assert "SyntaxError: invalid syntax (line 3)" in said(
        Debug("t", "add", "Sum.", "def add(a, b)", "def", report)
    )


def test_a_plan_prompt_says_why_the_last_plan_was_refused():
    request = MakePlan(
        "t", "Title", "Statement.", "main", "def main(x)", attempt=1, refused="the plan has a cycle"
    )
    text = said(request)
    assert "the plan has a cycle" in text
    assert "The last function is `main`." in text
    assert "could not be used" not in said(MakePlan("t", "Title", "Statement.", None, None))


def test_an_integrate_prompt_holds_every_part_and_the_problem():
    request = Integrate(
        "t", "Statement.", "main", "def main(x)", (("a", "def a(): ..."), ("main", "x = 1")), "clash"
    )
    text = said(request)
    assert "def a(): ..." in text
    assert "x = 1" in text
    assert "clash" in text


def test_a_test_prompt_asks_for_asserts_on_the_function():
    assert "assert add(...) == ..." in said(WriteTests("t", "add", "Sum.", "def add(a, b)"))


@given(st.integers(1, 60), st.integers(1, 20_000))
def test_a_prompt_is_bounded_whatever_was_found(count, length):
    text = "w" * length
    report = TestReport("fail", (TestOutcome(text, "fail", "E", text, text, text),) * count, "E", text, text)
    passages = (Passage(text[:50], "", text),) * count
    request = Debug(
        "t", "f", text, "def f()", text, report, tests=(TestCode(text),) * count, passages=passages
    )
    assert len(said(request)) < 35_000


def test_places_in_values_are_not_filled():
    assert "${name} and $x" in said(Generate("t", "add", "${name} and $x", "def add(a, b)"))


def test_the_answer_is_opened_and_ends_at_its_fence():
    prompt = CHAT.render(PLAIN)
    assert prompt.messages[-1].content == "```python\n"
    assert prompt.stop == ("\n```",)
    assert CHAT.render(MakePlan("t", "T", "S", None, None)).messages[-1].content == "```json\n"


@pytest.mark.parametrize("request_", [PLAIN, Integrate("t", "S", "add", None, (("add", "x"),), "p")])
def test_a_reply_inside_the_opened_fence_is_a_program(request_):
    reply = CHAT.parse(request_, "def add(a, b):\n    return a + b", "stop")
    assert reply == CodeReply("def add(a, b):\n    return a + b\n")


def test_a_reply_to_a_test_request_is_tests():
    reply = CHAT.parse(WriteTests("t", "add", "Sum.", "def add(a, b)"), "assert add(1, 2) == 3", "stop")
    assert reply == TestsReply("assert add(1, 2) == 3\n")


def test_an_integration_without_an_entry_point_asks_for_the_last_part():
    request = Integrate("t", "S", None, None, (("a", "x"), ("b", "y")), "p")
    assert CHAT.parse(request, "def b(): pass", "stop") == CodeReply("def b(): pass\n")


def test_the_version_is_a_hash_of_the_files(tmp_path, monkeypatch):
    package = tmp_path / "stylish"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "a.md").write_text("Hello")
    monkeypatch.syspath_prepend(str(tmp_path))
    first = files_version("stylish")
    assert files_version("stylish") == first
    (package / "a.md").write_text("Hello!")
    assert files_version("stylish") != first
    assert files_version("stylish", "b") != files_version("stylish")
    assert style_label(CHAT) == f"chat@{CHAT.version}"


def test_an_unknown_style_is_refused():
    with pytest.raises(
        ModelSpecError, match=r"use chat, compact, completion, completion-unstripped or few-shot:FILE"
    ):
        style("sonnet")


CLEAN = PlannedPart("clean", "Strips the text", "def clean(text: str) -> str", ())
SCORE = PlannedPart("score", "Scores it", "def score(text: str) -> int", ("clean",))
GOOD = """{"functions": [
  {"name": "clean", "signature": "def clean(text: str) -> str", "goal": "Strips the text", "depends_on": []},
  {"name": "score", "signature": "def score(text: str) -> int", "goal": "Scores it", "depends_on": ["clean"]}
]}"""


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        f"Here is the plan:\n```json\n{GOOD}\n```\nGood luck!",
        f"<think>{{}} hm</think>{GOOD}",
        GOOD.replace("}\n]", "},\n]"),
        GOOD.replace('"', "'"),
        GOOD.replace("functions", "name")
        .replace('"goal"', '"description"')
        .replace("depends_on", "dependencies"),
        GOOD.replace('["clean"]', '"clean"').replace("[]", "null"),
        GOOD.replace("def clean", "clean").replace("def score", "score"),
        GOOD[GOOD.index("[") : GOOD.rindex("]") + 1],
        GOOD[: GOOD.rindex("]")] + ', {"name": "cut", "goal": "The repl',
        "1. `clean(text: str) -> str`: Strips the text\n"
        "2. `score(text: str) -> int`: Scores it (uses: clean)",
        "- clean(text: str) -> str: Strips the text.\n- score(text: str) -> int: Scores it <- clean",
        "* def clean(text: str) -> str \u2014 Strips the text\n"
        "* def score(text: str) -> int \u2014 Scores it; calls clean",
    ],
)
def test_a_plan_is_read_in_any_wrapping(text):
    assert parse_plan(text) == PlanReply((CLEAN, SCORE))


def test_braces_in_signatures_do_not_break_a_plan():
    reply = parse_plan('{"functions": [{"name": "f", "signature": "def f(d=\'{}\')", "goal": "{x}"}]}')
    assert reply == PlanReply((PlannedPart("f", "{x}", "def f(d='{}')"),))


@pytest.mark.parametrize(
    "text", ["", "I would write one function.", "{}", "[]", "- a list of words that means nothing"]
)
def test_a_reply_without_a_plan_is_broken(text):
    assert isinstance(parse_plan(text), BrokenReply)


@given(st.text(max_size=200) | st.lists(st.sampled_from('{}[]",:\n- (ab)'), max_size=60).map("".join))
def test_no_text_makes_the_plan_parser_raise(text):
    assert isinstance(parse_plan(text), PlanReply | BrokenReply)
