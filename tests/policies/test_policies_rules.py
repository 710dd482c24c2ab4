import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrl.executive import EXECUTIVE
from hrl.policies import load_policy, policy_names
from hrl.policies.base import DecisionSpec, Feature

COUNTS = ("plan_count", "execute_count", "integrate_count", "evaluate_count")
FLAGS = ("has_plan", "has_candidates", "has_program", "evaluated", "evaluation_passed")
HIERARCHICAL = DecisionSpec(
    "hierarchical",
    1,
    ("plan", "execute", "integrate", "evaluate", "stop"),
    tuple(Feature(name, 0, 1, "") for name in (*COUNTS, *FLAGS, "failed_subtasks", "budget_left")),
)


def choose(policy, mask=(True,) * 5, spec=EXECUTIVE, **features):
    observation = np.zeros(len(spec.features), dtype=np.float32)
    for name, value in features.items():
        observation[spec.index(name)] = value
    return spec.actions[policy.act(observation, np.array(mask)).action]


def test_every_listed_name_loads_and_says_its_name():
    for name in policy_names(EXECUTIVE):
        if name != "default":
            assert load_policy(name, EXECUTIVE).name == name


def test_debug_3_repairs_three_times_and_stops():
    policy = load_policy("debug-3", EXECUTIVE)
    rounds = [choose(policy, failed=1, has_candidate=1, debug_count=n / 10) for n in range(5)]
    assert rounds == ["debug", "debug", "debug", "stop", "stop"]


def test_debug_10_goes_on_where_debug_3_stops():
    assert choose(load_policy("debug-10", EXECUTIVE), failed=1, debug_count=0.9) == "debug"
    assert choose(load_policy("debug-10", EXECUTIVE), failed=1, debug_count=1.0) == "stop"


def test_only_the_fresh_loop_ends_at_the_first_duplicate():
    state = {"failed": 1, "has_candidate": 1, "debug_count": 0.2, "last_duplicate": 1, "stuck": 1}
    assert choose(load_policy("debug-3", EXECUTIVE), **state) == "debug"
    assert choose(load_policy("debug-3-fresh", EXECUTIVE), **state) == "stop"
    assert choose(load_policy("debug-3-fresh", EXECUTIVE), **state | {"last_duplicate": 0}) == "debug"


def test_single_shot_stops_after_a_failed_test():
    policy = load_policy("single-shot", EXECUTIVE)
    assert choose(policy) == "generate"
    assert choose(policy, mask=(False, True, False, True, False), untested=1) == "test"
    assert choose(policy, failed=1) == "stop"


def test_best_of_n_restarts_and_never_repairs():
    policy = load_policy("best-of-n", EXECUTIVE)
    assert choose(policy, failed=1) == "generate"
    assert choose(policy, mask=(False, False, True, True, True), failed=1) == "stop"


def test_always_verify_uses_whatever_is_legal():
    policy = load_policy("always-verify", EXECUTIVE)
    assert choose(policy, failed=1) == "debug"
    assert choose(policy, failed=1, stuck=1) == "search"
    assert choose(policy, mask=(False, False, True, False, True), failed=1, stuck=1) == "debug"
    assert choose(policy, mask=(True, False, False, True, True), failed=1) == "search"
    assert choose(policy, mask=(False, False, False, False, True), failed=1) == "stop"
    assert choose(policy, passed=1, mask=(False, False, False, False, True)) == "stop"


def test_random_repeats_itself_for_a_seed_and_covers_what_is_legal():
    mask = (True, False, True, False, True)
    draws = [[choose(policy, mask) for _ in range(60)] for policy in _twice("random", 5)]
    assert draws[0] == draws[1]
    assert set(draws[0]) == {"generate", "debug", "stop"}


def _twice(name, seed):
    return load_policy(name, EXECUTIVE, seed=seed), load_policy(name, EXECUTIVE, seed=seed)


@given(
    st.sampled_from([name for name in policy_names(EXECUTIVE) if name != "default"]),
    st.lists(st.floats(0, 1, width=32), min_size=len(EXECUTIVE.features), max_size=len(EXECUTIVE.features)),
    st.lists(st.booleans(), min_size=5, max_size=5).filter(any),
)
def test_no_policy_ever_takes_a_masked_action(name, values, mask):
    choice = load_policy(name, EXECUTIVE).act(np.array(values, dtype=np.float32), np.array(mask))
    assert mask[choice.action]


@pytest.mark.parametrize("name", ["random", "untrained", "debug-3"])
@pytest.mark.parametrize("mask", [None, np.zeros(5, dtype=bool), np.ones(4, dtype=bool)])
def test_a_missing_empty_or_short_mask_is_an_error(name, mask):
    observation = np.zeros(len(EXECUTIVE.features), dtype=np.float32)
    with pytest.raises(ValueError, match="mask"):
        load_policy(name, EXECUTIVE).act(observation, mask)


class Project:
    """A tiny stand-in for what the options do to the Hierarchical state."""

    def __init__(self, passes_at, may_integrate=True):
        self.counts = dict.fromkeys(("plan", "execute", "integrate", "evaluate"), 0)
        self.has = dict.fromkeys(FLAGS, False)
        self.passes_at = passes_at
        self.may_integrate = may_integrate

    def features(self):
        return {f"{name}_count": count / 5 for name, count in self.counts.items()} | self.has

    def mask(self):
        fresh = not self.has["has_program"] or (self.has["evaluated"] and self.may_integrate)
        return (
            True,
            self.has["has_plan"],
            self.has["has_candidates"] and fresh,
            self.has["has_program"] and not self.has["evaluated"],
            True,
        )

    def take(self, option):
        self.counts[option] += 1
        if option == "plan":
            self.has |= dict.fromkeys(FLAGS, False) | {"has_plan": True}
        if option == "execute":
            self.has |= {"has_candidates": True, "has_program": False, "evaluated": False}
        if option == "integrate":
            self.has |= {"has_program": True, "evaluated": False}
        if option == "evaluate":
            passed = self.counts["evaluate"] == self.passes_at
            self.has |= {"evaluated": True, "evaluation_passed": passed}


def walk(project):
    policy, taken = load_policy("chain", HIERARCHICAL), []
    while len(taken) < 30:
        taken.append(choose(policy, project.mask(), HIERARCHICAL, **project.features()))
        if taken[-1] == "stop":
            return taken
        project.take(taken[-1])
    raise AssertionError(taken)


FIRST = ["plan", "execute", "integrate", "evaluate"]


def test_the_chain_goes_once_through_when_the_evaluation_passes():
    assert walk(Project(passes_at=1)) == [*FIRST, "stop"]


def test_the_chain_widens_its_corrections_and_then_stops():
    corrections = ["integrate", "evaluate", "execute", "integrate", "evaluate", *FIRST]
    assert walk(Project(passes_at=0)) == [*FIRST, *corrections, "stop"]


def test_the_chain_skips_a_correction_that_is_masked():
    corrections = ["execute", "integrate", "evaluate", "stop"]
    assert walk(Project(passes_at=2, may_integrate=False)) == [*FIRST, *corrections]
