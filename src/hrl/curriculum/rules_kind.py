"""What a kind of rule is: how a document states it, how a task asks for it, how code applies it."""

from __future__ import annotations

from dataclasses import dataclass, field

Constants = dict[str, tuple[int, int] | tuple[str, ...]]

# Strings that rules write before, between and behind texts; every one gets a stand-in in a prompt.
OPENERS = ("<<", "[[", "((", "{{", "=>", "|>")
CLOSERS = (">>", "]]", "))", "}}", "<=", "<|")
SIGNS = (" - ", " + ", " | ", "::", "--", " / ", "; ", ", ", "~~", "..")
PAIRS = (": ", " = ", "->", ":=", " is ", "==")


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A kind of rule about a made-up thing.

    In all texts `$N` is the made-up name, `$W` the noun, `$P` and `$Q` are made-up codes; constants are as
    in a family. No colon follows a number, since such a number would get no stand-in in a prompt.

    Attributes:
        name: unique, begins with `rule_`.
        nouns: what the rule is called; no other kind uses these words.
        texts: how documents state it: one or two short sentences with every constant; the name stands in the
            first.
        goals: how tasks ask for it, without any of the constants.
        slots: parameters, as in a family.
    """

    name: str
    nouns: tuple[str, ...]
    texts: tuple[str, ...]
    goals: tuple[str, ...]
    slots: str
    returns: str
    body: str
    constants: Constants = field(default_factory=dict)
