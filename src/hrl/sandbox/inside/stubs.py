"""What the tests see in place of the candidate: functions that ask, and proxies of its objects.

A proxy never lets the candidate judge: an operation between a proxy and a plain value is refused as not
gradable, because the answer would be the candidate's opinion of an expected value. Attributes, methods,
`len`, iteration, `str` and operations between two proxies are asked for, since their results are plain or
proxies again.
"""

from __future__ import annotations

import builtins
import sys
from typing import Any, ClassVar

from hrl.sandbox.inside.channel import Channel
from hrl.sandbox.inside.codec import Decoder, Encoder, Malformed, Memo, NotPlain
from hrl.sandbox.inside.raising import describe

_RELABELLED = ("StopIteration", "StopAsyncIteration", "GeneratorExit", "SystemExit", "KeyboardInterrupt")


class NotGradable(BaseException):
    """This test needs something that cannot cross; it is neither passed nor failed.

    `seen` keeps the reasons, so that a test which swallows the exception is still not graded.
    """

    seen: ClassVar[list[str]] = []

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.seen.append(reason)


class Caller:
    """Sends requests to the candidate's box and turns answers into values."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.number = 0
        self.calls = 0
        self.functions: list[Any] = []
        self.exceptions: dict[tuple[str, str], type] = {}
        self.proxies: dict[int, Any] = {}

    def call(self, target: str | int, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        """One call of a function or of an object; changes to arguments come back in place."""
        memo = Memo()
        encoder = Encoder(memo, self._outgoing)
        try:
            trees = [encoder.encode(value) for value in arguments]
            named = {name: encoder.encode(value) for name, value in keywords.items()}
        except NotPlain as problem:
            raise NotGradable(f"an argument cannot cross: {problem}") from None
        self.calls += 1
        given = len(memo.containers)
        answer = self._ask({"op": "call", "f": target, "a": trees, "k": named})
        decoder = Decoder(memo, self._incoming, hashed=1 << 30)
        result = decoder.decode(answer["ok"])
        changed = answer.get("after") or []
        if len(changed) not in (0, given):
            raise NotGradable("the answer is malformed")
        for container, tree in zip(memo.containers[:given], changed, strict=False):
            if tree is not None:
                _refill(decoder, container, tree)
        return result

    def operate(self, what: str, number: int, *arguments: Any) -> Any:
        """One operation on an object of the candidate's."""
        memo = Memo()
        encoder = Encoder(memo, self._outgoing)
        try:
            trees = [encoder.encode(value) for value in arguments]
        except NotPlain as problem:
            raise NotGradable(f"an argument cannot cross: {problem}") from None
        answer = self._ask({"op": "do", "do": what, "o": number, "a": trees})
        if answer.get("stop"):
            raise StopIteration
        return Decoder(memo, self._incoming, hashed=1 << 30).decode(answer["ok"])

    def look(self, names: list[str]) -> dict[str, Any]:
        """What the candidate's module holds under these names."""
        found = self._ask({"op": "look", "names": names})["ok"]
        return {name: self._named(name, kind) for name, kind in found.items() if kind is not None}

    def _named(self, name: str, kind: list[Any]) -> Any:
        if kind[0] == "function":
            return function(self, name)
        if kind[0] == "module":
            return _module(kind[1])
        if kind[0] == "class":
            return self._class(name, kind[1], kind[2])
        return Decoder(Memo(), self._incoming).decode(kind[1])

    def _class(self, name: str, base: str | None, number: int) -> Any:
        if base is not None:
            return self.exception(name, base)
        return proxy(self, number, name, ["__call__"], is_class=True)

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        self.number += 1
        self.channel.send({**request, "id": self.number})
        while True:
            answer: dict[str, Any] = self.channel.receive()
            if "back" not in answer:
                break
            self.channel.send(self._back(answer))
        if answer.get("out"):
            sys.stdout.write(answer["out"])
        if answer.get("id") != self.number or not ("ok" in answer or "raise" in answer or "stop" in answer):
            raise NotGradable(str(answer.get("not") or "the answer is malformed"))
        if "raise" in answer:
            raise self._raised(answer["raise"])
        return answer

    def _back(self, request: dict[str, Any]) -> dict[str, Any]:
        """The candidate calls a function that the test gave it."""
        memo = Memo()
        decoder = Decoder(memo, self._incoming, hashed=1 << 30)
        try:
            arguments = [decoder.decode(tree) for tree in request["a"]]
            keywords = {name: decoder.decode(tree) for name, tree in request["k"].items()}
            result = self.functions[request["back"]](*arguments, **keywords)
            return {"op": "back", "ok": Encoder(memo, self._outgoing).encode(result)}
        except NotPlain as problem:
            raise NotGradable(f"a function's result cannot cross: {problem}") from None
        except Malformed:
            raise NotGradable("the candidate's call of a function is malformed") from None
        except Exception as problem:
            return {"op": "back", "raise": describe(problem)}

    def _outgoing(self, value: Any) -> Any:
        number = _number(value)
        if number is not None:
            return ["o", "held", number]
        if isinstance(value, type) and value in vars(builtins).values():
            raise NotPlain(f"the class {value.__name__} is an argument")
        if callable(value):
            self.functions.append(value)
            return ["o", "back", len(self.functions) - 1]
        raise NotPlain(f"a value of type {type(value).__name__} is not plain")

    def _incoming(self, tree: list[Any]) -> Any:
        if tree[1] == "back":
            return self.functions[int(tree[2])]
        number = int(tree[2])
        if number not in self.proxies:
            base = tree[6] if tree[5] == "class" else None
            if base is not None:
                return self.exception(str(tree[3]), str(base))
            self.proxies[number] = proxy(self, number, str(tree[3]), list(tree[4]), tree[5] == "class")
        return self.proxies[number]

    def exception(self, name: str, base: str) -> type:
        """The class that stands here for an exception class of the candidate's."""
        builtin = getattr(builtins, base, Exception)
        if not (isinstance(builtin, type) and issubclass(builtin, BaseException)):
            builtin = Exception
        if name == base and base not in _RELABELLED:
            return builtin
        if not issubclass(builtin, Exception) or base in _RELABELLED:
            builtin = RuntimeError
        if (name, base) not in self.exceptions:
            self.exceptions[name, base] = type(name, (builtin,), {"__module__": "solution"})
        return self.exceptions[name, base]

    def _raised(self, parts: list[Any]) -> BaseException:
        name, base, message, line = str(parts[0]), str(parts[1]), str(parts[2]), int(parts[3])
        kind = self.exception(name, base)
        try:
            problem: BaseException = kind(message) if message else kind()
        except Exception:
            problem = RuntimeError(message)
        if issubclass(kind, KeyError) and message[:1] in "'\"" and message[:1] == message[-1:]:
            problem.args = (message[1:-1],)
        problem.hrl_remote = (name, base, message, line)  # type: ignore[attr-defined]
        return problem


