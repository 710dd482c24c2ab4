"""A small grammar of sentences: what a function is for, said in many ways.

A family gives the heart of the sentence, in one of three grammatical shapes, and perhaps what happens at the
edge; the grammar frames it. `$slots` in the hearts stay as they are. One sentence in six is held out from
training, by a hash of its template: its frame and its heart occur there, together they do not.
"""

from __future__ import annotations

_VALUE = (
    "Return {}.",
    "Compute {}.",
    "Find {}.",
    "Work out {}.",
    "Determine {}.",
    "Give back {}.",
    "Calculate {} and return it.",
    "Write a function that returns {}.",
    "The function should return {}.",
    "We need {}.",
    "What is wanted is {}.",
)
_TEST = (
    "Return True if {}, and False otherwise.",
    "Return whether {}.",
    "Check whether {}.",
    "Decide whether {}.",
    "Say whether {}.",
    "Test if {}; return True or False.",
    "The result is True exactly when {}.",
    "Write a function that tells whether {}.",
    "Tell if {}.",
)
_CHANGE = (
    "{}.",
    "{} and return the result.",
    "Write a function to {}.",
    "The function should {}.",
    "Please {}.",
    "We want to {}.",
    "Your task is to {}.",
    "{}, then return what comes out.",
    "What is left to do is to {}.",
)


def value(*hearts: str, edge: str = "") -> tuple[str, ...]:
    """Sentences that ask for a value.

    Args:
        hearts: noun phrases: `the largest number in $xs`.
        edge: a whole sentence about the edge, put behind: `For an empty list that is 0.`
    """
    return _framed(_VALUE, hearts, edge)


def test(*hearts: str, edge: str = "") -> tuple[str, ...]:  # noqa: PT028
    """Sentences that ask a question.

    Args:
        hearts: clauses that can be true: `$xs is in ascending order`.
        edge: see `value`.
    """
    return _framed(_TEST, hearts, edge)


def change(*hearts: str, edge: str = "") -> tuple[str, ...]:
    """Sentences that ask for an action.

    Args:
        hearts: verb phrases: `move the first $k elements of $xs to its end`.
        edge: see `value`.
    """
    return _framed(_CHANGE, hearts, edge)


def _framed(frames: tuple[str, ...], hearts: tuple[str, ...], edge: str) -> tuple[str, ...]:
    if len(hearts) < 2:
        raise ValueError("a family says what it wants in at least two ways")
    end = f" {edge}" if edge else ""
    return tuple(_capital(frame.format(heart)) + end for heart in hearts for frame in frames)


def _capital(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]
