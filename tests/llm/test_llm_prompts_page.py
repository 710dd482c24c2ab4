"""docs/prompts.md shows what the code sends, and names every form."""

import json
import re
from pathlib import Path

import pytest

from hrl.config import PROMPT_STYLES, Settings, load_settings
from hrl.errors import BadInput
from hrl.llm.prompts import STYLES, style
from hrl.llm.requests import Debug, Generate, Integrate, MakePlan, WriteTests
from hrl.types import TestCode, TestOutcome, TestReport

PAGE = (Path(__file__).parents[2] / "docs" / "prompts.md").read_text()
EXAMPLES = dict(re.findall(r"<!-- example: ([\w -]+) -->\n```text\n(.*?)\n```\n", PAGE, re.S))
GOAL, HEAD, TESTS = (
    "Write a function that adds the even numbers.",
    "def total(numbers)",
    (TestCode("assert total([1, 2, 4]) == 6"),),
)
STARTER = (
    "from typing import List\n\n\ndef total(numbers: List[int]) -> int:\n"
    '    """Adds the even numbers.\n    >>> total([1, 2, 4])\n    6\n    """\n'
)
CODE = "def total(numbers):\n    return sum(numbers)\n"
REPORT = TestReport("fail", (TestOutcome(TESTS[0].source, "fail", expected="6", got="7"),))
MBPP = Generate("t", "total", GOAL, HEAD, tests=TESTS)
REQUESTS = {
    "completion humaneval": Generate("t", "total", GOAL, HEAD, starter=STARTER, tests=TESTS),
    "completion mbpp": MBPP,
    "completion signature": Generate("t", "total", GOAL, HEAD),
    "completion debug": Debug("t", "total", GOAL, HEAD, CODE, REPORT),
    "completion tests": WriteTests("t", "total", GOAL, HEAD),
    "completion plan": MakePlan(
        "t", "Even sums", "Add the even numbers of a text.", "main", "def main(text)"
    ),
    "completion integrate": Integrate(
        "t",
        "Add the even numbers of a text.",
        "main",
        "def main(text)",
        (("total", CODE),),
        "nothing defines main",
    ),
    "few-shot mbpp": MBPP,
}


@pytest.mark.parametrize("example", REQUESTS)
def test_the_page_shows_what_is_sent(example, tmp_path):
    file = tmp_path / "shots.jsonl"
    shot = {"text": "Write a function that doubles.", "test_list": ["assert double(2) == 4"]}
    file.write_text(json.dumps({**shot, "code": "def double(x):\r\n    return 2 * x\r\n"}) + "\n")
    chosen = style(f"few-shot:{file}" if example.startswith("few-shot") else "completion")
    prompt = chosen.render(REQUESTS[example])
    assert prompt.raw
    assert [message.content.rstrip("\n") for message in prompt.messages] == [EXAMPLES[example]]


def test_every_example_and_every_style_is_on_the_page():
    assert set(EXAMPLES) == set(REQUESTS)
    assert [name for name in STYLES if f"| `{name}` |" not in PAGE] == []


def test_settings_and_styles_know_the_same_names():
    assert ("auto", *STYLES) == PROMPT_STYLES
    assert Settings(prompt_style="few-shot:shots.jsonl").prompt_style == "few-shot:shots.jsonl"
    for name in ("sonnet", "few-shot:", "few-shot"):
        with pytest.raises(BadInput, match=r"prompt_style.*use auto, chat, .* or few-shot:FILE"):
            load_settings(prompt_style=name)
