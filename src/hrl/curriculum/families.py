"""All single-function families and the draws that the splits allow."""

from __future__ import annotations

import random
import zlib
from functools import cache

from hrl.curriculum.functions_arithmetic import ARITHMETIC_FAMILIES
from hrl.curriculum.functions_dates import DATE_FAMILIES
from hrl.curriculum.functions_dynamic import DYNAMIC_FAMILIES
from hrl.curriculum.functions_grids import GRID_FAMILIES
from hrl.curriculum.functions_lists import LIST_FAMILIES
from hrl.curriculum.functions_numbers import NUMBER_FAMILIES
from hrl.curriculum.functions_parsing import PARSING_FAMILIES
from hrl.curriculum.functions_records import RECORD_FAMILIES
from hrl.curriculum.functions_search import SEARCH_FAMILIES
from hrl.curriculum.functions_sequences import SEQUENCE_FAMILIES
from hrl.curriculum.functions_sets import SET_FAMILIES
from hrl.curriculum.functions_simulation import SIMULATION_FAMILIES
from hrl.curriculum.functions_strings import STRING_FAMILIES
from hrl.curriculum.functions_tables import TABLE_FAMILIES
from hrl.curriculum.functions_text import TEXT_FAMILIES
from hrl.curriculum.grammars import GRAMMARS
from hrl.curriculum.pipelines import draw_pipeline
from hrl.curriculum.problem import Family, Problem, Split, can_hold_out, draw
from hrl.curriculum.slots import SLOTS

SINGLES: tuple[Family, ...] = (
    *NUMBER_FAMILIES,
    *ARITHMETIC_FAMILIES,
    *STRING_FAMILIES,
    *LIST_FAMILIES,
    *TABLE_FAMILIES,
)
# What training never shows in any form: for models that were trained on the rest.
UNSEEN: tuple[Family, ...] = (
    *TEXT_FAMILIES,
    *DATE_FAMILIES,
    *PARSING_FAMILIES,
    *RECORD_FAMILIES,
    *SET_FAMILIES,
    *GRID_FAMILIES,
    *SIMULATION_FAMILIES,
    *SEARCH_FAMILIES,
    *DYNAMIC_FAMILIES,
    *SEQUENCE_FAMILIES,
)
_GRAMMAR_WEIGHTS = (5, 3, 2, 2)
PIPELINE_SHARE = 0.6
# Slots whose functions do not take every value of their type: no helper in a project uses them.
_NARROW = {"xs1", "d1", "ws1", "s1", "year", "n", "n1", "k", "big", "matrix"}


def draw_function(split: Split, rng: random.Random) -> Problem:
    """One function: a pipeline or a single family, as the split allows.

    `train` and `validation` share parameters and combinations but never a problem: a hash of goal and
    signature decides. `unseen_parameters` has a constant, `unseen_combinations` a combination of pipeline
    parts, and `unseen_families` a whole family that training never shows.
    """
    while True:
        problem = _draw(split, rng)
        if split.startswith("unseen") or (_is_validation(problem) == (split == "validation")):
            return problem


def draw_typed(source: str, target: str, split: Split, rng: random.Random) -> Problem:
    """A function of one argument from one annotation to another, for use as a helper."""
    unseen = split == "unseen_parameters"
    while True:
        grammars = [g for g in GRAMMARS if _annotation(g.slot) == source]
        if grammars and rng.random() < PIPELINE_SHARE:
            family = draw_pipeline(
                rng.choice(grammars), rng, held_out=split == "unseen_combinations", returns=(target,)
            )
        else:
            family = rng.choice(_typed(source, target) or _typed(source, "*"))
            if family.returns != target:
                continue
        problem = draw(family, rng, unseen=unseen and can_hold_out(family))
        if split != "train" or not _is_validation(problem):
            return problem


def _draw(split: Split, rng: random.Random) -> Problem:
    if split == "unseen_families":
        return draw(rng.choice(UNSEEN), rng)
    if split == "unseen_combinations" or rng.random() < PIPELINE_SHARE:
        while True:
            grammar = rng.choices(GRAMMARS, _GRAMMAR_WEIGHTS)[0]
            family = draw_pipeline(grammar, rng, held_out=split == "unseen_combinations")
            if split != "unseen_parameters" or can_hold_out(family):
                return draw(family, rng, unseen=split == "unseen_parameters")
    families = [f for f in SINGLES if can_hold_out(f)] if split == "unseen_parameters" else SINGLES
    return draw(rng.choice(families), rng, unseen=split == "unseen_parameters")


def _is_validation(problem: Problem) -> bool:
    return zlib.crc32(f"{problem.bare_signature}\0{problem.goal}".encode()) % 20 == 0


@cache
def _typed(source: str, target: str) -> tuple[Family, ...]:
    return tuple(
        family
        for family in SINGLES
        if len(family.slots.split()) == 1
        and _annotation(family.slots) == source
        and (target in ("*", family.returns))
        and not (set(family.kinds.values()) | set(family.slots.split())) & _NARROW
    )


def _annotation(slot: str) -> str:
    return SLOTS[slot].annotation
