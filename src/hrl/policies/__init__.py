"""Policies: a numpy Q-network read from a checked file, and the fixed rules that it is compared with."""

from hrl.policies.files import PolicyCard, read_card, read_policy, save_policy
from hrl.policies.greedy import GreedyPolicy, untrained
from hrl.policies.loading import SHIPPED, holds_policy, load_policy, policy_names
from hrl.policies.network import Architecture, fresh_weights, q_values
from hrl.policies.rules import RandomPolicy, RulePolicy

__all__ = [
    "SHIPPED",
    "Architecture",
    "GreedyPolicy",
    "PolicyCard",
    "RandomPolicy",
    "RulePolicy",
    "fresh_weights",
    "holds_policy",
    "load_policy",
    "policy_names",
    "q_values",
    "read_card",
    "read_policy",
    "save_policy",
    "untrained",
]
