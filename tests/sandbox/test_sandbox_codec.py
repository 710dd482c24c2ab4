"""The codec: what is plain survives, what is not is refused."""

from __future__ import annotations

import datetime
import json
import math
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrl.sandbox.image import debian_mirror
from hrl.sandbox.inside.codec import Decoder, Encoder, Memo, pack, unpack
from hrl.sandbox.inside.plain import Malformed, NotPlain

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.complex_numbers(allow_nan=False),
    st.text(st.characters()),
    st.binary(),
)
HASHABLE = st.recursive(
    SCALARS, lambda inner: st.tuples(inner, inner) | st.frozensets(inner, max_size=4), max_leaves=8
)
VALUES = st.recursive(
    SCALARS | st.sets(HASHABLE, max_size=4),
    lambda inner: (
        st.lists(inner, max_size=4) | st.tuples(inner) | st.dictionaries(HASHABLE, inner, max_size=4)
    ),
    max_leaves=20,
)


def there_and_back(value: object, *, track: bool = False) -> object:
    frame = pack(Encoder(Memo() if track else None).encode(value))
    return Decoder(Memo() if track else None).decode(unpack(frame[4:]))


@given(VALUES, st.booleans())
def test_plain_values_survive(value: object, track: bool) -> None:
    back = there_and_back(value, track=track)
    assert back == value
    assert repr(type(back)) == repr(type(value))


Pair = namedtuple("Pair", "left right")
STANDARD = [
    Counter("aab"),
    OrderedDict(b=1, a=2),
    defaultdict(list, a=[1]),
    deque([1, 2], maxlen=2),
    Decimal("1.50"),
    Fraction(1, 3),
    range(2, 9, 3),
    datetime.date(2020, 1, 2),
    datetime.time(3, 4, 5, 6),
    datetime.datetime(2020, 1, 2, 3, 4, fold=1),  # noqa: DTZ001
    datetime.datetime(2020, 1, 2, tzinfo=datetime.timezone(datetime.timedelta(hours=2))),
    datetime.timedelta(-1, 2, 3),
]


@pytest.mark.parametrize("value", STANDARD, ids=repr)
@pytest.mark.parametrize("track", [False, True])
def test_values_of_the_standard_library_survive(value: object, track: bool) -> None:
    back = there_and_back(value, track=track)
    assert back == value
    assert repr(back) == repr(value)
    assert type(back) is type(value)


def test_between_boxes_a_subclass_keeps_its_fields_and_on_the_host_it_is_its_base() -> None:
    back = there_and_back(Pair(1, 2), track=True)
    assert type(back).__name__ == "Pair"
    assert back.left == 1  # type: ignore[attr-defined]
    assert type(there_and_back(Pair(1, 2))) is tuple


def test_a_new_container_is_not_taken_for_one_that_a_subclass_replaced() -> None:
    memo = Memo()
    decoder = Decoder(memo)
    given = [decoder.decode(Encoder(Memo()).encode(Counter("aab"))) for _ in range(3)]
    made: list[dict[str, int]] = [{} for _ in range(8)]
    assert [Encoder(memo).encode(value) for value in made] == [["d"]] * 8
    assert [Encoder(memo).encode(value) for value in given] == [["@", 0], ["@", 1], ["@", 2]]


def test_the_senders_own_subclass_is_refused_where_it_would_lose_its_methods() -> None:
    class Own(list[int]):
        pass

    with pytest.raises(NotPlain):
        Encoder(Memo(), exact=True).encode(Own())


COSTLY = [
    Decimal("1E+400000000"),
    Decimal("1E-400000000"),
    Decimal("1" * 20_000),
    1 << 200_000,
    {i * ((1 << 61) - 1) for i in range(1, 9_000)},
    {(0.5,) * 40 + (i,): 0 for i in range(600)},
]


@pytest.mark.parametrize("value", COSTLY, ids=lambda value: type(value).__name__)
def test_what_is_costly_to_compare_does_not_reach_the_host(value: object) -> None:
    with pytest.raises(NotPlain):
        Encoder().encode(value)


@pytest.mark.parametrize(
    "tree",
    [
        ["D", "1E+400000000"],
        ["D", "1" * 20_000],
        ["I", "0x" + "f" * 100_000],
        ["F", 1, 0],
        ["r", 0, 1 << 40, 1],
        ["u", "int", ["a"], None, ["t", 1]],
        ["f", *(["t", 0.5, i] for i in range(5_000))],
        ["d", *(part for i in range(6_000) for part in (i * (1 << 30), 0))],
        ["w", "datetime", "x"],
        ["k", "defaultdict", ["d"], "eval"],
        ["q", -1],
    ],
    ids=lambda tree: str(tree[0]),
)
def test_the_host_refuses_trees_that_an_honest_sender_would_not_send(tree: list[object]) -> None:
    with pytest.raises(Malformed):
        Decoder().decode(tree)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["l", "t", "d", "s", "f", "I", "b", "@"]),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=30,
)


@given(JSON)
def test_any_json_is_a_value_or_malformed(tree: object) -> None:
    try:
        Decoder(Memo()).decode(json.loads(json.dumps(tree)))
    except Malformed:
        return


def test_nan_signed_zero_and_huge_integers_survive() -> None:
    assert math.isnan(there_and_back(float("nan")))  # type: ignore[arg-type]
    assert str(there_and_back(-0.0)) == "-0.0"
    assert there_and_back(-(7**5000)) == -(7**5000)


def test_shared_and_cyclic_lists_keep_their_identity() -> None:
    inner: list[object] = []
    inner.append(inner)
    back = there_and_back([inner, inner], track=True)
    assert isinstance(back, list)
    assert back[0] is back[1]
    assert back[0][0] is back[0]


@pytest.mark.parametrize(
    "value",
    [object(), lambda: 0, 1 << (1 << 21), [[0] * 1000] * 1000],
    ids=["object", "function", "integer", "list"],
)
def test_what_is_not_plain_is_refused(value: object) -> None:
    with pytest.raises(NotPlain):
        Encoder().encode(value)


def test_the_mirror_comes_from_the_machines_own_sources(tmp_path: Path) -> None:
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / "sources.list").write_text("deb https://example.org/other stable main\n")
    (tmp_path / "sources.list.d" / "debian.sources").write_text(
        "Types: deb\nURIs: http://mirror.example/debian\n"
    )
    assert debian_mirror(tmp_path) == "http://mirror.example/debian"
