"""The job that holds the candidate: loads its program, answers calls with plain values.

Nothing here can make a test pass: it says what a call returned, and another process compares.
"""

from __future__ import annotations

import builtins
import operator
import sys
import types
from collections.abc import Callable
from typing import Any

from hrl.sandbox.inside.channel import Channel, Output
from hrl.sandbox.inside.codec import Decoder, Encoder, Memo, pack, unpack
from hrl.sandbox.inside.plain import NotPlain
from hrl.sandbox.inside.raising import FILE, describe, exception_base, told

MODULE = "solution"
_KEPT_OBJECTS = 50_000
_BINARY = ("eq", "ne", "lt", "le", "gt", "ge", "add", "sub", "mul", "truediv", "and_", "or_", "contains")
_OPERATIONS: dict[str, Callable[..., Any]] = {
    "len": len, "bool": bool, "str": str, "repr": repr, "iter": iter, "next": next, "hash": hash,
    "get": getattr, "set": setattr, "item": operator.getitem, "put": operator.setitem,
    "isinstance": lambda kind, value: isinstance(value, kind),
    **{name: getattr(operator, name) for name in _BINARY},
}  # fmt: skip


class Remote(Exception):
    """An exception that a test's function raised while the candidate called it."""


class Candidate:
    """The loaded program and the objects that the tests hold.

    Attributes:
        objects: what the tests hold; an object's place is its number.
        numbers: the places by the objects' identities.
        callbacks: what stands for the tests' functions, by their numbers there.
        back: those numbers by the identities of what stands for them.
    """

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.module = types.ModuleType(MODULE)
        self.objects: list[Any] = []
        self.numbers: dict[int, int] = {}
        self.callbacks: dict[int, Any] = {}
        self.back: dict[int, int] = {}
        self.output = Output()
        self.loaded = False

    def serve(self) -> None:
        """Answer until the box ends."""
        sys.stdout = sys.stderr = self.output
        sys.modules[MODULE] = self.module
        while True:
            request = self.channel.receive()
            self.channel.send(self._answer(request))

    def _answer(self, request: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = {"id": request.get("id")}
        try:
            if not (self.loaded or request["op"] == "load"):
                raise NotPlain("the program did not load")
            answer.update(getattr(self, "do_" + request["op"])(request))
        except NotPlain as problem:
            answer["not"] = str(problem)
        except BaseException as problem:
            answer["raise"] = describe(problem)
        answer["out"] = self.output.take()
        return answer

    def do_load(self, request: dict[str, Any]) -> dict[str, Any]:
        """Run the program's text in its module."""
        code = compile(request["program"], FILE, "exec", dont_inherit=True)
        exec(code, self.module.__dict__)
        self.loaded = True
        return {"ok": True}

    def do_look(self, request: dict[str, Any]) -> dict[str, Any]:
        """What the module's own names are."""
        return {"ok": {name: self._kind(name) for name in request["names"]}}

    def _kind(self, name: str) -> Any:
        if name not in self.module.__dict__:
            return None
        value = self.module.__dict__[name]
        if isinstance(value, types.ModuleType):
            return ["module", str(value.__name__)]
        if isinstance(value, type):
            return ["class", exception_base(value), self._hold(value)]
        if callable(value):
            return ["function"]
        try:
            return ["value", Encoder(Memo(), self._object).encode(value)]
        except NotPlain:
            return None

    def do_call(self, request: dict[str, Any]) -> dict[str, Any]:
        """Call a function, a class, or an object that the tests hold."""
        memo = Memo()
        decoder = Decoder(memo, self._incoming)
        arguments = [decoder.decode(tree) for tree in request["a"]]
        keywords = {name: decoder.decode(tree) for name, tree in request["k"].items()}
        given = len(memo.containers)
        seen = [] if request.get("tree") else memo.containers
        before = [self._body(container, memo) for container in seen]
        target = self._target(request["f"])
        result = target(*arguments, **keywords)
        encoder = Encoder(None if request.get("tree") else memo, self._object)
        answer = {"ok": encoder.encode(result)}
        if before:
            after = [encoder.body(container, type(container)) for container in memo.containers[:given]]
            answer["after"] = [None if old == new else new for old, new in zip(before, after, strict=True)]
        return answer

    def _body(self, container: Any, memo: Memo) -> Any:
        return Encoder(memo, self._object).body(container, type(container))

    def _target(self, target: Any) -> Any:
        if isinstance(target, int):
            return self.objects[target]
        try:
            return self.module.__dict__[target]
        except KeyError:
            raise NameError(f"name '{target}' is not defined") from None

    def do_do(self, request: dict[str, Any]) -> dict[str, Any]:
        """One operation on an object that the tests hold."""
        memo = Memo()
        decoder = Decoder(memo, self._incoming)
        held = self.objects[request["o"]]
        try:
            result = _operate(request["do"], held, [decoder.decode(tree) for tree in request["a"]])
        except StopIteration:
            if request["do"] == "next":
                return {"stop": True}
            raise
        return {"ok": Encoder(memo, self._object).encode(result)}

    def _hold(self, value: Any) -> int:
        number = self.numbers.get(id(value))
        if number is None:
            number = self.numbers[id(value)] = len(self.objects)
            self.objects.append(value)
            if number > _KEPT_OBJECTS:
                raise NotPlain("the program handed out too many objects")
        return number

    def _object(self, value: Any) -> Any:
        """What is not plain stays here; the tests get a number, and what it can do."""
        kind = type(value)
        if isinstance(value, types.ModuleType):
            raise NotPlain("a module cannot cross")
        if id(value) in self.back:
            return ["o", "back", self.back[id(value)]]
        flags = [name for name in ("__call__", "__iter__", "__next__") if hasattr(kind, name)]
        name = type.__dict__["__name__"].__get__(kind)
        what = ["class", exception_base(value)] if isinstance(value, type) else ["object", None]
        return ["o", "held", self._hold(value), str(name), flags, *what]

    def _incoming(self, tree: list[Any]) -> Any:
        if tree[1] == "held":
            return self.objects[tree[2]]
        number = int(tree[2])
        if number not in self.callbacks:
            function = self.callbacks[number] = self._callback(number)
            self.back[id(function)] = number
            for name, text in tree[3].items():
                setattr(function, name, text)
        return self.callbacks[number]

    def _callback(self, number: int) -> Any:
        """A function of the tests, as the candidate sees it."""

        def function(*arguments: Any, **keywords: Any) -> Any:
            memo = Memo()
            encoder = Encoder(memo, self._object)
            trees = [encoder.encode(value) for value in arguments]
            named = {name: encoder.encode(value) for name, value in keywords.items()}
            self.channel.send({"back": number, "a": trees, "k": named})
            reply = self.channel.receive()
            if "raise" in reply:
                raise rebuilt(reply["raise"])
            return Decoder(memo, self._incoming).decode(reply["ok"])

        return function


def _operate(what: str, held: Any, arguments: list[Any]) -> Any:
    if what not in _OPERATIONS:
        raise NotPlain(f"the operation {what!r} is not known")
    return _OPERATIONS[what](held, *arguments)


def rebuilt(parts: list[Any]) -> BaseException:
    """A test function's exception, for the candidate: of the nearest builtin class."""
    raised = told(parts)
    kind = getattr(builtins, raised.base, Exception)
    if not (isinstance(kind, type) and issubclass(kind, Exception)) or kind is StopIteration:
        kind = Remote
    try:
        return kind(raised.message)
    except Exception:
        return Remote(raised.message)


def warm_up() -> None:
    """Touch what every job touches: a forked process gets its own pages before its order comes."""
    space: dict[str, Any] = {}
    exec(compile("def f(a):\n    return [a]\n", FILE, "exec", dont_inherit=True), space)
    tree = Encoder(Memo(), None).encode(space["f"](1))
    Decoder(Memo(), None).decode(unpack(pack({"ok": tree})[4:])["ok"])


def run(channel: Channel) -> None:
    """Entry of the forked job."""
    Candidate(channel).serve()
