"""Who decides at each level of a run, by what the user names."""

import shutil
from pathlib import Path

import pytest

from hrl.config import Settings
from hrl.errors import PolicyFileError
from hrl.executive import EXECUTIVE
from hrl.graphs.decision import HIERARCHICAL
from hrl.graphs.policies import open_policies
from hrl.policies import Architecture, fresh_weights, save_policy
from hrl.policies.base import DecisionSpec
from hrl.policies.loading import SHIPPED


def made(folder: Path, *decisions: DecisionSpec) -> str:
    """A directory with policies of one's own, named `mine-` and the level."""
    for decision in decisions:
        architecture = Architecture(len(decision.features), (4,), len(decision.actions), dueling=False)
        weights = fresh_weights(architecture, 0)
        save_policy(folder / decision.name, weights, decision, architecture, name=f"mine-{decision.name}")
    return str(folder)


def names(**given: str) -> tuple[str, str]:
    executive, hierarchical = open_policies(Settings(**given))
    return executive.name, hierarchical.name


def test_the_shipped_policies_decide_where_none_is_named() -> None:
    assert names() == ("executive", "hierarchical")
    assert names(policy="debug-3") == ("debug-3", "hierarchical")


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ((HIERARCHICAL,), ("executive", "mine-hierarchical")),
        ((EXECUTIVE,), ("mine-executive", "hierarchical")),
        ((EXECUTIVE, HIERARCHICAL), ("mine-executive", "mine-hierarchical")),
    ],
    ids=["hierarchical", "executive", "both"],
)
def test_a_directory_decides_at_the_levels_that_it_holds(
    tmp_path: Path, held: tuple[DecisionSpec, ...], expected: tuple[str, str]
) -> None:
    assert names(policy=made(tmp_path, *held)) == expected


@pytest.mark.parametrize("rule", ["chain", "early", "one-pass", "whole", "random", "untrained"])
def test_the_hierarchical_level_takes_every_rule_by_name(rule: str) -> None:
    assert names(policy="debug-3", hierarchical_policy=rule) == ("debug-3", rule)


def test_a_policy_named_for_the_hierarchical_level_is_stronger_than_the_directory(tmp_path: Path) -> None:
    both = made(tmp_path / "both", EXECUTIVE, HIERARCHICAL)
    assert names(policy=both, hierarchical_policy="early") == ("mine-executive", "early")
    assert names(policy=both, hierarchical_policy="default") == ("mine-executive", "hierarchical")
    own = made(tmp_path / "own", HIERARCHICAL)
    for place in (own, f"{own}/hierarchical", f"{own}/hierarchical.safetensors"):
        assert names(policy="debug-3", hierarchical_policy=place) == ("debug-3", "mine-hierarchical")


def test_an_unknown_name_is_refused_with_the_rules_of_the_level() -> None:
    with pytest.raises(PolicyFileError, match=r"no policy 'nothing'.* chain, .*early"):
        open_policies(Settings(hierarchical_policy="nothing"))


@pytest.mark.parametrize("lost", ["hierarchical.safetensors", "hierarchical.json"])
def test_a_damaged_hierarchical_policy_is_refused_not_passed_over(tmp_path: Path, lost: str) -> None:
    for part in SHIPPED.glob("*.*"):
        shutil.copy(part, tmp_path)
    (tmp_path / lost).unlink()
    with pytest.raises(PolicyFileError, match="hierarchical"):
        open_policies(Settings(policy=str(tmp_path)))


def test_a_directory_without_any_policy_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyFileError, match="holds no policy for the executive decisions"):
        open_policies(Settings(policy=str(tmp_path)))
