"""The codec: what is plain survives, what is not is refused."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrl.sandbox.image import debian_mirror
from hrl.sandbox.inside.codec import Decoder, Encoder, Malformed, Memo, NotPlain, pack, unpack

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
