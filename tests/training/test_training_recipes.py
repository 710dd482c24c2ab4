"""Recipes: those that are shipped, and features that a network does not see."""

from pathlib import Path

import pytest

import hrl.training
from hrl.errors import BadInput
from hrl.executive import EXECUTIVE
from hrl.graphs.decision import HIERARCHICAL
from hrl.training.hierarchical_recipe import HierarchicalRecipe, read_hierarchical_recipe
from hrl.training.recipe import Recipe, read_recipe
from hrl.training.trajectories import CHOICES

RECIPES = Path(hrl.training.__file__).parent / "recipes"
READERS = {
    "executive.toml": read_recipe,
    "recorded.toml": read_recipe,
    "hierarchical.toml": read_hierarchical_recipe,
}


def test_every_shipped_recipe_has_its_reader_here():
    assert {path.name for path in RECIPES.iterdir()} == set(READERS)


@pytest.mark.parametrize("name", READERS)
def test_a_shipped_recipe_is_read(name):
    recipe = READERS[name](RECIPES / name)
    assert recipe not in (Recipe(), HierarchicalRecipe())
    assert recipe.prices.solved == 20.0 or name == "recorded.toml"


@pytest.mark.parametrize(
    ("read", "decision"), [(read_recipe, EXECUTIVE), (read_hierarchical_recipe, HIERARCHICAL)]
)
def test_blind_names_features_of_the_recipes_own_level(tmp_path, read, decision):
    path, names = tmp_path / "r.toml", [feature.name for feature in decision.features[1:3]]
    path.write_text(f"[learner]\nblind = {names}\n")
    assert read(path).learner.blind == (1, 2)
    path.write_text("[learner]\nblind = ['weather']\n")
    with pytest.raises(BadInput, match="no feature 'weather'"):
        read(path)


@pytest.mark.parametrize("decision", [EXECUTIVE, HIERARCHICAL])
def test_trajectories_have_room_for_the_choices_of_either_level(decision):
    assert len(decision.actions) == CHOICES


def test_blind_of_the_joint_learner_names_features_of_the_executive(tmp_path):
    path = tmp_path / "r.toml"
    path.write_text(f"[joint.learner]\nblind = ['{EXECUTIVE.features[2].name}']\n")
    assert read_hierarchical_recipe(path).joint.learner.blind == (2,)
    path.write_text("[joint.learner]\nblind = ['lacking']\n")
    with pytest.raises(BadInput, match="no feature 'lacking'"):
        read_hierarchical_recipe(path)


@pytest.mark.parametrize("read", [read_recipe, read_hierarchical_recipe])
def test_a_recipe_may_ask_for_prioritised_replay_and_layer_norm(tmp_path, read):
    path = tmp_path / "r.toml"
    path.write_text("[learner]\nlayer_norm = true\npriority_exponent = 0.6\nimportance_steps = 9\n")
    learner = read(path).learner
    assert (learner.layer_norm, learner.priority_exponent, learner.importance_steps) == (True, 0.6, 9)
    for wrong in ("layer_norm = 'perhaps'", "priority_exponent = -1", "importance_exponent = 2"):
        path.write_text(f"[learner]\n{wrong}\n")
        with pytest.raises(BadInput, match=r"^the recipe .* cannot be used: learner.*$"):
            read(path)


@pytest.mark.parametrize("text", ["joint = 3", "learner = 3", "[learner]\nblind = 3", "[joint]\nlearner = 3"])
def test_what_is_no_table_is_refused(tmp_path, text):
    (tmp_path / "r.toml").write_text(text + "\n")
    with pytest.raises(BadInput, match=r"learner|joint"):
        read_hierarchical_recipe(tmp_path / "r.toml")
