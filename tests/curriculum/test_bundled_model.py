"""The weights in the package: they load through the ordinary path and write right programs."""

import json
import random

import pytest

from hrl.benchmarks.skills import judged
from hrl.benchmarks.skills.drawing import draw_example
from hrl.config import Settings
from hrl.llm import open_model
from hrl.llm.opening import bundled_directory
from hrl.llm.requests import Call, Sampling
from hrl.sandbox import open_sandbox

DIRECTORY = bundled_directory()


@pytest.fixture(scope="module")
def model():
    opened = open_model("bundled", Settings())
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def sandbox():
    opened = open_sandbox(Settings(sandbox="process"))
    yield opened
    opened.close()


def test_the_package_holds_a_small_model_with_its_card_and_style():
    assert sum(file.stat().st_size for file in DIRECTORY.iterdir()) < 16e6
    assert json.loads((DIRECTORY / "hrl.json").read_text())["prompt_style"] == "compact"
    card = (DIRECTORY / "README.md").read_text()
    assert "## Measured" in card
    assert "| generate | unseen combinations |" in card


@pytest.mark.slow
@pytest.mark.parametrize(
    ("skill", "split", "least"),
    [
        ("generate", "unseen_parameters", 6),
        ("generate", "unseen_phrasings", 6),
        ("generate", "unseen_combinations", 3),
        ("debug", "validation", 6),
        ("main", "validation", 6),
        ("document", "unseen_documents", 6),
        ("plan", "validation", 8),
    ],
)
def test_the_bundled_model_does_what_its_card_says(skill, split, least, model, sandbox):
    rng = random.Random(f"{skill}{split}")
    examples = [draw_example(skill, split, rng) for _ in range(10)]
    answers = model.complete([Call(example.request, Sampling(max_tokens=200)) for example in examples])
    found = judged(examples, [answer.reply for answer in answers], sandbox)
    assert sum(answer.right for answer in found) >= least
