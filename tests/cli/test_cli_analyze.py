"""`hrl analyze`, as a user types it."""

import json
import sys
from pathlib import Path

import pytest
from cli_tasks import FIXED, hopeless, repaired, write

RIGHT = "def double(x):\n    return 2 * x\n"
WRONG = "def double(x):\n    return x + 2\n"


def problem(name):
    return {
        "task_id": name,
        "statement": "Return twice the number `x`.",
        "entry_point": "double",
        "signature": "def double(x)",
        "visible_tests": ["assert double(3) == 6"],
        "hidden_tests": ["assert double(5) == 10"],
    }


def write_rows(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def evaluated(hrl, place, monkeypatch, problems):
    """A run of `hrl eval`: half of the problems are solved at once, half after a repair."""
    monkeypatch.setenv("HRL_SANDBOX", "process")
    names = [f"p{number}" for number in range(problems)]
    write_rows(place / "p.jsonl", [problem(name) for name in names])
    chains = [(name, [RIGHT] if number % 2 else [WRONG, RIGHT]) for number, name in enumerate(names)]
    rows = [
        {"task_id": name, "step": step, "completion": code}
        for name, chain in chains
        for step, code in enumerate(chain)
    ]
    write_rows(place / "record.jsonl", rows)
    assert hrl("eval", "p.jsonl", "-m", "replay:record.jsonl", "--policy", "debug-2", "-q").code == 0


def test_without_the_extra_one_sentence_says_how_to_get_it(hrl, monkeypatch):
    for module in ("sklearn", "umap"):
        monkeypatch.setitem(sys.modules, module, None)
    ended = hrl("analyze", "default")
    assert ended.code == 3
    assert (
        ended.sentence == "error: hrl analyze needs scikit-learn and umap-learn: pip install 'hrl[analysis]'"
    )


@pytest.fixture
def _extra():
    for module in ("sklearn", "umap", "matplotlib"):
        pytest.importorskip(
            module, reason="needs the extra: pip install 'hrl[analysis]'", exc_type=ImportError
        )


@pytest.mark.usefixtures("_extra")
def test_a_run_is_explained_from_its_stored_decisions(hrl, tmp_path, monkeypatch):
    evaluated(hrl, tmp_path, monkeypatch, 12)
    told = json.loads(hrl("analyze", "latest", "--json").out)
    assert (told["policy"], told["judged"]) == ("debug-2", "hidden tests")
    assert (told["trajectories"], told["decisions"], told["solved"]) == (12, 6 * 3 + 6 * 5, 12)
    kinds = {tuple(one["typical"]) for one in told["clusters"]["clusters"]}
    assert kinds == {("generate", "test", "stop"), ("generate", "test", "debug", "test", "stop")}
    assert told["separation"] is None
    assert hrl("policy", "diff", "debug-2", "single-shot", "--on", "latest").code == 0


@pytest.mark.usefixtures("_extra")
def test_too_few_decisions_are_refused(hrl, tmp_path, monkeypatch):
    evaluated(hrl, tmp_path, monkeypatch, 2)
    ended = hrl("analyze", "latest")
    assert ended.code == 2
    assert "has 8 decisions; an analysis needs 20" in ended.sentence


@pytest.mark.usefixtures("_extra")
@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("nothing", "'nothing' names neither a run nor a policy"),
        ("~nosuchuser/x", "names neither a run nor a policy"),
        ("n" * 300, "names neither a run nor a policy"),
    ],
)
def test_what_cannot_be_analysed_is_one_sentence(hrl, what, said):
    ended = hrl("analyze", what)
    assert ended.code == 2
    assert said in ended.sentence


@pytest.mark.usefixtures("_extra")
@pytest.mark.parametrize(
    ("what", "said"),
    [
        (
            ("chain", "--level", "executive"),
            "chain decides for the hierarchical level, not for the executive",
        ),
        (("debug-2", "--level", "hierarchical"), "decides for the executive level, not for the hierarchical"),
        (("debug-2", "debug-3"), "no run in .hrl/runs is called 'debug-2'; only runs are analysed together"),
        (("chain", "--drills", 1), "1 scripted program held out of training, seed 0 has"),
    ],
)
def test_what_has_another_level_or_is_no_run_is_one_sentence(hrl, what, said):
    ended = hrl("analyze", *what)
    assert ended.code == 2
    assert said in ended.sentence


