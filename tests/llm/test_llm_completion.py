"""The styles for base models: what is continued, and the program that prompt and reply become together."""

import ast
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrl.errors import ModelSpecError
from hrl.llm.prompts import style, style_label
from hrl.llm.requests import (
    BrokenReply,
    CodeReply,
    Debug,
    Generate,
    Helper,
    Integrate,
    MakePlan,
    PlanReply,
    TestsReply,
    WriteTests,
)
from hrl.types import Passage, TestCode, TestReport

COMPLETION, UNSTRIPPED = style("completion"), style("completion-unstripped")
HEAD = "def add(a, b)"
STARTER = 'import math\n\ndef half(x):\n    return x / 2\n\ndef add(a, b):\n    """Sum."""\n'
OPEN = Generate("t", "add", "Sum.", HEAD, starter=STARTER)
PLAIN = Generate("t", "add", "Sum.", HEAD)
TESTED = Generate("t", "add", "Sum.", HEAD, tests=(TestCode("assert add(1, 2) == 3"),))
OLD = "import math\n\ndef half(x):\n    return x / 2\n\ndef add(a, b):\n    return a - b\n"
REPAIR = Debug("t", "add", "Sum.", HEAD, OLD, TestReport("fail", (), "AssertionError"))
JOIN = Integrate("t", "Sum.", "add", HEAD, (("half", "x"),), "clash")
PLAN = MakePlan("t", "Title", "Statement.", "add", None)
WRITE = WriteTests("t", "add", "Sum.", HEAD)


def sent(request, chosen=COMPLETION):
    return chosen.render(request).messages[0].content


def code(request, text, finish="stop"):
    reply = COMPLETION.parse(request, text, finish)
    assert isinstance(reply, CodeReply), reply
    return reply.code


def test_an_open_starter_is_all_that_is_sent():
    assert sent(OPEN) == STARTER.strip()
    assert sent(OPEN, UNSTRIPPED) == STARTER


@pytest.mark.parametrize(
    "stub", ["pass", "...", "raise NotImplementedError", "raise NotImplementedError('x')"]
)
def test_a_body_that_says_nothing_is_left_out(stub):
    assert sent(Generate("t", "add", "Sum.", HEAD, starter=f"{STARTER}    {stub}\n")) == STARTER.strip()
    assert (
        sent(Generate("t", "add", "", HEAD, starter=f"x = 1\ndef add(a, b): {stub}"))
        == "x = 1\ndef add(a, b):"
    )


def test_a_starter_with_a_body_is_shown_before_the_signature():
    request = Generate("t", "add", "Sum.", HEAD, starter=OLD)
    assert sent(request) == f'{OLD}\n\n"""\nSum.\n"""\ndef add(a, b):'
    assert code(request, "\n    return a + b") == (
        "import math\ndef half(x):\n    return x / 2\n\n\ndef add(a, b):\n    return a + b\n".replace(
            "math\n", "math\n\n\n"
        )
    )


def test_what_else_is_known_stands_above_as_comments():
    request = Generate(
        "t", "add", "Sum.", HEAD, starter=STARTER,
        helpers=(Helper("carry", "def carry(x)", "Carries."),),
        passages=(Passage("r.md", "Sums", "One\ntwo"),),
    )  # fmt: skip
    above = "# There is def carry(x): Carries.\n# From r.md, Sums:\n# One\n# two\n\n"
    assert sent(request) == above + STARTER.strip()
    assert code(request, "\n    return 1") == f"{STARTER}    return 1\n"


@pytest.mark.parametrize(
    "reply",
    [
        "\n    return a + b\n",
        "    return a + b",
        "return a + b",
        "\n    return a + b\n\n\ndef other():\n    return (",
        "\n    return a + b\nThis adds the numbers (a and b.\n",
        "\n    return a + b\n\nif __name__ == '__main__':\n    print(add(1, 2))\n",
        "\n    return a + b\n# Test\nassert add(1, 2) == 3\n",
        "\n    return a + b\n```\nIt adds.\n```python\nprint(add(1, 2))\n```",
    ],
)
def test_a_function_ends_where_the_margin_begins(reply):
    assert code(OPEN, reply) == f"{STARTER}    return a + b\n"


def test_a_text_over_several_lines_is_not_cut_in_its_middle():
    body = '    text = """\none\n  two\n"""\n    return text + f(\n1)\n'
    assert code(OPEN, f"\n{body}\nprint(1)") == STARTER + body


@pytest.mark.parametrize(
    "reply", ["def add(a, b):\n    return 7\n", "```python\ndef add(a, b):\n    return 7\n```"]
)
def test_a_function_written_anew_keeps_the_starters_imports_and_helpers(reply):
    found = code(OPEN, reply)
    assert ast.unparse(ast.parse(found)) == ast.unparse(
        ast.parse("import math\ndef half(x):\n    return x / 2\ndef add(a, b):\n    return 7")
    )


def test_future_imports_stay_first():
    found = code(OPEN, "from __future__ import annotations\ndef add(a, b):\n    return 7\n")
    assert found.startswith("from __future__ import annotations\nimport math\n")
    compile(found, "x", "exec")


def test_a_syntax_error_stays_for_the_debug_step_and_a_cut_function_is_none():
    assert code(OPEN, "\n    return (a +\n\nprint(1)") == f"{STARTER}    return (a +\n"
    reply = COMPLETION.parse(OPEN, "\n    return (a +", "length")
    assert isinstance(reply, BrokenReply)
    assert "middle of add" in reply.reason
    assert COMPLETION.parse(OPEN, "\n    x = a", "length").truncated


