"""Tasks whose rule stands only in documents: as they are, and with what the search finds."""

from __future__ import annotations

import random

from hrl.benchmarks.skills.broken import broken_version
from hrl.benchmarks.skills.example import Example, Wanted, as_debug, indented, judging
from hrl.curriculum.problem import Problem, Split
from hrl.curriculum.rules import draw_rule
from hrl.curriculum.statements import framed
from hrl.curriculum.worlds import draw_world
from hrl.executive import start_episode
from hrl.executive.requests import search_query
from hrl.llm.requests import Generate
from hrl.retrieval import open_index
from hrl.types import Document, Passage, Subtask

# From this share of a training on, most passages are those that the search finds in whole documents.
SEARCHED_FROM = 0.3


def document_example(split: Split, rng: random.Random) -> tuple[Example, Example]:
    """A task without its documents' help, and the same with it."""
    world = draw_world(split, rng)
    problem = world.problem
    goal = framed(problem.goal, problem, rng)
    found = searched(problem, goal, world.documents)
    cases = problem.cases(rng, 6)
    asked = [
        Generate("curriculum", problem.name, goal, problem.signature, passages=passages)
        for passages in ((), found)
    ]
    answer = indented(problem.body)
    bare, helped = (Example("document", one, answer, problem.name, "", cases) for one in asked)
    return bare, helped


def searched(
    problem: Problem, goal: str, documents: tuple[Document, ...], *, stdlib: bool = True
) -> tuple[Passage, ...]:
    """What the search action finds before there is a program, with or without the library's docstrings."""
    subtask = Subtask(problem.name, goal, problem.signature)
    query = search_query(start_episode("curriculum", subtask, episode_id="skills"))
    return open_index(documents, stdlib=stdlib).search(query)


def draw_documented(wanted: Wanted, rng: random.Random) -> Example:
    """A request with passages, one of which holds the rule; now and then a repair."""
    problem, passages, goal = _passages(wanted, rng)
    cases = judging(problem, wanted, rng)
    broken = broken_version(problem, problem.cases(rng, 4), rng) if rng.random() < 0.25 else None
    request = Generate("curriculum", problem.name, goal, problem.signature, passages=passages)
    example = Example("document", request, indented(problem.body), problem.name, "", cases)
    return as_debug(example, *broken) if broken else example


def _passages(wanted: Wanted, rng: random.Random) -> tuple[Problem, tuple[Passage, ...], str]:
    if wanted.progress >= SEARCHED_FROM and rng.random() < 0.6:
        world = draw_world(wanted.split, rng)
        goal = framed(world.problem.goal, world.problem, rng)
        return world.problem, searched(world.problem, goal, world.documents, stdlib=rng.random() < 0.2), goal
    most = 0 if wanted.progress < 0.15 else 1 if wanted.progress < 0.4 else 3
    rule = draw_rule(wanted.split, rng, others=rng.randint(0, most))
    passages = [Passage("handbook.md", *text) for text in (rule.passage, *rule.others)]
    rng.shuffle(passages)
    return rule.problem, tuple(passages), framed(rule.problem.goal, rule.problem, rng)
