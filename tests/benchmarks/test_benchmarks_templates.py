import json

import pytest
from typer.testing import CliRunner

from hrl.benchmarks.templates import TEMPLATES, episodes, evaluate_templates
from hrl.cli.app import app
from hrl.config import load_settings
from hrl.executive import EXECUTIVE
from hrl.policies import load_policy
from hrl.sandbox import open_sandbox
from hrl.sandbox.base import Job
from hrl.task import read_task
from hrl.training.functions import functions


@pytest.fixture(scope="module")
def sandbox():
    box = open_sandbox(load_settings(sandbox="process"))
    yield box
    box.close()


@pytest.fixture(scope="module")
def shipped(sandbox):
    return evaluate_templates(load_policy("default", EXECUTIVE), sandbox, stdlib=False)


def test_the_shipped_policy_walks_every_template_exactly(shipped):
    assert [walk for walk in shipped.walks if not walk.exact] == []
    assert shipped.exact == 1.0
    assert shipped.by_template() == dict.fromkeys(TEMPLATES, 1.0)


def test_every_walk_ends_with_a_program_that_passes(shipped):
    assert {walk.outcome for walk in shipped.walks} == {"passed"}


def test_each_template_has_several_episodes(shipped):
    for template in TEMPLATES:
        assert sum(walk.template == template for walk in shipped.walks) >= 4


def test_a_fixed_loop_never_searches(sandbox):
    report = evaluate_templates(load_policy("debug-3", EXECUTIVE), sandbox, stdlib=False)
    assert report.by_template() == {"first-try": 1.0, "one-repair": 1.0, "search-and-repair": 0.0}


def test_an_untrained_network_does_not_know_the_templates(sandbox):
    report = evaluate_templates(load_policy("untrained", EXECUTIVE, seed=1), sandbox, stdlib=False)
    assert report.exact < 1.0


def test_the_scripted_answers_are_right_on_hidden_tests_too(sandbox):
    import yaml

    for _, path in episodes():
        task, _ = read_task(str(path))
        answers = yaml.safe_load(path.with_suffix(".yaml").read_text())
        codes = [answer["text"].removeprefix("```python\n").removesuffix("```\n") for answer in answers]
        verdicts = [sandbox.run(Job(code, task.hidden_tests, task.entry_point)).verdict for code in codes]
        assert "pass" in verdicts, path


def test_no_episode_is_a_drill():
    drilled = {function.name for held_out in (True, False) for function in functions(held_out=held_out)}
    assert not drilled & {path.stem for _, path in episodes()}


def test_eval_templates_prints_one_json_object(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    result = CliRunner().invoke(
        app, ["eval", "templates", "--policy", "default", "--sandbox", "process", "--json"]
    )
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert said["exact"] == 1.0
    assert said["templates"]["one-repair"]["actions"] == list(TEMPLATES["one-repair"])
    assert len(said["walks"]) == len(list(episodes()))


def test_eval_templates_shows_each_walk(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    result = CliRunner().invoke(app, ["eval", "templates", "--policy", "debug-3", "--sandbox", "process"])
    assert "≠ search-and-repair" in result.stdout
    assert "66.7% exact on all 12 episodes" in result.stdout
