"""`replay:`: recorded programs come back as they are, in their order."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hrl.config import Settings
from hrl.errors import ModelSpecError
from hrl.llm import open_model
from hrl.llm.backend import Ask
from hrl.llm.backends.replay import RecordedStyle, ReplayBackend
from hrl.llm.model import StyledModel
from hrl.llm.prompts import Prompt, style
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


def test_samples_that_continue_a_prompt_follow_the_starter_whatever_they_begin_with(open_record):
    # A name that begins like the function's, a docstring closed late, a blank line, the function anew.
    said = [
        "    def fact(n):\n        return n\n    return fact(x)\n",
        '.\n    """\n',
        "\n",
        "def f(x):\n    pass\n",
    ]
    said += ["    return 1\n"] * 4
    model = open_record(
        [{"task_id": "T", "sample_index": n, "completion": text} for n, text in enumerate(said)]
    )
    starter = 'def g(x):\n    return x\n\ndef f(x):\n    """Doc."""\n'
    assert [generate(model, "T", n, starter=starter).reply.code for n in range(8)] == [
        starter + s for s in said
    ]
    assert generate(model, "T", 4, starter=starter.rstrip()).reply.code == starter + said[4]


def test_the_starter_is_part_of_what_a_cached_answer_depends_on(tmp_path, opened):
    file = tmp_path / "record.jsonl"
    file.write_text(json.dumps({"task_id": "T", "sample_index": 0, "completion": "    return 1\n"}))
    # Prompts of `compact` do not show a starter that is a stub.
    model = opened(StyledModel(ReplayBackend(file, "replay:x"), RecordedStyle(style("compact"))))
    starters = ['def f(x):\n    """A."""\n', 'def f(x):\n    """B."""\n']
    assert [generate(model, "T", starter=s).reply.code[:-13] for s in starters] == starters


def test_whole_programs_are_not_put_behind_a_starter(open_record):
    model = open_record([{"task_id": "T", "sample_index": 0, "completion": "def f(x):\n    return x\n"}])
    assert generate(model, "T", starter="def f(x):\n    pass\n").reply == CodeReply(
        "def f(x):\n    return x\n"
    )


@pytest.mark.parametrize("recorded", [11, "11", "Mbpp/11", "MBPP/11"])
@pytest.mark.parametrize("asked", ["11", "Mbpp/11", "mbpp/11"])
def test_mbpp_numbers_are_found_under_each_of_their_names(open_record, recorded, asked):
    model = open_record([{"task_id": recorded, "step": 0, "completion": "x = 1"}])
    assert generate(model, asked).reply == CodeReply("x = 1")
    assert isinstance(generate(model, "HumanEval/11").reply, BrokenReply)


CODES = st.lists(st.sampled_from(["a = 1", "b = 2", "c = (", "a = 1  # again"]), min_size=1, max_size=11)


@given(CODES, st.booleans())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_chain_is_walked_to_its_end_whether_or_not_known_programs_are_kept(tmp_path, steps, keep):
    file = tmp_path / "chain.jsonl"
    rows = [{"task_id": "T/1", "step": n, "completion": code} for n, code in enumerate(steps)]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert walked(open_model(f"replay:{file}", Settings()), "T/1", keep=keep) == digests(steps)


def digests(steps):
    return [program_digest(code) for code in (*steps, *[steps[-1]] * 11)][:11]


def walked(model, task, *, keep):
    """What ten debugs in a row bring; `keep` as the Executive does: a known program changes nothing."""
    code = generate(model, task).reply.code
    brought = [program_digest(code)]
    for attempt in range(10):
        request = Debug(task, "f", "Goal.", "def f(x)", code, TestReport("fail"), attempt)
        new = ask(model, request).reply.code
        if not keep or program_digest(new) not in brought:
            code = new
        brought.append(program_digest(new))
    return brought


@pytest.mark.skipif(not RECORDS.is_dir(), reason="the published records are not on this machine")
def test_all_recorded_codegen_samples_are_prompt_and_completion(opened):
    file = RECORDS / "codet_humaneval_codegen-16b.jsonl"
    lines = (RECORDS.parent / "humaneval.jsonl").read_text().splitlines()
    problems = {row["task_id"]: row for row in map(json.loads, lines)}
    backend = opened(ReplayBackend(file, "replay:codegen"))
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    asks = []
    for row in rows:
        problem = problems[row["task_id"]]
        name, number = problem["entry_point"], row["sample_index"]
        request = Generate(row["task_id"], name, "Goal.", f"def {name}(x)", number, problem["prompt"])
        asks.append(Ask(Call(request, Sampling(sample=number)), Prompt(())))
    given_ = [answer.text for answer in backend.answer(asks)]
    assert len(given_) == 16400
    assert given_ == [problems[row["task_id"]]["prompt"] + row["completion"] for row in rows]


@pytest.mark.skipif(not RECORDS.is_dir(), reason="the published records are not on this machine")
@pytest.mark.parametrize("keep", [False, True])
def test_every_recorded_chain_is_walked(opened, keep):
    file = RECORDS / "ldb_humaneval_gpt-3.5-turbo-0613.jsonl"
    rows = sorted(map(json.loads, file.read_text().splitlines()), key=lambda row: row["step"])
    model = opened(open_model(f"replay:{file}", Settings()))
    for task in {row["task_id"] for row in rows}:
        recorded = [row["completion"] for row in rows if row["task_id"] == task]
        assert walked(model, task, keep=keep) == digests(recorded), task


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
