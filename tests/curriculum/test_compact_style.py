"""The compact prompt style: short prompts, answers that code expands, and no reply that raises."""

import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hrl.benchmarks.skills.drawing import WEIGHTS, draw_example
from hrl.llm.prompts import style
from hrl.llm.prompts.compact import statement, text
from hrl.llm.prompts.compact.aliases import Aliases
from hrl.llm.requests import Debug, Generate, Helper, Integrate, MakePlan, WriteTests
from hrl.training.bundled.tokens import texts
from hrl.types import Passage, TestOutcome, TestReport, program_digest

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
    fields = {"goal": "Return the sum of `xs`.", "signature": "def total(xs: list[int]) -> int"} | changes
    return Generate("t", "total", **fields)


def test_a_generate_prompt_ends_with_the_short_def_line():
    assert prompt(generate()) == "goal: Return the sum of pa.\ndef f(pa):\n"


def test_a_body_becomes_the_function_with_its_full_signature():
    reply = STYLE.parse(generate(), "    return sum(pa)\n", "stop")
    assert reply.code == "def total(xs: list[int]) -> int:\n    return sum(xs)\n"


def test_a_body_that_lost_its_first_indentation_is_mended():
    reply = STYLE.parse(generate(), "out = pa\n    return sum(out)", "stop")
    assert "    out = xs\n    return sum(out)\n" in reply.code


def test_a_whole_function_is_accepted_too():
    reply = STYLE.parse(generate(), "```python\ndef f(pa):\n    return 1\n```", "stop")
    assert reply.code == "def total(xs):\n    return 1\n"


def test_helpers_are_named_in_the_order_of_the_goal_and_numbers_have_stand_ins():
    request = generate(
        goal="Apply `clean` to `xs`, then `score`. Of 42 keep 2, and 42 again.",
        helpers=(
            Helper("score", "def score(ys: list[int]) -> int", "long text"),
            Helper("clean", "def clean(xs: list[int]) -> list[int]", "long text"),
        ),
        passages=(Passage("a.md", "Fee", 'The Zor fee is 12, written "ZOR-".'),),
    )
    assert prompt(request).split("\n") == [
        "goal: Apply fa to pa, then fb. Of ka keep 2, and ka again.",
        "use: fa(xs), fb(ys)",
        'doc: The Zor fee is kb, written "sa".',
        "def f(pa):",
        "",
    ]
    reply = STYLE.parse(request, '    return fb(fa(pa)) + ka + kb + "sa" + kc\n', "stop")
    assert reply.code.endswith('return score(clean(xs)) + 42 + 12 + "ZOR-" + kc\n')


def test_the_passage_that_shares_most_words_with_the_goal_comes_first():
    passages = [
        Passage("a", "", f"The {name} fee is {number}.") for name, number in (("Zor", 11), ("Kalmir", 12))
    ]
    assert text.relevant(passages, "Add the Kalmir fee.")[0] == "The Kalmir fee is 12."


def test_attributes_keyword_arguments_and_strings_keep_their_names():
    short = Aliases("count", ["key", "upper"], goal='Of 7 and "abc".')
    source = "max(key, key=len) + upper.upper() + f\"{key} 7\" + 'key' + 'abc' + x7 + 17 + 7"
    hidden = short.code(source)
    assert hidden == 'max(pa, key=len) + pb.upper() + f"{pa} 7" + \'key\' + "sa" + x7 + 17 + ka'
    assert short.original(hidden) == source.replace("'abc'", '"abc"')


def test_a_starter_is_shown_unless_it_is_a_stub_and_its_other_parts_are_kept():
    stub = generate(starter='RATE = 3\ndef total(xs):\n    """Sum."""\n    pass\n')
    assert "start:" not in prompt(stub)
    assert STYLE.parse(stub, "    return 1\n", "stop").code.startswith("RATE = 3\n")
    shown = prompt(generate(starter="def total(xs):\n    out = xs\n"))
    assert "start:\ndef f(pa):\n    out = pa\n" in shown


@pytest.mark.parametrize(
    ("outcome", "line"),
    [
        (
            TestOutcome("assert f([1]) == 1", "fail", "AssertionError", "", "1", "2"),
            "error: wrong result 2\ntest: f([1]) == 1\n",
        ),
        (
            TestOutcome("assert f([1]) == 1", "fail", "AssertionError", "", "1", str([7] * 30)),
            "error: wrong result\ntest: f([1]) == 1\n",
        ),
        (
            TestOutcome(f"assert f({[7] * 40}) == 1", "fail", "AssertionError", "", "1", "2"),
            "error: wrong result 2\ndef",
        ),
        (
            TestOutcome(">>> f([1])", "fail", "AssertionError", "", "1", "2"),
            "error: wrong result 2\ntest: f([1]) == 1\n",
        ),
        (
            TestOutcome("assert f([1]) == 1", "error", "NameError", "name 'y' is not defined"),
            "error: NameError: name 'y' is not defined\ntest: f([1]) == 1\n",
        ),
        (
            TestOutcome("assert f([1]) == 1", "fail", "AssertionError", "", "1", "None"),
            "error: wrong result None\ntest: f([1]) == 1\n",
        ),
        (TestOutcome("test_f", "timeout"), "error: timeout\ndef"),
    ],
)
def test_a_debug_prompt_says_what_went_wrong_and_in_which_test(outcome, line):
    report = TestReport(outcome.status, (outcome,), outcome.error_class, outcome.message)
    shown = prompt(Debug("t", "f", "Sum.", "def f(xs)", "def f(xs: list) -> int:\n    return xs\n", report))
    assert line in shown
    assert "code:\ndef f(pa):\n    return pa\n" in shown


