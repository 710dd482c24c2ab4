"""Programs of two to six functions: graphs, statements, plans that point at them, and parts that merge."""

import ast
import random
from collections import Counter

import pytest

from hrl.benchmarks.skills.drawing import plan_answer
from hrl.curriculum import SPLITS, draw_project
from hrl.curriculum.execution import call
from hrl.curriculum.families import draw_typed
from hrl.curriculum.holdout import is_held_out
from hrl.curriculum.layouts import described
from hrl.curriculum.shapes import PAIRS, SHAPES, choices
from hrl.curriculum.tasks import asserts
from hrl.integrator import merge, prelude
from hrl.llm.prompts import style
from hrl.llm.prompts.compact import aliases, statement
from hrl.llm.requests import Generate, Helper, MakePlan
from hrl.planner import plan_from_parts, plan_problem, stated_signatures
from hrl.types import Plan, PlanRejected, Subtask, Task

STYLE = style("compact")


def projects(split, count, seed=""):
    rng = random.Random(f"{split}{seed}")
    return [(draw_project(split, rng, subtasks=2 + place % 5), rng) for place in range(count)]


def planned(project, text):
    """What the plan skill's own answer becomes: through prompt style and planner."""
    request = MakePlan("t", "Program", text, project.main.name, None)
    reply = STYLE.parse(request, plan_answer(text, project), "stop")
    task = Task("t", "Program", text, project.main.name, project.main.signature)
    return plan_from_parts(task, reply.parts)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_every_shape_has_types_and_many_sentences_of_both_kinds(shape):
    assert choices(shape)
    held_out = sum(map(is_held_out, shape.goals))
    assert held_out >= 1
    assert len(shape.goals) - held_out >= 8
    letters = "ABCDE"[: shape.size]
    assert all(
        f"${letter}" in goal and f"${letter}" in shape.body for goal in shape.goals for letter in letters
    )


@pytest.mark.parametrize(
    ("source", "target"), [(source, target) for source in PAIRS for target in PAIRS[source]]
)
def test_there_are_helpers_of_every_type_that_shapes_use(source, target):
    rng = random.Random(1)
    for split in SPLITS:
        problem = draw_typed(source, target, split, rng)
        assert (problem.types, problem.returns) == ((source,), target)


@pytest.mark.parametrize("subtasks", range(2, 7))
def test_a_program_has_the_number_of_functions_that_is_asked_for(subtasks):
    for seed in range(40):
        project = draw_project("train", random.Random(seed), subtasks=subtasks)
        assert len(project.needs) == len({function.name for function in project.functions}) == subtasks


def test_a_program_has_no_more_helpers_than_allowed():
    rng = random.Random(0)
    assert {len(draw_project("train", rng, most_parts=3).parts) for _ in range(60)} == {1, 2, 3}
    with pytest.raises(ValueError, match="2 to 6"):
        draw_project("train", rng, subtasks=7)


def test_what_a_function_needs_is_what_its_code_calls():
    for project, _ in projects("train", 100):
        for function in project.functions:
            names = {node.id for node in ast.walk(ast.parse(function.code)) if isinstance(node, ast.Name)}
            assert names & set(project.needs) - {function.name} == set(project.needs[function.name])


def test_many_graphs_are_no_stars_and_some_helpers_are_used_twice():
    drawn = [project for project, _ in projects("train", 300)]
    nested = [project for project in drawn if any(project.needs[part.name] for part in project.parts)]
    uses = [Counter(name for needs in project.needs.values() for name in needs) for project in drawn]
    assert 0.25 <= len(nested) / len(drawn) <= 0.5
    assert sum(max(count.values()) > 1 for count in uses) >= 15
    assert len({project.main.family for project in drawn}) >= 25


@pytest.mark.parametrize("split", SPLITS)
def test_nearly_every_program_runs_on_its_samples(split):
    good = sum(len(project.cases(project.main, rng, 8)) >= 5 for project, rng in projects(split, 50, "run"))
    assert good >= 45


def test_main_is_worded_as_training_never_shows_in_the_split_of_phrasings():
    templates = {shape.name: shape for shape in SHAPES}

    def held_out(project):
        shape = templates[project.main.family.removeprefix("main_")]
        marked = project.main.goal
        needs = dict.fromkeys("ABCDE", r"\w+") | {"X": rf"`?{project.main.arguments[0]}`?", "x": r"\w+"}
        return {is_held_out(goal) for goal in shape.goals if _matches(goal, needs, marked)}

    assert all(held_out(project) == {False} for project, _ in projects("train", 40))
    assert all(True in held_out(project) for project, _ in projects("unseen_phrasings", 40))


def _matches(goal, needs, text):
    import re

    parts = re.split(r"\$([A-EXx])", goal)
    pattern = "".join(needs[part] if place % 2 else re.escape(part) for place, part in enumerate(parts))
    return re.fullmatch(pattern, text) is not None


@pytest.mark.parametrize("split", SPLITS)
def test_the_reference_plan_is_a_valid_dag_with_the_programs_own_calls(split):
    for project, rng in projects(split, 80, "plan"):
        text = described(project, rng)
        plan = planned(project, text)
        assert plan_problem(plan, project.needs) == ""
        assert {s.name: set(s.depends_on) for s in plan.subtasks} == {
            name: set(needs) for name, needs in project.needs.items()
        }
        assert [part.number for part in statement.parts(text)] == list(range(1, len(project.needs) + 1))