@pytest.mark.usefixtures("_extra")
def test_the_level_above_is_explained_from_the_options_of_several_runs(hrl):
    solved, runs = repaired(), Path(".hrl/runs")
    for model in (solved, hopeless(), solved, hopeless()):
        hrl("solve", write(), "-m", model, *FIXED, "--hierarchical", "chain", "-q")
    names = sorted(path.name for path in runs.iterdir() if path.is_dir() and not path.is_symlink())
    one = hrl("analyze", "latest", "--level", "hierarchical")
    assert one.code == 2
    assert "decisions; an analysis needs 20: name more runs" in one.sentence
    ended = hrl("analyze", *names, "latest", "--level", "hierarchical", "--json")
    told = json.loads(ended.out)
    assert (told["policy"], told["level"], told["judged"]) == ("chain", "hierarchical", "hidden tests")
    assert (told["trajectories"], told["solved"]) == (4, 2)
    lines = [
        line
        for name in names
        for line in (runs / name / "events.jsonl").read_text().splitlines(keepends=True)
    ]
    assert told["decisions"] == sum('"option.chosen"' in line for line in lines)
    differing = hrl("policy", "diff", "chain", "one-pass", "--on", "latest")
    assert "the run " in differing.out
    assert "| stop" in differing.out


def test_a_run_that_holds_no_options_or_is_too_old_to_say_what_was_seen_is_refused(
    hrl, tmp_path, monkeypatch
):
    evaluated(hrl, tmp_path, monkeypatch, 2)
    on_latest = ("policy", "diff", "chain", "early", "--on", "latest")
    assert "only hrl solve makes them" in hrl(*on_latest).sentence
    hrl("solve", write(), "-m", repaired(), *FIXED, "-q")
    assert hrl(*on_latest).code == 0
    trace = Path(".hrl/runs/latest/events.jsonl")
    rows = [json.loads(line) for line in trace.read_text().splitlines()]
    for row in rows:
        if row["event"]["kind"] == "option.chosen":
            del row["event"]["features"]
    write_rows(trace, rows)
    ended = hrl(*on_latest)
    assert ended.code == 2
    assert "is of an older hrl, which did not store what the Hierarchical policy saw" in ended.sentence
    assert hrl("view", "latest").code == 0


@pytest.mark.usefixtures("_extra")
def test_a_rule_of_the_level_above_is_walked_through_scripted_programs(hrl):
    ended = hrl("analyze", "one-pass", "--drills", "30")
    assert ended.code == 0
    assert "one-pass on 30 scripted programs held out of training, seed 0: 30 episodes" in ended.out
    assert "typical: plan execute integrate evaluate stop" in ended.out


@pytest.mark.usefixtures("_extra")
@pytest.mark.timeout(900)  # numba compiles what UMAP runs: up to a minute of one core
@pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])
def test_a_picture_that_cannot_be_written_loses_nothing_that_was_found(hrl, tmp_path, form):
    (tmp_path / "out/states-t-sne.png").mkdir(parents=True)
    ended = hrl("analyze", "debug-2", "--drills", "25", "--out", "out", *form)
    assert ended.code == 3
    assert "error: out/states-t-sne.png cannot be written" in ended.err
    drawn = "out/states-pca.png"
    if form:
        told = json.loads(ended.out)
        assert (told["pictures"], told["surrogates"]["agreement"]) == ([drawn], 1.0)
    else:
        assert "if debugs ≤ 1 [debug_count]:" in ended.out
        assert [line for line in ended.out.splitlines() if "picture" in line] == [f"picture: {drawn}"]


@pytest.mark.usefixtures("_extra")
@pytest.mark.parametrize("out", ["file", "file/below", "n" * 300])
def test_a_place_for_pictures_that_cannot_be_is_refused_before_anything_is_walked(hrl, tmp_path, out):
    (tmp_path / "file").write_text("")
    ended = hrl("analyze", "debug-2", "--drills", 1, "--out", out)  # too few, once it is walked
    assert ended.code in (2, 3)
    assert out in ended.sentence
    assert not hrl("analyze", "nothing", "--out", "new").out
    assert not (tmp_path / "new").exists()


@pytest.mark.usefixtures("_extra")
@pytest.mark.timeout(900)  # numba compiles what UMAP runs: up to a minute of one core
def test_a_rule_is_walked_through_drills_explained_and_drawn_the_same_each_time(hrl, tmp_path):
    one, two = (
        hrl("analyze", "debug-2", "--drills", "25", "--out", place, "--pictures", "svg")
        for place in ("one", "two")
    )
    assert one.code == 0
    assert "decision tree        1.000" in one.out
    assert "if debugs ≤ 1 [debug_count]:" in one.out
    assert one.out.replace("one/", "two/") == two.out
    names = {"states-pca", "states-t-sne", "states-umap", "trajectories", "outcome-lda", "fidelity"}
    assert {path.name for path in (tmp_path / "one").iterdir()} == {f"{name}.svg" for name in names}
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name
