import csv
import io
import json
import random
from dataclasses import replace

import pytest

from hrl.benchmarks.grading import Ungraded
from hrl.benchmarks.models import (
    ModelRun,
    compare_runs,
    comparison_csv,
    comparison_markdown,
    write_comparison,
)
from hrl.benchmarks.report import Facts, Summary, markdown, summarize, terminal, write_report
from hrl.benchmarks.rows import Row
from hrl.errors import BadInput, StorageFailure
from hrl.types import Budget, load

FACTS = Facts(
    command="hrl eval humaneval | tee",
    dataset="humaneval",
    split="test",
    source="the hub",
    digest="ca95deaa" * 8,
    official=True,
    protocol="Answers see the examples of the task.",
    model="bundled",
    policy="default",
    seed=3,
    budget=Budget(tokens=8000),
    sandbox="bubblewrap",
    isolation="bubblewrap: namespaces",
    seconds_per_test=10.0,
    version="1.2",
)


def rows(problems=40, samples=2, rate=0.5):
    draw = random.Random(3)
    return [
        Row(
            f"P/{p}",
            s,
            "pass" if (right := draw.random() < rate) else "fail",
            3 if right else draw.randrange(3),
            3,
            group="even" if p % 2 == 0 else "odd",
            visible=draw.random() < 0.8,
            digest=f"{p}.{s}",
            prompt_tokens=draw.randrange(50, 500),
            model_calls=1,
            seconds=draw.random(),
        )
        for p in range(problems)
        for s in range(samples)
    ]


def text(facts=FACTS, some=None):
    return markdown(summarize(facts, rows() if some is None else some))


def test_a_report_says_what_was_run():
    found = text()
    for part in (
        "# humaneval test",
        "| command | `hrl eval humaneval \\| tee` |",
        "SHA-256 ca95deaa",
        "the published set",
        "Answers see the examples of the task.",
        "| seed | 3 |",
        "| budget of an answer | 8000 tokens |",
        "| time limit | 10 s for a test |",
        "| sandbox | bubblewrap: namespaces |",
    ):
        assert part in found


def test_the_tables_hold_every_group_and_interval():
    summary = summarize(FACTS, rows())
    found = markdown(summary)
    one = summary.measured.groups["odd"].pass_at[1]
    assert f"| odd | 20 | 40 | {one.value:.4f} [{one.low:.4f}, {one.high:.4f}] |" in found
    assert "| even | 20 | 40 |" in found
    assert f"| tokens | {summary.measured.overall.total.tokens:,} |" in found


def test_every_line_of_a_table_has_as_many_cells():
    lines = text(some=[replace(row, message="a|b\n|c", verdict="timeout") for row in rows()]).split("\n")
    blocks, block = [], []
    for line in [*lines, ""]:
        if line.startswith("|"):
            block.append(line.replace("\\|", "").count("|"))
        elif block:
            blocks.append(block)
            block = []
    assert len(blocks) == 4
    assert all(len(set(block)) == 1 for block in blocks)


def test_the_same_rows_give_the_same_bytes(tmp_path):
    some = rows()
    for name, order in (("one", some), ("two", some[::-1])):
        (tmp_path / name).mkdir()
        write_report(tmp_path / name, FACTS, order)
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert files == sorted(path.name for path in (tmp_path / "two").iterdir())
    assert {"report.md", "summary.json", "pass-at-k.png", "groups.png", "cost.png"} <= set(files)
    for name in files:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name


def test_the_summary_is_json_and_comes_back(tmp_path):
    summary = write_report(tmp_path, FACTS, rows(), plots=False)
    assert load(Summary, json.loads((tmp_path / "summary.json").read_text())) == summary


def test_timeouts_and_what_is_not_gradable_are_listed_by_problem():
    bad = [
        Row("P/10", 0, "timeout", 0, 1, message="no answer in time"),
        Row("P/10", 1, "timeout", 0, 1, message="later"),
        Row("P/2", 0, "protocol", 0, 1, message="not gradable: the value is too large"),
        Row("P/3", 0, "fail", 0, 1, message="got 1"),
    ]
    found = summarize(FACTS, bad)
    assert [(t.problem, t.verdict, t.answers) for t in found.troubles] == [
        ("P/2", "protocol", 1),
        ("P/10", "timeout", 2),
    ]
    assert "| P/10 | timeout | 2 | no answer in time |" in markdown(found)


