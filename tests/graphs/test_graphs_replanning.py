"""Plans are revised where a subtask fails although all that it needs passes."""

from dataclasses import replace
from pathlib import Path

from graphs_scenes import CLEAN, LOST, MAIN, PARTS, PIPELINE, SCORE, code, lost_answers, plan
from test_graphs_driving import events, opened, taken

from hrl.graphs.decision import HIERARCHICAL, observe_run, option_mask, redo
from hrl.graphs.driving import run, sight, take
from hrl.graphs.progress import Progress
from hrl.graphs.replanning import REVISED, doubtful, lacking, needless, revise, shape_of, words_of
from hrl.graphs.rivals import hierarchical_policy
from hrl.graphs.state import Evaluation, SubtaskResult, digest, first_state
from hrl.llm.requests import PlannedPart
from hrl.planner import plan_from_parts
from hrl.types import Candidate, Plan, Task, TestOutcome, TestReport

CODE = Candidate.of("def f(): return 1\n", "generate")
FAIL = TestReport("fail", (TestOutcome("t", "fail"),))


def task(main: str, clean: str = "Keep the letters.") -> Task:
    """The pipeline with such descriptions."""
    lines = [f"1. `clean(text)`: {clean}", "2. `score(text)`: Count the vowels.", f"3. `main(texts)`: {main}"]
    return replace(PIPELINE, statement="\n".join(lines))


def planned(given: Task, *needs: str, clean: tuple[str, ...] = (), failing: str = "main") -> Progress:
    """A failed run in which main depends on `needs`; `failing` says what did not pass."""
    wanted = [("clean", clean), ("score", ()), ("main", needs)]
    parts = plan_from_parts(given, [PlannedPart(name, name, f"def {name}(x)", on) for name, on in wanted])
    assert isinstance(parts, Plan)
    results = {
        entry.name: SubtaskResult(
            digest(entry), 1, "failed" if entry.name in failing.split() else "passed", CODE, 0.0
        )
        for entry in parts.subtasks
    }
    return replace(
        Progress.of(first_state()),
        plan=parts,
        plan_source="model",
        plans=(shape_of(parts),),
        words=words_of(parts, given),
        results=results,
        round=1,
        program=CODE,
        evaluation=Evaluation(CODE, FAIL, None),
    )


def revised(progress: Progress, given: Task) -> Plan:
    found = revise(progress, given)
    assert found is not None
    return found


def test_a_function_that_is_mentioned_and_that_the_plan_left_out_is_added_with_its_words() -> None:
    given = task("Apply `clean` to every text. Return the sum of `score` of the results.")
    main = revised(planned(given, "clean"), given).subtask("main")
    assert main.depends_on == ("clean", "score")
    assert main.goal == "Apply `clean` to every text. Return the sum of `score` of the results."


def test_a_function_beside_the_matter_is_dropped_with_its_words() -> None:
    given = task("Add up `score` of `clean`.", "Keep the letters. See also `score`.")
    progress = planned(given, "clean", "score", clean=("score",), failing="clean main")
    clean = revised(progress, given).subtask("clean")
    assert (clean.depends_on, clean.goal) == ((), "Keep the letters.")


def test_what_is_needed_at_the_heart_of_a_sentence_is_never_dropped() -> None:
    given = task("Add up `score` of `clean`.")
    progress = planned(given, "clean", "score")
    assert revise(progress, given) is None
    assert doubtful(progress) != []
    assert needless(doubtful(progress)[0], progress) == ()


def test_no_plan_comes_twice() -> None:
    given = task("Use `clean` first. Then add up. Unlike `score`, it is slow.")
    progress = planned(given, "score")
    seen = []
    while (found := revise(progress, given)) is not None:
        seen.append(found.subtask("main").depends_on)
        progress = replace(progress, plans=(*progress.plans, shape_of(found)))
    assert seen == [("score", "clean"), (), ("clean",)]


def test_a_failure_that_another_one_explains_is_in_no_doubt() -> None:
    given = task("Apply `clean`. Then `score`.", "Keep the letters. Unlike `score`.")
    progress = planned(given, "clean", failing="clean main")
    assert [entry.name for entry in doubtful(progress)] == ["clean"]
    assert revised(progress, given).subtask("main").depends_on == ("clean",)


def test_a_revision_that_would_be_a_cycle_is_left_out() -> None:
    given = task("Apply `clean` and `score`.", "Keep the letters for `main`.")
    assert revise(planned(given, "clean", "score", failing="clean"), given) is None


