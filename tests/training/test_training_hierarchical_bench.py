"""`bench/hierarchical.py` and `hrl train hierarchical`, on a scripted model and the process sandbox."""

import importlib.util
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hrl.cli.app import app
from hrl.graphs.decision import HIERARCHICAL
from hrl.policies import load_policy, read_card
from hrl.training.hierarchical_recipe import read_hierarchical_recipe

ROOT = Path(__file__).parents[2]
RECIPES = ROOT / "src/hrl/training/recipes"
SMALL = """
rounds = 1
steps = 60
[learner]
hidden = [8]
batch_size = 16
learning_starts = 20
buffer_size = 200
[live]
programs = 2
walks = 2
"""


@pytest.fixture(scope="module")
def bench():
    """The script as a module: `bench` is no package."""
    spec = importlib.util.spec_from_file_location("bench_hierarchical", ROOT / "bench" / "hierarchical.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_rows_are_measured_once_for_what_they_depend_on(bench, tmp_path, capsys, monkeypatch):
    script = tmp_path / "script.json"
    script.write_text(json.dumps([{"kind": "generate", "text": "```python\ndef f(x):\n    return x\n```"}]))
    asked = [
        *("--model", f"scripted:{script}", "--sandbox", "process", "--work", str(tmp_path / "work")),
        *("--programs", "2", "--seeds", "1", "--workers", "2", "--policies", "one-pass,whole"),
    ]
    assert bench.main([*asked, "--json", str(tmp_path / "one.json")]) == 0
    rows = (tmp_path / "work/rows.jsonl").read_text()
    assert rows.count("\n") == 4
    assert bench.main([*asked, "--json", str(tmp_path / "new/folder/two.json")]) == 0
    assert (tmp_path / "work/rows.jsonl").read_text() == rows, "nothing is measured twice"
    one, two = (json.loads((tmp_path / f"{name}.json").read_text()) for name in ("one", "new/folder/two"))
    assert one["table"] == two["table"]
    assert {line["name"] for line in one["table"]["lines"]} == {"one-pass", "whole"}
    assert set(one["by_size"]["whole"]) == {"2 functions", "3 functions"}
    told = capsys.readouterr().out
    assert "| whole |" in told
    assert "seconds" not in told
    monkeypatch.setenv("HRL_TEMPERATURE", "0.9")
    assert bench.main(asked) == 0
    assert (tmp_path / "work/rows.jsonl").read_text().count("\n") == 8


def test_other_code_and_other_prompts_are_other_rows(bench, tmp_path):
    for file in ("graphs/rivals.py", "llm/prompts/chat/plan.md", "view/text.py"):
        (tmp_path / file).parent.mkdir(parents=True)
        (tmp_path / file).write_text("one")
    before = bench.source_digest(tmp_path)
    (tmp_path / "view/text.py").write_text("two")
    assert bench.source_digest(tmp_path) == before
    for file in ("graphs/rivals.py", "llm/prompts/chat/plan.md"):
        (tmp_path / file).write_text("two")
        assert bench.source_digest(tmp_path) != before
        before = bench.source_digest(tmp_path)


def test_the_command_trains_and_goes_on(tmp_path):
    recipe, out = tmp_path / "small.toml", tmp_path / "out"
    recipe.write_text(SMALL)
    asked = ["train", "hierarchical", "--recipe", str(recipe), "--out", str(out), "--episodes", "2"]
    found = CliRunner().invoke(app, asked, catch_exceptions=False)
    assert found.exit_code == 0
    assert "scripted programs held out of training" in found.stdout
    assert load_policy(str(out), HIERARCHICAL).name == "hierarchical"
    card = read_card(out / "hierarchical")
    assert card.command == "hrl train hierarchical --recipe small.toml --rounds 1 --seed 0"
    again = CliRunner().invoke(app, [*asked, "--resume", "--rounds", "2", "--json"], catch_exceptions=False)
    assert again.exit_code == 0
    assert json.loads(again.stdout)["steps"] > card.steps


def test_the_published_recipe_is_one():
    recipe = read_hierarchical_recipe(RECIPES / "hierarchical.toml")
    assert recipe.live.model == "bundled"
    assert recipe.learner.gamma**20 > 0.9, "a plan of six functions still pays"
    assert recipe.joint.prices.gamma == recipe.joint.learner.gamma
