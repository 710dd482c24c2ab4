"""`replay:`: recorded programs come back as they are, in their order."""

import json
from pathlib import Path

import pytest

from hrl.config import Settings
from hrl.errors import ModelSpecError
from hrl.llm import open_model
from hrl.llm.requests import BrokenReply, Call, CodeReply, Debug, Generate, MakePlan, Sampling
from hrl.types import TestReport, program_digest

RECORDS = Path(__file__).parents[3] / "shared" / "data" / "replay"
STEPS = [
    "def f(x):\n  return x",
    "def f(x):\n    return x  # the same",
    "def f(x:\n",
    "def f(x):\n    return 2 * x\n",
]


@pytest.fixture
def open_record(tmp_path, opened):
    def open_(rows, text=None):
        file = tmp_path / "record.jsonl"
        file.write_text(text if text is not None else "".join(json.dumps(row) + "\n" for row in rows))
        return opened(open_model(f"replay:{file}", Settings()))

    return open_


@pytest.fixture
def model(open_record):
    rows = [{"task_id": "T/1", "step": step, "completion": code} for step, code in enumerate(STEPS)]
    return open_record([*reversed(rows), {"task_id": 7, "step": 0, "completion": "x = 1"}])


def ask(model, request, **sampling):
    return model.complete([Call(request, Sampling(**sampling))])[0]


def generate(model, task, attempt=0, **more):
    return ask(model, Generate(task, "f", "Goal.", "def f(x)", attempt, **more))


def debug(model, code, attempt):
    report = TestReport("fail", (), "AssertionError")
    return ask(model, Debug("T/1", "f", "Goal.", "def f(x)", code, report, attempt))


def test_generate_gives_the_first_program_unchanged(model):
    assert generate(model, "T/1").reply == CodeReply(STEPS[0])


def test_numbers_are_task_ids_too(model):
    assert generate(model, "7").reply == CodeReply("x = 1")


def test_debug_gives_the_step_after_the_one_debugged(model):
    codes = [STEPS[0]]
    for attempt in range(3):
        codes.append(debug(model, codes[-1], attempt).reply.code)
    assert codes == STEPS


def test_a_program_is_recognised_by_its_digest(model):
    changed = "def f(x):\n    '''Doubled.'''\n    return 2 * x  # by two"
    assert program_digest(changed) == program_digest(STEPS[3])
    assert debug(model, changed, 3).reply == CodeReply(STEPS[3])


def test_at_the_end_of_the_record_the_program_stays(model):
    assert debug(model, STEPS[3], 3).reply == CodeReply(STEPS[3])
    assert debug(model, STEPS[3], 9).reply == CodeReply(STEPS[3])


def test_a_syntax_error_in_the_record_stays_one(model):
    assert debug(model, STEPS[1], 1).reply == CodeReply("def f(x:\n")


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (Generate("other", "f", "Goal.", "def f(x)"), "no task other"),
        (
            Debug("T/1", "f", "Goal.", "def f(x)", "def g(): pass", TestReport("fail")),
            "does not hold the program",
        ),
        (MakePlan("T/1", "Title", "Statement", "f", None), "cannot answer a plan request"),
    ],
)
def test_what_is_not_recorded_is_a_broken_reply_with_a_reason(model, request_, reason):
    reply = ask(model, request_).reply
    assert isinstance(reply, BrokenReply)
    assert reason in reply.reason


def test_independent_samples_are_chosen_by_attempt(open_record):
    rows = [{"task_id": "T", "sample_index": n, "completion": f"    return {n}\n"} for n in (2, 0, 1)]
    model = open_record(rows)
    codes = [generate(model, "T", attempt).reply.code for attempt in range(4)]
    assert codes == [f"def f(x):\n    return {n}\n" for n in (0, 1, 2, 0)]
    started = generate(model, "T", starter='def f(x):\n    """Doc."""\n').reply.code
    assert started == 'def f(x):\n    """Doc."""\n    return 0\n'


def test_usage_is_estimated_from_the_texts(model):
    usage = generate(model, "T/1").usage
    assert usage.prompt_tokens > 20
    assert usage.completion_tokens == pytest.approx(len(STEPS[0]) / 3.5, abs=1)


@pytest.mark.parametrize("text", ["", "not json\n", '{"task_id": 1}\n', "[1]\n"])
def test_a_file_that_is_no_record_is_refused(open_record, text):
    with pytest.raises(ModelSpecError, match=r"record\.jsonl"):
        open_record([], text)


def test_a_missing_record_is_refused(tmp_path):
    with pytest.raises(ModelSpecError, match="cannot be read"):
        open_model(f"replay:{tmp_path / 'none.jsonl'}", Settings())


@pytest.mark.skipif(not RECORDS.is_dir(), reason="the published records are not on this machine")
@pytest.mark.parametrize("name", ["ldb_humaneval_gpt-3.5-turbo-0613", "ldb_mbpp_starcoder"])
def test_published_records_replay_step_by_step(name, opened):
    file = RECORDS / f"{name}.jsonl"
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    model = opened(open_model(f"replay:{file}", Settings()))
    replayed = 0
    for task in sorted({str(row["task_id"]) for row in rows if row["step"] > 2})[:20]:
        recorded = [row["completion"] for row in rows if str(row["task_id"]) == task]
        code = generate(model, task).reply.code
        for attempt, expected in enumerate(recorded[1:]):
            request = Debug(task, "f", "Goal.", "def f(x)", code, TestReport("fail"), attempt)
            code = ask(model, request).reply.code
            replayed += program_digest(code) == program_digest(expected)
        assert program_digest(code) == program_digest(recorded[-1])
    assert replayed > 100
