"""Self-written tests count as far as independent programs pass them."""

import pytest

from hrl.executive.episode import Episode
from hrl.executive.trust import most_trusted, trust, trusted_share
from hrl.executive.updates import after_new, after_test
from hrl.types import Candidate, Subtask, TestCode, TestOutcome, TestReport, dump, load

NAMES = ("assert f(1) == 1", "assert f(2) == 2", "assert f(3) == 9")


def report(*passed: bool) -> TestReport:
    outcomes = tuple(
        TestOutcome(name, "pass" if right else "fail") for name, right in zip(NAMES, passed, strict=True)
    )
    return TestReport("pass" if all(passed) else "fail", outcomes)


def program(text: str, origin: str = "generate") -> Candidate:
    return Candidate.of(text, origin)


def test_a_test_is_believed_as_far_as_generated_programs_pass_it():
    trials = [(program("a = 1"), report(True, True, False)), (program("b = 1"), report(True, False, False))]
    assert trust(trials) == pytest.approx(dict(zip(NAMES, (3 / 4, 2 / 4, 1 / 4), strict=True)))


def test_a_repair_is_no_evidence_for_the_test_that_it_was_made_to_pass():
    first = (program("a = 1"), report(True, True, False))
    repaired = (program("b = 1", "debug"), report(True, True, True))
    assert trust([first, repaired]) == trust([first])


def test_a_repair_that_trades_believed_tests_for_a_doubtful_one_does_not_replace_the_first_program():
    first = (program("a = 1"), report(True, True, False))
    repaired = (program("b = 1", "debug"), report(False, True, True))
    assert trusted_share(first[1], trust([first])) == pytest.approx(4 / 5)
    assert most_trusted([first, repaired]) is first


def test_two_programs_that_agree_outvote_the_first():
    first = (program("a = 1"), report(True, False, False))
    second = (program("b = 1"), report(False, True, False))
    third = (program("c = 1"), report(False, True, False))
    assert most_trusted([first, second]) is first
    assert most_trusted([first, second, third]) is second


def test_the_first_of_equals_stays():
    first, second = (
        (program("a = 1"), report(True, False, True)),
        (program("b = 1"), report(True, False, True)),
    )
    assert most_trusted([first, second]) is first


def after(episode: Episode, candidate: Candidate, found: TestReport) -> Episode:
    return after_test(after_new(episode, candidate, cut=False), found)


def test_an_episode_with_self_written_tests_keeps_its_trials_and_survives_a_checkpoint():
    episode = Episode("e", "t", Subtask("f", "g", "def f(x)"), self_tests=(TestCode("\n".join(NAMES)),))
    episode = after(episode, program("a = 1"), report(True, True, False))
    episode = after(episode, program("b = 1", "debug"), report(False, True, True))
    assert episode.code == "a = 1"
    assert episode.candidate.code == "b = 1"
    assert load(Episode, dump(episode)) == episode


def test_the_tasks_own_tests_are_not_weighed():
    episode = Episode("e", "t", Subtask("f", "g", "def f(x)", tests=(TestCode("\n".join(NAMES)),)))
    episode = after(episode, program("a = 1"), report(True, False, False))
    episode = after(episode, program("b = 1", "debug"), report(False, True, True))
    assert episode.code == "b = 1"
    assert episode.trials == ()
