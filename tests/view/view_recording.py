"""A realistic run, built event by event: three subtasks, one repaired, one repaired after a search."""

from hrl import events as ev
from hrl.types import Budget, Passage, Subtask, TestCode, TestOutcome, TestReport, Usage

T0 = 1_790_000_000.0
ISOLATION = "user namespace, no network, read-only root, seccomp, uid 65534"
ACTIONS = ("generate", "test", "debug", "search", "stop")

STRIP_BAD = """\
def strip_accents(text: str) -> str:
    return text.encode("ascii", "ignore").decode()
"""
STRIP_GOOD = """\
import unicodedata


def strip_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char))
"""
WORDS = """\
import re


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())
"""
SLUGIFY = """\
def slugify(text: str, limit: int = 40) -> str:
    slug = ""
    for word in words(strip_accents(text)):
        longer = f"{slug}-{word}" if slug else word
        if len(longer) > limit:
            break
        slug = longer
    return slug
"""
MERGED = "\n\n\n".join(
    (
        "import re\nimport unicodedata",
        STRIP_GOOD.split("\n\n\n")[1][:-1],
        WORDS.split("\n\n\n")[1][:-1],
        SLUGIFY,
    )
)


def _report(*outcomes, seconds=0.02):
    failed = [outcome for outcome in outcomes if outcome.status != "pass"]
    return TestReport(
        verdict=failed[0].status if failed else "pass",
        outcomes=outcomes,
        error_class=failed[0].error_class if failed else "",
        message=failed[0].message if failed else "",
        seconds=seconds,
        backend="bubblewrap",
        isolation=ISOLATION,
    )


def _passing(*names):
    return tuple(TestOutcome(name, "pass") for name in names)


def _decided(episode, step, action, allowed, values, **features):
    table = {"passed_share": 0.0, "tests_failed": 0.0, "budget_left": 1.0, "found": 0.0, "evaluation": 0.0}
    return ev.Decided(
        episode=episode,
        step=step,
        features={**table, **features},
        mask={name: name in allowed for name in ACTIONS},
        values=dict(zip(ACTIONS, values, strict=True)),
        action=action,
        policy="executive-1",
    )


