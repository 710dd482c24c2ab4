"""`scripted:`: conditions, defaults, and every way a script can be malformed."""

import pytest

from hrl.config import Settings
from hrl.errors import ModelSpecError
from hrl.llm import open_model
from hrl.llm.requests import BrokenReply, Call, CodeReply, Debug, Generate, MakePlan, PlanReply, Sampling
from hrl.types import Passage, TestOutcome, TestReport

SCRIPT = """
answers:
  - kind: generate
    subtask: add
    attempt: 1
    text: "def add(a, b): return 1"
  - kind: generate
    task: special
    text: "def add(a, b): return 2"
  - kind: generate
    text: "def add(a, b): return 0"
    tokens: 40
  - kind: debug
    documents: true
    text: "def add(a, b): return 3"
  - kind: debug
    failing: expected 3, got 0
    text: "def add(a, b): return 4"
    finish: length
  - kind: plan
    text: '{"functions": [{"name": "add"}]}'
"""
REPORT = TestReport("fail", (TestOutcome("assert add(1, 2) == 3", "fail", expected="3", got="0"),))


@pytest.fixture
def script(tmp_path):
    def write(text):
        file = tmp_path / "script.yaml"
        file.write_text(text)
        return f"scripted:{file}"

    return write


@pytest.fixture
def model(script, opened):
    return opened(open_model(script(SCRIPT), Settings()))


def reply(model, request):
    return model.complete([Call(request, Sampling())])[0].reply


def generate(task="t", attempt=0):
    return Generate(task, "add", "Sum.", "def add(a, b)", attempt)


def debug(report=REPORT, passages=()):
    return Debug("t", "add", "Sum.", "def add(a, b)", "def add(a, b): return 0", report, passages=passages)


@pytest.mark.parametrize(
    ("request_", "number"),
    [
        (generate(), 0),
        (generate(attempt=1), 1),
        (generate("special-task"), 2),
        (debug(passages=(Passage("d", "", "t"),)), 3),
        (debug(), 4),
    ],
)
def test_the_first_answer_whose_conditions_hold_is_given(model, request_, number):
    assert reply(model, request_) == CodeReply(f"def add(a, b): return {number}\n", truncated=number == 4)


def test_other_kinds_are_parsed_as_what_they_are(model):
    assert isinstance(reply(model, MakePlan("t", "T", "S", None, None)), PlanReply)


def test_no_matching_answer_is_an_empty_broken_reply(model):
    found = reply(model, debug(TestReport("timeout")))
    assert isinstance(found, BrokenReply)
    assert found.text == ""


def test_tokens_are_as_written(model):
    assert model.complete([Call(generate(), Sampling())])[0].usage.completion_tokens == 40


def test_a_batch_is_answered_together_after_its_delay(script, opened):
    model = opened(open_model(script('[{"text": "x", "seconds": 0.05}]'), Settings()))
    completions = model.complete([Call(generate(attempt=n), Sampling()) for n in range(3)])
    assert [(completion.batch, completion.usage.seconds) for completion in completions] == [(3, 0.05)] * 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("just words", "no list of answers"),
        ("answers: {a: 1}", "no list of answers"),
        ("- text: [", "line"),
        ("- kind: generate", "answer 1 of"),
        ("- {text: a}\n- {text: b, knd: plan}", "answer 2 of .* unknown key 'knd'"),
        ("- {text: 3}", "text cannot be 3"),
        ("- {text: a, attempt: true}", "attempt cannot be True"),
        ("- {text: a, documents: 1}", "documents cannot be 1"),
        ("- {text: a, kind: guess}", "kind is one of"),
        ("- {text: a, finish: never}", "finish is stop or length"),
        ("- {text: a, seconds: -1}", "not negative"),
        ("- {text: a, tokens: null}", "tokens cannot be None"),
    ],
)
def test_a_malformed_script_is_refused_with_its_place(script, text, said):
    with pytest.raises(ModelSpecError, match=said) as caught:
        open_model(script(text), Settings())
    assert "\n" not in str(caught.value)


def test_binary_and_missing_scripts_are_refused(tmp_path):
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    for name in ("binary", "missing"):
        with pytest.raises(ModelSpecError, match=name):
            open_model(f"scripted:{tmp_path / name}", Settings())
