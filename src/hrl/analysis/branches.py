"""A fitted decision tree as indented sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hrl.analysis.words import at_most, is_flag, named
from hrl.policies.base import DecisionSpec


@dataclass(frozen=True, slots=True)
class Leaf:
    """Choose `action`; `right` of the `states` that led here chose it too."""

    action: str
    states: int
    right: int


@dataclass(frozen=True, slots=True)
class Branch:
    """`then` where `condition` holds, else `other`."""

    condition: str
    then: Branch | Leaf
    other: Branch | Leaf


def read_tree(fitted: Any, decision: DecisionSpec) -> Branch | Leaf:
    """The tree, without splits whose sides choose the same.

    Args:
        fitted: a `DecisionTreeClassifier` on observations with the masks behind them, shape
            `(states, features + actions)`; its classes are numbers of actions.
        decision: whose features and actions these are.
    """
    tree, names = fitted.tree_, [decision.actions[number] for number in fitted.classes_]

    def grow(node: int) -> Branch | Leaf:
        if tree.children_left[node] < 0:
            shares = tree.value[node][0]
            states, best = int(tree.n_node_samples[node]), int(shares.argmax())
            return Leaf(names[best], states, round(states * float(shares[best] / shares.sum())))
        low, high = grow(int(tree.children_left[node])), grow(int(tree.children_right[node]))
        if isinstance(low, Leaf) and isinstance(high, Leaf) and low.action == high.action:
            return Leaf(low.action, low.states + high.states, low.right + high.right)
        return _branch(int(tree.feature[node]), float(tree.threshold[node]), low, high, decision)

    return grow(0)


def leaves(node: Branch | Leaf) -> int:
    """How many ends the tree has."""
    return 1 if isinstance(node, Leaf) else leaves(node.then) + leaves(node.other)


def in_sentences(node: Branch | Leaf) -> list[str]:
    """Lines of `if ...:`, `else if ...:` and `else:`, and the action indented below."""
    if isinstance(node, Leaf):
        return [f"{node.action}  ({node.right} of {node.states})"]
    then = ["    " + line for line in in_sentences(node.then)]
    other = in_sentences(node.other)
    if isinstance(node.other, Branch):
        return [f"if {node.condition}:", *then, f"else {other[0]}", *other[1:]]
    return [f"if {node.condition}:", *then, "else:", "    " + other[0]]


def names(decision: DecisionSpec) -> Sequence[str]:
    """What the inputs of `read_tree` are called."""
    features = [named(feature) for feature in decision.features]
    return [*features, *(f"{action} is legal" for action in decision.actions)]


def _branch(
    column: int, threshold: float, low: Branch | Leaf, high: Branch | Leaf, decision: DecisionSpec
) -> Branch:
    """Flags are asked for being true, numbers for being small."""
    if column >= len(decision.features) or is_flag(decision.features[column]):
        return Branch(names(decision)[column], high, low)
    return Branch(at_most(decision.features[column], threshold), low, high)