def _answered(episode, request, key, tokens, seconds, reply="code", problem="", batch=1):
    usage = Usage(tokens - tokens // 3, tokens // 3, seconds)
    return ev.ModelAnswered(episode, request, key, reply, "stop", usage, batch, False, -0.21, problem)


def _solve_at_once(name, code, key, tests):
    report = _report(*_passing(*tests))
    return [
        (0.01, ev.EpisodeStarted(f"{name}#1", name, "solve")),
        (0.01, _decided(f"{name}#1", 0, "generate", {"generate"}, (0.82, 0.1, -0.2, 0.05, -0.4))),
        (0.90, _answered(f"{name}#1", "generate", key, 312, 0.88, batch=2)),
        (0.01, ev.CandidateMade(f"{name}#1", f"{key}00112233", code, "generate", False)),
        (0.01, _decided(f"{name}#1", 1, "test", {"test"}, (0.1, 0.9, -0.1, 0.0, -0.3), budget_left=0.98)),
        (0.04, ev.TestsRun(f"{name}#1", f"{key}00112233", "visible", f"run-{key}", report)),
        (
            0.01,
            _decided(
                f"{name}#1", 2, "stop", {"stop", "search"}, (0.0, 0.1, -0.1, 0.0, 0.97), passed_share=1.0
            ),
        ),
        (0.01, ev.EpisodeFinished(f"{name}#1", name, "passed", f"{key}00112233", 3)),
    ]


def timeline():
    """(seconds since the event before, event) pairs."""
    tests = TestCode("assert strip_accents('é') == 'e'\nassert strip_accents('abc') == 'abc'")
    failed = _report(
        TestOutcome("assert strip_accents('abc') == 'abc'", "pass"),
        TestOutcome("assert strip_accents('é') == 'e'", "fail", "AssertionError", "", "'e'", "''"),
        TestOutcome(
            "assert strip_accents('Ångström') == 'Angstrom'", "fail", "", "", "'Angstrom'", "'ngstrm'"
        ),
    )
    strip = "strip_accents#1"
    fixed = _report(
        *_passing(
            "assert strip_accents('abc') == 'abc'",
            "assert strip_accents('é') == 'e'",
            "assert strip_accents('Ångström') == 'Angstrom'",
        )
    )
    whole = _report(
        *_passing("assert slugify('Crème Brûlée!') == 'creme-brulee'", "assert slugify('') == ''")
    )
    hidden = _report(*_passing("assert slugify('a b', 1) == 'a'", "assert slugify('Ωmega 3') == 'mega-3'"))
    return [
        (
            0.0,
            ev.RunStarted(
                verb="solve",
                run="20261121T013000-solve-slug-1a2b3c",
                task_id="slugs-1a2b3c4d",
                title="Slugs for article titles",
                models={"planner": "bundled", "executive": "bundled", "integrator": "bundled"},
                prompts={"compact": "1f2e3d4c"},
                policy="executive-1",
                sandbox="bubblewrap",
                isolation=ISOLATION,
                seed=0,
                budget=Budget(tokens=20_000, seconds=600.0, model_calls=40, sandbox_runs=60),
                version="0.1.0",
            ),
        ),
        (
            0.1,
            ev.OptionChosen(
                "plan", {"plan": True, "execute": False, "stop": False}, {"plan": 0.7}, "hierarchical-1", 0
            ),
        ),
        (0.6, _answered("", "plan", "p0", 402, 0.55, reply="plan")),
        (
            0.01,
            ev.PlanMade(
                (
                    Subtask(
                        "strip_accents", "Remove accents.", "def strip_accents(text: str) -> str", (tests,)
                    ),
                    Subtask("words", "Split into words.", "def words(text: str) -> list[str]"),
                    Subtask(
                        "slugify",
                        "Join the words.",
                        "def slugify(text: str, limit: int = 40) -> str",
                        depends_on=("strip_accents", "words"),
                    ),
                ),
                "model",
            ),
        ),
        (0.01, ev.OptionChosen("execute", {"execute": True, "plan": True}, None, "hierarchical-1", 0)),
        (0.01, ev.EpisodeStarted(strip, "strip_accents", "solve")),
        (0.01, _decided(strip, 0, "generate", {"generate"}, (0.82, 0.1, -0.2, 0.05, -0.4))),
        *_solve_at_once("words", WORDS, "a1", ("assert words('A b') == ['a', 'b']",)),
        (0.02, _answered(strip, "generate", "b1", 298, 0.88, batch=2)),
        (0.01, ev.CandidateMade(strip, "b100112233", STRIP_BAD, "generate", False)),
        (0.01, _decided(strip, 1, "test", {"test"}, (0.1, 0.9, -0.1, 0.0, -0.3), budget_left=0.97)),
        (0.05, ev.TestsRun(strip, "b100112233", "visible", "run-b1", failed)),
        (
            0.01,
            _decided(
                strip,
                2,
                "search",
                {"debug", "search", "generate"},
                (-0.12, 0.1, 0.31, 0.58, -0.62),
                passed_share=0.3333,
                tests_failed=2.0,
                budget_left=0.96,
            ),
        ),
        (
            0.03,
            ev.PassagesFound(
                strip,
                "remove accents combining characters NFKD",
                (
                    Passage("unicodedata", "normalize", "Return the normal form 'form' for the string.", 7.1),
                    Passage(
                        "unicodedata", "combining", "Returns the canonical combining class as integer.", 5.2
                    ),
                ),
            ),
        ),
        (
            0.01,
            _decided(
                strip,
                3,
                "debug",
                {"debug", "generate"},
                (-0.1, 0.1, 0.66, 0.2, -0.6),
                passed_share=0.3333,
                tests_failed=2.0,
                budget_left=0.96,
                found=1.0,
            ),
        ),
        (1.2, _answered(strip, "debug", "b2", 611, 1.17)),
        (0.01, ev.CandidateMade(strip, "b200112233", STRIP_GOOD, "debug", False)),
        (
            0.01,
            _decided(strip, 4, "test", {"test"}, (0.0, 0.93, -0.1, 0.0, -0.3), budget_left=0.93, found=1.0),
        ),
        (0.04, ev.TestsRun(strip, "b200112233", "visible", "run-b2", fixed)),
        (
            0.01,
            _decided(strip, 5, "stop", {"stop"}, (0.0, 0.0, -0.1, 0.0, 0.97), passed_share=1.0, found=1.0),
        ),
        (0.01, ev.EpisodeFinished(strip, "strip_accents", "passed", "b200112233", 6)),
        *_solve_at_once(
            "slugify", SLUGIFY, "c1", ("assert slugify('A b') == 'a-b'", "assert slugify('') == ''")
        ),
        (0.01, ev.OptionChosen("integrate", {"integrate": True}, None, "hierarchical-1", 0)),
        (0.02, ev.Integrated("merge", MERGED, ("imports of re and unicodedata moved to the top",))),
        (0.01, ev.OptionChosen("evaluate", {"evaluate": True}, None, "hierarchical-1", 0)),
        (0.01, ev.EpisodeStarted("program#1", "slugify", "evaluate")),
        (0.01, _decided("program#1", 0, "test", {"test"}, (0.0, 0.95, 0.0, 0.0, 0.1), evaluation=1.0)),
        (0.05, ev.TestsRun("program#1", "d100112233", "visible", "run-d1", whole)),
        (0.01, ev.EpisodeFinished("program#1", "slugify", "passed", "d100112233", 2)),
        (0.01, ev.Evaluated(whole, None)),
        (0.01, ev.OptionChosen("stop", {"stop": True}, None, "hierarchical-1", 0)),
        (0.04, ev.HiddenOpened(1, hidden)),
        (0.01, ev.RunFinished("solved", 0, True, 1, Usage(1300, 635, 4.36), 5, 6, 4.7)),
    ]


def recorded_run():
    """The run as a trace."""
    events, time = [], T0
    for seq, (pause, event) in enumerate(timeline()):
        time += pause
        events.append(ev.Stamped(seq, round(time, 3), event))
    return events


def until(kind, count=1, *, run=None):
    """The trace up to and including the `count`-th event of that kind."""
    seen, kept = 0, []
    for stamped in run or recorded_run():
        kept.append(stamped)
        seen += stamped.event.kind == kind
        if seen == count:
            return kept
    raise AssertionError(f"no {count} events {kind}")
