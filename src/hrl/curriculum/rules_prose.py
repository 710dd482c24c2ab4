"""The prose around the rules of a document: a small grammar of sentences that say nothing about any rule.

A template is a frame with a heart, as in `hrl.curriculum.phrasing`; one in six is held out from training.
"""

from __future__ import annotations

import random
from functools import cache
from string import Template

from hrl.curriculum.holdout import is_held_out
from hrl.curriculum.problem import Split

_FRAMES = (
    "{}.",
    "As before, {}.",
    "In most cases {}.",
    "Since the move to $town {}.",
    "Until further notice {}.",
    "By agreement with the $team {}.",
    "In $season {}.",
    "On $day {}, as everybody knows.",
    "It has long been the custom that {}.",
    "Visitors often ask why {}.",
    "The $team has decided that {}.",
    "Unless somebody objects, {}.",
)
_HEARTS = (
    "the $team keeps a copy in the $room",
    "new colleagues are shown around by the $team",
    "questions go to the $team first",
    "the $room stays open for everybody",
    "nobody has to ask the $team twice",
    "the $team meets in the $room",
    "old papers are kept in the $room",
    "changes are announced in the $room",
    "the $team answers letters from $town",
    "the members of $org take turns",
    "the $team speaks for the whole of $org",
    "guests from $town are welcome",
    "the same applies to partners of $org",
    "exceptions are decided by the $team",
    "a note on the door of the $room is enough",
    "the $team looks after this page",
    "all branches of $org follow the same practice",
    "complaints are heard in the $room",
    "the board of $org is told about it",
    "the wording was settled with friends in $town",
    "older habits have been given up",
    "nothing changes for long-standing partners",
    "the $team writes down what was agreed",
    "what is said here holds for $town too",
    "help can be found in the $room",
    "it is worth reading this part slowly",
    "most people learn it within days",
    "the keys of the $room are with the $team",
)
_TITLES = (
    "$kind of $org",
    "$org: $kind",
    "The $kind of $org",
    "$kind for everybody at $org",
    "$kind for new colleagues",
    "$kind, as kept by the $team",
    "What $org calls its $kind",
    "$org and its $kind",
    "$kind in use at $town",
    "$kind, revised in $season",
    "Our $kind",
    "$kind (common edition)",
    "$kind for partners of $org",
    "$org | $kind",
    "$kind and what belongs to them",
    "All about the $kind of $org",
)
_OWN_HEADINGS = (
    "$heading",
    "The $heading",
    "$heading in detail",
    "On the $heading",
    "About the $heading",
    "$heading: what applies",
    "How the $heading works",
    "$heading, explained",
    "What to know about the $heading",
    "A word on the $heading",
    "$heading at a glance",
    "Everything about the $heading",
    "$heading since $season",
)
_IDLE_HEADINGS = (
    "About these pages",
    "Whom to ask",
    "The people behind it",
    "A little history",
    "How this came about",
    "The $team",
    "The $room",
    "Partners in $town",
    "A word of thanks",
    "Changes since $season",
    "Where to find us",
    "Before you begin",
    "On visits",
)
_WORDS = {
    "team": (
        "office",
        "front office",
        "evening crew",
        "archive group",
        "committee",
        "night staff",
        "back office",
    ),
    "room": ("old hall", "reading room", "east wing", "library", "entrance", "kitchen", "upper gallery"),
    "season": ("spring", "summer", "autumn", "winter", "early May", "late October"),
    "day": ("Mondays", "Tuesdays", "Thursdays", "Fridays", "Sundays"),
}
_KINDS = ("Society", "Cooperative", "Works", "Trading House", "Guild", "Institute", "Railway", "Market Hall")


class Prose:
    """Sentences and headings about one made-up organisation, in wordings that the split allows."""

    def __init__(self, split: Split, rng: random.Random, name: str, town: str) -> None:
        self._held_out = split == "unseen_documents"
        self._rng = rng
        self._fixed = {"org": f"{name} {rng.choice(_KINDS)}", "town": town}

    def sentences(self, count: int) -> str:
        """Some sentences in a row, none twice."""
        pool = _allowed(_sentences(), self._held_out)
        return " ".join(map(self._filled, self._rng.sample(pool, count)))

    def around(self, fact: str) -> str:
        """A paragraph with the fact somewhere in it."""
        before, after = (self._rng.choice((0, 1, 1, 2)) for _ in range(2))
        return " ".join(part for part in (self.sentences(before), fact, self.sentences(after)) if part)

    def title(self, kind: str) -> str:
        """A document's title."""
        return self._one(_TITLES, kind=kind)

    def own_heading(self, heading: str) -> str:
        """The heading of a section about one rule."""
        return self._one(_OWN_HEADINGS, heading=heading)

    def idle_heading(self) -> str:
        """The heading of a section without any rule."""
        return self._one(_IDLE_HEADINGS)

    def _one(self, templates: tuple[str, ...], **more: str) -> str:
        return self._filled(self._rng.choice(_allowed(templates, self._held_out)), **more)

    def _filled(self, template: str, **more: str) -> str:
        words = {slot: self._rng.choice(words) for slot, words in _WORDS.items()}
        text = Template(template).substitute(words | self._fixed | more)
        return text[0].upper() + text[1:]


def templates() -> tuple[str, ...]:
    """All templates of sentences, titles and headings."""
    return (*_sentences(), *_TITLES, *_OWN_HEADINGS, *_IDLE_HEADINGS)


@cache
def _sentences() -> tuple[str, ...]:
    return tuple(frame.format(heart) for frame in _FRAMES for heart in _HEARTS)


@cache
def _allowed(pool: tuple[str, ...], held_out: bool) -> list[str]:
    return [template for template in pool if is_held_out(template) == held_out]
