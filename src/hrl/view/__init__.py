"""Events in, pictures out: the live view, plain lines, replay and exports are one fold and one renderer.

`fold` turns the trace into a `ViewState`, `render` draws a state; whoever shows a run (the terminal while
it happens, `hrl view` afterwards, an HTML or SVG file) calls these two and nothing else. This room draws
only: it never runs, scores or writes anything of a run, and it treats every text in a trace as hostile.
"""

from __future__ import annotations

from hrl.view.displays import Display, LiveDisplay, NoDisplay, PlainDisplay, open_display
from hrl.view.export import export_html, export_svg
from hrl.view.folding import fold, fold_all
from hrl.view.render import render, summary
from hrl.view.replay import replay
from hrl.view.state import ViewState

__all__ = [
    "Display",
    "LiveDisplay",
    "NoDisplay",
    "PlainDisplay",
    "ViewState",
    "export_html",
    "export_svg",
    "fold",
    "fold_all",
    "open_display",
    "render",
    "replay",
    "summary",
]
