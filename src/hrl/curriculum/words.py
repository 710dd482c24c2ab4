"""Words that problems draw their names, arguments and surroundings from."""

from __future__ import annotations

import random


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


WORDS = _words(
    "apple banana cherry stone river cloud table chair paper green silver night day tree bird fish moon sun "
    "wind snow lamp door house road ship train king queen cat dog horse lion bread salt iron gold level noon "
    "echo alpha delta omega north south east west"
)
VERBS = _words(
    "clean score total pick keep drop scan build make find count merge sort trim fold join split mark rank "
    "tidy load get take compute collect measure reduce select prepare convert check gather shape"
)
NOUNS = _words(
    "items values numbers words text list data total result parts names entries table line signal report "
    "points orders prices codes rows marks units"
)
SYLLABLES = _words(
    "ka lo mi ra ten vor sel dun bri tal nor quin zed fal mer gro ost pel wen dar lin bas cor hal jun rik "
    "sol tam ul ver"
)
CONTEXTS = (
    "This is part of a small report tool.",
    "A shop keeps its numbers in a list.",
    "We need this for a weekly summary.",
    "It is used by the import script.",
    "The data comes from a sensor.",
    "A game keeps its scores this way.",
    "The input is never changed.",
    "The result is shown to the user.",
    "The warehouse sends a list every day.",
    "Keep the code short and readable.",
)


def made_up(rng: random.Random) -> str:
    """A word that exists nowhere: a surcharge or a code has to be looked up by it."""
    return "".join(rng.choice(SYLLABLES) for _ in range(rng.choice((2, 2, 3)))).capitalize()


def function_names(fitting: tuple[str, ...], rng: random.Random) -> tuple[str, ...]:
    """Names to choose from: one that fits, one of a verb, one of a verb and a noun."""
    verb = rng.choice(VERBS)
    general = (verb, f"{verb}_{rng.choice(NOUNS)}")
    return (*fitting[:3], *general) if fitting else general
