"""The candidate as the tests call it: functions that ask its box, and what becomes of the answers.

What is not plain in an answer becomes one of the `proxies`; an exception becomes a stand-in of `raising`.
"""

from __future__ import annotations

import builtins
import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import Any

from hrl.sandbox.inside.channel import Channel
from hrl.sandbox.inside.codec import Decoder, Encoder, Memo
from hrl.sandbox.inside.plain import Malformed, NotPlain
from hrl.sandbox.inside.proxies import TOLD, Proxy, held, labelled, proxy
from hrl.sandbox.inside.raising import NotGradable, StandIns, describe, told


class Caller:
    """Sends requests to the candidate's box and turns answers into values.

    Attributes:
        calls: how many calls the tests have made.
        functions: what the tests gave to the candidate to call; the place of one is its number.
        numbers: the places by the functions' identities.
        classes: the candidate's classes that the tests name.
        answers: the trees of every answer, where `keep_answers` asks for them.
        changed: told after each answer; it may look at the candidate's variables again.
    """

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.number = 0
        self.calls = 0
        self.functions: list[Any] = []
        self.numbers: dict[int, int] = {}
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
        with _reading():
            decoder = self._decoder(memo)
            result = decoder.decode(answer["ok"])
            for container, tree in zip(
                memo.containers[:given], answer.get("after") or [None] * given, strict=True
            ):
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
        with _reading():
            return self._decoder(memo).decode(answer["ok"])

    def look(self, names: list[str]) -> dict[str, Any]:
        """What the candidate's module holds under these names."""
        answer = self._ask({"op": "look", "names": names})
        with _reading():
            return {name: self._named(name, kind) for name, kind in answer["ok"].items() if kind is not None}

    def _decoder(self, memo: Memo) -> Decoder:
        return Decoder(memo, self._incoming, label=labelled)

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
        refused: NotGradable | None = None
        while "back" in (answer := self._receive()):
            try:
                reply = self._back(answer)
            except NotGradable as refusal:  # the program goes on to its answer, which is then not looked at
                refused, reply = refusal, {"op": "back", "raise": describe(refusal)}
            self.channel.send(reply)
        if refused is not None:
            raise refused
        if answer.get("out"):
            sys.stdout.write(str(answer["out"]))
        if answer.get("id") != number or not ("ok" in answer or "raise" in answer or "stop" in answer):
            raise NotGradable(str(answer.get("not") or "the answer is malformed"))
        if self.keep_answers:
            self.answers.append(answer)
        if "raise" in answer:
            with _reading():
                problem = self.stand_ins.instance(told(answer["raise"]))
            raise problem
        return answer

    def _receive(self) -> dict[str, Any]:
        with _reading():
            return {**self.channel.receive()}

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
            return ["o", "held", held(value).number]
        if isinstance(value, type) and value in vars(builtins).values():
            raise NotPlain(f"the class {value.__name__} is an argument")
        if callable(value):
            if id(value) not in self.numbers:
                self.numbers[id(value)] = len(self.functions)
                self.functions.append(value)
            texts = {name: getattr(value, name, None) for name in TOLD}
            told_of = {name: text for name, text in texts.items() if type(text) is str}
            return ["o", "back", self.numbers[id(value)], told_of]
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


@contextlib.contextmanager
def _reading() -> Iterator[None]:
    """What cannot be read in an answer must not look to the tests like an exception of the program's."""
    try:
        yield
    except (Malformed, LookupError, TypeError, ValueError, AttributeError) as problem:
        raise NotGradable(f"the program's answer is malformed ({problem})") from None


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