@pytest.mark.parametrize("reply", ["", " \n", "\n# That is it.", "\nprint(1)"])
def test_a_reply_that_does_not_go_on_is_broken(reply):
    assert isinstance(COMPLETION.parse(OPEN, reply, "stop"), BrokenReply)


def test_after_a_docstring_with_tests_the_reply_is_the_whole_program():
    program = "import math\n\ndef half(x):\n    return x / 2\n\ndef add(a, b):\n    return half(a)\n"
    assert code(TESTED, f"{program}\n\nprint(add(1, 2))\ndef unfinished(") == program
    assert "\ndef" not in COMPLETION.render(TESTED).stop
    assert "\ndef" in COMPLETION.render(OPEN).stop


def test_a_repair_keeps_what_stood_beside_the_function():
    found = code(REPAIR, "\n    return a + b\n\ndef more():\n    pass")
    assert {getattr(node, "name", "math") for node in ast.parse(found).body} == {"math", "half", "add"}
    assert "a - b" not in found


def test_tests_plans_and_programs_are_read_on_from_the_prompts_end():
    reply = COMPLETION.parse(WRITE, "1, 2) == 3\nassert add(0, 0) == 0\n\n\nassert add(9, 9) == 1", "stop")
    assert reply == TestsReply("assert add(1, 2) == 3\nassert add(0, 0) == 0\n")
    plan = COMPLETION.parse(PLAN, " half(x): Halves.\n- add(a, b): Adds. (uses: half)", "stop")
    assert isinstance(plan, PlanReply)
    assert [(part.name, part.depends_on) for part in plan.parts] == [("half", ()), ("add", ("half",))]
    assert code(JOIN, "def add(a, b):\n    return a\n\nadd(1, 2)") == "def add(a, b):\n    return a\n"


ALL = [OPEN, PLAIN, TESTED, REPAIR, JOIN, PLAN, WRITE]
ALL += [
    Generate("t", "", "", ""),
    Debug("t", "f", "", "", "(", TestReport("fail")),
    WriteTests("t", "f", "", ""),
]
ALL += [
    Integrate("t", "", None, None, (), ""),
    MakePlan("t", "", "", None, None),
    Generate("t", "f", "", "", starter="(("),
]
SCRAPS = st.sampled_from(
    ["\n", "    return a", "def add(a, b):", "```", '"""', "(", "- add(a)", "[DONE]", "\x00", "x"]
)


@given(st.sampled_from(ALL), st.text(max_size=80) | st.lists(SCRAPS, max_size=12).map("".join), st.booleans())
def test_no_request_and_no_reply_raises(request_, text, cut):
    for chosen in (COMPLETION, UNSTRIPPED):
        assert len(chosen.render(request_).messages) == 1
        reply = chosen.parse(request_, text, "length" if cut else "stop")
        assert isinstance(reply, CodeReply | PlanReply | TestsReply | BrokenReply)


@pytest.fixture
def shots(tmp_path):
    def write(*rows):
        file = tmp_path / "shots.jsonl"
        file.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows))
        return f"few-shot:{file}"

    return write


SHOT = {"text": "Double it.", "tests": ["assert double(2) == 4"], "code": "def double(x):\n    return 2 * x"}


def test_a_few_shot_reply_ends_at_its_mark(shots):
    few = style(shots(SHOT))
    assert few.render(TESTED).stop == ("[DONE]",)
    reply = few.parse(TESTED, "def add(a, b):\r\n    return a + b\r\n[DONE]\n\ndef add(): pass", "length")
    assert reply == CodeReply("def add(a, b):\n    return a + b\n")


def test_few_shot_without_tests_names_the_function_and_continues_a_starter(shots):
    few = style(shots(SHOT))
    assert sent(PLAIN, few).endswith(
        "task: Sum. Your code should define this function:\n\ndef add(a, b)\n[BEGIN]\n"
    )
    assert sent(OPEN, few).endswith(f"[BEGIN]\n{STARTER}")
    assert few.parse(OPEN, "    return 1\n[DONE]", "stop") == CodeReply(f"{STARTER}    return 1\n")
    assert few.render(REPAIR) == UNSTRIPPED.render(REPAIR)
    assert few.parse(WRITE, "1, 2) == 3", "stop") == UNSTRIPPED.parse(WRITE, "1, 2) == 3", "stop")


def test_other_examples_are_another_version(shots):
    first = style_label(style(shots(SHOT)))
    assert first == style_label(style(shots(SHOT)))
    assert first.startswith("few-shot@")
    assert first != style_label(style(shots({**SHOT, "text": "Twice."})))


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([], "empty"),
        (["{"], "line 1"),
        ([SHOT, {**SHOT, "code": ""}], "line 2"),
        ([{"text": "x"}], "line 1"),
        (["[1]"], "line 1"),
    ],
)
def test_a_file_without_examples_is_refused(shots, rows, reason):
    with pytest.raises(ModelSpecError, match=reason):
        style(shots(*rows))


def test_a_missing_file_of_examples_is_refused(tmp_path):
    with pytest.raises(ModelSpecError, match="cannot be read"):
        style(f"few-shot:{tmp_path / 'none.jsonl'}")
