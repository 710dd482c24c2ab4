import itertools
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrl.benchmarks.estimates import intervals, pass_at_k
from hrl.benchmarks.metrics import Measured, by_problem, measure, paired
from hrl.benchmarks.rows import Row
from hrl.errors import BadInput
from hrl.types import dump, load


def row(problem, sample, solved, **more):
    passed = 1 if solved else 0
    return Row(problem, sample, "pass" if solved else "fail", more.pop("passed", passed), 1, **more)


@given(st.integers(1, 9).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(1, n))))
def test_pass_at_k_is_the_share_of_draws_that_hold_a_right_answer(case):
    samples, right, k = case
    draws = list(itertools.combinations([place < right for place in range(samples)], k))
    assert pass_at_k(samples, right, k) == pytest.approx(sum(map(any, draws)) / len(draws), abs=1e-15)


def test_pass_at_k_is_absent_beyond_the_number_of_samples():
    assert pass_at_k(9, 9, 10) is None
    assert (
        measure([row("a", 0, True), row("b", 0, True), row("b", 1, True)], ks=(1, 2)).overall.pass_at[2]
        is None
    )


def test_pass_at_k_stays_exact_where_floats_cancel_or_overflow():
    assert pass_at_k(10**6, 1, 1) == 1e-6
    assert pass_at_k(5000, 1, 2500) == 0.5
    assert pass_at_k(100, 0, 100) == 0.0


@pytest.mark.parametrize("case", [(3, 4, 1), (3, -1, 1), (3, 1, 0)])
def test_impossible_counts_are_refused(case):
    with pytest.raises(ValueError, match="make no sense"):
        pass_at_k(*case)


def test_the_figures_of_a_run_by_hand():
    rows = [
        Row(
            "a",
            0,
            "pass",
            4,
            4,
            visible=True,
            prompt_tokens=10,
            completion_tokens=5,
            model_calls=1,
            seconds=2.0,
        ),
        Row(
            "a",
            1,
            "fail",
            2,
            4,
            visible=True,
            prompt_tokens=10,
            completion_tokens=5,
            model_calls=2,
            seconds=1.0,
        ),
        Row("b", 0, "error", 0, 4, visible=False, prompt_tokens=20, model_calls=1, sandbox_runs=3),
        Row("b", 1, "timeout", 0, 0, visible=None),
    ]
    found = measure(rows, ks=(1, 2, 3)).overall
    assert found.pass_at[1].value == 0.25
    assert found.pass_at[2].value == 0.5
    assert found.pass_at[3] is None
    assert found.soft.value == pytest.approx((0.75 + 0) / 2)
    assert found.gap.answers == 3
    assert (found.gap.visible.value, found.gap.graded.value) == (0.5, 0.25)
    assert (found.gap.difference.value, found.gap.misled.value) == (0.25, 0.25)
    assert (found.total.tokens, found.total.model_calls, found.total.sandbox_runs) == (50, 4, 3)
    assert (found.per_problem.tokens, found.per_solved.tokens, found.per_solved.seconds) == (25, 50, 3.0)
    assert found.verdicts == {"error": 1, "fail": 1, "pass": 1, "timeout": 1}
    assert (found.problems, found.answers, found.solved_problems, found.samples) == (2, 4, 1, (2, 2))


def test_where_nothing_is_solved_a_cost_for_each_solved_problem_does_not_exist():
    found = measure([row("a", 0, False, prompt_tokens=7)]).overall
    assert found.per_solved is None
    assert found.per_problem.tokens == 7
    assert found.gap is None


def test_no_rows_give_no_figures():
    found = measure([]).overall
    assert (found.problems, found.soft, found.pass_at, found.samples) == (
        0,
        None,
        {1: None, 10: None, 100: None},
        (0, 0),
    )


def test_groups_have_figures_of_their_own():
    rows = [
        row("a", 0, True, group="easy"),
        row("b", 0, False, group="hard"),
        row("c", 0, True, group="hard"),
    ]
    found = measure(rows)
    assert {name: one.pass_at[1].value for name, one in found.groups.items()} == {"easy": 1.0, "hard": 0.5}
    assert found.overall.pass_at[1].value == pytest.approx(2 / 3)
    assert measure([row("a", 0, True)]).groups == {}


def test_the_order_of_rows_moves_nothing():
    draw = random.Random(5)
    rows = [row(f"p/{p}", s, draw.random() < 0.4, seconds=draw.random()) for p in range(12) for s in range(3)]
    mixed = draw.sample(rows, len(rows))
    assert measure(rows) == measure(mixed)
    assert list(by_problem(mixed)) == [f"p/{p}" for p in range(12)]


def test_another_seed_moves_the_interval_and_not_the_value():
    rows = [row(str(p), 0, p % 3 == 0) for p in range(40)]
    one, same, other = (measure(rows, seed=seed).overall.pass_at[1] for seed in (1, 1, 2))
    assert one == same
    assert one.value == other.value
    found = [intervals([np.random.default_rng(1).random(40)], seed=seed)[0] for seed in (1, 2)]
    assert found[0] != found[1]


def test_a_sample_graded_twice_is_refused():
    with pytest.raises(BadInput, match="sample 0 of a was graded twice"):
        measure([row("a", 0, True), row("a", 0, True)])


def test_the_interval_resamples_problems_and_not_samples():
    certain = [row(str(p), s, p < 10) for p in range(20) for s in range(50)]
    found = measure(certain).overall.pass_at[1]
    assert found.low == pytest.approx(0.3, abs=0.06)
    assert found.high == pytest.approx(0.7, abs=0.06)


def test_the_interval_holds_the_truth_about_as_often_as_it_says():
    random = np.random.default_rng(7)
    truth, hits, runs = 0.3, 0, 400
    for seed in range(runs):
        rate = random.beta(3, 7, size=80)  # of each problem; its mean is the truth
        found = intervals([random.binomial(10, rate) / 10], draws=500, seed=seed)[0]
        hits += found.low <= truth <= found.high
    assert 0.91 <= hits / runs <= 0.98


def test_paired_differences_by_hand():
    first = [row("a", 0, True, prompt_tokens=10), row("b", 0, False, prompt_tokens=10), row("x", 0, True)]
    second = [row("a", 0, True, prompt_tokens=30), row("b", 0, True, prompt_tokens=10), row("y", 0, True)]
    found = paired(first, second)
    assert (found.problems, found.left_out, found.better, found.worse) == (2, 2, 1, 0)
    assert (found.pass_1.value, found.soft.value, found.tokens.value) == (0.5, 0.5, 10.0)
    assert paired(first[:1], second[2:]) is None


def test_pairing_is_narrower_than_the_two_intervals_suggest():
    first = [row(str(p), 0, p % 2 == 0) for p in range(100)]
    second = [row(str(p), 0, p % 2 == 0 or p < 10) for p in range(100)]
    found = paired(first, second).pass_1
    assert found.value == pytest.approx(0.05)
    assert found.low > 0
    assert measure(first).overall.pass_at[1].high > measure(second).overall.pass_at[1].low


def test_figures_survive_json():
    found = measure([row("a", 0, True, group="g", visible=True), row("b", 0, False, group="h")])
    assert load(Measured, dump(found)) == found