def function(caller: Caller, name: str) -> Any:
    """The stub of one function of the candidate's."""

    def stub(*arguments: Any, **keywords: Any) -> Any:
        return caller.call(name, arguments, keywords)

    stub.__name__ = stub.__qualname__ = name
    return stub


def _module(name: str) -> Any:
    if name.partition(".")[0] in sys.stdlib_module_names:
        __import__(name)
        return sys.modules[name]
    raise NotGradable(f"the tests use the module {name} without importing it")


def _refill(decoder: Decoder, container: Any, tree: Any) -> None:
    """Put a changed argument's content into the caller's own object, which may be a subclass."""
    plain = next(base for base in (list, dict, set, bytearray) if isinstance(container, base))
    fresh = bytearray(tree[1].encode("latin-1")) if plain is bytearray else decoder.fill(plain(), tree)
    container.clear()
    container.extend(fresh) if plain in (list, bytearray) else container.update(fresh)


class Proxy:
    """An object that lives in the candidate's box."""

    __slots__ = ("_hrl",)


def _number(value: Any) -> int | None:
    return object.__getattribute__(value, "_hrl")[1] if isinstance(value, Proxy) else None


def proxy(caller: Caller, number: int, name: str, flags: list[str], is_class: bool = False) -> Any:
    """A proxy whose class has what the object's class has."""
    if is_class:
        kind = type(name, (ClassProxy,), dict.fromkeys(()))
    else:
        extra = {flag: _OPTIONAL[flag] for flag in flags if flag in _OPTIONAL}
        kind = type(name, (ObjectProxy,), extra)
    made: Any = object.__new__(kind)
    object.__setattr__(made, "_hrl", (caller, number, name))
    return made


def _ask(what: str) -> Any:
    def method(self: Any, *arguments: Any) -> Any:
        caller, number, _ = object.__getattribute__(self, "_hrl")
        return caller.operate(what, number, *arguments)

    return method


def _between(what: str) -> Any:
    def method(self: Any, other: Any) -> Any:
        caller, number, name = object.__getattribute__(self, "_hrl")
        if not isinstance(other, Proxy):
            raise NotGradable(
                f"an object of class {name!r} cannot be compared or combined with a plain value"
            )
        return caller.operate(what, number, other)

    return method


def _call(self: Any, *arguments: Any, **keywords: Any) -> Any:
    caller, number, _ = object.__getattribute__(self, "_hrl")
    return caller.call(number, arguments, keywords)


_OPTIONAL = {"__call__": _call, "__iter__": _ask("iter"), "__next__": _ask("next")}


class ObjectProxy(Proxy):
    """See `Proxy`."""

    __slots__ = ()
    __getattr__ = _ask("get")
    __setattr__ = _ask("set")
    __len__ = _ask("len")
    __str__ = _ask("str")
    __repr__ = _ask("repr")
    __getitem__ = _ask("item")
    __setitem__ = _ask("put")
    __hash__ = object.__hash__
    __contains__, __eq__, __ne__ = _between("contains"), _between("eq"), _between("ne")
    __lt__, __le__, __gt__, __ge__ = _between("lt"), _between("le"), _between("gt"), _between("ge")
    __add__, __sub__, __mul__ = _between("add"), _between("sub"), _between("mul")
    __radd__, __rsub__, __rmul__, __rtruediv__ = __add__, __sub__, __mul__, _between("truediv")
    __truediv__, __and__, __or__ = _between("truediv"), _between("and_"), _between("or_")
    __abs__ = __neg__ = __round__ = __float__ = __int__ = __index__ = lambda self, *_: _between("eq")(
        self, None
    )

    def __bool__(self) -> bool:
        caller, number, _ = object.__getattribute__(self, "_hrl")
        return bool(caller.operate("bool", number))

    def __enter__(self) -> Any:
        return self.__getattr__("__enter__")()

    def __exit__(self, *_: object) -> None:
        self.__getattr__("__exit__")(None, None, None)


class ClassProxy(Proxy):
    """A class of the candidate's: callable, and good for `isinstance`."""

    __slots__ = ()
    __call__ = _call
    __getattr__ = _ask("get")

    def __instancecheck__(self, value: Any) -> bool:
        caller, number, _ = object.__getattribute__(self, "_hrl")
        return isinstance(value, Proxy) and bool(caller.operate("isinstance", number, value))
