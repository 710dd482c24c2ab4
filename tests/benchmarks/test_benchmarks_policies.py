"""Policies over seeds: interquartile means, paired differences, the forms of the table."""

import csv
import io
from dataclasses import replace

import numpy as np
import pytest

from hrl.benchmarks.policies import (
    PolicyRun,
    compare_policies,
    interquartile_mean,
    policies_csv,
    policies_markdown,
    write_policies,
)
from hrl.benchmarks.rows import Row
from hrl.errors import BadInput


def rows(solved, *, tokens=100):
    return tuple(
        Row(
            f"P/{place}",
            0,
            "pass" if right else "fail",
            2 * right,
            2,
            visible=bool(right),
            prompt_tokens=tokens,
        )
        for place, right in enumerate(solved)
    )


def run(name, *seeds, tokens=100):
    return PolicyRun(name, tuple(rows(solved, tokens=tokens) for solved in seeds))


@pytest.mark.parametrize(
    ("values", "expected"),
    [([3.0], 3.0), ([1.0, 3.0], 2.0), ([0.0, 1.0, 2.0, 9.0], 1.5), ([9.0, 0.0, 1.0, 2.0, 3.0], 2.0)],
)
def test_the_lowest_and_the_highest_quarter_do_not_count(values, expected):
    assert interquartile_mean(np.array(values)[:, None])[0] == expected


def test_one_lucky_seed_does_not_lift_a_policy():
    steady, lucky = [1, 0, 0, 0], [1, 1, 1, 1]
    table = compare_policies([run("a", *[steady] * 4, lucky)], protocol="p")
    assert table.lines[0].success.value == 0.25
    assert (table.problems, table.seeds) == (4, 5)


@pytest.mark.parametrize(
    ("seeds", "mean", "warned"),
    [
        (1, "Solved: mean over seeds.", "With one seed"),
        (3, "Solved: mean over seeds.", "With fewer than five seeds"),
        (4, "Solved: interquartile mean over seeds.", "With fewer than five seeds"),
        (5, "Solved: interquartile mean over seeds.", ""),
    ],
)
def test_the_note_says_which_mean_it_is_and_warns_of_few_seeds(seeds, mean, warned):
    text = policies_markdown(compare_policies([run("a", *[[1, 0]] * seeds)], protocol="p"))
    assert mean in text
    assert ("\nWith " in text) == bool(warned)
    assert warned in text


def test_visible_tests_are_summed_up_as_hidden_ones_are():
    table = compare_policies([run("a", *[[1, 0, 0, 0]] * 4, [1, 1, 1, 1])], protocol="p")
    assert table.lines[0].visible == table.lines[0].success.value == 0.25


def test_problems_without_visible_tests_do_not_count_among_them():
    unseen = tuple(replace(row, visible=None) for row in rows([1, 0]))
    assert compare_policies([PolicyRun("a", (unseen,))], protocol="p").lines[0].visible is None
    half = (rows([1, 0])[0], unseen[1])
    assert compare_policies([PolicyRun("a", (half, half))], protocol="p").lines[0].visible == 1.0


def test_a_difference_is_paired_by_problem():
    """The same problems solved but one: the interval of the difference is far narrower than the scores'."""
    first = [place % 2 for place in range(100)]
    second = first.copy()
    second[0] = 1
    table = compare_policies([run("a", first), run("b", second, tokens=50)], protocol="p")
    one, other = table.lines
    assert one.gain is None
    assert other.gain.value == pytest.approx(0.01)
    assert other.gain.low >= 0
    assert other.gain.high < 0.05 < one.success.high - one.success.low
    assert (other.saving.value, other.saving.low, other.saving.high) == (-0.5, -0.5, -0.5)


def test_equal_runs_differ_by_nothing_whatever_the_seeds():
    seeds = [[1, 0, 1, 1], [0, 0, 1, 0], [1, 1, 1, 1]]
    table = compare_policies([run("a", *seeds), run("b", *seeds)], protocol="p")
    gain = table.lines[1].gain
    assert (gain.value, gain.low, gain.high) == (0, 0, 0)
    assert table == compare_policies([run("a", *seeds), run("b", *seeds)], protocol="p")


def test_intervals_grow_with_the_spread_of_seeds():
    same = compare_policies([run("a", *[[1, 0] * 20] * 4)], protocol="p").lines[0].success
    spread = (
        compare_policies([run("a", [1] * 40, [1] * 40, [0] * 40, [0] * 40)], protocol="p").lines[0].success
    )
    assert spread.high - spread.low > same.high - same.low


def test_the_table_is_written_in_three_forms_and_drawn(tmp_path):
    table = compare_policies([run("a", [1, 0], [1, 1]), run("b", [0, 0], [1, 0])], protocol="visible: x")
    write_policies(tmp_path, table)
    assert {path.name for path in tmp_path.iterdir()} == {
        "policies.csv", "policies.json", "policies.md", "policies.png",
    }  # fmt: skip
    lines = list(csv.DictReader(io.StringIO(policies_csv(table))))
    assert float(lines[1]["gain"]) == table.lines[1].gain.value
    assert lines[0]["gain"] == ""
    text = policies_markdown(table)
    assert "2 problems, 2 seeds; protocol visible: x." in text
    assert len({line.count("|") for line in text.split("\n") if line.startswith("|")}) == 1


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ([], "no policy"),
        ([run("a", [1]), run("a", [1])], "'a' is there twice"),
        ([run("a", [1]), run("b", [1], [1])], "not run with the same seeds"),
        ([run("a", [1]), run("b", [1, 0])], "did not answer each problem once"),
        ([PolicyRun("a", (rows([1]) + rows([1]),))], "did not answer each problem once|graded twice"),
    ],
)
def test_what_does_not_compare_is_refused(given, says):
    with pytest.raises(BadInput, match=says):
        compare_policies(given, protocol="p")
