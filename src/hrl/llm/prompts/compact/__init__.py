"""The prompt style of the bundled model: short lines, and answers that code expands.

The prompt ends with the `def` line and the model writes the body; a plan points at numbered parts of the
statement (`[1] clean`, then `[3] main <- clean, score`); tests are `arguments -> result`. Everything that
can be copied by code is copied by code. The templates beside this file carry the words.
"""

from __future__ import annotations

import ast
import re
from difflib import get_close_matches
from string import Template

from hrl.llm.fences import parses
from hrl.llm.parsing import function_name, parse_code, parse_tests
from hrl.llm.prompts.base import Message, Prompt, files_version
from hrl.llm.prompts.compact import statement, text
from hrl.llm.requests import (
    BrokenReply,
    CodeReply,
    Debug,
    Generate,
    Integrate,
    MakePlan,
    PlannedPart,
    PlanReply,
    Reply,
    Request,
    TestsReply,
    WriteTests,
)

_PLAN_LINE = re.compile(r"^\s*\[(\d+)\]\s*([A-Za-z_]\w*)\s*(?:<-\s*(.*))?$")
_TEST_LINE = re.compile(r"^(.*?)\s*->\s*(.+)$")


class CompactStyle:
    """See the module; pure, and never raises on a reply."""

    name = "compact"

    def __init__(self) -> None:
        self._templates: dict[str, Template] = {}
        self._version = ""

    @property
    def version(self) -> str:
        """Hash of this package's files."""
        if not self._version:
            self._version = files_version(__name__)
        return self._version

    def render(self, request: Request) -> Prompt:
        """One user message, which a model's template passes on unchanged."""
        return Prompt((Message("user", self._content(request)),))

    def parse(self, request: Request, reply: str, finish: str) -> Reply:
        """A program, a plan, tests, or the reason why there is none."""
        if isinstance(request, MakePlan):
            return _plan(request, reply)
        if isinstance(request, WriteTests):
            return _tests(request, reply)
        return _code(request, reply, finish)

    def _content(self, request: Request) -> str:
        if isinstance(request, MakePlan):
            lines = [part.line() for part in statement.parts(request.statement)]
            return self._filled("plan", parts="\n".join(lines) or text.prose(request.statement))
        if isinstance(request, WriteTests):
            call = text.bare(request.signature).removeprefix("def ")
            return self._filled("tests", goal=text.prose(request.goal), call=call)
        if isinstance(request, Debug):
            return self._filled("debug", **_common(request), **_evidence(request))
        if isinstance(request, Integrate):
            return self._filled("generate", **_glue(request))
        return self._filled("generate", **_common(request), **_given(request))

    def _filled(self, name: str, **fields: str) -> str:
        if name not in self._templates:
            from importlib import resources

            source = resources.files(__name__).joinpath(f"{name}.txt").read_text(encoding="utf-8")
            self._templates[name] = Template(source)
        return self._templates[name].substitute(fields)


def _common(request: Generate | Debug) -> dict[str, str]:
    calls = [text.bare(helper.signature).removeprefix("def ") for helper in request.helpers[:6]]
    passages = text.relevant(request.passages, request.goal)
    return {
        "goal": text.prose(request.goal),
        "use": f"use: {', '.join(calls)}\n" if calls else "",
        "doc": "".join(f"doc: {line}\n" for line in passages),
        "head": text.bare(request.signature),
    }


def _given(request: Generate) -> dict[str, str]:
    lines = text.examples(request.tests, _name(request.signature) or request.subtask)
    return {"test": "".join(f"test: {line}\n" for line in lines), "start": _starter(request)}


def _evidence(request: Debug) -> dict[str, str]:
    name = _name(request.signature) or request.subtask
    return {
        "code": f"code:\n{text.shortened(_only(request.code, name))}\n",
        "error": f"error: {text.failure(request.report, name)}\n",
    }


def _glue(request: Integrate) -> dict[str, str]:
    entry = request.entry_point or _name(request.signature or "")
    calls = [_bare_head(code, name) for name, code in request.parts if name != entry]
    return {
        "goal": text.prose(statement.about(request.statement, entry)),
        "use": f"use: {', '.join(calls[:6])}\n" if calls else "",
        "doc": "",
        "test": "",
        "start": "",
        "head": text.bare(_entry_signature(request)),
    }


def _starter(request: Generate) -> str:
    """What the starter's function already does; a stub says nothing."""
    node = _function(request.starter, _name(request.signature) or request.subtask)
    if node is None or _is_stub(node):
        return ""
    return f"start:\n{text.shortened(ast.unparse(node), 300)}\n"


