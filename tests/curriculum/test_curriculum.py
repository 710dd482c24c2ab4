"""The curriculum's promises: references that run, splits that do not overlap, tasks that can be solved."""

import random
import re
from string import Template

import pytest

from hrl.curriculum import (
    GRAMMARS,
    KINDS,
    SPLITS,
    draw_function,
    draw_project,
    draw_rule,
    families,
    sample,
)
from hrl.curriculum.chains import draw_chain, is_held_out_chain
from hrl.curriculum.execution import call
from hrl.curriculum.families import SINGLES, UNSEEN
from hrl.curriculum.holdout import is_held_out
from hrl.curriculum.mutations import mutate
from hrl.curriculum.problem import can_reword, draw, with_body
from hrl.curriculum.series import has
from hrl.curriculum.tasks import to_markdown
from hrl.task import parse_task


def test_there_are_more_than_two_hundred_families_with_different_names():
    names = families()
    assert len(names) == len(set(names))
    assert len(SINGLES) > 200


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
        family = family_of(grammar, *parts, rng)
        problem = draw(family, rng, reworded=can_reword(family))
        assert len(problem.cases(rng, 3)) >= 2, problem.code


@pytest.mark.parametrize("split", SPLITS)
def test_drawing_is_a_function_of_the_generator(split):
    first = [draw_function(split, random.Random(7)) for _ in range(3)]
    second = [draw_function(split, random.Random(7)) for _ in range(3)]
    assert first == second


def test_training_never_draws_a_combination_or_a_constant_that_is_held_out():
    rng = random.Random(0)
    problems = [draw_function("train", rng) for _ in range(400)]
    assert not any(_is_held_out(problem) for problem in problems)
    assert not any(problem.unseen for problem in problems)
    assert not {problem.family for problem in problems} & {family.name for family in UNSEEN}


@pytest.mark.parametrize("split", ["validation", "unseen_parameters", "unseen_phrasings"])
def test_what_is_held_out_does_not_change_the_mix(split):
    rng = random.Random(1)
    drawn = [draw_function(split, rng) for _ in range(400)]
    assert 0.18 < sum(problem.family == "chain" for problem in drawn) / 400 < 0.32
    assert 0.22 < sum(problem.family.endswith("_pipeline") for problem in drawn) / 400 < 0.38


def test_the_unseen_splits_hold_out_what_they_say():
    rng = random.Random(0)
    assert all(draw_function("unseen_parameters", rng).unseen for _ in range(100))
    assert all(_is_held_out(draw_function("unseen_combinations", rng)) for _ in range(100))
    names = {family.name for family in UNSEEN}
    assert all(draw_function("unseen_families", rng).family in names for _ in range(100))


def _is_held_out(problem):
    held_out = is_held_out_chain if problem.family == "chain" else is_held_out
    return bool(problem.combination) and held_out(problem.combination)


def test_a_held_out_sentence_is_drawn_in_its_split_only():
    rng = random.Random(4)
    family = next(family for family in SINGLES if can_reword(family) and not family.constants)
    known = {_template(draw(family, rng), family) for _ in range(200)}
    reworded = {_template(draw(family, rng, reworded=True), family) for _ in range(200)}
    assert known | reworded == set(family.goals)
    assert not any(map(is_held_out, known))
    assert all(map(is_held_out, reworded))


def _template(problem, family):
    """The sentence of the family that the goal was made from."""
    names = dict(zip(family.slots.split(), problem.arguments, strict=True))
    (found,) = [
        goal for goal in family.goals if Template(goal).substitute(names) == problem.goal.replace("`", "")
    ]
    return found


def test_the_links_of_a_chain_hand_their_results_on():
    rng = random.Random(6)
    lengths = set()
    for _ in range(60):
        family = draw_chain(SINGLES, rng)
        names = family.combination.removeprefix("chain:").split(">")
        lengths.add(len(names))
        links = [next(one for one in SINGLES if one.name == name) for name in names]
        assert links[-1].returns == family.returns
        problem = draw(family, rng)
        between = re.findall(r"(?:call the result|call that|the result is called) `(\w+)`", problem.goal)
        assert len(between) == len(links) - 1
        assert all(re.search(rf"^{name} = ", problem.body, re.M) for name in between)
    assert lengths == {2, 3}


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


@pytest.mark.parametrize(
    ("kind", "split"), [(kind, split) for kind in KINDS for split in SPLITS if has(split, kind)]
)
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
        case = problem.cases(rng, 6)[0]
        code = with_body(problem.bare_signature, mutate(problem.body, rng))
        classes.add(call(code, problem.name, case.arguments, bounded=True).error_class)
    assert {"", "SyntaxError", "NameError"} <= classes


def test_a_program_that_does_not_end_is_stopped():
    outcome = call("def f():\n    while True:\n        pass\n", "f", (), bounded=True)
    assert outcome.error_class == "TimeoutError"
