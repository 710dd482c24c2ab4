"""How one function puts others together: the type of a shape, and sentences of two steps."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shape:
    """How a function uses others.

    In sentences and the body `$A $B $C $D $E` are the functions that are called, `$X` is the argument as
    sentences write it (in back-quotes or plain), `$x` its bare name. Types are written with variables:
    `S>M M>T` are two functions of which the second takes what the first returns; `e`, `r`, `q` are element
    types, `[e]` is a list, `(S,T)` a tuple.

    Attributes:
        name: unique.
        roles: the types of the functions that it calls.
        own: its own type.
        goals: templates of sentences.
        body: its code.
    """

    name: str
    roles: str
    own: str
    goals: tuple[str, ...]
    body: str

    @property
    def size(self) -> int:
        """How many functions it calls."""
        return len(self.roles.split())


def steps(firsts: tuple[str, ...], thens: tuple[str, ...]) -> tuple[str, ...]:
    """Each first with each then."""
    return tuple(first + then for first in firsts for then in thens)