def _code(request: Generate | Debug | Integrate, reply: str, finish: str) -> CodeReply | BrokenReply:
    signature = _entry_signature(request) if isinstance(request, Integrate) else request.signature
    name = _name(signature)
    if not reply.strip():
        return BrokenReply("the reply is empty", reply)
    if name and f"def {name}" not in reply:
        reply = signature.strip().rstrip(":") + ":\n" + _indented(reply)
    parsed = parse_code(reply, name, finish=finish, signature=signature)
    if isinstance(parsed, BrokenReply):
        return parsed
    before = _around(request, name)
    return CodeReply(f"{before}\n\n\n{parsed.code}" if before else parsed.code, parsed.truncated)


def _indented(body: str) -> str:
    """A body whose first line lost its indentation on the way gets it back."""
    lines = body.strip("\n").split("\n")
    return "\n".join([lines[0] if lines[0].startswith(" ") else "    " + lines[0], *lines[1:]])


def _around(request: Generate | Debug | Integrate, name: str) -> str:
    """What stands beside the function: the starter's other definitions, or the parts to be joined."""
    if isinstance(request, Integrate):
        return "\n\n\n".join(code.strip() for part, code in request.parts if part != name)
    source = request.starter if isinstance(request, Generate) else request.code
    module = parses(source)
    others = [node for node in module.body if not _defines(node, name)] if module else []
    return "\n".join(ast.unparse(node) for node in others)


def _plan(request: MakePlan, reply: str) -> PlanReply | BrokenReply:
    """The parts pointed at.

    A name is an echo of its pointer: one that the statement lacks is read as the part's own name, or,
    among dependencies, as the nearest name that the statement has.
    """
    known = statement.parts(request.statement)
    names = [part.name for part in known if part.name]
    planned: dict[str, PlannedPart] = {}
    for line in reply.strip().split("\n"):
        match = _PLAN_LINE.match(line)
        part = match and _pointed(known, int(match[1]), match[2])
        if match and part and part.name not in planned:
            echoes = re.findall(r"[A-Za-z_]\w*", match[3] or "")
            needs = dict.fromkeys(name for echo in echoes if (name := _nearest(echo, names)))
            needs.pop(part.name, None)
            planned[part.name] = PlannedPart(part.name, part.goal, part.signature, tuple(needs))
    if not planned:
        return BrokenReply("the reply points at no part of the statement", reply)
    return PlanReply(tuple(planned.values()))


def _pointed(known: tuple[statement.Part, ...], number: int, name: str) -> statement.Part | None:
    """The part that describes the name (the numbered one first), else the numbered part."""
    numbered = [part for part in known if part.number == number and part.name]
    named = [part for part in known if part.name == name]
    return next((part for part in numbered if part.name == name), next(iter((*named, *numbered)), None))


def _nearest(echo: str, names: list[str]) -> str:
    return echo if echo in names else next(iter(get_close_matches(echo, names, 1)), "")


def _tests(request: WriteTests, reply: str) -> TestsReply | BrokenReply:
    name = _name(request.signature) or request.subtask
    lines = [_TEST_LINE.match(line.strip()) for line in reply.strip().split("\n")]
    asserts = "\n".join(f"assert {name}({match[1]}) == {match[2]}" for match in lines if match)
    return parse_tests(asserts or reply, name)


def _name(signature: str) -> str:
    return function_name(signature)


def _entry_signature(request: Integrate) -> str:
    if request.signature:
        return request.signature
    described = [p for p in statement.parts(request.statement) if p.name == request.entry_point]
    return described[0].signature if described else f"def {request.entry_point or 'main'}(*args)"


def _bare_head(code: str, name: str) -> str:
    node = _function(code, name)
    return text.bare(_head(node)).removeprefix("def ") if node else f"{name}()"


def _head(node: ast.FunctionDef) -> str:
    return f"def {node.name}({ast.unparse(node.args)})"


def _function(code: str, name: str) -> ast.FunctionDef | None:
    module = parses(code)
    nodes = module.body if module else []
    return next((n for n in nodes if isinstance(n, ast.FunctionDef) and n.name == name), None)


def _only(code: str, name: str) -> str:
    """The function to repair without what stands beside it; all of it where it does not parse."""
    node = _function(code, name)
    return (ast.get_source_segment(code, node) if node else None) or code


def _defines(node: ast.stmt, name: str) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name == name


def _is_stub(node: ast.FunctionDef) -> bool:
    return all(
        isinstance(inner, ast.Pass | ast.Raise)
        or (isinstance(inner, ast.Expr) and isinstance(inner.value, ast.Constant))
        for inner in node.body
    )


STYLE = CompactStyle()