def test_a_plan_asks_about_the_parts_that_mention_others():
    assert prompt(PLAN) == "fc: Apply fa to xs, then fb.\nplan:\n"


def test_pointers_become_goals_signatures_and_dependencies():
    reply = STYLE.parse(PLAN, "fa:\nfb:\nfc: fa, fb\n", "stop")
    assert [(p.name, p.signature, p.depends_on) for p in reply.parts] == [
        ("clean", "def clean(xs)", ()),
        ("score", "def score(xs: list[int]) -> int", ()),
        ("main", "def main(xs)", ("clean", "score")),
    ]
    assert reply.parts[0].goal == "Keep the even numbers of `xs`."


def test_a_plan_may_leave_out_a_mention():
    reply = STYLE.parse(PLAN, "fc: fb\n", "stop")
    assert reply.parts[2].depends_on == ("score",)
    assert STYLE.parse(PLAN, "fc:\n", "stop").parts[2].depends_on == ()


@pytest.mark.parametrize("line", ["fc: fh, fa", "fc: fc", "fa: fb"])
def test_a_line_that_names_what_its_part_does_not_mention_is_not_believed(line):
    reply = STYLE.parse(PLAN, line, "stop")
    assert [(part.name, part.depends_on) for part in reply.parts] == [
        ("clean", ()),
        ("score", ()),
        ("main", ("clean", "score")),
    ]


def test_a_plan_that_points_at_no_part_is_broken():
    assert STYLE.parse(PLAN, "fj: fa\nclean\n", "stop").kind == "broken"


def test_headings_are_parts_with_their_paragraph():
    (part, _) = statement.parts("## `f(x)`\n\nReturn `x`.\n\n## `g(x)`\n\nReturn `f` of `x`.\n")
    assert (part.name, part.goal) == ("f", "Return `x`.")


def test_of_a_statement_in_parts_only_the_wanted_part_is_shown():
    request = generate(goal=STATEMENT, signature="def score(xs)")
    assert prompt(request) == "goal: Return the sum of pa.\ndef f(pa):\n"


def test_integration_keeps_the_parts_and_adds_the_glue():
    request = Integrate(
        "t", STATEMENT, "main", None, (("clean", "def clean(xs):\n    return xs\n"),), "main is missing"
    )
    assert prompt(request).endswith("use: fa(xs)\ndef f(pa):\n")
    reply = STYLE.parse(request, "    return fa(pa)\n", "stop")
    assert reply.code == "def clean(xs):\n    return xs\n\n\ndef main(xs):\n    return clean(xs)\n"


def test_self_written_tests_become_asserts():
    reply = STYLE.parse(WriteTests("t", "f", "Sum.", "def f(xs)"), "[1, 2] -> 3\n[( -> 1\n", "stop")
    assert reply.source == "assert f([1, 2]) == 3\n"


def test_prompts_stay_short_whatever_the_task_holds():
    long = "A sentence about `f`. " * 400
    request = generate(
        goal=long,
        passages=(Passage("a", "b", long),) * 9,
        starter="def total(xs):\n" + "    xs = xs\n" * 500,
    )
    assert len(prompt(request)) < 1800


def test_a_long_passage_is_cut_to_the_sentences_that_share_words_with_the_goal():
    filler = "Nothing of interest stands in this sentence at all. " * 8
    passage = Passage("a.md", "", f"{filler}The Kalmir fee is 31. {filler}")
    assert "Kalmir fee is 31" in text.relevant((passage,), "Add the Kalmir fee.")[0]


@pytest.mark.parametrize("skill", list(WEIGHTS))
def test_every_training_answer_parses_to_the_reference(skill):
    rng = random.Random(skill)
    for _ in range(60):
        example = draw_example(skill, "train", rng)
        reply = STYLE.parse(example.request, texts(example)[1], "stop")
        assert reply.kind != "broken"
        if reply.kind == "code":
            meant = STYLE.parse(example.request, example.answer, "stop")
            assert program_digest(reply.code) == program_digest(meant.code)


@given(st.text(max_size=300), st.sampled_from(["stop", "length"]))
def test_no_reply_raises(reply, finish):
    for request in (generate(), PLAN, WriteTests("t", "f", "Sum.", "def f(xs)")):
        assert STYLE.parse(request, reply, finish).kind


@given(st.text(alphabet="`#1.-*() \nabdefxs:>_", max_size=200))
def test_no_statement_raises(words):
    assert prompt(MakePlan("t", "", words, None, None)).endswith("plan:\n")
    assert prompt(generate(goal=words, signature=words)).endswith(":\n")


# Every quote has its other one, as in code.
TOKENS = [*"abxy019 .=()+{}", "ab", "19", '"ab"', "'yx'", '"a"', "''", 'f"{ab} x"', "F'{xy}'"]


@given(st.lists(st.sampled_from(TOKENS), max_size=40).map("".join))
@example("19=0")
def test_code_comes_back_from_its_stand_ins(source):
    short = Aliases("entry", ["ab", "xy"], goal='Of 19 and 91 with "ab" and "yx".')
    assert short.original(short.code(source)).replace('"', "'") == source.replace('"', "'")
