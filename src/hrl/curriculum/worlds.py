"""Documented worlds: a made-up organisation, a few pages about it, and one fact in them that a task needs.

The documents hold a dozen rules among plain prose. Some are near misses: the needed kind with another name,
the needed name with another kind.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from hrl.curriculum.problem import Problem, Split
from hrl.curriculum.rules import TOPICS, Stated, distractors, draw_stated
from hrl.curriculum.rules_prose import Prose
from hrl.curriculum.words import made_up
from hrl.types import Document

# What the document about a topic is called: file and kind.
_FILES: dict[str, tuple[tuple[str, str], ...]] = {
    "amounts": (("handbook.md", "Handbook"), ("house-rules.md", "House rules"), ("prices.md", "Prices")),
    "units": (("units.md", "Units and times"), ("measures.md", "Measures")),
    "formats": (("formats.md", "Formats"), ("writing.md", "Ways of writing")),
    "lists": (("checks.md", "Checks"), ("values.md", "Values and ranges")),
    "protocols": (("records.md", "Records"), ("interface.md", "Interface")),
}


@dataclass(frozen=True, slots=True)
class World:
    """A problem with its documents; `passage` is the fact that it needs, as a document states it."""

    problem: Problem
    documents: tuple[Document, ...]
    passage: str


def draw_world(split: Split, rng: random.Random) -> World:
    """A problem of the split, with two or three documents that hold its rule and nine to fifteen others."""
    needed = draw_stated(split, rng)
    own = next(topic for topic, rules in TOPICS.items() if needed.rule in rules)
    rest = [topic for topic in TOPICS if topic != own]
    topics = [own, *rng.sample(rest, rng.choice((1, 1, 2)))]
    rng.shuffle(topics)
    names = tuple(made_up(rng) for _ in range(rng.randint(5, 8)))
    prose = Prose(split, rng, made_up(rng), made_up(rng))
    facts = [
        needed,
        *distractors(needed, split, rng, rng.randint(9, 15), topics=tuple(topics), names=names),
    ]
    rng.shuffle(facts)
    documents = [
        _document(topic, [fact for fact in facts if fact.rule in TOPICS[topic]], prose, rng)
        for topic in topics
    ]
    return World(needed.problem, tuple(documents), needed.fact)


def _document(topic: str, facts: list[Stated], prose: Prose, rng: random.Random) -> Document:
    """A title, an introduction, and sections with one rule, with two, or with none."""
    name, kind = rng.choice(_FILES[topic])
    sections: list[str] = []
    left = list(facts)
    while left:
        several = len(left) > 1 and rng.random() < 0.15
        taken, left = left[: 1 + several], left[1 + several :]
        heading = prose.own_heading(" and ".join(fact.heading for fact in taken))
        sections.append(_section(heading, [prose.around(fact.fact) for fact in taken], prose, rng))
    for _ in range(rng.randint(1, 2)):
        idle = _section(prose.idle_heading(), [prose.sentences(rng.randint(2, 4))], prose, rng)
        sections.insert(rng.randint(0, len(sections)), idle)
    head = f"# {prose.title(kind)}\n\n{prose.sentences(rng.randint(2, 3))}"
    return Document(name, "\n\n".join([head, *sections]) + "\n")


def _section(heading: str, paragraphs: list[str], prose: Prose, rng: random.Random) -> str:
    """The paragraphs under their heading, with idle ones before or behind."""
    before = [prose.sentences(rng.randint(1, 2))] if rng.random() < 0.4 else []
    behind = [prose.sentences(rng.randint(1, 3))] if rng.random() < 0.4 else []
    return "\n\n".join([f"## {heading}", *before, *paragraphs, *behind])
