"""What the tests see in place of the candidate: functions that ask, and proxies of its objects.

A proxy never lets the candidate judge: an operation between a proxy and a plain value is refused as not
gradable, because the answer would be the candidate's opinion of an expected value. Attributes, methods,
`len`, iteration and `str` are asked for, since their results are plain or proxies again. An object whose
class the tests do not name may be anything, such as a mock that is true to every question: what only says
yes or no about it (its truth, `startswith`, a comparison) is refused too.
"""

from __future__ import annotations

import builtins
import sys
import types
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from hrl.sandbox.inside.channel import Channel
from hrl.sandbox.inside.codec import Decoder, Encoder, Memo
from hrl.sandbox.inside.plain import Malformed, NotPlain
from hrl.sandbox.inside.raising import NotGradable, StandIns, describe

_OF_BUILTINS = {
    name
    for kind in (str, bytes, set, float, Decimal)
    for name in dir(kind)
    if name.startswith("is") or name.endswith("with")
}


class Caller:
    """Sends requests to the candidate's box and turns answers into values.

    Attributes:
        calls: how many calls the tests have made.
        classes: the candidate's classes that the tests name.
        answers: the trees of every answer, where `keep_answers` asks for them.
        changed: told after each answer; it may look at the candidate's variables again.
    """

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.number = 0
        self.calls = 0
        self.functions: list[Any] = []
        self.proxies: dict[int, Any] = {}
        self.classes: set[str] = set()
        self.stand_ins = StandIns(self._lineage)
        self.keep_answers = False
        self.answers: list[Any] = []
        self.changed: Callable[[], None] = lambda: None
        self._inside = False
        self._input = (sys.stdin, builtins.input)

    def call(self, target: str | int, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        """One call of a function or of an object; changes to arguments come back in place."""
        if self._input != (sys.stdin, builtins.input):
            raise NotGradable("the tests feed standard input, which the program does not share")
        memo = Memo()
        encoder = Encoder(memo, self._outgoing, exact=True)
        trees = _crossing(lambda: [encoder.encode(value) for value in arguments])
        named = _crossing(lambda: {name: encoder.encode(value) for name, value in keywords.items()})
        given = len(memo.containers)
        answer = self._fresh({"op": "call", "f": target, "a": trees, "k": named})
        decoder = self._decoder(memo)
        result = decoder.decode(answer["ok"])
        changed = answer.get("after") or []
        if len(changed) not in (0, given):
            raise NotGradable("the answer is malformed")
        for container, tree in zip(memo.containers[:given], changed, strict=False):
            if tree is not None:
                refill(container, decoder.content(tree))
        return result

    def operate(self, what: str, number: int, *arguments: Any) -> Any:
        """One operation on an object of the candidate's."""
        memo = Memo()
        encoder = Encoder(memo, self._outgoing, exact=True)
        trees = _crossing(lambda: [encoder.encode(value) for value in arguments])
        answer = self._fresh({"op": "do", "do": what, "o": number, "a": trees})
        if answer.get("stop") and what == "next":
            raise StopIteration
        return self._decoder(memo).decode(answer["ok"])

    def look(self, names: list[str]) -> dict[str, Any]:
        """What the candidate's module holds under these names."""
        found = self._ask({"op": "look", "names": names})["ok"]
        return {name: self._named(name, kind) for name, kind in found.items() if kind is not None}

    def _decoder(self, memo: Memo) -> Decoder:
        return Decoder(memo, self._incoming, label=_labelled)

    def _named(self, name: str, kind: list[Any]) -> Any:
        if kind[0] == "function":
            return function(self, name)
        if kind[0] == "module":
            return _module(kind[1])
        if kind[0] == "class":
            return self._class(name, kind[1], kind[2])
        return self._decoder(Memo()).decode(kind[1])

    def _class(self, name: str, base: str | None, number: int) -> Any:
        if base is not None:
            return self.stand_ins.of(name, base)
        if name[:1].isupper() and "_" not in name:
            self.classes.add(name)
        if number not in self.proxies:
            self.proxies[number] = proxy(self, number, name, ["__call__"], is_class=True)
        return self.proxies[number]

    def _fresh(self, request: dict[str, Any]) -> dict[str, Any]:
        self.calls += 1
        try:
            return self._ask(request)
        finally:
            if not self._inside:
                self.changed()

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        if self._inside:
            raise NotGradable("a function of the tests calls the program while the program calls it")
        number = self.number = self.number + 1
        self.channel.send({**request, "id": number})
        while True:
            answer: dict[str, Any] = self.channel.receive()
            if "back" not in answer:
                break
            self.channel.send(self._back(answer))
        if answer.get("out"):
            sys.stdout.write(str(answer["out"]))
        if answer.get("id") != number or not ("ok" in answer or "raise" in answer or "stop" in answer):
            raise NotGradable(str(answer.get("not") or "the answer is malformed"))
        if self.keep_answers:
            self.answers.append(answer)
        if "raise" in answer:
            raise self.stand_ins.instance(answer["raise"])
        return answer

    def _back(self, request: dict[str, Any]) -> dict[str, Any]:
        """The candidate calls a function that the test gave it."""
        memo = Memo()
        decoder = self._decoder(memo)
        self._inside = True
        try:
            arguments = [decoder.decode(tree) for tree in request["a"]]
            keywords = {name: decoder.decode(tree) for name, tree in request["k"].items()}
            result = self.functions[request["back"]](*arguments, **keywords)
            return {"op": "back", "ok": Encoder(memo, self._outgoing, exact=True).encode(result)}
        except NotPlain as problem:
            raise NotGradable(f"a function's result cannot cross: {problem}") from None
        except Malformed:
            raise NotGradable("the candidate's call of a function is malformed") from None
        except Exception as problem:
            return {"op": "back", "raise": describe(problem)}
        finally:
            self._inside = False

    def _outgoing(self, value: Any) -> Any:
        if isinstance(value, Proxy):
            return ["o", "held", object.__getattribute__(value, "_hrl")[1]]
        if isinstance(value, type) and value in vars(builtins).values():
            raise NotPlain(f"the class {value.__name__} is an argument")
        if callable(value):
            self.functions.append(value)
            return ["o", "back", len(self.functions) - 1]
        raise NotPlain(f"a value of type {type(value).__name__} is not plain")

    def _incoming(self, tree: list[Any]) -> Any:
        if tree[1] == "back":
            raise NotGradable("a function of the tests comes back, as it was or wrapped")
        number, name, flags, kind, base = int(tree[2]), str(tree[3]), list(tree[4]), tree[5], tree[6]
        if name in ("coroutine", "async_generator", "NotImplementedType"):
            raise NotGradable(f"the program returned a {name}")
        if kind == "class" and base is not None:
            return self.stand_ins.of(self._class_name(number), str(base))
        if number not in self.proxies:
            name = self._class_name(number) if kind == "class" else name
            self.proxies[number] = proxy(self, number, name, flags, kind == "class")
        return self.proxies[number]

    def _lineage(self, name: str) -> list[tuple[str, str]]:
        """The exception classes above one of the candidate's, nearest first; as it says, and only it."""
        if self._inside or not name.isidentifier():
            return []
        found = self._ask({"op": "look", "names": [name]})["ok"].get(name)
        if not found or found[0] != "class" or found[1] is None:
            return []
        mro = self._ask({"op": "do", "do": "get", "o": found[2], "a": ["__mro__"]})["ok"]
        above = []
        for tree in mro[2:]:
            if tree[0] == "o" and tree[6]:
                above.append((self._class_name(tree[2]), str(tree[6])))
        return [one for place, one in enumerate(above) if one not in above[:place] and one[0] != name]

    def _class_name(self, number: int) -> str:
        if self._inside:
            raise NotGradable("a class is an argument of the tests' function")
        return str(self._ask({"op": "do", "do": "get", "o": number, "a": ["__name__"]})["ok"])


def _crossing(encode: Callable[[], Any]) -> Any:
    try:
        return encode()
    except NotPlain as problem:
        raise NotGradable(f"an argument cannot cross: {problem}") from None


def function(caller: Caller, name: str) -> Any:
    """The stub of one function of the candidate's."""

    def stub(*arguments: Any, **keywords: Any) -> Any:
        return caller.call(name, arguments, keywords)

    stub.__name__ = stub.__qualname__ = name
    stub.hrl_stub = True  # type: ignore[attr-defined]
    return stub


def _module(name: str) -> Any:
    if name.partition(".")[0] in sys.stdlib_module_names:
        __import__(name)
        return sys.modules[name]
    raise NotGradable(f"the tests use the module {name} without importing it")


def refill(container: Any, fresh: Any) -> None:
    """Put new content into a container that the tests hold, which may be of a subclass."""
    container.clear()
    container.update(fresh) if isinstance(container, dict | set) else container.extend(fresh)


def _labelled(value: Any, name: str, kind: Any) -> Any:
    """A value of the candidate's own subclass of a builtin class: what the subclass adds did not cross."""

    def missing(self: Any, attribute: Any) -> Any:
        if isinstance(attribute, str) and attribute.startswith("__"):
            raise AttributeError(attribute)
        raise NotGradable(f"{attribute!r} of the program's class {name} did not cross")

    parent: Any = type(value)
    if _OF_BUILTINS & set(getattr(parent, "_fields", ())):
        raise NotGradable(
            f"the program's class {name} has fields that are called like methods of builtin values"
        )
    extra = {"__missing__": missing} if parent is dict else {}
    made = type(name, (parent,), {"__getattr__": missing, "hrl_class": kind, **extra})
    return made(*value) if hasattr(parent, "_fields") else made(value)


class Proxy:
    """An object that lives in the candidate's box."""

    __slots__ = ("_hrl",)

    def __reduce_ex__(self, _: Any) -> Any:
        raise refuse(self, "is copied by the tests")


def proxy(caller: Caller, number: int, name: str, flags: list[str], is_class: bool = False) -> Any:
    """A proxy whose class has what the object's class has."""
    extra = {} if is_class else {flag: _OPTIONAL[flag] for flag in flags if flag in _OPTIONAL}
    parent = ClassProxy if is_class else ObjectProxy
    made: Any = object.__new__(type(name, (parent,), {"__slots__": (), **extra}))
    object.__setattr__(made, "_hrl", (caller, number, name))
    return made


def anonymous(value: Any) -> bool:
    """Whether this is an object of a class that the tests do not name."""
    if not isinstance(value, Proxy):
        return False
    caller, _, name = object.__getattribute__(value, "_hrl")
    return isinstance(value, ClassProxy) or name not in caller.classes


def is_match(value: Any) -> bool:
    """Whether this is what `re.match` and the like return."""
    return bool(object.__getattribute__(value, "_hrl")[2] == "Match")


def refuse(value: Any, what: str) -> NotGradable:
    """The reason why an operation on a proxy is not gradable."""
    name = object.__getattribute__(value, "_hrl")[2]
    return NotGradable(f"an object of class {name!r} {what}")


def _ask(what: str) -> Any:
    def method(self: Any, *arguments: Any) -> Any:
        caller, number, _ = object.__getattribute__(self, "_hrl")
        return caller.operate(what, number, *arguments)

    return method


def _between(what: str) -> Any:
    """An operation of two: asked for between objects, refused between an object and a plain value."""
    forwarded = None if what in _ASKED else f"__{what}__"

    def method(self: Any, other: Any) -> Any:
        if what in ("eq", "ne") and (other is None or other is self):
            return (other is self) is (what == "eq")
        if not isinstance(other, Proxy):
            raise refuse(self, "cannot be compared or combined with a plain value")
        if anonymous(self) and anonymous(other):
            raise refuse(self, "is compared or combined, and the tests do not name that class")
        if forwarded is not None:
            return _fetch(self, forwarded)(other)
        caller, number, _ = object.__getattribute__(self, "_hrl")
        return caller.operate(what, number, other)

    return method


def _in_place(what: str) -> Any:
    """Such as `a += b`: the object's own way, else the ordinary operation."""

    def method(self: Any, other: Any) -> Any:
        if not isinstance(other, Proxy) or (anonymous(self) and anonymous(other)):
            return NotImplemented
        try:
            own = _fetch(self, f"__i{what}__")
        except TypeError:
            return NotImplemented
        return own(other)

    return method


def _alone(name: str) -> Any:
    """An operation on one object, such as `-x` or `float(x)`."""

    def method(self: Any, *arguments: Any) -> Any:
        if anonymous(self):
            raise refuse(self, f"has no {name} here: the tests do not name that class")
        return _fetch(self, name)(*arguments)

    return method


def _fetch(self: Any, name: str) -> Any:
    """A special method of the candidate's object."""
    try:
        caller, number, _ = object.__getattribute__(self, "_hrl")
        return caller.operate("get", number, name)
    except AttributeError:
        raise TypeError(f"{type(self).__name__!r} objects have no {name}") from None


def _call(self: Any, *arguments: Any, **keywords: Any) -> Any:
    caller, number, _ = object.__getattribute__(self, "_hrl")
    return caller.call(number, arguments, keywords)


_OPTIONAL = {"__call__": _call, "__iter__": _ask("iter"), "__next__": _ask("next")}
_ASKED = ("contains", "eq", "ne", "lt", "le", "gt", "ge", "add", "sub", "mul", "truediv", "and_", "or_")
_ITERABLES = (
    "generator", "list_iterator", "map", "filter", "zip", "enumerate", "dict_keys", "dict_values",
)  # fmt: skip
_ALONE = ("abs", "neg", "pos", "invert", "round", "float", "int", "index", "complex", "bytes")
_FORWARDED = ("floordiv", "mod", "pow", "matmul", "xor", "lshift", "rshift", "divmod")
_REFLECTED = ("add", "sub", "mul", "truediv", "and_", "or_", *_FORWARDED)


class ObjectProxy(Proxy):
    """See `Proxy`."""

    __slots__ = ()
    __setattr__ = _ask("set")
    __len__ = _ask("len")
    __str__ = _ask("str")
    __repr__ = _ask("repr")
    __getitem__ = _ask("item")
    __setitem__ = _ask("put")
    __hash__ = _ask("hash")

    def __getattr__(self, name: str) -> Any:
        caller, number, _ = object.__getattribute__(self, "_hrl")
        if name in _OF_BUILTINS and anonymous(self):
            raise refuse(self, f"has {name!r} like a builtin value, and the tests do not name that class")
        if name in ("__name__", "__qualname__", "__wrapped__", "__doc__") and caller.functions:
            raise refuse(self, f"has a {name} that may come from a function of the tests")
        return caller.operate("get", number, name)

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        name = object.__getattribute__(self, "_hrl")[2]
        return types.GeneratorType if name == "generator" else type(self)

    def __bool__(self) -> bool:
        caller, number, _ = object.__getattribute__(self, "_hrl")
        if caller.operate("bool", number):
            return True
        if anonymous(self):
            raise refuse(self, "says that it is false, and the tests do not name that class")
        return False

    def __delitem__(self, key: Any) -> None:
        _fetch(self, "__delitem__")(key)

    def __reversed__(self) -> Iterator[Any]:
        try:
            yield from _fetch(self, "__reversed__")()
        except TypeError:
            yield from (self[place] for place in range(len(self) - 1, -1, -1))

    def __format__(self, how: str) -> str:
        return _alone("__format__")(self, how) if how else str(self)

    def __enter__(self) -> Any:
        return _fetch(self, "__enter__")()

    def __exit__(self, kind: Any, problem: Any, trace: Any) -> Any:
        if kind is not None and not issubclass(kind, AssertionError):
            raise refuse(self, "would be told of an exception, which cannot cross")
        return bool(_fetch(self, "__exit__")(None, None, None)) and kind is None


def _contains(self: Any, item: Any) -> bool:
    """`in`: a builtin iterable's items are compared here; another object would have to be believed."""
    if object.__getattribute__(self, "_hrl")[2] in _ITERABLES and not isinstance(item, Proxy):
        return any(one is item or one == item for one in self)
    return bool(_between("contains")(self, item))


for _what in (*_ASKED, *_FORWARDED):
    setattr(ObjectProxy, f"__{_what.rstrip('_')}__", _between(_what))
for _what in _REFLECTED:
    setattr(ObjectProxy, f"__r{_what.rstrip('_')}__", _between(_what))
    setattr(ObjectProxy, f"__i{_what.rstrip('_')}__", _in_place(_what.rstrip("_")))
setattr(ObjectProxy, "__contains__", _contains)  # noqa: B010
for _what in _ALONE:
    setattr(ObjectProxy, f"__{_what}__", _alone(f"__{_what}__"))


class ClassProxy(Proxy):
    """A class of the candidate's: callable, and good for `isinstance`."""

    __slots__ = ()
    __call__ = _call
    __getattr__ = _ask("get")
    __setattr__ = _ask("set")
    __getitem__ = _ask("item")
    __iter__ = _ask("iter")
    __len__ = _ask("len")
    __repr__ = _ask("repr")
    __contains__ = _between("contains")
    __hash__ = object.__hash__

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: Any) -> bool:
        if other is None or isinstance(other, Proxy):
            return other is self
        raise refuse(self, "is a class, and cannot be compared with a plain value")

    def __instancecheck__(self, value: Any) -> bool:
        caller, number, _ = object.__getattribute__(self, "_hrl")
        if isinstance(value, Proxy):
            return bool(caller.operate("isinstance", number, value))
        label = getattr(type(value), "hrl_class", None)
        return label is not None and self.__subclasscheck__(label)

    def __subclasscheck__(self, kind: Any) -> bool:
        if not isinstance(kind, ClassProxy):
            return False
        return kind is self or bool(_fetch(self, "__subclasscheck__")(kind))

    def __mro_entries__(self, bases: Any) -> tuple[type, ...]:
        raise refuse(self, "is a class of which the tests make a subclass")
