"""The prompt style of the bundled model: short lines, and answers that code expands.

The prompt ends with the `def` line and the model writes the body. Names, numbers and strings that only the
request defines have stand-ins (see `aliases`); a plan says of each part that mentions others which of them it
calls, in the form of the prompt's own lines (`fc: fa, fb`); tests are `arguments -> result`. Everything that
can be copied by code is copied by code. The templates beside this file carry the words. Visible tests are
not shown, but for the one that a program to be repaired failed.
"""

from __future__ import annotations

import ast
import re
from string import Template

from hrl.llm.fences import parses
from hrl.llm.parsing import function_name, parse_code, parse_tests
from hrl.llm.prompts.base import Message, Prompt, files_version
from hrl.llm.prompts.compact import statement, text
from hrl.llm.prompts.compact.aliases import Aliases
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

_PLAN_LINE = re.compile(r"^\s*(f[a-z])\s*:(.*)$")
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
            lines = [part.line() for part in statement.parts(request.statement) if part.mentions]
            return self._filled("plan", parts="\n".join(lines) or text.prose(request.statement))
        if isinstance(request, WriteTests):
            call = text.bare(request.signature).removeprefix("def ")
            return self._filled("tests", goal=text.prose(request.goal), call=call)
        if isinstance(request, Debug):
            return self._filled("debug", **_common(request), **_evidence(request))
        return self._filled("generate", **_common(request), start=_starter(request))

    def _filled(self, name: str, **fields: str) -> str:
        if name not in self._templates:
            from importlib import resources

            source = resources.files(__name__).joinpath(f"{name}.txt").read_text(encoding="utf-8")
            self._templates[name] = Template(source)
        return self._templates[name].substitute(fields)


def aliases(request: Generate | Debug | Integrate) -> Aliases:
    """The stand-ins of a request: the same for its prompt and for its reply."""
    head = _head(_signature(request))
    return Aliases(
        _name(request),
        [argument.arg for argument in _arguments(head)] if head else [],
        [name for name, _ in _calls(request)],
        _goal(request),
        _passages(request),
    )


def _common(request: Generate | Debug | Integrate) -> dict[str, str]:
    short = aliases(request)
    heads = {name: short.name(name) + arguments for name, arguments in _calls(request)}
    calls = [heads[name] for name in short.helpers]
    return {
        "goal": text.prose(short.text(_goal(request))),
        "use": f"use: {', '.join(calls)}\n" if calls else "",
        "doc": "".join(f"doc: {short.text(line)}\n" for line in _passages(request)),
        "head": _short_head(request, short),
    }


def _short_head(request: Generate | Debug | Integrate, short: Aliases) -> str:
    head = _head(_signature(request))
    if head is None:
        return text.bare(_signature(request))
    for argument in _arguments(head):
        argument.arg, argument.annotation = short.name(argument.arg), None
    return f"def f({ast.unparse(head.args)})"


def _goal(request: Generate | Debug | Integrate) -> str:
    """What the prompt says is wanted: of a statement in parts only what it says of this function."""
    if isinstance(request, Integrate):
        return statement.about(request.statement, _name(request))
    in_parts = "\n" in request.goal and sum(bool(part.name) for part in statement.parts(request.goal)) > 1
    return statement.about(request.goal, _name(request)) if in_parts else request.goal


def _passages(request: Generate | Debug | Integrate) -> list[str]:
    return [] if isinstance(request, Integrate) else text.relevant(request.passages, request.goal)


def _calls(request: Generate | Debug | Integrate) -> list[tuple[str, str]]:
    """Functions that may be called: name and bare arguments."""
    if isinstance(request, Integrate):
        heads = [_bare_head(code, name) for name, code in request.parts if name != _name(request)]
    else:
        heads = [text.bare(helper.signature).removeprefix("def ") for helper in request.helpers]
    return [(name, paren + rest) for name, paren, rest in (head.partition("(") for head in heads)]