@pytest.mark.parametrize(
    ("facts", "some", "says"),
    [
        (replace(FACTS, official=False), rows(), "not those of the published set"),
        (replace(FACTS, usual_imports=True), rows(), "Imports are put in front"),
        (replace(FACTS, cut="sanitize"), rows(), "changed before grading"),
        (replace(FACTS, sandbox="process"), rows(), "plain processes"),
        (replace(FACTS, missing=("P/77",)), rows(), "1 problems have no answer and are not counted: P/77"),
        (replace(FACTS, ungraded=(Ungraded("P/1", 0, "gone"),)), rows(), "1 answers could not be graded"),
        (replace(FACTS, notes=("A note.",)), rows(), "A note."),
        (FACTS, [replace(row, opened=2) for row in rows()], "no honest scores"),
        (FACTS, [replace(row, digest="x") for row in rows()], "pass@k cannot differ"),
        (FACTS, [replace(row, total=1, passed=0) for row in rows()], "soft-pass@1 says nothing more"),
        (FACTS, rows(problems=5), "5 problems are few"),
        (FACTS, rows(rate=1.0), "an interval without width"),
        (FACTS, rows(), "pass@10, pass@100 is absent: a problem has 2 answers only"),
        (FACTS, rows()[1:], "between 1 and 2 answers"),
    ],
)
def test_traps_are_named_where_they_are_and_nowhere_else(facts, some, says):
    assert says in text(facts, some)
    if says not in text():
        return
    assert (facts, len(some)) == (FACTS, len(rows()))


def test_a_report_of_nothing_is_a_report():
    found = text(some=[])
    assert "0 of 0 problems solved in 0 answers" in found
    assert "No cost is on record" in found


def test_the_terminal_gets_the_figures():
    found = terminal(summarize(replace(FACTS, ungraded=(Ungraded("P/1", 0, "gone"),)), rows()))
    assert found.startswith("pass@1 0.")
    assert "even: pass@1" in found
    assert "tokens: 600.38 for each problem, 857.68 for each solved one" in found
    assert "1 answers could not be graded: the sandbox failed" in found


def test_a_directory_that_is_not_there_is_a_storage_failure(tmp_path):
    with pytest.raises(StorageFailure):
        write_report(tmp_path / "absent", FACTS, rows(problems=3))


def runs():
    first = [replace(row, verdict="fail" if row.problem < "P/3" else row.verdict) for row in rows()]
    return [ModelRun("small", tuple(first)), ModelRun("large, newer", tuple(rows()))]


def test_runs_are_compared_with_the_first_one():
    found = compare_runs(runs())
    assert found.common == 40
    assert found.lines[0].change is None
    change = found.lines[1].change
    assert change.pass_1.value > 0
    assert change.worse == 0
    assert change.better > 0
    assert "A change whose interval holds 0" in found.notes[-1]


def test_a_comparison_is_written_in_three_forms_and_drawn(tmp_path):
    found = write_comparison(tmp_path, runs())
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "models.csv",
        "models.json",
        "models.md",
        "models.png",
    ]
    lines = list(csv.DictReader(io.StringIO((tmp_path / "models.csv").read_text())))
    assert [line["run"] for line in lines] == ["small", "large, newer"]
    assert float(lines[1]["change_pass@1"]) == found.lines[1].change.pass_1.value
    assert lines[0]["change_pass@1"] == lines[1]["pass@100"] == ""
    assert None not in lines[0]
    assert comparison_csv(found) == (tmp_path / "models.csv").read_text()
    table = [line for line in comparison_markdown(found).split("\n") if line.startswith("|")]
    assert len({line.count("|") for line in table}) == 1
    assert (tmp_path / "models.md").read_text().endswith("![success against tokens](models.png)\n")


def test_runs_on_other_problems_are_told():
    one, two = runs()
    found = compare_runs([one, replace(two, rows=two.rows[4:])])
    assert found.common == 38
    assert "different problems" in found.notes[0]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ([], "no run"),
        ([runs()[0], runs()[0]], "two runs have the name 'small'"),
        ([ModelRun("x", ())], "has no graded answer"),
        ([runs()[0], ModelRun("x", (Row("Q", 0, "pass", 1, 1),))], "no problem in common"),
    ],
)
def test_runs_that_do_not_compare_are_refused(given, says):
    with pytest.raises(BadInput, match=says):
        compare_runs(given)
