"""The compact prompt style: short prompts, answers that code expands, and no reply that raises."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrl.llm.prompts import style
from hrl.llm.prompts.compact import statement, text
from hrl.llm.requests import Debug, Generate, Helper, Integrate, MakePlan, WriteTests
from hrl.training.bundled.examples import WEIGHTS, draw_example
from hrl.types import Passage, TestCode, TestOutcome, TestReport

STYLE = style("compact")
STATEMENT = """Some context with `xs` in it.

1. `clean(xs)`: keep the even numbers of `xs`.
2. Note that `clean` is called often.
3. `def score(xs: list[int]) -> int`: return the sum of `xs`.
4. `main(xs)` - apply `clean` to `xs`, then `score`.
"""
PLAN = MakePlan("t", "Title", STATEMENT, "main", None)


def prompt(request):
    (message,) = STYLE.render(request).messages
    return message.content


def generate(**changes):
    fields = {"goal": "Return the sum of `xs`.", "signature": "def f(xs: list[int]) -> int"} | changes
    return Generate("t", "f", **fields)


def test_a_generate_prompt_ends_with_the_bare_def_line():
    assert prompt(generate()) == "goal: Return the sum of xs.\ndef f(xs):\n"


def test_a_body_becomes_the_function_with_its_full_signature():
    reply = STYLE.parse(generate(), "    return sum(xs)\n", "stop")
    assert reply.code == "def f(xs: list[int]) -> int:\n    return sum(xs)\n"


def test_a_body_that_lost_its_first_indentation_is_mended():
    reply = STYLE.parse(generate(), "out = xs\n    return sum(out)", "stop")
    assert "    out = xs\n    return sum(out)\n" in reply.code


def test_a_whole_function_is_accepted_too():
    reply = STYLE.parse(generate(), "```python\ndef f(xs):\n    return 1\n```", "stop")
    assert reply.code == "def f(xs):\n    return 1\n"


def test_tests_helpers_and_passages_are_one_line_each():
    shown = prompt(
        generate(
            tests=(TestCode("assert f([1, 2]) == 3"), TestCode(">>> f([])\n0\n", "doctest")),
            helpers=(Helper("clean", "def clean(xs: list[int]) -> list[int]", "long text"),),
            passages=(Passage("a.md", "Fee", "The Zor fee is 12."),),
        )
    )
    assert shown.split("\n")[1:] == [
        "use: clean(xs)",
        "doc: The Zor fee is 12.",
        "test: [1, 2] -> 3",
        "test: [] -> 0",
        "def f(xs):",
        "",
    ]


def test_a_starter_is_shown_unless_it_is_a_stub_and_its_other_parts_are_kept():
    stub = generate(starter='RATE = 3\ndef f(xs):\n    """Sum."""\n    pass\n')
    assert "start:" not in prompt(stub)
    assert STYLE.parse(stub, "    return 1\n", "stop").code.startswith("RATE = 3\n")
    assert "start:\ndef f(xs):\n    out = xs\n" in prompt(generate(starter="def f(xs):\n    out = xs\n"))


@pytest.mark.parametrize(
    ("outcome", "line"),
    [
        (
            TestOutcome("assert f([1]) == 1", "fail", "AssertionError", "", "1", "2"),
            "error: [1] -> 1 got 2\n",
        ),
        (
            TestOutcome("assert f([1]) == 1", "error", "NameError", "name 'y' is not defined"),
            "error: NameError: name 'y' is not defined\n",
        ),
        (TestOutcome("test_f", "timeout"), "error: timeout\n"),
    ],
)
def test_a_debug_prompt_says_what_went_wrong_in_one_line(outcome, line):
    report = TestReport(outcome.status, (outcome,), outcome.error_class, outcome.message)
    shown = prompt(Debug("t", "f", "Sum.", "def f(xs)", "def f(xs: list) -> int:\n    return 2\n", report))
    assert line in shown
    assert "code:\ndef f(xs):\n    return 2\n" in shown


def test_only_parts_that_mention_a_function_are_numbered():
    assert prompt(PLAN) == (
        "[1] clean(xs): keep the even numbers of xs.\n[2] Note that clean is called often.\n"
        "[3] score(xs): return the sum of xs.\n[4] main(xs) - apply clean to xs, then score.\nplan:\n"
    )


def test_pointers_become_goals_signatures_and_dependencies():
    reply = STYLE.parse(PLAN, "[1] clean\n[3] score\n[4] main <- clean, score\n", "stop")
    assert [(p.name, p.signature, p.depends_on) for p in reply.parts] == [
        ("clean", "def clean(xs)", ()),
        ("score", "def score(xs: list[int]) -> int", ()),
        ("main", "def main(xs)", ("clean", "score")),
    ]
    assert reply.parts[0].goal == "Keep the even numbers of `xs`."


def test_a_wrong_number_is_mended_by_the_name_and_a_wrong_name_by_the_number():
    reply = STYLE.parse(PLAN, "[9] clean\n[3] scores\n[4] main <- clean, scores, nothing\n", "stop")
    assert [(part.name, part.depends_on) for part in reply.parts] == [
        ("clean", ()),
        ("score", ()),
        ("main", ("clean", "score")),
    ]


def test_a_pointer_to_a_part_without_a_function_is_left_out():
    assert STYLE.parse(PLAN, "[2] nothing\n[8] nobody\n", "stop").kind == "broken"


def test_headings_are_parts_with_their_paragraph():
    (part, _) = statement.parts("## `f(x)`\n\nReturn `x`.\n\n## `g(x)`\n\nReturn `f` of `x`.\n")
    assert (part.name, part.goal) == ("f", "Return `x`.")


def test_integration_keeps_the_parts_and_adds_the_glue():
    request = Integrate(
        "t", STATEMENT, "main", None, (("clean", "def clean(xs):\n    return xs\n"),), "main is missing"
    )
    assert prompt(request).endswith("use: clean(xs)\ndef main(xs):\n")
    reply = STYLE.parse(request, "    return clean(xs)\n", "stop")
    assert reply.code == "def clean(xs):\n    return xs\n\n\ndef main(xs):\n    return clean(xs)\n"


def test_self_written_tests_become_asserts():
    reply = STYLE.parse(WriteTests("t", "f", "Sum.", "def f(xs)"), "[1, 2] -> 3\n[( -> 1\n", "stop")
    assert reply.source == "assert f([1, 2]) == 3\n"


def test_prompts_stay_short_whatever_the_task_holds():
    long = "A sentence about `f`. " * 400
    request = generate(
        goal=long,
        tests=(TestCode("assert f([" + "1, " * 400 + "]) == 1"),),
        passages=(Passage("a", "b", long),) * 9,
        starter="def f(xs):\n" + "    xs = xs\n" * 500,
    )
    assert len(prompt(request)) < 1800


def test_a_long_passage_is_cut_to_the_sentences_that_share_words_with_the_goal():
    filler = "Nothing of interest stands in this sentence at all. " * 8
    passage = Passage("a.md", "", f"{filler}The Kalmir fee is 31. {filler}")
    assert "Kalmir fee is 31" in text.relevant((passage,), "Add the Kalmir fee.")[0]


@pytest.mark.parametrize("skill", list(WEIGHTS))
def test_every_training_answer_parses_to_what_it_means(skill):
    rng = random.Random(skill)
    for _ in range(40):
        example = draw_example(skill, "train", rng)
        assert STYLE.parse(example.request, example.answer, "stop").kind != "broken"


@given(st.text(max_size=300), st.sampled_from(["stop", "length"]))
def test_no_reply_raises(reply, finish):
    for request in (generate(), PLAN, WriteTests("t", "f", "Sum.", "def f(xs)")):
        assert STYLE.parse(request, reply, finish).kind


@given(st.text(alphabet="`#1.-*() \nabdefxs:>_", max_size=200))
def test_no_statement_raises(words):
    assert prompt(MakePlan("t", "", words, None, None)).endswith("plan:\n")
    assert prompt(generate(goal=words, signature=words)).endswith(":\n")
