"""What a parameter of a family is: names, an annotation, a sampler of arguments.

A sampler gets the number of the trial: the first trials give the edge cases (empty, one element,
negative, repeated), later ones ordinary values. Values stay small, so that tests stay short.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Sampler = Callable[[random.Random, int], Any]


@dataclass(frozen=True, slots=True)
class Slot:
    """A kind of parameter."""

    name: str
    names: tuple[str, ...]
    annotation: str
    sample: Sampler
