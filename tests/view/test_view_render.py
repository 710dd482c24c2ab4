import io
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from view_recording import T0, recorded_run, until

from hrl import events as ev
from hrl.types import Passage, TestOutcome, TestReport, Usage
from hrl.view import fold, fold_all, render
from hrl.view.text import clean, fitted, one_line

RUN = recorded_run()


def drawn(state, width, height=None, **options):
    console = Console(width=width, file=io.StringIO(), color_system=None, legacy_windows=False)
    console.print(render(state, width, height=height, **options))
    return console.file.getvalue()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(RUN)), st.integers(40, 200), st.none() | st.integers(6, 70))
def test_every_moment_fits_every_screen(moment, width, height):
    lines = drawn(fold_all(RUN[:moment]), width, height).splitlines()
    assert max(cell_len(line) for line in lines) <= width
    assert height is None or len(lines) <= height


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_cleaned_text_holds_nothing_that_a_terminal_obeys(text):
    assert all(char.isprintable() or char in "\n " or char > "\x9f" for char in clean(text))
    assert "\n" not in one_line(text)
    clean(text).encode("utf-8")


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60), st.integers(0, 50))
def test_a_fitted_text_has_exactly_the_cells_asked_for(text, cells):
    assert cell_len(fitted(text, cells)) == cells


@pytest.mark.parametrize(
    "attack",
    [
        "\x1b[2J\x1b[31mred",
        "\x9b2Jred",
        "\x1b]0;title\x07red",
        "\x1b]8;;http://evil\x1b\\red",
        "\x1bP$q\x1b\\red",
        "\u202ered",
        "\ud800red",
        "re\rd",
        "[red]x[/red]",
    ],
)
def test_a_program_cannot_reach_the_terminal(attack):
    episode = "strip_accents#1"
    events = [
        *until("decided"),
        ev.Stamped(90, T0 + 2, ev.CandidateMade(episode, "00", f"x = '''{attack}'''", "generate", False)),
        ev.Stamped(
            91,
            T0 + 3,
            ev.TestsRun(
                episode,
                "00",
                "visible",
                "k",
                TestReport("fail", (TestOutcome(attack, "fail", "", attack, attack, attack),), "", attack),
            ),
        ),
        ev.Stamped(92, T0 + 4, ev.PassagesFound(episode, attack, (Passage(attack, attack, attack),))),
        ev.Stamped(93, T0 + 5, ev.Warned(attack)),
    ]
    text = drawn(fold_all(events), 120)
    assert not any(char < " " and char != "\n" for char in text)
    assert not set("\x9b\u202e\ud800") & set(text)
    assert "[red]" in text or "[red]" not in attack


def test_a_masked_action_shows_no_value():
    text = drawn(fold_all(until("decided")), 80)
    masked = next(line for line in text.splitlines() if "test  " in line and "masked" in line)
    assert "0.1" not in masked


def test_a_policy_without_values_shows_what_it_chose():
    events = until("decided")
    decided = replace(events[-1], event=replace(events[-1].event, values=None))
    assert "▶ generate chosen" in drawn(fold_all([*events[:-1], decided]), 80)


def test_the_picture_stays_with_one_of_two_parallel_episodes():
    events = until("decided", 2)
    assert fold_all(events).focus == "strip_accents#1"


def test_the_picture_moves_on_when_an_episode_is_silent():
    events = until("decided", 2)
    late = replace(events[-1], seq=99, time=events[-1].time + 10)
    assert fold(fold_all(events), late).focus == "words#1"


def test_a_resumed_run_counts_each_call_once_and_no_idle_time():
    events = until("tests.run", 2)
    before = fold_all(events)
    answered = next(e for e in reversed(events) if e.event.kind == "model.answered").event
    state = fold(before, ev.Stamped(80, before.seen + 3600, ev.RunResumed(("plan",), 2)))
    state = fold(state, ev.Stamped(81, before.seen + 3601, replace(answered, cached=True)))
    assert state.model_calls == before.model_calls
    assert state.usage == before.usage
    assert state.seconds() == pytest.approx(before.seconds() + 1)


def test_the_clock_runs_on_between_events_and_stops_at_the_end():
    state = fold_all(until("decided"))
    assert "1 min 40 s" in drawn(state, 80, now=T0 + 100)
    assert "4.7 s" in drawn(fold_all(RUN), 80, now=T0 + 100)


def test_a_trace_without_its_beginning_is_drawn():
    assert "strip_accents" in drawn(fold_all(RUN[7:]), 80)


def test_a_broken_reply_is_named():
    answered = ev.ModelAnswered(
        "strip_accents#1",
        "generate",
        "k",
        "broken",
        "stop",
        Usage(10, 2, 0.1),
        1,
        False,
        None,
        "no code found",
    )
    text = drawn(fold_all([*until("decided"), ev.Stamped(50, T0 + 2, answered)]), 100)
    assert "no code found" in text


@pytest.mark.parametrize("status", ["unsolved", "budget", "failed", "interrupted"])
def test_an_honest_end_is_drawn(status):
    end = replace(RUN[-1].event, status=status, verified=False, message="the best program is kept")
    text = drawn(fold_all([*RUN[:-1], replace(RUN[-1], event=end)]), 80)
    assert status.upper() in text
    assert "unverified" in text
    assert "the best program is kept" in text
