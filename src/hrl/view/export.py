"""A run as one self-contained HTML or SVG file: the renderer's own output, recorded.

No script, no font and no style sheet is fetched by the files.
"""

from __future__ import annotations

import html
import io
import re

from rich.console import Console
from rich.terminal_theme import TerminalTheme

from hrl.view.render import render
from hrl.view.state import ViewState
from hrl.view.text import one_line

THEME = TerminalTheme(
    (22, 24, 29),
    (214, 218, 226),
    [(60, 64, 72), (240, 113, 120), (127, 199, 126), (229, 192, 96), (97, 160, 240), (198, 130, 226),
     (86, 194, 205), (214, 218, 226)],
    [(120, 126, 138), (255, 139, 146), (152, 220, 150), (245, 214, 130), (130, 182, 255), (216, 160, 240),
     (120, 216, 226), (240, 243, 248)],
)  # fmt: skip
_HTML = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<body style="margin:0;padding:2rem;background:{{background}};color:{{foreground}}">
<pre style="font:14px/1.25 ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace">
<code style="font:inherit">{{code}}</code></pre>
</body>
</html>
"""
_FONT_FACES = re.compile(r"@font-face\s*\{.*?\}\s*", re.DOTALL)
_FONT = re.compile(r"Fira Code")
_FONTS = "ui-monospace,Menlo,Consolas,'DejaVu Sans Mono'"


def export_html(state: ViewState, *, width: int = 140, height: int | None = None) -> str:
    """A page with inline styles."""
    console = _recorded(state, width, height)
    page = _HTML.format(title=html.escape(_title(state)).replace("{", "{{").replace("}", "}}"))
    return console.export_html(theme=THEME, inline_styles=True, code_format=page)


def export_svg(state: ViewState, *, width: int = 140, height: int | None = None) -> str:
    """A picture, as a document can embed it."""
    console = _recorded(state, width, height)
    svg = console.export_svg(title=_title(state), theme=THEME, unique_id="hrl")
    svg = _FONT.sub(_FONTS, _FONT_FACES.sub("", svg))
    return svg.replace("<svg ", '<svg xml:space="preserve" ', 1)  # some viewers trim the indentation away


def _recorded(state: ViewState, width: int, height: int | None) -> Console:
    console = Console(
        record=True,
        width=width,
        file=io.StringIO(),
        force_terminal=True,
        color_system="truecolor",
        legacy_windows=False,
        markup=False,
        highlight=False,
        emoji=False,
    )
    console.print(render(state, width, height=height))
    return console


def _title(state: ViewState) -> str:
    return f"hrl {state.run.verb}: {one_line(state.run.title, 80)}" if state.run is not None else "hrl"
