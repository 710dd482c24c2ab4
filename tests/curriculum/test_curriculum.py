"""The curriculum's promises: references that run, splits that do not overlap, tasks that can be solved."""

import random

import pytest

from hrl.curriculum import GRAMMARS, KINDS, SPLITS, draw_function, draw_project, draw_rule, families, sample
from hrl.curriculum.execution import call
from hrl.curriculum.families import SINGLES
from hrl.curriculum.mutations import mutate
from hrl.curriculum.pipelines import is_held_out
from hrl.curriculum.problem import draw, with_body
from hrl.curriculum.tasks import to_markdown
from hrl.task import parse_task


def test_there_are_more_than_a_hundred_families_with_different_names():
    names = families()
    assert len(names) == len(set(names)) > 100


@pytest.mark.parametrize("family", SINGLES, ids=lambda family: family.name)
def test_every_phrasing_of_a_family_has_a_reference_that_runs(family):
    rng = random.Random(family.name)
    for _ in range(5):
        problem = draw(family, rng)
        assert len(problem.cases(rng, 4)) >= 3
        assert "$" not in problem.goal + problem.body


@pytest.mark.parametrize("grammar", GRAMMARS, ids=lambda grammar: grammar.name)
def test_every_combination_of_a_grammar_runs(grammar):
    from hrl.curriculum.pipelines import family_of

    rng = random.Random(1)
    for parts in rng.sample(grammar.combinations(), 120):
        problem = draw(family_of(grammar, *parts, rng), rng)
        assert len(problem.cases(rng, 3)) >= 2, problem.code


@pytest.mark.parametrize("split", SPLITS)
def test_drawing_is_a_function_of_the_generator(split):
    first = [draw_function(split, random.Random(7)) for _ in range(3)]
    second = [draw_function(split, random.Random(7)) for _ in range(3)]
    assert first == second


def test_training_never_draws_a_combination_or_a_constant_that_is_held_out():
    rng = random.Random(0)
    problems = [draw_function("train", rng) for _ in range(400)]
    assert not any(problem.combination and is_held_out(problem.combination) for problem in problems)
    assert not any(problem.unseen for problem in problems)


def test_the_unseen_splits_hold_out_what_they_say():
    rng = random.Random(0)
    assert all(draw_function("unseen_parameters", rng).unseen for _ in range(100))
    combined = [draw_function("unseen_combinations", rng) for _ in range(100)]
    assert all(is_held_out(problem.combination) for problem in combined)


def test_training_and_validation_share_no_problem():
    rng = random.Random(3)

    def drawn(split, count):
        return {(p.bare_signature, p.goal) for p in (draw_function(split, rng) for _ in range(count))}

    assert not drawn("train", 600) & drawn("validation", 60)


@pytest.mark.parametrize("split", SPLITS)
def test_projects_run_with_their_helpers(split):
    rng = random.Random(5)
    for _ in range(15):
        project = draw_project(split, rng)
        assert project.cases(project.main, rng, 2)
        assert set(project.needs) == {project.main.name, *(part.name for part in project.parts)}


def test_the_constants_of_a_rule_stand_in_its_passage_and_not_in_its_goal():
    rng = random.Random(2)
    for _ in range(60):
        rule = draw_rule("unseen_parameters", rng)
        numbers = {word for word in _numbers(rule.problem.body) if int(word) > 9 and word != "100"}
        assert numbers <= _numbers(rule.passage[1])
        assert not numbers & _numbers(rule.problem.goal)


def _numbers(text):
    import re

    return set(re.findall(r"\d+", text))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("split", SPLITS)
def test_the_reference_of_a_sampled_task_passes_its_tests(kind, split):
    drawn = sample(split, random.Random(f"{kind}{split}"), kind)
    namespace = {}
    exec(drawn.reference, namespace)
    tests = [*drawn.task.visible_tests, *drawn.task.hidden_tests]
    assert len(tests) >= 2
    for test in tests:
        if test.kind == "python":
            exec(test.source, dict(namespace))


@pytest.mark.parametrize("kind", KINDS)
def test_the_task_file_of_a_sampled_task_reads_back(kind, tmp_path):
    task = sample("train", random.Random(11), kind).task
    for document in task.documents:
        (tmp_path / document.name).write_text(document.text)
    read = parse_task(to_markdown(task), source="task.md", base=tmp_path)
    assert (read.entry_point, read.title, read.documents) == (task.entry_point, task.title, task.documents)
    assert read.statement.strip() == task.statement.strip()
    assert [test.source.strip() for test in read.hidden_tests] == [
        "\n".join(test.source.strip() for test in task.hidden_tests)
    ] or [test.source.strip() for test in read.hidden_tests] == [t.source.strip() for t in task.hidden_tests]


def test_mutants_fail_in_several_ways():
    rng = random.Random(0)
    classes = set()
    for _ in range(300):
        problem = draw_function("train", rng)
        case = problem.cases(rng, 1)[0]
        code = with_body(problem.bare_signature, mutate(problem.body, rng))
        classes.add(call(code, problem.name, case.arguments, bounded=True).error_class)
    assert {"", "SyntaxError", "NameError"} <= classes


def test_a_program_that_does_not_end_is_stopped():
    outcome = call("def f():\n    while True:\n        pass\n", "f", (), bounded=True)
    assert outcome.error_class == "TimeoutError"
