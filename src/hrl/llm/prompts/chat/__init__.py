"""The `chat` style: instruction models and servers, prompts in Markdown, answers in fenced blocks.

The prompts are the `.md` files beside this module. A prompt ends with the opened fence of the answer;
backends that can continue a turn start the model inside the block, and the closing fence stops it.
Everything that comes from outside (documents, reports, code) is cut to a bound, so that a prompt of a
small model stays small.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property

from hrl.llm.parsing import function_name, parse_code, parse_tests
from hrl.llm.prompts.base import Message, Prompt, files_version
from hrl.llm.prompts.chat.plans import parse_plan
from hrl.llm.prompts.chat.templates import clipped, fill
from hrl.llm.requests import (
    BrokenReply,
    CodeReply,
    Debug,
    Generate,
    Helper,
    Integrate,
    MakePlan,
    Reply,
    Request,
    WriteTests,
)
from hrl.llm.starters import open_head, with_starter
from hrl.types import Passage, TestCode, TestOutcome, TestReport

_STATEMENT = 8000
_CODE = 8000
_TESTS = 2000
_PASSAGE = 1200
_PASSAGES = 4
_LINE = 240
_OUTPUT = 400
_OUTCOMES = 4


class ChatStyle:
    """See the module's docstring; one shared instance, `STYLE`, is all that is needed."""

    name = "chat"

    @cached_property
    def version(self) -> str:
        """Hash of the prompts and of the code that fills them."""
        return files_version(__name__)

    def render(self, request: Request) -> Prompt:
        """System, user, and the opened fence of the answer."""
        language = "json" if isinstance(request, MakePlan) else "python"
        messages = (
            Message("system", fill("system", {})),
            Message("user", _render[type(request)](request)),
            Message("assistant", f"```{language}\n"),
        )
        return Prompt(messages, stop=("\n```",))

    def parse(self, request: Request, text: str, finish: str) -> Reply:
        """A program, a plan or tests, as the request asked for."""
        if isinstance(request, MakePlan):
            return parse_plan(text)
        name, signature = asked_for(request)
        if not name:
            return BrokenReply("the request names no function", text)
        if isinstance(request, WriteTests):
            return parse_tests(text, name)
        starter = request.starter if isinstance(request, Generate) else ""
        signature = open_head(starter, name) or signature
        reply = parse_code(text, name, finish=finish, signature=signature)
        if starter and isinstance(reply, CodeReply):
            # A model that repeats the function alone relies on the imports and helpers that it was shown.
            return replace(reply, code=with_starter(reply.code, starter, name))
        return reply


STYLE = ChatStyle()


def asked_for(request: Generate | Debug | Integrate | WriteTests) -> tuple[str, str]:
    """Name and signature of the function that the reply has to define or test."""
    signature = request.signature or ""
    if isinstance(request, Integrate):
        last = request.parts[-1][0] if request.parts else ""
        return request.entry_point or function_name(signature) or last, signature
    return function_name(signature) or request.subtask, signature


def _generate(request: Generate) -> str:
    name, signature = asked_for(request)
    values = {
        "name": name,
        "goal": clipped(request.goal, _STATEMENT),
        "signature": signature,
        "tests": _tests(request.tests),
        "helpers": _helpers(request.helpers),
        "starter": clipped(request.starter, _CODE),
        "passages": _passages(request.passages),
    }
    return fill("generate", values)


def _debug(request: Debug) -> str:
    name, signature = asked_for(request)
    values = {
        "name": name,
        "goal": clipped(request.goal, _STATEMENT),
        "signature": signature,
        "code": clipped(request.code, _CODE),
        "report": _report(request.report),
        "tests": _tests(request.tests),
        "helpers": _helpers(request.helpers),
        "passages": _passages(request.passages),
    }
    return fill("debug", values)


def _plan(request: MakePlan) -> str:
    entry = request.entry_point or function_name(request.signature or "")
    values = {
        "title": request.title,
        "statement": clipped(request.statement, _STATEMENT),
        "signature": request.signature or "",
        "refused": request.refused,
        "entry_rule": f"The last function is `{entry}`." if entry else "",
    }
    return fill("plan", values)


def _integrate(request: Integrate) -> str:
    name, signature = asked_for(request)
    bound = _CODE // max(1, len(request.parts))
    parts = (f"`{part}`:\n\n```python\n{clipped(code, bound)}\n```" for part, code in request.parts)
    values = {
        "name": name,
        "statement": clipped(request.statement, _STATEMENT),
        "signature": signature,
        "problem": clipped(request.problem, _OUTPUT),
        "parts": "\n\n".join(parts),
    }
    return fill("integrate", values)


def _write_tests(request: WriteTests) -> str:
    name, signature = asked_for(request)
    return fill("tests", {"name": name, "goal": clipped(request.goal, _STATEMENT), "signature": signature})


_render: dict[type, Callable[..., str]] = {
    Generate: _generate,
    Debug: _debug,
    MakePlan: _plan,
    Integrate: _integrate,
    WriteTests: _write_tests,
}


def _tests(tests: tuple[TestCode, ...]) -> str:
    blocks = (
        f"```{'pycon' if test.kind == 'doctest' else 'python'}\n{clipped(test.source, _TESTS)}\n```"
        for test in tests
        if test.source.strip()
    )
    return clipped("\n\n".join(blocks), 2 * _TESTS)


def _helpers(helpers: tuple[Helper, ...]) -> str:
    return "\n".join(f"- `{helper.signature}`: {clipped(helper.goal, _LINE)}" for helper in helpers)


def _passages(passages: tuple[Passage, ...]) -> str:
    return "\n\n".join(
        f"From {passage.source}{f', {passage.heading}' if passage.heading else ''}:\n\n"
        + clipped(passage.text, _PASSAGE)
        for passage in passages[:_PASSAGES]
    )


def _report(report: TestReport) -> str:
    """The first tests that fail, in words, and the end of what the program printed."""
    failed = [outcome for outcome in report.outcomes if outcome.status != "pass"]
    lines = [f"{report.passed} of {report.total} tests pass."] if report.outcomes else []
    lines += [f"- {_outcome(outcome)}" for outcome in failed[:_OUTCOMES]]
    if not failed and (report.message or report.error_class):
        lines.append(clipped(": ".join(part for part in (report.error_class, report.message) if part), _LINE))
    if report.stdout_tail.strip():
        lines.append(f"It printed at the end:\n\n```\n{report.stdout_tail.strip()[-_OUTPUT:]}\n```")
    return "\n".join(lines) or f"The tests ended with: {report.verdict}."


def _outcome(outcome: TestOutcome) -> str:
    said = f"`{clipped(outcome.name, _LINE)}`: {outcome.status}"
    if outcome.expected or outcome.got:
        return f"{said}, expected {clipped(outcome.expected, _LINE)}, got {clipped(outcome.got, _LINE)}"
    reason = ": ".join(part for part in (outcome.error_class, outcome.message) if part)
    return f"{said}, {clipped(reason, _LINE)}" if reason else said
