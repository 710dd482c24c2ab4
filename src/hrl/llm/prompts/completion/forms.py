"""The texts that a base model continues, one form for each kind of request.

- An open function (HumanEval): the starter, and nothing else unless helpers or documents are to be shown.
- A description with tests (MBPP): a docstring of both, as InCoder and the bigcode harness write it.
- Everything else: the same docstring, or comments, before a signature, an `assert`, or a list's next line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from hrl.llm.parsing import function_name
from hrl.llm.prompts.chat.templates import clipped
from hrl.llm.requests import Debug, Generate, Helper, Integrate, MakePlan, Request, WriteTests
from hrl.llm.starters import opened
from hrl.types import Passage, TestCode, TestOutcome, TestReport

# What begins at the margin ends a function that was begun. Servers may take the first four only.
FUNCTION_ENDS = ("\ndef", "\nclass", "\nif", "\nprint", "\n#", "\n@", '\n"""', "\n```", "<file_sep>")
# A whole program may have several functions; these only come after it.
PROGRAM_ENDS = ("\nassert", "\nprint", "\nif", '\n"""', "\nclass", "\n```", "\n<|/", "<file_sep>")
TESTS_END = ("\ndef", "\nclass", "\nprint", "\nif", "\n\n\n", "\n```", "<file_sep>")
PLAN_ENDS = ("\n\n", "\nTask:", "\nFunctions:", "<file_sep>")
PLAN_LINE = "-"

_STATEMENT, _CODE, _TESTS, _LINE, _PASSAGE, _PASSAGES, _OUTCOMES = 8000, 8000, 2000, 240, 1200, 4, 4
_EXAMPLE = """\
Task: Adds the numbers of all lines of a text.
Functions:
- parse_line(line: str) -> list[int]: Reads the numbers of one line.
- total(text: str) -> int: Adds the numbers of all lines. (uses: parse_line)
"""


@dataclass(frozen=True, slots=True)
class Form:
    """What is sent for one request.

    Attributes:
        text: the whole of it.
        stop: where a reply ends.
        opened: the end of `text` that is the beginning of the program; "" where the reply is all of it.
        others: code whose other definitions the program keeps.
    """

    text: str
    stop: tuple[str, ...]
    opened: str = ""
    others: str = ""


def form_of(request: Request, *, strip: bool) -> Form:
    """The form of any request; `strip` leaves out white space around an open function."""
    if isinstance(request, Generate):
        return _generate(request, strip=strip)
    if isinstance(request, Debug):
        return _debug(request, strip=strip)
    if isinstance(request, MakePlan):
        return _plan(request)
    if isinstance(request, Integrate):
        return _integrate(request)
    return _tests(request)


def name_of(request: Generate | Debug | Integrate | WriteTests) -> str:
    """The function that the reply has to define or test."""
    if isinstance(request, Integrate):
        last = request.parts[-1][0] if request.parts else ""
        return request.entry_point or function_name(request.signature or "") or last
    return function_name(request.signature) or request.subtask


def test_line(name: str) -> str:
    """How the first test begins, and where the model goes on."""
    return f"assert {name}("


def docstring(goal: str, tests: Iterable[TestCode] = (), indent: str = "") -> str:
    """A docstring on lines of its own: what is wanted, then the tests that show it."""
    parts = [clipped(goal, _STATEMENT), *(clipped(test.source, _TESTS) for test in tests)]
    said = "\n".join(part for part in parts if part).replace('"""', "'''")
    lines = ['"""', *said.split("\n"), '"""']
    return "".join(f"{indent}{line}\n" if line else "\n" for line in lines)


def open_function(request: Generate | Debug) -> str:
    """The starter's open function with what stands before it, or ""."""
    return opened(request.starter, name_of(request)) if isinstance(request, Generate) else ""


def known(helpers: Iterable[Helper], passages: Iterable[Passage]) -> str:
    """Functions that exist and documents that were found, as comments; "" without any."""
    lines = [f"# There is {helper.signature}: {clipped(helper.goal, _LINE)}" for helper in helpers]
    for passage in list(passages)[:_PASSAGES]:
        heading = f", {passage.heading}" if passage.heading else ""
        lines.append(f"# From {passage.source}{heading}:\n{commented(clipped(passage.text, _PASSAGE))}")
    return "\n".join(lines) + "\n\n" if lines else ""


