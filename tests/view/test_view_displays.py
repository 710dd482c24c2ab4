import io
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import threading
import time
from pathlib import Path

import pytest
from rich.console import Console
from view_recording import recorded_run

from hrl.view import NoDisplay, export_html, export_svg, fold_all, open_display, replay
from hrl.view.displays import LiveDisplay, PlainDisplay

fcntl = pytest.importorskip("fcntl")


class Terminal:
    """A pseudo terminal whose output is collected."""

    def __init__(self, columns=100, rows=30):
        self.master, slave = pty.openpty()
        self.file = os.fdopen(slave, "w", encoding="utf-8")
        self.resize(columns, rows)
        self.output = b""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def resize(self, columns, rows):
        fcntl.ioctl(self.file.fileno(), termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def _read(self):
        try:
            while data := os.read(self.master, 65536):
                self.output += data
        except OSError:
            pass

    def close(self):
        self.file.close()
        self._reader.join(timeout=10)
        os.close(self.master)
        return self.output.decode()


@pytest.fixture
def on_terminal(monkeypatch):
    """A console that writes to a pseudo terminal."""
    monkeypatch.setenv("TERM", "xterm-256color")
    for name in ("COLUMNS", "LINES", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    terminal = Terminal()
    return terminal, Console(file=terminal.file, force_terminal=True)


def test_the_live_view_uses_the_other_screen_and_gives_it_back(on_terminal):
    terminal, console = on_terminal
    with LiveDisplay(console) as display:
        for stamped in recorded_run():
            display(stamped)
    output = terminal.close()
    assert output.count("\x1b[?1049h") == output.count("\x1b[?1049l") == 1
    left = output.split("\x1b[?1049l")[1]
    assert "SOLVED" in left
    assert "\x1b[?25h" in output


def test_the_live_view_gives_the_terminal_back_when_the_run_breaks(on_terminal):
    terminal, console = on_terminal
    with pytest.raises(RuntimeError, match="broken"), LiveDisplay(console):
        raise RuntimeError("broken")
    assert "\x1b[?1049l" in terminal.close()


RESIZED = """
from rich.console import Console
from view_recording import recorded_run
from hrl.view.displays import LiveDisplay

run = recorded_run()
with LiveDisplay(Console(stderr=True)) as display:
    for stamped in run[: len(run) // 2]:
        display(stamped)
    input()
    for stamped in run[len(run) // 2 : -1]:
        display(stamped)
    input()
"""


def test_a_resized_terminal_is_drawn_at_its_new_size():
    terminal = Terminal(100, 30)
    environment = {**os.environ, "TERM": "xterm-256color", "PYTHONPATH": str(Path(__file__).parent)}
    for name in ("COLUMNS", "LINES", "NO_COLOR"):
        environment.pop(name, None)
    child = subprocess.Popen(
        [sys.executable, "-c", RESIZED], stdin=subprocess.PIPE, stderr=terminal.file, env=environment
    )
    with child:
        for columns, rows in ((100, 30), (60, 15)):
            terminal.resize(columns, rows)
            wait_until(lambda size=(columns, rows): size in sizes(terminal))
            child.stdin.write(b"\n")
            child.stdin.flush()
        assert child.wait(timeout=60) == 0
    assert sizes(terminal)[-1] == (60, 15)
    terminal.close()


def wait_until(true):
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def sizes(terminal):
    """Columns and rows of every frame drawn so far."""
    frames = terminal.output.decode(errors="ignore").split("\x1b[?1049l")[0].split("\x1b[H")
    return [screen_size(frame) for frame in frames if "hrl solve" in frame]


def screen_size(frame):
    lines = [re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", line) for line in frame.split("\r\n")]
    return max(len(line) for line in lines), len(lines)


def test_the_live_view_without_a_terminal_leaves_the_summary_only():
    console = Console(file=io.StringIO(), width=80)
    with LiveDisplay(console) as display:
        for stamped in recorded_run():
            display(stamped)
    assert "SOLVED" in console.file.getvalue()
    assert "\x1b" not in console.file.getvalue()


def test_a_closed_pipe_silences_the_plain_display():
    reader, writer = os.pipe()
    os.close(reader)
    file = os.fdopen(writer, "w", encoding="utf-8", buffering=1)
    with PlainDisplay(Console(file=file)) as display:
        for stamped in recorded_run():
            display(stamped)
    with pytest.raises(BrokenPipeError):
        file.close()


def test_displays_write_to_standard_error(capsys):
    with open_display("plain") as display:
        display(recorded_run()[0])
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Slugs for article titles" in captured.err


def test_none_shows_nothing(capsys):
    with open_display("none") as display:
        display(recorded_run()[0])
    assert isinstance(display, NoDisplay)
    assert capsys.readouterr() == ("", "")


def test_replay_keeps_the_rhythm_and_cuts_long_pauses(on_terminal):
    terminal, console = on_terminal
    pauses = []
    run = recorded_run()
    replay(run, 0.5, console, sleep=pauses.append)
    terminal.close()
    assert max(pauses) == 2.0
    assert pytest.approx(0.2, abs=1e-3) == pauses[0]


def test_replay_into_a_file_draws_the_end_at_once():
    console = Console(file=io.StringIO(), width=100)
    replay(recorded_run(), 1.0, console, sleep=lambda seconds: pytest.fail(f"slept {seconds}"))
    assert console.file.getvalue().count("SOLVED") == 1


def test_the_html_page_is_one_file_without_script():
    page = export_html(fold_all(recorded_run()))
    assert page.startswith("<!DOCTYPE html>")
    assert "SOLVED" in page
    assert "<script" not in page
    assert "http" not in page


def test_the_html_page_escapes_what_models_write():
    run = recorded_run()
    started = run[0].event
    hostile = type(run[0])(0, run[0].time, type(started)(**{**_fields(started), "title": "<b>{code}</b>"}))
    page = export_html(fold_all([hostile, *run[1:]]))
    assert "<b>" not in page
    assert "&lt;b&gt;{code}&lt;/b&gt;" in page


def test_the_svg_picture_fetches_nothing():
    picture = export_svg(fold_all(recorded_run()))
    assert picture.startswith("<svg")
    assert "font-face" not in picture
    assert "url(http" not in picture


def _fields(event):
    return {name: getattr(event, name) for name in event.__dataclass_fields__ if name != "kind"}
