"""What a policy is and what it does in the probe states: what `hrl policy show` prints."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from hrl.analysis.opening import Opened, probes
from hrl.analysis.states import Answer, ask
from hrl.policies import Architecture, GreedyPolicy, PolicyCard
from hrl.policies.base import Feature
from hrl.training.tables import table

_WIDTH = 110
_INDENT = 8


@dataclass(frozen=True, slots=True)
class Description:
    """A policy with its answers.

    Attributes:
        spec: as the user wrote it.
        network: None for a rule.
        features: the table of this hrl; the card names those that the policy was made for.
        answers: in every probe state; empty where the file cannot be used.
        problem: why it cannot, in one sentence, or "".
    """

    spec: str
    name: str
    decision: str
    version: int
    actions: tuple[str, ...]
    features: tuple[Feature, ...]
    network: Architecture | None
    card: PolicyCard | None
    file: str
    answers: tuple[Answer, ...]
    problem: str


def describe(opened: Opened) -> Description:
    """Card, network and the answers in the probe states."""
    policy, card, decision = opened.policy, opened.card, opened.decision
    network = policy.architecture if isinstance(policy, GreedyPolicy) else None
    return Description(
        spec=opened.spec,
        name=card.name if card else opened.usable.name,
        decision=decision.name,
        version=card.version if card else decision.version,
        actions=card.actions if card else decision.actions,
        features=decision.features,
        network=network,
        card=card,
        file=str(opened.file or ""),
        answers=tuple(ask(policy, state) for state in probes(decision)) if policy else (),
        problem=opened.problem,
    )


def as_text(told: Description) -> str:
    """The description for a terminal; Q-values, `*` the choice, `·` what is illegal."""
    kind = _network(told.network) if told.network else "a policy file" if told.card else "a rule"
    lines = [f"{told.name}: {kind}, for the {told.decision} decisions of version {told.version}"]
    lines += list(_card(told.card, told.file)) if told.card else []
    if told.answers:
        lines += ["", *answers_as_text(told.answers, told.actions)]
    for title, rows in (told.card.tables if told.card else {}).items():
        lines += ["", title, *table(rows)]
    names = told.card.features if told.card else tuple(feature.name for feature in told.features)
    return "\n".join([*lines, "", *_wrapped("sees", f"{len(names)} features: {', '.join(names)}")])


def answers_as_text(answers: Sequence[Answer], actions: Sequence[str]) -> list[str]:
    """One line a state, one column an action; the last column is the lead over the next best."""
    with_values = any(answer.values for answer in answers)
    head = ["state", *actions, *(["ahead by"] if with_values else [])]
    rows = [head]
    for answer in answers:
        cells = [_cell(answer, place) for place in range(len(actions))]
        lead = [] if not with_values else ["" if answer.margin is None else f"{answer.margin:.3f}"]
        rows.append([answer.state, *cells, *lead])
    widths = [max(len(row[place]) for row in rows) for place in range(len(head))]
    return [
        "  ".join(
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """`recipe.learner.gamma` and its value for every leaf of nested tables."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _cell(answer: Answer, place: int) -> str:
    if not answer.legal[place]:
        return "·"
    if answer.values is not None:
        return f"{'*' if place == answer.action else ''}{answer.values[place]:.3f}"
    share = answer.shares[place]
    return "*" if share == 1.0 else f"{share:.0%}" if share else "-"


def _network(network: Architecture) -> str:
    sizes = " → ".join(str(size) for size in (network.inputs, *network.hidden, network.actions))
    heads = "dueling" if network.dueling else "plain"
    norm = " with LayerNorm" if network.layer_norm else ""
    return f"a {heads} Q-network {sizes}{norm} ({sum(map(prod, network.shapes().values()))} weights)"


def _plain(value: Any) -> str:
    return "-" if value in ("", None) else str(value)


def _card(card: PolicyCard, file: str) -> Iterator[str]:
    yield from _wrapped("file", f"{file}, SHA-256 {card.weights}")
    yield from _wrapped("made", f"{card.date}, {card.steps} steps, seed {card.seed}: {card.command}")
    recipe = {name: value for name, value in card.recipe.items() if name != "data"}
    yield from _wrapped(
        "recipe", ", ".join(f"{name} {_plain(value)}" for name, value in flat(recipe)) or "unknown"
    )
    data = card.recipe.get("data")
    for name, digest in flat(data) if isinstance(data, Mapping) else ():
        yield from _wrapped("data", f"{name} {digest}")
    for note in card.notes:
        yield from _wrapped("note", note)


def _wrapped(label: str, text: str) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=f"{label:<{_INDENT}}",
        subsequent_indent=" " * _INDENT,
        break_long_words=False,
        break_on_hyphens=False,
    )
