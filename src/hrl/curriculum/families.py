"""All single-function families and the draws that the splits allow."""

from __future__ import annotations

import random
from functools import cache

from hrl.curriculum.chains import draw_chain
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
from hrl.curriculum.holdout import is_held_out
from hrl.curriculum.pipelines import draw_pipeline
from hrl.curriculum.problem import Family, Problem, Split, can_hold_out, can_reword, draw, is_validation
from hrl.curriculum.slots import GENERAL, SLOTS
from hrl.curriculum.unsaid import leave_unsaid

FAMILIES: tuple[Family, ...] = (
    *NUMBER_FAMILIES,
    *ARITHMETIC_FAMILIES,
    *STRING_FAMILIES,
    *LIST_FAMILIES,
    *TABLE_FAMILIES,
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
# One family in eighteen or so is a split of its own: training never shows it in any form.
UNSEEN = tuple(family for family in FAMILIES if is_held_out(family.name, one_in=18, place=9))
SINGLES = tuple(family for family in FAMILIES if family not in UNSEEN)
_GRAMMAR_WEIGHTS = (5, 3, 2, 2)
# A problem is a pipeline, a chain of two or three families, or one family.
_SHARES = {"pipeline": 0.3, "chain": 0.25, "single": 0.45}
PIPELINE_SHARE = 0.4
# How many statements are silent on something that the tests want.
UNSAID_SHARE = 0.1


def draw_function(split: Split, rng: random.Random, *, unsaid: float = UNSAID_SHARE) -> Problem:
    """One function, as the split allows (see `hrl.curriculum`).

    `train` and `validation` share everything but never a problem: a hash of goal and signature decides.

    Args:
        split: what may be drawn.
        rng: decides everything.
        unsaid: share of the problems whose statement leaves something to the tests.
    """
    silent = rng.random() < unsaid
    while True:
        drawn = _draw(split, rng)
        problem = leave_unsaid(drawn, rng) if silent else drawn
        if problem and (split.startswith("unseen") or is_validation(problem) == (split == "validation")):
            return problem


def draw_typed(source: str, target: str, split: Split, rng: random.Random) -> Problem:
    """A function of one argument from one annotation to another, for use as a helper."""
    unseen, reworded = split == "unseen_parameters", split == "unseen_phrasings"
    while True:
        grammars = [g for g in GRAMMARS if _annotation(g.slot) == source]
        if grammars and rng.random() < PIPELINE_SHARE:
            held_out = split == "unseen_combinations"
            family = draw_pipeline(
                rng.choice(grammars), rng, held_out=held_out, reworded=reworded, returns=(target,)
            )
        else:
            family = rng.choice(_typed(source, target) or _typed(source, "*"))
            if family.returns != target:
                continue
        problem = draw(
            family, rng, unseen=unseen and can_hold_out(family), reworded=reworded and can_reword(family)
        )
        if split != "train" or not is_validation(problem):
            return problem


def _draw(split: Split, rng: random.Random) -> Problem:
    if split == "unseen_families":
        return draw(rng.choice(UNSEEN), rng)
    unseen, reworded = split == "unseen_parameters", split == "unseen_phrasings"
    held_out = split == "unseen_combinations"
    shares = {kind: share for kind, share in _SHARES.items() if not (held_out and kind == "single")}
    kind = rng.choices(list(shares), list(shares.values()))[0]
    while True:
        if kind == "pipeline":
            grammar = rng.choices(GRAMMARS, _GRAMMAR_WEIGHTS)[0]
            family = draw_pipeline(grammar, rng, held_out=held_out, reworded=reworded)
        elif kind == "chain":
            family = draw_chain(SINGLES, rng, held_out=held_out, reworded=reworded)
        else:
            family = rng.choice(SINGLES)
        if (can_hold_out(family) or not unseen) and (can_reword(family) or not reworded):
            return draw(family, rng, unseen=unseen, reworded=reworded)


@cache
def _typed(source: str, target: str) -> tuple[Family, ...]:
    return tuple(
        family
        for family in SINGLES
        if len(family.slots.split()) == 1
        and _annotation(family.slots) == source
        and (target in ("*", family.returns))
        and {family.slots, *family.kinds.values()} <= GENERAL
    )


def _annotation(slot: str) -> str:
    return SLOTS[slot].annotation
