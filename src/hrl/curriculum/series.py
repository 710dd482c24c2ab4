"""Series of tasks: number n is a pure function of seed, splits and n, and a digest names the whole.

A longer series begins with a shorter one's tasks, and no task is in it twice.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from hrl.curriculum.problem import SPLITS, Split
from hrl.curriculum.tasks import KINDS, Sample, sample, to_markdown

HELD_OUT = "held-out"
SERIES: dict[str, tuple[Split, ...]] = {
    HELD_OUT: tuple(split for split in SPLITS if split not in ("train", "unseen_families")),
    **{split: (split,) for split in SPLITS},
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """One task of a series with its place in the curriculum."""

    split: Split
    kind: str
    sample: Sample


def series(name: str, seed: int, count: int, kinds: tuple[str, ...] = KINDS) -> tuple[Drawn, ...]:
    """`count` different tasks, the pairs of split and kind in turn.

    Args:
        name: of a split, or `held-out`: the splits that the bundled model's training never shows.
        seed: of the whole series.
        count: how many.
        kinds: see `hrl.curriculum.tasks.KINDS`.

    Raises:
        KeyError: there is no such series.
    """
    found: dict[str, Drawn] = {}
    for number, (split, kind) in enumerate(_turns(SERIES[name], kinds)):
        if len(found) == count:
            break
        drawn = sample(split, random.Random(f"{seed}/{name}/{number}"), kind)
        found.setdefault(drawn.task.id, Drawn(split, kind, drawn))
    return tuple(found.values())


def has(split: Split, kind: str) -> bool:
    """Whether a split has tasks of a kind: documents combine nothing, and unseen families stand alone."""
    if split == "unseen_documents":
        return kind == "document"
    lacking = {
        "unseen_combinations": ("document",),
        "unseen_phrasings": ("document",),
        "unseen_families": ("document", "project"),
    }
    return kind not in lacking.get(split, ())


def digest(drawn: Iterable[Drawn]) -> str:
    """SHA-256 of all task files with their documents, 64 hexadecimal digits."""
    hasher = sha256()
    for one in drawn:
        texts = [to_markdown(one.sample.task), *(document.text for document in one.sample.task.documents)]
        hasher.update("\0".join(texts).encode() + b"\1")
    return hasher.hexdigest()


def _turns(splits: tuple[Split, ...], kinds: tuple[str, ...]) -> Iterator[tuple[Split, str]]:
    pairs = [(split, kind) for kind in kinds for split in splits if has(split, kind)]
    while True:
        yield from pairs
