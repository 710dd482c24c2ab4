"""Two policies beside each other: where they choose otherwise, and how their cards differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from hrl.analysis.description import flat
from hrl.analysis.opening import Opened
from hrl.analysis.states import Answer, State, ask
from hrl.errors import BadInput
from hrl.policies.base import DecisionSpec
from hrl.types import dump
from hrl.view.text import counted

_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Split:
    """A state in which the two choose otherwise.

    Attributes:
        overlap: how often both would choose the same, at most: 1 minus the total variation distance of
            their choices, so 0 for two policies that do not draw.
        gap: how much worse each finds the other's choice, as shares of its own spread of values over
            legal actions, both added; 0 without values.
    """

    state: str
    one: Answer
    other: Answer
    overlap: float
    gap: float


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two policies.

    Attributes:
        names: of the two, as the user wrote them.
        on: which states they were compared on.
        states, choices: how many, and in how many of them more than one action is legal.
        agreement: mean overlap over the latter; 1.0 where there are none.
        splits: the states where they differ, largest first.
        pairs: (action of one, action of the other, states), most frequent first.
        card: (field, of one, of the other); empty unless both come from a file.
    """

    names: tuple[str, str]
    on: str
    actions: tuple[str, ...]
    states: int
    choices: int
    agreement: float
    splits: tuple[Split, ...]
    pairs: tuple[tuple[str, str, int], ...]
    card: tuple[tuple[str, str, str], ...]


def shared_decision(one: Opened, other: Opened) -> DecisionSpec:
    """The decision process that both decide for; BadInput where they decide for different ones."""
    if one.decision != other.decision:
        raise BadInput(
            f"{one.spec} decides for {one.decision.name} and {other.spec} for {other.decision.name}: "
            "they share no state"
        )
    return one.decision


def compare(one: Opened, other: Opened, states: Sequence[State], on: str) -> Difference:
    """Ask both in every state.

    Raises:
        BadInput: they decide for different decision processes.
        PolicyFileError: a file of another version.
    """
    actions = shared_decision(one, other).actions
    both = [(ask(one.usable, state), ask(other.usable, state)) for state in states if state.mask.sum() > 1]
    spreads = tuple(
        max((_spread(answer) for answer in side), default=0.0) for side in zip(*both, strict=True)
    )
    splits = [
        Split(first.state, first, second, overlap, _gap(first, second, spreads))
        for first, second in both
        if (overlap := _overlap(first, second)) < 1.0
    ]
    splits.sort(key=lambda split: (split.overlap, -split.gap))
    pairs = Counter((actions[split.one.action], actions[split.other.action]) for split in splits)
    agreement = sum(_overlap(*pair) for pair in both) / len(both) if both else 1.0
    return Difference(
        names=(one.spec, other.spec),
        on=on,
        actions=actions,
        states=len(states),
        choices=len(both),
        agreement=round(agreement, 4),
        splits=tuple(splits),
        pairs=tuple((*pair, times) for pair, times in pairs.most_common()),
        card=_card(one, other),
    )


def as_text(found: Difference) -> str:
    """The difference for a terminal."""
    one, other = found.names
    lines = [
        f"{one} | {other}: agreement {found.agreement:.1%} on {found.on}",
        f"{found.states} states, {found.choices} of them with a choice, {len(found.splits)} chosen otherwise",
    ]
    if found.splits:
        lines += ["", *(f"{a} | {b}: {counted(times, 'state')}" for a, b, times in found.pairs), ""]
        told = Counter(_told(split, found.actions) for split in found.splits)
        lines += [
            line + (f"  (x{times})" if times > 1 else "") for line, times in list(told.items())[:_SHOWN]
        ]
        if len(told) > _SHOWN:
            lines.append(f"and {len(told) - _SHOWN} more; --json has them all")
    if found.card:
        lines += ["", *(f"{field}: {a} | {b}" for field, a, b in found.card)]
    return "\n".join(lines)


def _told(split: Split, actions: Sequence[str]) -> str:
    return f"{split.state}: {' | '.join(_chosen(answer, actions) for answer in (split.one, split.other))}"


def _chosen(answer: Answer, actions: Sequence[str]) -> str:
    share = answer.shares[answer.action]
    drawn = f" {share:.0%}" if share < 1.0 else ""
    ahead = f" (ahead by {answer.margin:.3f})" if answer.margin is not None else ""
    return f"{actions[answer.action]}{drawn}{ahead}"


def _overlap(one: Answer, other: Answer) -> float:
    return sum(min(pair) for pair in zip(one.shares, other.shares, strict=True))


def _spread(answer: Answer) -> float:
    legal = [value for value, may in zip(answer.values or (), answer.legal, strict=False) if may]
    return max(legal) - min(legal) if legal else 0.0


def _gap(one: Answer, other: Answer, spreads: Sequence[float]) -> float:
    leads = (one.lead(other.action), other.lead(one.action))
    return round(sum(lead / spread for lead, spread in zip(leads, spreads, strict=True) if spread), 6)


def _card(one: Opened, other: Opened) -> tuple[tuple[str, str, str], ...]:
    """Every field that differs; result tables are left out, as they differ whenever the policies do."""
    if one.card is None or other.card is None:
        return ()
    first, second = (
        {name: value for name, value in flat(dump(card)) if not name.startswith("tables.")}
        for card in (one.card, other.card)
    )
    return tuple(
        (name, str(first.get(name, "-")), str(second.get(name, "-")))
        for name in dict.fromkeys((*first, *second))
        if first.get(name) != second.get(name)
    )
