"""What stands in the tests for an object or a class of the candidate's.

A proxy never lets the candidate judge: an operation between a proxy and a plain value is refused as not
gradable, because the answer would be the candidate's opinion of an expected value. Attributes, methods,
`len`, iteration and `str` are asked for, since their results are plain or proxies again. An object whose
class the tests do not name may be anything, such as a mock that is true to every question: what only says
yes or no about it (its truth, `startswith`, a comparison) is refused too.
"""

from __future__ import annotations

import types
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from hrl.sandbox.inside.raising import NotGradable

if TYPE_CHECKING:
    from hrl.sandbox.inside.stubs import Caller

_OF_BUILTINS = {
    name
    for kind in (str, bytes, set, float, Decimal)
    for name in dir(kind)
    if name.startswith("is") or name.endswith("with")
}
_ASKED = ("contains", "eq", "ne", "lt", "le", "gt", "ge", "add", "sub", "mul", "truediv", "and_", "or_")
TOLD = ("__name__", "__qualname__", "__module__", "__doc__")  # of a function that the candidate is given
_UNTOLD = ("__wrapped__", "__annotations__", "__type_params__")  # which `functools.wraps` copies as well
_ITERABLES = (
    "generator", "list_iterator", "map", "filter", "zip", "enumerate", "dict_keys", "dict_values",
)  # fmt: skip
_ALONE = ("abs", "neg", "pos", "invert", "round", "float", "int", "index", "complex", "bytes")
_FORWARDED = ("floordiv", "mod", "pow", "matmul", "xor", "lshift", "rshift", "divmod")
_REFLECTED = ("add", "sub", "mul", "truediv", "and_", "or_", *_FORWARDED)


class Held(NamedTuple):
    """An object in the candidate's box, as this side knows it."""

    caller: Caller
    number: int
    name: str

    def ask(self, what: str, *arguments: Any) -> Any:
        """One operation on it."""
        return self.caller.operate(what, self.number, *arguments)


class Proxy:
    """An object that lives in the candidate's box; see `held`."""

    __slots__ = ("_hrl",)

    def __reduce_ex__(self, _: Any) -> Any:
        raise refuse(self, "is copied by the tests")


def held(value: Proxy) -> Held:
    """What a proxy stands for, read past the proxy's own attributes."""
    found: Held = object.__getattribute__(value, "_hrl")
    return found


def proxy(caller: Caller, number: int, name: str, flags: list[str], is_class: bool = False) -> Any:
    """A proxy whose class has what the object's class has."""
    extra = {} if is_class else {flag: _OPTIONAL[flag] for flag in flags if flag in _OPTIONAL}
    parent = ClassProxy if is_class else ObjectProxy
    made: Any = object.__new__(type(name, (parent,), {"__slots__": (), **extra}))
    object.__setattr__(made, "_hrl", Held(caller, number, name))
    return made


def anonymous(value: Any) -> bool:
    """Whether this is an object of a class that the tests do not name."""
    if not isinstance(value, Proxy):
        return False
    return isinstance(value, ClassProxy) or held(value).name not in held(value).caller.classes


def is_match(value: Any) -> bool:
    """Whether this is what `re.match` and the like return."""
    return held(value).name == "Match"


def refuse(value: Any, what: str) -> NotGradable:
    """The reason why an operation on a proxy is not gradable."""
    return NotGradable(f"an object of class {held(value).name!r} {what}")


def _ask(what: str) -> Any:
    def method(self: Any, *arguments: Any) -> Any:
        return held(self).ask(what, *arguments)

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
        return held(self).ask(what, other)

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
        return held(self).ask("get", name)
    except AttributeError:
        raise TypeError(f"{type(self).__name__!r} objects have no {name}") from None


def _call(self: Any, *arguments: Any, **keywords: Any) -> Any:
    return held(self).caller.call(held(self).number, arguments, keywords)


_OPTIONAL = {"__call__": _call, "__iter__": _ask("iter"), "__next__": _ask("next")}


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
        if name in _OF_BUILTINS and anonymous(self):
            raise refuse(self, f"has {name!r} like a builtin value, and the tests do not name that class")
        given = held(self).caller.functions
        untold = given and not (name in TOLD and all(type(one) is types.FunctionType for one in given))
        if untold and name in (*TOLD, *_UNTOLD):
            raise refuse(self, f"has a {name} that may come from a function of the tests")
        try:
            return held(self).ask("get", name)
        except AttributeError:
            if any(name in getattr(one, "__dict__", ()) for one in given):
                raise refuse(self, f"has no {name!r}, which a function of the tests has") from None
            raise

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        return types.GeneratorType if held(self).name == "generator" else type(self)

    def __bool__(self) -> bool:
        if held(self).ask("bool"):
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
    if held(self).name in _ITERABLES and not isinstance(item, Proxy):
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
        if isinstance(value, Proxy):
            return bool(held(self).ask("isinstance", value))
        label = getattr(type(value), "hrl_class", None)
        return label is not None and self.__subclasscheck__(label)

    def __subclasscheck__(self, kind: Any) -> bool:
        if not isinstance(kind, ClassProxy):
            return False
        return kind is self or bool(_fetch(self, "__subclasscheck__")(kind))

    def __mro_entries__(self, bases: Any) -> tuple[type, ...]:
        raise refuse(self, "is a class of which the tests make a subclass")


def labelled(value: Any, name: str, kind: Any) -> Any:
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
