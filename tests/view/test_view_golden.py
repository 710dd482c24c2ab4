"""The recorded run drawn at fixed sizes, compared with files that a person has looked at.

`HRL_WRITE_GOLDEN=1 pytest tests/view` writes them anew; read the difference before committing it.
"""

import io
import os
from pathlib import Path

import pytest
from rich.console import Console
from view_recording import recorded_run, until

from hrl.view import PlainDisplay, fold_all, render, summary

GOLDEN = Path(__file__).parent / "golden"


def check(name, text):
    path = GOLDEN / name
    text = "\n".join(line.rstrip() for line in text.splitlines()) + "\n"
    if os.environ.get("HRL_WRITE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def drawn(renderable, width):
    console = Console(width=width, file=io.StringIO(), color_system=None, legacy_windows=False)
    console.print(renderable)
    return console.file.getvalue()


@pytest.mark.parametrize(("width", "height"), [(80, 24), (80, 50), (140, 40), (60, 12)])
def test_a_repair_is_drawn(width, height):
    state = fold_all(until("candidate.made", 3))
    check(f"repair-{width}x{height}.txt", drawn(render(state, width, height=height), width))


@pytest.mark.parametrize("width", [80, 140])
def test_the_search_is_drawn(width):
    check(f"search-{width}.txt", drawn(render(fold_all(until("passages.found")), width), width))


@pytest.mark.parametrize("width", [80, 140])
def test_the_finished_run_is_drawn(width):
    check(f"finished-{width}.txt", drawn(render(fold_all(recorded_run()), width), width))


def test_the_summary_is_drawn():
    check("summary-80.txt", drawn(summary(fold_all(recorded_run()), 80), 80))


@pytest.mark.parametrize("verbosity", [0, 1, 2])
def test_the_plain_lines_are_stable(verbosity):
    console = Console(file=io.StringIO(), width=80)
    with PlainDisplay(console, verbosity) as display:
        for stamped in recorded_run():
            display(stamped)
    check(f"plain-{verbosity}.txt", console.file.getvalue())
