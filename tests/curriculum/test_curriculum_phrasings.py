"""The sentences of all families: enough of them, well formed, and each of one family only."""

import re
from collections import defaultdict

import pytest

from hrl.curriculum import phrasing
from hrl.curriculum.families import FAMILIES
from hrl.curriculum.holdout import is_held_out

LEAST_FAMILIES = 200
LEAST_SENTENCES = 8
LEAST_SHARE_REWORDED = 0.9
# Sentences that the examples and the documentation use: training has to show them.
WORDINGS = (
    "Return the factorial of $n.",
    "Check whether $n is prime.",
    "Add up the digits of $big.",
    "Count the vowels in $s.",
    "Check whether $word is a palindrome.",
    "Convert $s to lower case and put single spaces between its words.",
    "Split $s into words.",
    "Remove duplicates from $xs, keeping the first of each.",
    "Return the running sums of $xs.",
    "Return the sum of $xs.",
    "Return the average of $xs rounded down, or 0 for an empty list.",
    "Count how often each word occurs in $ws, as a dictionary.",
)
each_family = pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)


def without_names(goal):
    """The sentence as one sees it when the parameters' names say nothing; constants keep their place."""
    return re.sub(r"\$[a-z]\w*", "$", goal).lower()


def test_there_are_two_hundred_families_and_more():
    assert len(FAMILIES) >= LEAST_FAMILIES
    assert len({family.name for family in FAMILIES}) == len(FAMILIES)


@each_family
def test_a_family_is_said_in_many_ways_of_which_training_shows_some(family):
    assert len(set(family.goals)) == len(family.goals) >= LEAST_SENTENCES
    assert not all(map(is_held_out, family.goals))


def test_nearly_every_family_has_a_sentence_that_training_never_shows():
    reworded = [family for family in FAMILIES if any(map(is_held_out, family.goals))]
    assert len(reworded) >= LEAST_SHARE_REWORDED * len(FAMILIES)


def test_a_sentence_belongs_to_one_family():
    owners = defaultdict(set)
    for family in FAMILIES:
        for goal in family.goals:
            owners[without_names(goal)].add(family.name)
    assert {goal: names for goal, names in owners.items() if len(names) > 1} == {}


@each_family
def test_sentences_begin_with_a_capital_and_end_with_a_full_stop(family):
    for goal in family.goals:
        assert re.match(r'[A-Z$"]', goal), goal
        assert goal.endswith((".", "?", "!")), goal
        assert goal == goal.strip(), goal


@each_family
def test_sentences_are_clean_after_framing(family):
    for goal in family.goals:
        assert "  " not in goal.replace('"  "', ""), goal
        assert not re.search(r"[,;.]\s*[,;.](?!\.)", goal.replace("...", "x")), goal
        assert not re.search(r"\b(\w+) \1\b", re.sub(r'"[^"]*"', "", goal), re.IGNORECASE), goal
        assert not re.search(r"(?i)\breturn (compute|find|give back|calculate|the function)\b", goal), goal
        assert goal.count('"') % 2 == 0, goal


@each_family
def test_sentences_name_only_slots_of_their_family_and_every_parameter(family):
    slots = set(family.slots.split())
    for goal in family.goals:
        named = set(re.findall(r"\$([A-Za-z_]\w*)", goal))
        assert named <= slots | set(family.constants), goal
        assert slots | set(family.constants) <= named, goal
        assert goal.count("$") == len(re.findall(r"\$[A-Za-z_]\w*", goal)), goal


@pytest.mark.parametrize("wording", WORDINGS)
def test_training_shows_the_sentences_of_the_documentation(wording):
    assert any(wording in family.goals for family in FAMILIES)
    assert not is_held_out(wording)


@pytest.mark.parametrize("shape", [phrasing.value, phrasing.test, phrasing.change], ids=lambda f: f.__name__)
def test_every_frame_meets_every_heart_and_the_edge_comes_last(shape):
    sentences = shape("first of $xs", "second of $xs", edge="That is all.")
    assert len(sentences) == len(set(sentences)) >= 18
    assert all(sentence.endswith(". That is all.") for sentence in sentences)
    with pytest.raises(ValueError, match="at least two ways"):
        shape("first of $xs")
