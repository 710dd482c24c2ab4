"""Tolerant parsing: what small models do to a format, and what must survive it."""

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hrl.llm.parsing import parse_code, parse_tests
from hrl.llm.requests import BrokenReply, CodeReply, TestsReply

CODE = "def add(a, b):\n    return a + b\n"
HEAD = "def add(a, b)"
LONG = (
    "import math\n\n\ndef helper(x):\n    return math.floor(x)\n\n\n"
    "def add(a, b):\n    total = helper(a)\n    return total + b\n"
)


def code_of(text, name="add", **more):
    reply = parse_code(text, name, **more)
    assert isinstance(reply, CodeReply), reply
    return reply.code


@pytest.mark.parametrize(
    "text",
    [
        CODE,
        f"```python\n{CODE}```",
        f"```\n{CODE}```",
        f"```Python3\n{CODE}```\n",
        f'```python title="solution.py"\n{CODE}```',
        f"~~~py\n{CODE}~~~",
        f"````python\n{CODE}````",
        f"Sure! Here it is:\n\n```python\n{CODE}```\nIt adds the numbers.",
        f"Sure! Here it is:\n\n{CODE}\nThis function adds the numbers (a and b).",
        f"```python\n{CODE}",
        f"{CODE}```",
        "```python\ndef add(a, b):\n    return a + b```",
        f"<think>\nLet me think: def add? no.\n```python\nbad(\n```\n</think>\n```python\n{CODE}```",
        f"I reason about it.</think>\n{CODE}",
        f"[PYTHON]\n{CODE}[/PYTHON]",
        f"<code>\n{CODE}</code>",
        f"```python\n{CODE}```<|im_end|>",
        "```python\n" + "".join(f"    {line}\n" for line in CODE.splitlines()) + "```",
        "1. First:\n\n   ```python\n" + "".join(f"   {line}\n" for line in CODE.splitlines()) + "   ```\n",
        "```python\ndef add(a, b):\n\treturn a + b\n```",
        ">>> def add(a, b):\n...     return a + b\n...\n>>> add(1, 2)\n3\n",
        f"\ufeff```python\n{CODE}```".replace("\n", "\r\n"),
        "```python\ndef add(a,\u00a0b):\n\u00a0\u00a0\u00a0\u00a0return a + b\n```",
        f"```python\n{CODE}\nprint(add(1, 2))\nassert add(1, 2) == 3\nadd(3, 4)\n```",
    ],
)
def test_the_program_is_found_in_any_wrapping(text):
    found = code_of(text)
    assert ast.dump(ast.parse(found)) == ast.dump(ast.parse(CODE))


def test_a_fence_inside_a_docstring_does_not_end_the_block():
    code = 'def add(a, b):\n    """Use it so:\n\n    ```\n    add(1, 2)\n    ```\n    """\n    return a + b\n'
    assert code_of(f"Here:\n```python\n{code}```\nDone.") == code


def test_the_last_of_several_versions_wins():
    old = CODE.replace("+", "-")
    text = f"The old code:\n```python\n{old}```\nThe repaired code:\n```python\n{CODE}```"
    assert code_of(text) == CODE


def test_a_stub_after_the_program_does_not_replace_it():
    text = f"```python\n{CODE}```\nIts interface:\n```python\ndef add(a, b): ...\n```"
    assert code_of(text) == CODE


def test_an_earlier_block_with_a_helper_is_kept():
    helper, main = "def twice(x):\n    return 2 * x\n", "def add(a, b):\n    return twice(a) + b\n"
    text = f"```python\n{helper}```\nand\n```python\n{main}```"
    names = {node.name for node in ast.parse(code_of(text)).body}
    assert names == {"twice", "add"}


def test_usage_in_another_block_is_left_out():
    assert code_of(f"```python\n{CODE}```\nUse:\n```python\nprint(add(1, 2))\n```") == CODE


def test_a_reply_cut_after_the_function_is_cut_to_whole_statements():
    reply = parse_code(f"```python\n{CODE}\ndef extra(x):\n    return (x +", "add", finish="length")
    assert reply == CodeReply(CODE, truncated=True)


def test_a_reply_cut_inside_the_function_is_broken():
    reply = parse_code("```python\ndef add(a, b):\n    return (a +", "add", finish="length")
    assert isinstance(reply, BrokenReply)
    assert "middle of add" in reply.reason


def test_a_reply_cut_on_a_line_end_of_the_function_is_marked():
    reply = parse_code("```python\ndef add(a, b):\n    total = a\n", "add", finish="length")
    assert isinstance(reply, CodeReply)
    assert reply.truncated


def test_prose_after_unfenced_code_is_dropped():
    assert code_of(f"{LONG}\nThis solution's complexity is O(1).") == LONG


@pytest.mark.parametrize(
    "junk",
    [
        "if __name__ == '__main__':\n    import sys\n    print(add(*sys.argv))\n",
        "result = add(1, 2)\nprint(result)\n",
        "for pair in [(1, 2), (3, 4)]:\n    print(add(*pair))\n",
        "add(1, 2) == 3\n",
        "check(add)\ntest_add()\nmain()\nunittest.main()\ndoctest.testmod()\n",
        "def test_more(:\n    pass\n",
        "def unfinished(x):\n    return (x +",
        "It adds the numbers: add(1, 2) is 3.\n\n```python\nprint(add(1, 2))\n```\n",
    ],
)
@pytest.mark.parametrize("finish", ["stop", "length"])
def test_what_follows_the_program_to_try_it_is_cut(junk, finish):
    assert code_of(f"{LONG}\n\n{junk}", finish=finish) == LONG


