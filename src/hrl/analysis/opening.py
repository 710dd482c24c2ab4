"""From what a user writes after `--policy` to the policy with its card, for either decision process."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hrl.analysis.states import State
from hrl.config import given_path
from hrl.errors import PolicyFileError
from hrl.executive import EXECUTIVE
from hrl.policies import SHIPPED, PolicyCard, load_policy, policy_names, read_card, read_policy
from hrl.policies.base import DecisionSpec, Policy
from hrl.policies.files import paths
from hrl.policies.rules import rule_named
from hrl.policies.stopping import stopping

_DECISIONS = (EXECUTIVE.name, "hierarchical")


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """A policy, and where it comes from.

    Attributes:
        policy: None where the file's card is for another version of the decision process.
        card, file: of a policy file, `file` being its weights; None for a rule.
        problem: why there is no policy, in one sentence, or "".
    """

    spec: str
    decision: DecisionSpec
    policy: Policy | None
    card: PolicyCard | None = None
    file: Path | None = None
    problem: str = ""

    @property
    def usable(self) -> Policy:
        """The policy; PolicyFileError where the file cannot be used."""
        if self.policy is None:
            raise PolicyFileError(self.problem)
        return self.policy


def open_policy(spec: str, *, seed: int = 0) -> Opened:
    """The policy of a name or file.

    Args:
        spec: as `hrl.policies.load_policy` takes it for the Executive; a rule of the Hierarchical level, a
            file for it, or `hierarchical`, the shipped one.
        seed: of a policy that draws.

    Raises:
        PolicyFileError: an unknown name, or a file without a card that can be read.
    """
    if _is_rule(spec):
        return Opened(spec, EXECUTIVE, load_policy(spec, EXECUTIVE, seed=seed))
    file = policy_file(spec)
    if file is None:
        return _hierarchical_rule(spec, seed)
    card = read_card(file)
    decision = _decision(card.decision, file)
    try:
        policy: Policy | None = read_policy(file, decision)
        problem = ""
    except PolicyFileError as refused:
        policy, problem = None, str(refused)
    return Opened(spec, decision, policy, card, paths(file)[0], problem)


def policy_file(spec: str) -> Path | None:
    """Where a policy's files lie; None where there are none, and for rules, which come before files.

    Raises:
        PolicyFileError: what no path can be.
    """
    if _is_rule(spec):
        return None
    place = given_path(spec, PolicyFileError)
    places = [place / name for name in _DECISIONS] if place.is_dir() else [place]
    shipped = SHIPPED / (EXECUTIVE.name if spec == "default" else spec)
    places = [shipped] if spec == "default" else [*places, *([shipped] if spec in _DECISIONS else [])]
    return next((one for one in places if any(map(_is_file, paths(one)))), None)


def probes(decision: DecisionSpec) -> tuple[State, ...]:
    """The probe states of a decision process."""
    if decision.name == EXECUTIVE.name:
        from hrl.analysis.probes import executive_probes

        return executive_probes()
    from hrl.analysis.run_probes import hierarchical_probes

    return hierarchical_probes()


def _is_file(part: Path) -> bool:
    return given_path(part, PolicyFileError).is_file()


def _is_rule(spec: str) -> bool:
    named = rule_named(spec, EXECUTIVE) or stopping(spec, EXECUTIVE, 0)
    return named is not None or spec in ("random", "untrained")


def _hierarchical_rule(spec: str, seed: int) -> Opened:
    """A rule of the level that brings langgraph, which is loaded only when nothing else is meant."""
    from hrl.graphs.decision import HIERARCHICAL
    from hrl.graphs.rivals import RIVALS, hierarchical_policy

    if spec not in RIVALS:
        known = ", ".join(dict.fromkeys((*policy_names(EXECUTIVE), *RIVALS)))
        raise PolicyFileError(f"there is no policy {spec!r}: give a path to a policy file, or one of {known}")
    return Opened(spec, HIERARCHICAL, hierarchical_policy(spec, seed))


def _decision(name: str, file: Path) -> DecisionSpec:
    if name == EXECUTIVE.name:
        return EXECUTIVE
    if name == "hierarchical":
        from hrl.graphs.decision import HIERARCHICAL

        return HIERARCHICAL
    raise PolicyFileError(f"the policy {file} decides for {name}, which this hrl does not know")
