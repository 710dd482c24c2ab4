"""From free text to an FTS5 query: whatever is asked, by a person, a task or an error report, is valid."""

from __future__ import annotations

import re
from collections.abc import Iterator

MAX_TERMS = 48
MAX_LETTERS = 48
WORD = re.compile(r"[^\W_]+")
HUMP = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")

# Words that say nothing about the subject.
_STOP = """
a about after all also an and any are as at be because been before but by can could did do does
each either else every for from had has have he her his how i if in into is it its just like may
me more most must my no nor not of off on only or other our out over own per same shall she
should so some such than that the their them then there these they this those through to too
under until up us use used using very was we were what when where which while who whom whose why
will with would you your
"""
# Words that every programming task says; they count only where nothing else is asked.
_TASK = """
argument arguments call called calls code def define function functions give given gives
implement make need name named names parameter parameters program python result return returned
returning returns takes take value values write written
"""
STOP = frozenset(_STOP.split())
TASK = frozenset(_TASK.split())


def terms(text: str) -> tuple[str, ...]:
    """The words that are looked for: lower case, in order, without repeats and stop words.

    Identifiers count whole and in their parts: `parseRate` gives `parserate`, `parse` and `rate`.
    """
    found = [term for term in dict.fromkeys(_words(text)) if term not in STOP]
    telling = [term for term in found if term not in TASK]
    return tuple((telling or found)[:MAX_TERMS])


def _words(text: str) -> Iterator[str]:
    for word in WORD.findall(text):
        for part in (word, *_humps(word)):
            if len(part) <= MAX_LETTERS and (len(part) > 1 or not part.isascii() or part.isdigit()):
                yield part.lower()


def _humps(word: str) -> list[str]:
    """The parts of a camelCase word; nothing where there is only one."""
    parts = HUMP.findall(word) if word.isascii() else []
    return parts if len(parts) > 1 else []


def match_expression(words: tuple[str, ...]) -> str:
    """An FTS5 expression that any of the words satisfies."""
    return " OR ".join(f'"{word}"' for word in words)


def spelled_out(text: str) -> str:
    """The parts of a text's camelCase identifiers, so that a question in plain words finds them."""
    return " ".join(part for word in dict.fromkeys(WORD.findall(text)) for part in _humps(word))