def commented(text: str) -> str:
    """Every line behind a `#`."""
    return "\n".join(f"# {line}".rstrip() for line in text.split("\n"))


def _generate(request: Generate, *, strip: bool) -> Form:
    name, above = name_of(request), known(request.helpers, request.passages)
    function = open_function(request)
    if function:
        function = function.strip() if strip else function
        return Form(above + function, FUNCTION_ENDS, function, request.starter)
    # A starter with a body is shown as it is; the program keeps what else it defines.
    start = f"{clipped(request.starter, _CODE)}\n\n\n" if request.starter.strip() else ""
    if any(test.source.strip() for test in request.tests) or not function_name(request.signature):
        goal = request.goal if request.tests else f"{request.goal}\nThe function is {name}."
        return Form(above + start + docstring(goal, request.tests), PROGRAM_ENDS, "", request.starter)
    head = _head(request.signature, strip=strip)
    return Form(above + start + docstring(request.goal) + head, FUNCTION_ENDS, head, request.starter)


def _debug(request: Debug, *, strip: bool) -> Form:
    name = name_of(request)
    text = known(request.helpers, request.passages) + f"{clipped(request.code, _CODE)}\n\n\n"
    text += f"# {name} as it stands above is wrong:\n{commented(failure(request.report))}\n"
    text += f"# Here is {name}, corrected:\n"
    if function_name(request.signature) != name:
        return Form(text + docstring(request.goal, request.tests), PROGRAM_ENDS, "", request.code)
    head = _head(request.signature, strip=False) + docstring(request.goal, request.tests, "    ")
    head = head.rstrip() if strip else head
    return Form(text + head, FUNCTION_ENDS, head, request.code)


def _plan(request: MakePlan) -> Form:
    statement = re.sub(r"\n\s*\n", "\n", clipped(request.statement, _STATEMENT))
    entry = request.entry_point or function_name(request.signature or "")
    lines = [f"Task: {clipped(request.title, _LINE)}. {statement}"]
    if request.refused:
        lines.append(f"An earlier list could not be used: {clipped(request.refused, _LINE)}.")
    if entry:
        lines.append(f"The last function is {(request.signature or entry).strip().removeprefix('def ')}.")
    return Form("\n".join([_EXAMPLE, *lines, "Functions:", PLAN_LINE]), PLAN_ENDS)


def _integrate(request: Integrate) -> Form:
    bound = _CODE // max(1, len(request.parts))
    parts = (f"# Part {name}:\n{clipped(code, bound)}\n\n\n" for name, code in request.parts)
    text = docstring(request.statement) + "\n" + "".join(parts)
    text += f"# The parts do not fit together: {clipped(' '.join(request.problem.split()), _LINE)}\n"
    wanted = (request.signature or name_of(request)).strip().removeprefix("def ")
    return Form(text + f"# The whole program in one file, with {wanted}:\n", ('\n"""', "\n# Part", "\n```"))


def _tests(request: WriteTests) -> Form:
    name = name_of(request)
    head = _head(request.signature or f"def {name}(*args)", strip=False)
    text = f"{head}{docstring(request.goal, (), '    ')}    ...\n\n\n# Tests of {name}:\n"
    return Form(text + test_line(name), TESTS_END)


def failure(report: TestReport) -> str:
    """The first tests that fail, a line each; the reason where there are none."""
    lines = [
        f"{clipped(' '.join(outcome.name.split()), _LINE)}: " + _why(outcome.status, *_details(outcome))
        for outcome in report.outcomes
        if outcome.status != "pass"
    ]
    if lines:
        return "\n".join(lines[:_OUTCOMES])
    return _why(report.verdict, report.error_class, report.message)


def _details(outcome: TestOutcome) -> tuple[str, str]:
    if outcome.expected or outcome.got:
        return "", f"expected {outcome.expected}, got {outcome.got}"
    return outcome.error_class, outcome.message


def _why(status: str, error_class: str, message: str) -> str:
    said = ": ".join(part for part in (error_class, " ".join(message.split())) if part)
    return f"{status}, {clipped(said, _LINE)}" if said else status


def _head(signature: str, *, strip: bool) -> str:
    return signature.strip().rstrip(":") + (":" if strip else ":\n")
