"""Documented worlds: rules that run, facts that only a document holds, and that the search finds."""

import random
import re
from functools import cache

import pytest

from hrl.curriculum import SPLITS, draw_rule
from hrl.curriculum.holdout import is_held_out
from hrl.curriculum.rules import RULES, TOPICS, UNSEEN_RULES, draw_stated, state
from hrl.curriculum.rules_prose import Prose, templates
from hrl.curriculum.statements import framed
from hrl.curriculum.worlds import draw_world
from hrl.executive.episode import start_episode
from hrl.executive.requests import search_query
from hrl.executive.updates import after_new, after_test
from hrl.llm.prompts.compact.aliases import Aliases
from hrl.llm.prompts.compact.text import PASSAGE, relevant
from hrl.retrieval import open_index
from hrl.types import Candidate, Passage, Subtask, TestOutcome, TestReport

EVERY_RULE = [*RULES, *UNSEEN_RULES]
by_rule = pytest.mark.parametrize("rule", EVERY_RULE, ids=lambda rule: rule.name)


def drawn(rule, split="train", count=12):
    rng = random.Random(rule.name)
    return [state(rule, split, rng) for _ in range(count)]


def quoted(text):
    return re.findall(r'"([^"]*)"', text)


def numbers(text):
    return re.findall(r"\d+", re.sub(r'"[^"]*"', " ", text))


def test_there_are_many_kinds_of_several_types_and_no_two_share_a_noun():
    assert len(RULES) >= 60
    assert len({rule.name for rule in EVERY_RULE}) == len(EVERY_RULE)
    assert {"int", "str", "bool", "list[int]", "list[str]", "dict[str, int]"} <= {r.returns for r in RULES}
    nouns = [noun for rule in EVERY_RULE for noun in rule.nouns]
    assert len(set(nouns)) == len(nouns)


@by_rule
def test_the_reference_of_a_rule_runs(rule):
    rng = random.Random(1)
    for stated in drawn(rule):
        assert len(stated.problem.cases(rng, 6)) >= 3
        assert "$" not in stated.problem.goal + stated.fact + stated.problem.body


@by_rule
def test_a_fact_is_short_and_holds_the_name_and_every_constant_of_the_body(rule):
    for split in ("train", "unseen_documents"):
        for stated in drawn(rule, split, 30):
            fact, body = stated.fact, stated.problem.body
            assert len(fact) <= 160
            assert stated.heading.split()[0].lower() in fact.lower()
            secret = [number for number in numbers(body) if int(number) > 2 and number != "100"]
            assert set(secret) <= set(numbers(fact))
            assert set(quoted(body)) <= set(quoted(fact))
            assert all(2 <= len(text) <= 40 for text in quoted(fact))


@by_rule
def test_a_goal_gives_no_constant_away(rule):
    for stated in drawn(rule, count=30):
        goal = stated.problem.goal
        assert not quoted(goal)
        assert set(numbers(goal)) <= {"0"}


@by_rule
def test_a_prompt_shows_the_whole_fact_and_code_comes_back_from_its_stand_ins(rule):
    for split in ("train", "unseen_documents"):
        for seed, stated in enumerate(drawn(rule, split)):
            prose = Prose(split, random.Random(seed), "Kalmir", "Brunsel")
            passage = Passage("a.md", stated.heading, prose.around(stated.fact))
            (line,) = relevant((passage,), stated.problem.goal)
            assert stated.fact in line
            assert len(line) <= PASSAGE
            short = Aliases(stated.problem.name, stated.problem.arguments, passages=[line])
            code = short.code(stated.problem.code)
            assert not re.search(r"[A-Z]{3}|\b(?:[3-9]|\d\d+)\b", code.replace("100", ""))
            assert short.original(code) == stated.problem.code


def test_wordings_are_held_out_and_every_kind_keeps_some():
    held_out = [any(map(is_held_out, rule.texts)) for rule in RULES]
    assert sum(held_out) >= 0.6 * len(RULES)
    for rule in EVERY_RULE:
        assert len(rule.texts) >= 3
        assert sum(not is_held_out(text) for text in rule.texts) >= 1
        assert len(rule.goals) >= 3
    share = sum(map(is_held_out, templates())) / len(templates())
    assert 0.1 < share < 0.25


