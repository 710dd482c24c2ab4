"""Families about text, dates, parsing and records: what all of them promise.

`test_curriculum_text_references.py` checks their references against second implementations.
"""

import ast
import random
import re
from collections import Counter

import pytest

from hrl.config import load_settings
from hrl.curriculum.execution import call
from hrl.curriculum.families import FAMILIES as ALL_FAMILIES
from hrl.curriculum.functions_dates import DATE_FAMILIES
from hrl.curriculum.functions_parsing import PARSING_FAMILIES
from hrl.curriculum.functions_records import RECORD_FAMILIES
from hrl.curriculum.functions_text import TEXT_FAMILIES
from hrl.curriculum.mutations import mutate
from hrl.curriculum.problem import can_hold_out, draw, with_body
from hrl.curriculum.slots import SLOTS
from hrl.curriculum.slots_text import TEXT_SLOTS
from hrl.curriculum.tasks import asserts
from hrl.sandbox import Job, open_sandbox

FAMILIES = (*TEXT_FAMILIES, *DATE_FAMILIES, *PARSING_FAMILIES, *RECORD_FAMILIES)
each_family = pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)


def failing_mutants(problem, cases, rng, tries):
    """Of `tries` mutants: how many differ from the body, and how many of those fail on a case."""
    bodies = {mutate(problem.body, rng) for _ in range(tries)} - {problem.body}
    failing = [body for body in bodies if fails(problem, body, cases)]
    return len(bodies), len(failing)


def fails(problem, body, cases):
    code = with_body(problem.bare_signature, body)
    for case in cases:
        outcome = call(code, problem.name, case.arguments, bounded=True)
        if outcome.error_class or outcome.value != case.expected:
            return True
    return False


def test_there_are_52_families_with_names_of_their_own():
    names = [family.name for family in FAMILIES]
    assert len(names) == len(set(names)) == 52


def test_no_family_has_the_body_of_another_one():
    shapes = Counter(re.sub(r"\$\w+|\s", "_", family.body) for family in ALL_FAMILIES)
    ours = {re.sub(r"\$\w+|\s", "_", family.body) for family in FAMILIES}
    assert not {shape for shape in ours if shapes[shape] > 1}


def test_the_levels_are_mixed():
    assert Counter(family.level for family in FAMILIES) == {"easy": 18, "medium": 21, "hard": 13}


def test_slots_have_names_of_their_own():
    names = [slot.name for slot in TEXT_SLOTS]
    assert len(names) == len(set(names))
    assert all(name.startswith("t_") for name in names)
    assert {slot for family in FAMILIES for slot in (*family.slots.split(), *family.kinds.values())} >= set(
        names
    )


@pytest.mark.parametrize("slot", TEXT_SLOTS, ids=lambda slot: slot.name)
def test_a_slot_draws_various_short_arguments(slot):
    rng = random.Random(slot.name)
    drawn = [repr(slot.sample(rng, trial)) for trial in range(30)]
    assert len(set(drawn)) >= 8
    assert max(map(len, drawn)) <= 240


@each_family
def test_every_sentence_is_whole(family):
    assert len(family.goals) >= 16
    assert len(set(family.goals)) == len(family.goals)
    slots = {*family.slots.split(), *family.constants}
    for goal in family.goals:
        assert set(re.findall(r"\$(\w+)", goal)) == slots
        assert goal.endswith(".")
        assert goal[0].isupper() or goal[0] in '`$"'
        assert "  " not in goal


@each_family
@pytest.mark.parametrize("seed", range(5))
def test_a_draw_has_cases_that_tell_results_apart(family, seed):
    rng = random.Random(f"{family.name}{seed}")
    problem = draw(family, rng)
    cases = problem.cases(rng, 9)
    assert len({repr(case.arguments) for case in cases}) == len(cases) >= 5
    assert len({repr(case.expected) for case in cases}) >= 2
    assert "$" not in problem.goal + problem.body


def test_several_families_have_a_constant_to_hold_out():
    families = [family for family in FAMILIES if can_hold_out(family)]
    assert len(families) >= 12
    assert all(draw(family, random.Random(1), unseen=True).unseen for family in families)


@each_family
def test_a_reference_is_deterministic_and_leaves_its_arguments_alone(family):
    rng = random.Random(family.name)
    problem = draw(family, rng)
    namespace = {}
    exec(problem.code, namespace)
    for case in problem.cases(rng, 9):
        before = repr(case.arguments)
        results = [namespace[problem.name](*case.arguments) for _ in range(2)]
        assert repr(results) == repr([case.expected] * 2)
        assert repr(case.arguments) == before
        assert ast.literal_eval(repr(case.expected)) == case.expected


@each_family
def test_no_local_name_can_be_a_parameter_too(family):
    problem = draw(family, random.Random(0))
    local = {
        node.id
        for node in ast.walk(ast.parse(problem.code))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    assert not local & {name for slot in family.slots.split() for name in SLOTS[slot].names}


def test_the_cases_find_the_bugs():
    rng = random.Random(0)
    found = {}
    for family in FAMILIES:
        problem = draw(family, rng)
        found[family.name] = failing_mutants(problem, problem.cases(rng, 9), rng, 24)
    assert sum(failing >= 3 for _, failing in found.values()) >= 0.95 * len(found), found
    mutants, failing = (sum(column) for column in zip(*found.values(), strict=True))
    assert failing >= 0.85 * mutants, found


def test_all_references_pass_their_tests_in_the_sandbox():
    rng = random.Random(7)
    jobs = []
    for family in FAMILIES:
        problem = draw(family, rng)
        jobs.append(Job(problem.code, (asserts(problem.name, problem.cases(rng, 9)),)))
    with open_sandbox(load_settings(sandbox="process", max_parallel=2)) as sandbox:
        verdicts = {FAMILIES[place].name: result.verdict for place, result in sandbox.run_many(jobs)}
    assert len(verdicts) == 52
    assert set(verdicts.values()) == {"pass"}, verdicts
