"""`hrl curriculum show|export|check`."""

import json
from dataclasses import replace

import pytest

from hrl.benchmarks.datasets import open_dataset
from hrl.curriculum import sample
from hrl.curriculum.families import SINGLES, UNSEEN
from hrl.curriculum.series import SERIES, digest, series
from hrl.task import read_task


def test_a_longer_series_begins_with_the_shorter_one_and_nothing_is_twice():
    short, long = series("held-out", 3, 11), series("held-out", 3, 40)
    assert long[:11] == short
    assert len({one.sample.task.id for one in long}) == 40
    assert {one.split for one in long} == set(SERIES["held-out"])
    assert digest(short) == digest(series("held-out", 3, 11)) != digest(series("held-out", 4, 11))


def test_what_is_shown_is_a_task_file(hrl, tmp_path):
    shown = hrl("curriculum", "show", "-n", "1", "--kind", "function", "--reference").out
    head, _, rest = shown.partition("\n")
    text, _, reference = rest.partition("```python reference\n")
    (tmp_path / "task.md").write_text(text)
    task, _ = read_task("task.md")
    assert head.startswith(f"<!-- {series('held-out', 0, 1, ('function',))[0].sample.task.id}")
    assert task.hidden_tests
    assert f"def {task.entry_point}(" in reference


def test_exported_tasks_are_read_again_as_they_were(hrl, tmp_path):
    ended = hrl("curriculum", "export", "tasks", "-n", "9", "--seed", "5")
    drawn = series("held-out", 5, 9)
    assert f"9 tasks, seed 5, SHA-256 {digest(drawn)}" in ended.err
    for one in drawn:
        task = one.sample.task
        place = tmp_path / "tasks" / (task.id if task.documents else "") / f"{task.id}.md"
        understood, _ = read_task(str(place))
        assert understood.entry_point == task.entry_point
        assert understood.documents == task.documents
        assert [t.source.strip() for t in understood.hidden_tests] == [
            t.source.strip() for t in task.hidden_tests
        ]


def test_exported_lines_are_a_benchmark(hrl, tmp_path):
    assert hrl("curriculum", "export", "tasks.jsonl", "-n", "12").code == 0
    dataset = open_dataset("tasks.jsonl")
    assert [problem.id for problem in dataset.problems] == [
        one.sample.task.id
        for one in series("held-out", 0, 12, ("function", "doctest", "document", "starter"))
    ]
    assert all(problem.reference for problem in dataset.problems)


def test_references_are_checked_in_the_sandbox(hrl, monkeypatch):
    monkeypatch.setenv("HRL_SANDBOX", "process")
    told = json.loads(hrl("curriculum", "check", "-n", "20", "--json").out)
    assert (told["tasks"], told["failed"]) == (20, {})


def test_families_that_training_never_shows_are_a_split(hrl, monkeypatch):
    monkeypatch.setenv("HRL_SANDBOX", "process")
    drawn = series("unseen_families", 0, 60)
    families = {one.sample.task.id.rpartition("-")[0] for one in drawn}
    assert families == {family.name for family in UNSEEN}
    assert not families & {family.name for family in SINGLES}
    told = json.loads(hrl("curriculum", "check", "--split", "unseen_families", "-n", "60", "--json").out)
    assert (told["tasks"], told["failed"]) == (60, {})


def test_a_reference_that_fails_is_named(hrl, monkeypatch):
    monkeypatch.setenv("HRL_SANDBOX", "process")

    def spoiled(split, rng, kind):
        drawn = sample(split, rng, kind)
        return replace(drawn, reference=f"def {drawn.task.entry_point}(*given):\n    return 'wrong'\n")

    monkeypatch.setattr("hrl.curriculum.series.sample", spoiled)
    ended = hrl("curriculum", "check", "-n", "2", "--kind", "function")
    assert ended.code == 1
    assert ended.out.startswith("0 of 2 references pass")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["show", "--split", "gone"], "the curriculum has no split 'gone'"),
        (["show", "--kind", "gone"], "there are no tasks of the kind 'gone' here"),
        (["show", "--kind", "document", "--split", "unseen_combinations"], "has no tasks of the kind"),
        (["export", "."], ". exists already"),
        (["export", "gone/tasks"], "the directory gone does not exist"),
        (["export", "x.jsonl", "--kind", "project"], "there are no tasks of the kind 'project' here"),
    ],
)
def test_bad_input_gets_one_sentence(hrl, arguments, sentence):
    ended = hrl("curriculum", *arguments)
    assert ended.code == 2
    assert sentence in ended.sentence