def test_documents_of_training_and_of_the_split_share_no_sentence():
    def sentences(split, count):
        rng = random.Random(split)
        return {
            _shape(part)
            for _ in range(count)
            for document in draw_world(split, rng).documents
            for part in re.split(r"(?<=[.])\s+|\n", document.text)
            if part and not part.startswith("#")
        }

    assert not sentences("train", 40) & sentences("unseen_documents", 40)


def _shape(sentence):
    """A sentence without what differs from world to world: names, numbers, strings."""
    return re.sub(r"\d+", "0", re.sub(r'"[^"]*"', '""', sentence))


def test_kinds_constants_and_goals_are_held_out_too():
    rng = random.Random(0)
    assert not {draw_stated("train", rng).rule.name for _ in range(300)} & {r.name for r in UNSEEN_RULES}
    assert {draw_stated("unseen_families", rng).rule for _ in range(60)} == set(UNSEEN_RULES)
    assert all(draw_stated("unseen_parameters", rng).problem.unseen for _ in range(60))
    assert not any(draw_stated("train", rng).problem.unseen for _ in range(60))


def test_training_and_validation_share_no_rule_problem():
    rng = random.Random(3)

    def problems(split, count):
        return {(p.bare_signature, p.goal) for p in (draw_rule(split, rng).problem for _ in range(count))}

    assert not problems("train", 400) & problems("validation", 60)


@pytest.mark.parametrize("split", SPLITS)
def test_worlds_are_a_function_of_the_generator(split):
    assert draw_world(split, random.Random(5)) == draw_world(split, random.Random(5))
    assert draw_rule(split, random.Random(5)) == draw_rule(split, random.Random(5))


@pytest.mark.parametrize("split", SPLITS)
def test_a_world_is_a_few_pages_with_the_fact_once_and_near_misses_beside_it(split):
    rng = random.Random(split)
    for _ in range(12):
        world = draw_world(split, rng)
        text = "\n".join(document.text for document in world.documents)
        assert len(world.documents) in (2, 3)
        assert len({document.name for document in world.documents}) == len(world.documents)
        assert 350 <= len(text.split()) <= 1600
        assert text.count(world.passage) == 1
        rule = next(rule for rule in EVERY_RULE if rule.name == world.problem.family)
        assert sum(len(re.findall(rf"\b{noun}s?\b", text, re.I)) for noun in rule.nouns) >= 2


def test_facts_do_not_always_stand_at_the_same_place():
    rng = random.Random(9)
    places = [_place(draw_world("train", rng)) for _ in range(40)]
    assert min(places) < 0.25
    assert max(places) > 0.75


def _place(world):
    text = "\n".join(document.text for document in world.documents)
    return text.index(world.passage) / len(text)


def test_passages_of_a_rule_problem_have_other_names_or_kinds():
    rng = random.Random(4)
    for _ in range(40):
        problem = draw_rule("train", rng, others=3)
        headings = [problem.passage[0], *(heading for heading, _ in problem.others)]
        assert len({heading.lower() for heading in headings}) == 4


def test_every_rule_belongs_to_one_topic():
    assert sum(map(len, TOPICS.values())) == len(EVERY_RULE)


@pytest.mark.parametrize("after_an_error", [False, True])
@pytest.mark.parametrize("split", SPLITS)
def test_the_search_finds_the_fact_and_the_prompt_shows_it(split, after_an_error):
    found, shown = zip(*looked_up(split, after_an_error), strict=True)
    assert sum(found) >= 0.95 * len(found)
    assert sum(shown) >= 0.95 * len(shown)


@cache
def looked_up(split, after_an_error, count=60):
    """For some worlds: whether the search returns the fact, and whether the prompt then holds it."""
    results = []
    for seed in range(count):
        rng = random.Random(f"{split}{seed}")
        world = draw_world(split, rng)
        goal = framed(world.problem.goal, world.problem, rng)
        subtask = Subtask(world.problem.name, goal, world.problem.signature)
        episode = start_episode("t", subtask, episode_id="e", has_documents=True)
        if after_an_error:
            outcome = TestOutcome("t", "error", "NameError", "name 'rate' is not defined")
            report = TestReport("error", (outcome,), outcome.error_class, outcome.message)
            episode = after_new(episode, Candidate.of("def f():\n    return rate\n", "generate"), cut=False)
            episode = after_test(episode, report)
        passages = open_index(world.documents, stdlib=False).search(search_query(episode))
        found = any(world.passage in passage.text for passage in passages)
        results.append((found, any(world.passage in line for line in relevant(passages, goal))))
    return results