@pytest.mark.parametrize("split", ["train", "unseen_phrasings"])
def test_a_planned_part_has_its_functions_goal_and_parameters(split):
    for project, rng in projects(split, 80, "goal"):
        plan = planned(project, described(project, rng))
        for function in project.functions:
            subtask = plan.subtask(function.name)
            assert subtask.goal.lower() == function.goal.lower()
            head = ast.parse(f"{subtask.signature}: pass").body[0]
            assert tuple(argument.arg for argument in head.args.args) == function.arguments


def test_the_prompt_shows_every_mention_and_stays_short():
    for project, rng in projects("validation", 60, "prompt"):
        text = described(project, rng)
        lines = STYLE.render(MakePlan("t", "", text, None, None)).messages[0].content.split("\n")
        shown = dict(line.split(":", 1) for line in lines if ": " in line)
        for part in statement.parts(text):
            told = shown.get(statement.label(part.number), "")
            assert all(statement.label(number) in told for number in part.mentions.values())
        assert sum(map(len, lines)) < 70 * len(project.needs)


@pytest.mark.parametrize("split", SPLITS)
def test_right_parts_merge_without_the_model_and_the_program_is_right(split):
    for project, rng in projects(split, 30, "merge"):
        plan = planned(project, described(project, rng))
        candidates = {}
        for subtask in plan.in_order():
            (function,) = [found for found in project.functions if found.name == subtask.name]
            candidates[subtask.name] = _written(function, subtask, plan)
            before = prelude(plan, candidates, subtask.name)
            for case in function.cases(rng, 2, project.program(function.name)):
                assert (
                    call(f"{before}\n\n{candidates[subtask.name]}", subtask.name, case.arguments).value
                    == case.expected
                )
        merged = merge(plan, candidates, project.main.name)
        assert merged.problems == ()
        exec(merged.code + asserts(project.main.name, project.cases(project.main, rng, 6)).source, {})


def _written(function, subtask, plan):
    """The reference as a reply to the request that the machine makes for this subtask."""
    needs = [plan.subtask(name) for name in subtask.depends_on]
    helpers = tuple(Helper(need.name, need.signature, need.goal) for need in needs)
    request = Generate("t", subtask.name, subtask.goal, subtask.signature, helpers=helpers)
    body = "".join(f"    {line}\n" for line in function.body.split("\n"))
    return STYLE.parse(request, aliases(request).code(body), "stop").code


LAYOUTS = {
    "prose": """We keep scores. Write `main(xs)`. We need `low(xs)` minus `top(xs)`. Then write `low(ys)`.
Return the least of `ys`. Unlike `top`, it is old. Next comes `top(zs)`: return the largest of `zs`.""",
    "paragraphs": """Write `main(xs)`: return `low(xs)` minus `top(xs)`.

Write `low(ys)`: return the least of `ys`.

Nobody calls `main`.

Write `top(zs)`: return the largest of `zs`.""",
    "items": """1. **`main(xs)`**
   Return `low` minus `top` of `xs`.

2. **`low(ys)`**

   Return the least of `ys`.
   - The list is never empty.
- Note `low` and `top`.
3. **`top(zs)`**
   Return the largest of `zs`.""",
    "headings": """# Plan

Use `low` well.

## 1. `main(xs)`

Return `low` minus `top`
of `xs`.

## `low(ys)`

Return the least of `ys`.

It is fast.

### `top(zs)`
Return the largest of `zs`.""",
    "lines": """`main(xs)`: return `low(xs)` minus `top(xs)`
`low(ys)`: return the least of `ys`
`top(zs)`: return the largest of `zs`""",
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_parts_of_a_statement_are_found_in_every_layout(layout):
    main, low, top = statement.parts(LAYOUTS[layout])
    assert [part.name for part in (main, low, top)] == ["main", "low", "top"]
    assert (set(main.mentions), set(top.mentions)) == ({"low", "top"}, set())
    assert [part.signature for part in (low, top)] == ["def low(ys)", "def top(zs)"]
    assert low.said(()).startswith("Return the least of `ys`")
    assert "Unlike" not in low.said(())
    assert stated_signatures(LAYOUTS[layout])["low"] == "def low(ys)"


def test_a_plan_that_does_not_cover_the_program_is_told_why():
    def plan(**needs):
        return Plan(tuple(Subtask(name, "", f"def {name}()", depends_on=on) for name, on in needs.items()))

    needs = {"a": (), "b": ("a",)}
    assert plan_problem(plan(a=(), b=("a",)), needs) == ""
    assert plan_problem(plan(c=(), a=("c",), b=("a", "c")), needs) == ""
    assert plan_problem(plan(b=()), needs) == "the plan leaves out a"
    assert plan_problem(plan(a=(), b=()), needs) == "b does not depend on a"
    assert "cycle" in plan_problem(plan(a=("b",), b=("a",)), needs)
    assert plan_problem(PlanRejected("no plan"), needs) == "no plan"


def test_all_cases_leave_out_programs_whose_main_function_is_constant():
    found = [(project, project.all_cases(rng, 8)) for project, rng in projects("train", 60, "cases")]
    told = [(project, cases) for project, cases in found if cases]
    assert len(told) >= 40
    for project, cases in told:
        assert set(cases) == set(project.needs)
        assert len({repr(case.expected) for case in cases[project.main.name]}) > 1