@pytest.mark.parametrize(
    "kept",
    [
        "add = lambda a, b: add(b, a) if a > b else a + b\n",
        f"{CODE}\nTABLE = [add(n, n) for n in range(9)]\n\ndef twice(n):\n    return TABLE[n]\n",
        "import sys\nsys.setrecursionlimit(9999)\ndef add(a, b):\n    return a + b\n",
        "def add(a, b):\n    return a + b\n\nadd = functools.cache(add)\n",
    ],
)
def test_what_the_program_needs_is_not_taken_for_a_trial(kept):
    assert code_of(kept) == kept


@pytest.mark.parametrize(
    "body",
    [
        "    x = a\n    return x + b\n",
        "x = a\nreturn x + b\n",
        "x = a\n    return x + b\n",
        "```\nx = a\nreturn x + b\n```",
    ],
)
def test_a_body_may_have_lost_its_indentation(body):
    assert code_of(body, signature=HEAD) == "def add(a, b):\n    x = a\n    return x + b\n"


def test_a_body_goes_under_an_open_function_too():
    opened = 'def add(a, b):\n    """Sum."""\n'
    assert code_of("return a + b", signature=opened) == f"{opened}    return a + b\n"


def test_a_syntax_error_is_kept_for_the_debug_step():
    broken = "def add(a, b)\n    return a + b\n"
    assert parse_code(f"```python\n{broken}```", "add") == CodeReply(broken)


def test_a_body_gets_the_signature_that_was_asked_for():
    found = code_of("    return a + b\n\nprint('x')", signature="def add(a, b)")
    assert ast.dump(ast.parse(found)) == ast.dump(ast.parse(CODE))


def test_another_function_is_handed_on_for_the_tests_to_judge():
    assert "def plus" in code_of("```python\ndef plus(a, b):\n    return a + b\n```")


@pytest.mark.parametrize(
    "text", ["", "   \n", "I cannot do that.", "```python\n```", "<think>add add add", "42"]
)
def test_a_reply_without_code_is_broken_and_keeps_its_text(text):
    reply = parse_code(text, "add")
    assert isinstance(reply, BrokenReply)
    assert reply.text == text
    assert reply.reason


def test_set_up_at_the_top_level_is_kept():
    code = "import sys\n\nsys.setrecursionlimit(10000)\nLIMIT = 3\n\n\n" + CODE
    assert code_of(code) == code


@given(st.text(max_size=300), st.sampled_from(["stop", "length"]))
def test_no_text_makes_the_parser_raise(text, finish):
    assert isinstance(parse_code(text, "add", finish=finish), CodeReply | BrokenReply)
    assert isinstance(parse_tests(text, "add"), TestsReply | BrokenReply)


PIECES = st.sampled_from(
    ["```", "```python\n", "~~~\n", "def add(a, b):\n", "    return a\n", "\t", '"""', ">>> ", "<think>",
     "</think>", "\n", "import os\n", "text ", "(", "class X:\n", "\\d", "[PYTHON]\n",
     "assert add(1, 2) == 3\n"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=40).map("".join), st.sampled_from(["stop", "length"]))
@settings(max_examples=200)
def test_scraps_of_replies_never_raise_and_truncated_code_always_parses(text, finish):
    reply = parse_code(text, "add", finish=finish, signature="def add(a, b)")
    if isinstance(reply, CodeReply) and reply.truncated:
        ast.parse(reply.code)
        assert "add" in reply.code


@given(st.integers(0, len(LONG)), st.booleans())
def test_a_program_cut_anywhere_is_whole_or_not_a_program(length, fence):
    text = ("```python\n" if fence else "") + LONG[:length]
    reply = parse_code(text, "add", finish="length")
    if isinstance(reply, CodeReply) and "def add" in reply.code:
        ast.parse(reply.code)
        assert reply.truncated


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="`~"), max_size=80))
def test_prose_before_a_fenced_program_never_hides_it(prose):
    assert code_of(f"{prose}\n```python\n{CODE}```") == CODE


def test_asserts_are_gathered_from_test_functions_and_blocks():
    text = (
        "```python\nimport math\n\ndef test_add():\n    assert add(1, 2) == 3\n    x = 1\n"
        "    assert add(x, 2) == 3\n\nassert add(math.inf, 1) == math.inf\nassert True\n```"
    )
    reply = parse_tests(text, "add")
    assert isinstance(reply, TestsReply)
    assert reply.source.splitlines() == [
        "import math",
        "assert add(math.inf, 1) == math.inf",
        "assert add(1, 2) == 3",
    ]


def test_asserts_on_single_lines_of_broken_text_are_found():
    reply = parse_tests("Tests:\nassert add(1, 2) == 3\nassert add(1,\nassert add(0, 0) == 0", "add")
    assert isinstance(reply, TestsReply)
    assert reply.source == "assert add(1, 2) == 3\nassert add(0, 0) == 0\n"


@pytest.mark.parametrize(
    "text", ["", "assert True", "assert plus(1, 2) == 3", "def add(a): pass", "assert add(y) == 1"]
)
def test_tests_that_test_nothing_are_broken(text):
    assert isinstance(parse_tests(text, "add"), BrokenReply)
