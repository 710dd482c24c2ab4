import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrl.evaluation import HiddenTests, freeze, grading_job, protocol, verdict
from hrl.sandbox.base import Limits
from hrl.types import TestCode, TestOutcome, TestReport

PASS = TestReport("pass", (TestOutcome("a", "pass"),))
FAIL = TestReport("fail", (TestOutcome("a", "pass"), TestOutcome("b", "fail")), "AssertionError")
REPORTS = st.sampled_from([None, PASS, FAIL])
TESTS = (TestCode("assert f(1) == 2"),)


def test_hidden_tests_decide_over_visible_ones() -> None:
    found = verdict(visible=PASS, self_written=None, hidden=FAIL, has_hidden=True)
    assert not found.solved
    assert found.verified


def test_hidden_tests_that_were_not_run_solve_nothing() -> None:
    found = verdict(visible=PASS, self_written=None, hidden=None, has_hidden=True)
    assert not found.solved
    assert not found.verified


def test_visible_tests_decide_where_there_are_no_hidden_ones() -> None:
    assert verdict(visible=PASS, self_written=None, hidden=None, has_hidden=False).solved


def test_self_written_tests_alone_solve_but_verify_nothing() -> None:
    found = verdict(visible=None, self_written=PASS, hidden=None, has_hidden=False)
    assert found.solved
    assert not found.verified


def test_a_program_that_only_loads_is_not_solved() -> None:
    loaded = verdict(visible=None, self_written=TestReport("pass"), hidden=None, has_hidden=False)
    assert not loaded.solved


@given(
    visible=st.sampled_from([PASS, FAIL]),
    first=REPORTS,
    second=REPORTS,
    hidden=REPORTS,
    has_hidden=st.booleans(),
)
def test_self_written_tests_never_overrule_the_tasks_own(visible, first, second, hidden, has_hidden) -> None:
    def decide(written: TestReport | None) -> tuple[bool, bool]:
        found = verdict(visible=visible, self_written=written, hidden=hidden, has_hidden=has_hidden)
        return found.solved, found.verified

    assert decide(first) == decide(second)


def test_hidden_tests_open_once() -> None:
    hidden = HiddenTests(TESTS)
    answer = freeze("def f(x):\n    return x + 1\n", "f")
    assert hidden.open(answer) == TESTS
    assert hidden.opened == 1
    with pytest.raises(RuntimeError, match="opened before"):
        hidden.open(answer)


def test_hidden_tests_need_a_frozen_answer() -> None:
    with pytest.raises(AssertionError, match="frozen answer"):
        HiddenTests(TESTS).open("def f(x): return x")  # type: ignore[arg-type]


def test_hidden_tests_opened_by_an_earlier_session_stay_closed() -> None:
    with pytest.raises(RuntimeError, match="opened before"):
        HiddenTests(TESTS, opened=1).open(freeze("", None))


def test_hidden_tests_do_not_show_in_a_log_line() -> None:
    assert "assert" not in repr(HiddenTests(TESTS))


def test_the_grading_job_holds_the_frozen_program() -> None:
    job = grading_job(freeze("x = 1\n", "f"), TESTS, Limits())
    assert (job.program, job.tests, job.entry_point) == ("x = 1\n", TESTS, "f")


def test_the_protocol_says_what_was_run_and_how_often_hidden_tests_were_opened() -> None:
    found = verdict(visible=PASS, self_written=None, hidden=FAIL, has_hidden=True)
    assert protocol(found, 1) == (
        "visible tests: 1 of 1 pass; hidden tests: 1 of 2 pass; "
        "hidden tests were opened once, after the answer was frozen"
    )
