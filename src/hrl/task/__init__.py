"""Task files: Markdown in, a frozen `Task` out, and one sentence with a line number for what is wrong.

`layout` reads the Markdown, `header` the front matter, `documents` the attached files, `python` the tests,
`entry` finds the function that they are about, `reading` puts it together. Nothing here solves or runs
anything: the tests are parsed, never executed.
"""

from hrl.task.explain import explain
from hrl.task.reading import parse_task, read_task

__all__ = ["explain", "parse_task", "read_task"]