def test_what_did_not_change_keeps_its_program_and_what_hung_on_it_is_redone() -> None:
    given = task("Apply `clean` and `score`.", "Keep the letters. See also `score`.")
    progress = planned(given, "clean", "score", clean=("score",), failing="clean main")
    found = revised(progress, given)
    results = {n: r for n, r in progress.results.items() if r.of == digest(found.subtask(n))}
    after = replace(progress, plan=found, plan_source=REVISED, results=results, program=None, evaluation=None)
    assert set(results) == {"score", "main"}
    assert redo(after) == ["clean", "main"]


def test_a_function_that_the_statement_does_not_describe_is_read_from_the_plan() -> None:
    given = replace(PIPELINE, statement="Add up the vowels of the letters of each text.")
    parts = plan_from_parts(
        given,
        [
            PlannedPart("clean", "keep letters", "def clean(text)"),
            PlannedPart("score", "count vowels", "def score(text)"),
            PlannedPart("main", "add up `score(clean(text))` of all", "def main(texts)", ("clean",)),
        ],
    )
    assert isinstance(parts, Plan)
    assert words_of(parts, given)["main"]["mentions"] == ["clean", "score"]
    assert words_of(parts, given)["clean"] == {"mentions": [], "beside": []}


def test_the_policy_sees_what_is_in_doubt() -> None:
    def seen(given: Task, *needs: str, failing: str = "main") -> tuple[float, ...]:
        values = observe_run(planned(given, *needs, failing=failing), 1.0)
        return tuple(float(values[HIERARCHICAL.index(name)]) for name in ("lacking", "needless"))

    both, beside = task("Apply `clean`, then `score`."), task("Apply `clean`. See also `score`.")
    assert seen(both, "clean") == (1.0, 0.0)
    assert seen(both, "clean", "score") == (0.0, 0.0)
    assert seen(beside, "clean", "score") == (0.0, 1.0)
    assert seen(both, "clean", failing="") == (0.0, 0.0)
    progress = planned(both, "clean")
    assert lacking(doubtful(progress)[0], progress) == ("score",)
    assert option_mask(progress)[HIERARCHICAL.action("plan")]


def test_the_same_plan_again_leaves_what_is_known_of_its_program(tmp_path: Path) -> None:
    answers = lost_answers(f"{CLEAN}\n{SCORE}\n{LOST}")
    with opened(tmp_path, answers, policy="single-shot") as bench:
        before = taken(bench, "plan", "execute", "integrate", "evaluate")
        after = take(before, "plan", bench).state
        _, mask = sight(after, bench)
    assert after["plan"] == before["plan"]
    assert (after["program"], after["evaluation"]) == (before["program"], before["evaluation"])
    assert {key for key in after if after[key] != before.get(key)} == {"option", "counts", "same"}
    assert not mask[HIERARCHICAL.action("plan")], "nothing has changed that a plan depends on"
    assert option_mask(replace(Progress.of(after), round=2))[HIERARCHICAL.action("plan")]
    assert mask[HIERARCHICAL.action("stop")]


def test_a_plan_that_leaves_a_dependency_out_is_mended_without_the_model(tmp_path: Path) -> None:
    clean = {**PARTS[0], "depends_on": ["score"]}  # so that nothing in the plan is written for nobody
    wrong = [clean, PARTS[1], {**PARTS[2], "goal": "add up `score` of `clean`", "depends_on": ["clean"]}]
    given = replace(PIPELINE, statement="Write `main(texts)` and what it takes.")
    lost = "def main(texts):\n    return sum(len(clean(text)) for text in texts)\n"
    answers = [
        plan(wrong),
        code("generate", "clean", CLEAN),
        code("generate", "score", SCORE),
        code("generate", "main", lost, attempt=0),
        code("generate", "main", lost, attempt=10),
        code("generate", "main", MAIN),
        code("integrate", None, f"{CLEAN}\n{SCORE}\n{lost}"),
    ]
    with opened(tmp_path, answers, given, policy="single-shot") as bench:
        state, options = run(replace(bench, hierarchical_policy=hierarchical_policy("chain")))
        plans = [event.source for event in events(bench) if event.kind == "plan.made"]
        asked = [event for event in events(bench) if event.kind == "model.answered"]
    assert state["hidden"]["verdict"] == "pass"
    assert options.count("plan") == 2
    assert plans == ["model", "revised"]
    assert sum(event.request == "plan" for event in asked) == 1