def _evidence(request: Debug) -> dict[str, str]:
    short = aliases(request)
    code = text.shortened(_only(request.code, _name(request)))
    return {
        "code": f"code:\n{short.code(code)}\n",
        "error": f"error: {short.code(text.failure(request.report))}\n",
    }


def _starter(request: Generate | Integrate) -> str:
    """What the starter's function already does; a stub says nothing."""
    node = _function(request.starter, _name(request)) if isinstance(request, Generate) else None
    if node is None or _is_stub(node):
        return ""
    return f"start:\n{aliases(request).code(text.shortened(ast.unparse(node), 300))}\n"


def _code(request: Generate | Debug | Integrate, reply: str, finish: str) -> CodeReply | BrokenReply:
    signature, name = _signature(request), _name(request)
    if not reply.strip():
        return BrokenReply("the reply is empty", reply)
    code = aliases(request).original(reply)
    if name and f"def {name}" not in code:
        code = signature.strip().rstrip(":") + ":\n" + _indented(code)
    parsed = parse_code(code, name, finish=finish, signature=signature)
    if isinstance(parsed, BrokenReply):
        return BrokenReply(parsed.reason, reply)
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
    """Every function that the statement describes, with those that the reply says it calls.

    The reply may leave out a mention (an aside); a line that names what its part does not mention is not
    believed: that part, like one without a line, calls all that it mentions.
    """
    known = {statement.label(part.number): part for part in statement.parts(request.statement)}
    lines = {match[1]: match[2] for match in map(_PLAN_LINE.match, reply.strip().split("\n")) if match}
    if not lines.keys() & known.keys():
        return BrokenReply("the reply points at no part of the statement", reply)
    planned = []
    for label, part in known.items():
        mentioned = {statement.label(number): name for name, number in part.mentions.items()}
        called = list(dict.fromkeys(re.findall(r"\bf[a-z]\b", lines.get(label, ""))))
        if label not in lines or not mentioned.keys() >= set(called):
            called = list(mentioned)
        needs = tuple(mentioned[one] for one in called)
        planned.append(PlannedPart(part.name, part.said(needs), part.signature, needs))
    return PlanReply(tuple(planned))


def _tests(request: WriteTests, reply: str) -> TestsReply | BrokenReply:
    name = _name(request)
    lines = [_TEST_LINE.match(line.strip()) for line in reply.strip().split("\n")]
    asserts = "\n".join(f"assert {name}({match[1]}) == {match[2]}" for match in lines if match)
    return parse_tests(asserts or reply, name)


def _name(request: Generate | Debug | Integrate | WriteTests) -> str:
    if isinstance(request, Integrate):
        return request.entry_point or function_name(_signature(request))
    return function_name(request.signature) or request.subtask


def _signature(request: Generate | Debug | Integrate) -> str:
    if request.signature:
        return request.signature
    entry = request.entry_point if isinstance(request, Integrate) else request.subtask
    described = [] if isinstance(request, Generate | Debug) else statement.parts(request.statement)
    found = [part.signature for part in described if part.name == entry]
    return found[0] if found else f"def {entry or 'main'}(*args)"


def _head(signature: str) -> ast.FunctionDef | None:
    module = parses(signature.strip().rstrip(":") + ": pass")
    node = module.body[0] if module and module.body else None
    return node if isinstance(node, ast.FunctionDef) else None


def _arguments(head: ast.FunctionDef) -> list[ast.arg]:
    starred = [argument for argument in (head.args.vararg, head.args.kwarg) if argument]
    return [*head.args.posonlyargs, *head.args.args, *head.args.kwonlyargs, *starred]


def _bare_head(code: str, name: str) -> str:
    node = _function(code, name)
    head = f"def {name}({ast.unparse(node.args)})" if node else f"def {name}()"
    return text.bare(head).removeprefix("def ")


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
