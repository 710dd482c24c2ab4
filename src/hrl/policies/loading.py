"""From what the user writes after `--policy` or `--hierarchical` to a policy."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from hrl.config import given_path
from hrl.errors import PolicyFileError
from hrl.policies.base import DecisionSpec, Policy
from hrl.policies.files import paths, read_policy
from hrl.policies.greedy import untrained
from hrl.policies.rules import NAMES, RandomPolicy, Rule, RulePolicy, rule_named
from hrl.policies.stopping import stopping

SHIPPED = Path(__file__).parent / "shipped"


def load_policy(
    spec: str, decision: DecisionSpec, *, seed: int = 0, rules: Mapping[str, Rule] | None = None
) -> Policy:
    """The policy that `spec` names for a decision process.

    Args:
        spec: `default` (the shipped one; the fixed chain where none is shipped), a baseline's name,
            or a path: to either file of a policy, to their stem, or to a directory that holds one.
        decision: the decision process.
        seed: for `random`, `untrained` and `rex`.
        rules: further baselines by name.

    Raises:
        PolicyFileError: an unknown name, or a file that cannot be used.
    """
    more = rules or {}
    if spec in more:
        return RulePolicy(spec, more[spec], decision)
    if spec == "default":
        return _default(decision)
    if spec == "random":
        return RandomPolicy(decision, seed)
    if spec == "untrained":
        return untrained(decision, seed)
    named = rule_named(spec, decision) or stopping(spec, decision, seed)
    return named or _from_path(spec, decision, (*policy_names(decision), *more))


def holds_policy(spec: str, decision: DecisionSpec) -> bool:
    """Whether `spec` is a directory with a policy for a decision process, or with what is left of one."""
    path = given_path(spec, PolicyFileError)
    return path.is_dir() and _exists(path / decision.name)


def policy_names(decision: DecisionSpec) -> tuple[str, ...]:
    """Every name that `load_policy` knows for a decision process."""
    return ("default", *NAMES.get(decision.name, ()), "random", "untrained")


def _default(decision: DecisionSpec) -> Policy:
    path = SHIPPED / decision.name
    fallback = rule_named("chain", decision)
    if fallback is not None and not paths(path)[0].exists():
        return fallback
    return read_policy(path, decision)


def _exists(path: Path) -> bool:
    """Whether either file of a policy is there."""
    return any(given_path(part, PolicyFileError).exists() for part in paths(path))


def _from_path(spec: str, decision: DecisionSpec, names: tuple[str, ...]) -> Policy:
    path = given_path(spec, PolicyFileError)
    if path.is_dir():
        if not holds_policy(spec, decision):
            raise PolicyFileError(f"the directory {spec} holds no policy for the {decision.name} decisions")
        path = path / decision.name
    if not _exists(path):
        known = ", ".join(names)
        raise PolicyFileError(f"there is no policy {spec!r}: give a path to a policy file, or one of {known}")
    return read_policy(path, decision)
