import numpy as np
import pytest

from hrl.errors import PolicyFileError
from hrl.executive import EXECUTIVE
from hrl.policies import RulePolicy, load_policy
from hrl.policies.stopping import logistic, terms

FAILED = {"has_candidate": 1, "failed": 1, "error_assertion": 1}


def choose(policy, mask=(True,) * 5, **features):
    observation = np.zeros(len(EXECUTIVE.features), dtype=np.float32)
    for name, value in features.items():
        observation[EXECUTIVE.index(name)] = value
    return EXECUTIVE.actions[policy.act(observation, np.array(mask)).action]


@pytest.mark.parametrize("name", ["rex", "rex-3", "logistic", "logistic-0.05", "logistic-.5"])
def test_both_begin_like_every_rule_and_stop_at_a_pass(name):
    policy = load_policy(name, EXECUTIVE)
    assert policy.name == name
    assert choose(policy, mask=(True, False, False, True, False)) == "generate"
    assert choose(policy, mask=(False, True, False, True, False), has_candidate=1, untested=1) == "test"
    assert choose(policy, has_candidate=1, passed=1) == "stop"


@pytest.mark.parametrize("name", ["rex-0", "rex-100", "logistic-2", "logistic-", "rexy"])
def test_other_names_are_none_of_them(name):
    with pytest.raises(PolicyFileError, match="no policy"):
        load_policy(name, EXECUTIVE)


def test_rex_repairs_what_passes_most_tests_and_restarts_where_none_pass():
    near, far = [], []
    for seed in range(200):
        policy = load_policy("rex", EXECUTIVE, seed=seed)
        near.append(choose(policy, **FAILED, tests_passed=0.9, generate_count=0.2))
        far.append(choose(policy, **FAILED, tests_passed=0.0, generate_count=0.2, duplicates_in_row=1.0))
    assert near.count("debug") > 195
    assert 40 < far.count("generate") < 160  # Beta(1, 22) against Beta(1, 26)


def test_rex_spends_what_it_may_and_stops():
    policy = load_policy("rex-3", EXECUTIVE)
    spent = FAILED | {"generate_count": 0.4, "debug_count": 0.2}
    assert choose(policy, **spent) == "stop"
    assert choose(load_policy("rex", EXECUTIVE), **spent) != "stop"
    assert choose(policy, **FAILED, generate_count=0.4, debug_count=0.1) != "stop"


def test_rex_repeats_itself_for_a_seed():
    one, other = (load_policy("rex", EXECUTIVE, seed=4) for _ in range(2))
    state = FAILED | {"tests_passed": 0.1, "generate_count": 0.2}
    assert [choose(one, **state) for _ in range(50)] == [choose(other, **state) for _ in range(50)]


def test_the_shipped_stop_rule_ends_at_the_second_duplicate_and_not_before():
    policy = load_policy("logistic", EXECUTIVE)
    assert choose(policy, **FAILED) == "debug"
    once = {"debug_count": 0.1, "duplicates_in_row": 0.2, "duplicate_count": 0.2}
    twice = {"debug_count": 0.2, "duplicates_in_row": 0.4, "duplicate_count": 0.4}
    assert choose(policy, **FAILED, **once) == "debug"
    assert choose(policy, **FAILED, **twice) == "stop"
    assert choose(load_policy("logistic-0.9", EXECUTIVE), **FAILED) == "stop"


def weighing(fitted):
    return RulePolicy("l", logistic(fitted=fitted), EXECUTIVE)


def test_the_stop_rule_weighs_its_terms():
    fitted = {"bias": 0.0, "weights": dict.fromkeys(terms(lambda _: 0.0), 0.0), "threshold": 0.5}
    assert choose(weighing(fitted), **FAILED) == "debug"
    fitted["weights"] |= {"repairs_2": -1.0}
    assert choose(weighing(fitted), **FAILED, debug_count=0.2) == "stop"
    assert choose(weighing(fitted), **FAILED, debug_count=0.3) == "debug"
