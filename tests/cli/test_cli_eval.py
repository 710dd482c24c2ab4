"""`hrl eval`, `hrl resume` of one, `hrl compare-models`: as a user types them."""

import json
import signal
import subprocess
import sys
import time

import pytest

RIGHT = "def double(x):\n    return 2 * x\n"
WRONG = "def double(x):\n    return x + 2\n"


def write(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def problem(name):
    return {
        "task_id": name,
        "statement": "Return twice the number `x`.",
        "entry_point": "double",
        "signature": "def double(x)",
        "visible_tests": ["assert double(3) == 6"],
        "hidden_tests": ["assert double(5) == 10\nassert double(7) == 14"],
    }


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Two problems, `p.jsonl`; records that repair the second (`good.jsonl`) or do not (`bad.jsonl`)."""
    monkeypatch.setenv("HRL_SANDBOX", "process")
    write(tmp_path / "p.jsonl", [problem("a"), problem("b")])
    chains = {"good": {"a": [RIGHT], "b": [WRONG, RIGHT]}, "bad": {"a": [RIGHT], "b": [WRONG]}}
    for name, tasks in chains.items():
        rows = [
            {"task_id": task, "step": step, "completion": code}
            for task, codes in tasks.items()
            for step, code in enumerate(codes)
        ]
        write(tmp_path / f"{name}.jsonl", rows)
    return tmp_path


def runs(place):
    return sorted(path for path in (place / ".hrl/runs").iterdir() if path.is_dir() and not path.is_symlink())


def test_figures_go_to_stdout_progress_to_stderr_and_the_rest_into_the_runs_directory(hrl, files):
    ended = hrl("eval", "p.jsonl", "-m", "replay:good.jsonl", "--policy", "debug-3")
    assert ended.code == 0
    assert ended.out.startswith("pass@1 1.0000")
    assert "2/2" in ended.err
    (run,) = runs(files)
    assert {path.name for path in run.iterdir()} >= {
        "config.json", "env.json", "events.jsonl", "report.md", "result.json", "rows.jsonl", "samples.jsonl",
        "summary.json",
    }  # fmt: skip
    assert [json.loads(line) for line in (run / "samples.jsonl").read_text().splitlines()] == [
        {"task_id": "a", "sample": 0, "solution": RIGHT},
        {"task_id": "b", "sample": 0, "solution": RIGHT},
    ]
    report = (run / "report.md").read_text()
    assert "visible: the tests that the problem itself shows" in report
    assert "replay:good.jsonl" in report
    assert hrl("view").out == report
    listed = json.loads(hrl("runs", "--json").out)
    assert [(row["status"], row["task"], row["verb"]) for row in listed] == [
        ("measured", "p.jsonl, visible", "eval")
    ]


def test_the_protocol_is_named_and_changes_the_score(hrl, files):
    single = json.loads(
        hrl("eval", "p.jsonl", "-m", "replay:good.jsonl", "--protocol", "single", "--json", "-q").out
    )
    assert single["measured"]["overall"]["pass_at"]["1"]["value"] == 0.5
    assert single["facts"]["protocol"].startswith("single: one answer and no feedback")
    oracle = json.loads(
        hrl(
            "eval",
            "p.jsonl",
            "-m",
            "replay:good.jsonl",
            "--protocol",
            "oracle",
            "--policy",
            "debug-3",
            "--json",
            "-q",
        ).out
    )
    assert "not comparable" in oracle["facts"]["protocol"]


def test_fail_under_decides_the_exit_code(hrl, files):
    command = ("eval", "p.jsonl", "-m", "replay:bad.jsonl", "-q", "--fail-under")
    assert hrl(*command, "50").code == 0
    assert hrl(*command, "50.1").code == 1


def test_a_budget_bounds_every_answer(hrl, files):
    told = json.loads(
        hrl(
            "eval",
            "p.jsonl",
            "-m",
            "replay:good.jsonl",
            "--policy",
            "debug-3",
            "--budget",
            "model_calls=1",
            "--json",
            "-q",
        ).out
    )
    assert told["measured"]["overall"]["solved_problems"] == 1
    assert told["facts"]["budget"]["model_calls"] == 1


def test_samples_of_others_are_graded_without_a_model(hrl, files):
    samples = [
        {"task_id": "a", "solution": RIGHT}, {"task_id": "a", "solution": WRONG},
        {"task_id": "b", "completion": WRONG}, {"task_id": "b", "completion": "def double(x)\n"},
    ]  # fmt: skip
    write(files / "s.jsonl", samples)
    told = json.loads(hrl("eval", "p.jsonl", "--grade", "s.jsonl", "--json", "-q").out)
    overall = told["measured"]["overall"]
    assert (overall["answers"], overall["solved_answers"], overall["total"]["tokens"]) == (4, 1, 0)
    assert overall["pass_at"]["1"]["value"] == 0.25


def test_a_benchmarks_own_references_are_graded(hrl, files):
    write(files / "r.jsonl", [{**problem("a"), "reference": RIGHT}, {**problem("b"), "reference": WRONG}])
    told = json.loads(hrl("eval", "r.jsonl", "--grade", "reference", "--json", "-q").out)
    assert told["measured"]["overall"]["solved_problems"] == 1
    ended = hrl("eval", "p.jsonl", "--grade", "reference", "-q")
    assert (ended.code, "has no references" in ended.sentence) == (2, True)


def test_a_stored_run_is_graded_again_and_what_changed_is_named(hrl, files):
    hrl("eval", "p.jsonl", "-m", "replay:good.jsonl", "--policy", "debug-3", "-q")
    same = hrl("eval", "p.jsonl", "--rescore", "latest", "-q")
    assert same.out.endswith("no verdict changed\n")
    first = runs(files)[0]
    text = (first / "samples.jsonl").read_text().replace("return 2 * x", "return 3 * x", 1)
    (first / "samples.jsonl").write_text(text)
    changed = hrl("eval", "p.jsonl", "--rescore", first.name, "-q")
    assert "changed: a #0: pass -> fail: expected 10, got 15" in changed.out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nothing"], "there is no benchmark and no file 'nothing'"),
        (["humaneval", "--data", "gone"], "there is no file or folder gone"),
        (["humaneval"], "name its file with --data"),
        (["p.jsonl", "--split", "test"], "has no splits"),
        (["p.jsonl", "--budget", "much"], "'much' is no budget"),
        (["p.jsonl", "--budget", "tokens=5,tokens=6"], "is no budget"),
        (["p.jsonl", "--prompt", "loud"], "'loud' is no prompt style"),
        (["p.jsonl", "--grade", "gone.jsonl"], "gone.jsonl does not exist"),
        (["p.jsonl", "--grade", "good.jsonl"], "the samples have steps"),
        (["p.jsonl", "--rescore", "gone"], "is called 'gone'"),
        (["p.jsonl", "-m", "replay:good.jsonl", "--policy", "gone"], "there is no policy 'gone'"),
        (["p.jsonl", "-m", "replay:good.jsonl", "--hide-tests"], "so it cannot hide them"),
        (["templates", "--split", "x"], "hrl eval templates takes no --split"),
        (["curriculum", "--fail-under", "5"], "measured skill by skill, which takes no --fail-under"),
        (["templates", "--policy", "gone"], "there is no policy 'gone'"),
    ],
)
def test_bad_input_gets_one_sentence(hrl, files, monkeypatch, arguments, sentence):
    monkeypatch.setenv("XDG_CACHE_HOME", str(files / "cache"))
    ended = hrl("eval", *arguments, "-q")
    assert ended.code == 2
    assert sentence in ended.sentence


def test_a_broken_line_of_a_file_is_named(hrl, files):
    (files / "s.jsonl").write_text('{"task_id": "a", "solution": "x = 1"}\n{"task_id": \n')
    ended = hrl("eval", "p.jsonl", "--grade", "s.jsonl", "-q")
    assert (ended.code, ended.sentence) == (2, "error: s.jsonl:2: the line is not JSON")


def test_models_are_compared_by_problem_and_a_finished_run_counts_as_one(hrl, files):
    hrl("eval", "p.jsonl", "-m", "replay:bad.jsonl", "--policy", "debug-3", "-q")
    name = runs(files)[0].name
    told = hrl("compare-models", "p.jsonl", name, "replay:good.jsonl", "--policy", "debug-3", "-q", "--json")
    assert told.code == 0
    first, second = json.loads(told.out)["lines"]
    assert (first["metrics"]["solved_problems"], second["metrics"]["solved_problems"]) == (1, 2)
    assert (second["change"]["better"], second["change"]["worse"]) == (1, 0)
    (place,) = [path for path in runs(files) if "-compare-" in path.name]
    assert {path.name for path in place.iterdir()} >= {"models.csv", "models.json", "models.md"}


@pytest.mark.parametrize(
    ("models", "sentence"),
    [
        (["replay:good.jsonl", "nonsense"], "'nonsense' is no model"),
        (["replay:good.jsonl", "replay:good.jsonl"], "two runs have the name"),
    ],
)
def test_what_cannot_be_compared_is_refused(hrl, files, models, sentence):
    ended = hrl("compare-models", "p.jsonl", *models, "-q")
    assert ended.code == 2
    assert sentence in ended.sentence


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_evaluation_is_resumed_and_loses_nothing(hrl, files, number):
    slow = "import time\ntime.sleep(0.7)\n" + RIGHT
    names = [f"p{n}" for n in range(8)]
    write(files / "many.jsonl", [problem(name) for name in names])
    write(files / "slow.jsonl", [{"task_id": name, "step": 0, "completion": slow} for name in names])
    command = ["eval", "many.jsonl", "-m", "replay:slow.jsonl", "--workers", "2", "--display", "plain"]
    process = subprocess.Popen([sys.executable, "-m", "hrl", *command], stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    rows = None
    while time.monotonic() < deadline:
        rows = next((files / ".hrl/runs").glob("*-eval-*/rows.jsonl"), None)
        if rows is not None and rows.read_text().count("\n") >= 2:
            break
        time.sleep(0.05)
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert "hrl resume" in err
    kept = rows.read_text()
    assert 2 <= kept.count("\n") < len(names)
    again = hrl("resume", "--json", "-q")
    assert again.code == 0
    assert json.loads(again.out)["measured"]["overall"]["solved_answers"] == len(names)
    assert rows.read_text().startswith(kept)
    assert hrl("resume", "-q").code == 2


def test_policies_are_compared_over_seeds(hrl, files):
    command = ("compare", "p.jsonl", "-m", "replay:good.jsonl", "--policies", "single-shot,debug-3")
    told = hrl(*command, "--seeds", "2", "-q", "--json")
    assert told.code == 0
    table = json.loads(told.out)
    assert (table["problems"], table["seeds"]) == (2, 2)
    assert [line["success"]["value"] for line in table["lines"]] == [0.5, 1.0]
    assert table["lines"][1]["gain"]["value"] == 0.5
    (place,) = [path for path in runs(files) if "-compare-" in path.name]
    assert hrl("view", place.name).out == (place / "policies.md").read_text()
    assert hrl("resume", place.name, "-q").code == 2


@pytest.mark.usefixtures("files")
def test_generated_problems_are_the_same_for_every_seed_of_a_comparison(hrl):
    policies = ("--policies", "single-shot,debug-1", "--seeds", "2", "--limit", "3")
    told = hrl("compare", "curriculum", "-m", "bundled", *policies, "-q", "--json")
    assert told.code == 0
    assert [json.loads(told.out)[name] for name in ("problems", "seeds")] == [3, 2]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--policies", "debug-3,gone"], "there is no policy 'gone'"),
        (["--policies", "debug-3,debug-3"], "or one twice"),
        (["--policies", "debug-3", "--protocol", "single"], "no policy decides anything"),
    ],
)
def test_policies_that_cannot_be_compared_are_refused(hrl, files, arguments, sentence):
    ended = hrl("compare", "p.jsonl", "-m", "replay:good.jsonl", "-q", *arguments)
    assert ended.code == 2
    assert sentence in ended.sentence


def test_an_interrupted_comparison_is_resumed_where_it_stood(hrl, files):
    slow = "import time\ntime.sleep(0.7)\n" + RIGHT
    names = [f"p{n}" for n in range(4)]
    write(files / "many.jsonl", [problem(name) for name in names])
    write(files / "slow.jsonl", [{"task_id": name, "step": 0, "completion": slow} for name in names])
    command = ["compare", "many.jsonl", "-m", "replay:slow.jsonl", "--policies", "single-shot,debug-3"]
    command += ["--seeds", "1", "--workers", "2"]
    process = subprocess.Popen([sys.executable, "-m", "hrl", *command], stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found = sorted((files / ".hrl/runs").glob("*-eval-*/rows.jsonl"))
        if len(found) == 2 and found[1].read_text().count("\n") >= 1:
            break
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    (place,) = [path for path in runs(files) if "-compare-" in path.name]
    assert f"hrl resume {place.name}" in err
    before = [path.read_text() for path in found]
    again = hrl("resume", place.name, "--json", "-q")
    assert again.code == 0
    assert [line["success"]["value"] for line in json.loads(again.out)["lines"]] == [1.0, 1.0]
    assert [path for path in runs(files) if "-eval-" in path.name] == [path.parent for path in found]
    assert all(path.read_text().startswith(text) for path, text in zip(found, before, strict=True))
