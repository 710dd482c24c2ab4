"""Documents: how they are cut, and that a question finds its section."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hrl.retrieval import open_index
from hrl.retrieval.passages import MAX_CHARACTERS, split_document
from hrl.types import Document

HANDBOOK = Document(
    "handbook.md",
    """# Harbour handbook

General words about the harbour and the people who work in it.

## Berths

A berth is booked by the metre. Boats longer than 12 metres pay double.

### Winter berths

From November to March a berth costs half.

## Parcel rates

The rate of a parcel is its weight times three, plus seven for insurance.

## Tide codes

Write the tide as a letter: E for ebb, F for flood, S for slack water.

```python
def tideCode(level):
    ...
```

## Crew

- Every shift has a skipper.
- A deckhand earns 14 an hour, a cook 16.

## Names of buoys

A buoy's name is its colour, a hyphen and its number, for instance `red-12`.
""",
)


def headings(query: str, limit: int = 3) -> list[str]:
    index = open_index([HANDBOOK], stdlib=False)
    return [passage.heading.split(" > ")[-1] for passage in index.search(query, limit=limit)]


@pytest.mark.parametrize(
    ("question", "section"),
    [
        ("How much does a parcel of weight w cost?", "Parcel rates"),
        (
            "Write `parcel_rate(weight)`, which returns the rate of a parcel as the handbook says.",
            "Parcel rates",
        ),
        ("the letter of the tide", "Tide codes"),
        ("tide_code(level) fails: expected 'E', got None", "Tide codes"),
        ("a function that returns the tideCode", "Tide codes"),
        ("What does a berth cost in winter?", "Winter berths"),
        ("boats longer than twelve metres", "Berths"),
        ("hourly wage of deckhands", "Crew"),
        ("build the name of a buoy from colour and number", "Names of buoys"),
        ("insured parcels", "Parcel rates"),
    ],
)
def test_a_question_finds_its_section_first(question: str, section: str):
    assert headings(question)[0] == section


def test_a_passage_carries_its_document_and_the_path_of_headings():
    (passage,) = open_index([HANDBOOK], stdlib=False).search("winter", limit=1)
    assert (passage.source, passage.heading) == ("handbook.md", "Harbour handbook > Berths > Winter berths")
    assert passage.text == "From November to March a berth costs half."


def test_far_worse_passages_are_left_out():
    assert headings("rate of a parcel: weight, insurance") == ["Parcel rates"]


def test_the_limit_is_kept_and_nothing_is_found_for_nothing():
    assert len(headings("berth boat metre crew tide buoy", limit=2)) == 2
    assert headings("berth", limit=0) == []
    assert headings("") == []
    assert headings("zeppelin") == []
    assert headings("!?*\"' ( AND OR NEAR") == []


def test_only_attached_documents_count_as_documents():
    assert open_index([HANDBOOK], stdlib=False).has_documents
    assert not open_index([], stdlib=False).has_documents
    assert open_index([], stdlib=False).search("berth") == ()


def test_the_same_query_finds_the_same_passages_from_many_threads():
    index = open_index([HANDBOOK], stdlib=False)
    expected = index.search("what a berth costs")
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(index.search, ["what a berth costs"] * 200))
    assert set(found) == {expected}


def test_a_short_section_stays_whole_and_a_long_one_is_cut_at_paragraphs():
    text = "# A\n\n" + "\n\n".join(f"Paragraph {number}. " + "word " * 50 for number in range(6))
    pieces = split_document(Document("a.md", text))
    assert len(pieces) == 3
    assert all(piece.text.startswith("Paragraph") for piece in pieces)
    assert len(split_document(Document("a.md", "# A\n\none\n\ntwo\n\n- three\n"))) == 1


def test_a_long_paragraph_is_cut_between_sentences():
    text = "This sentence is repeated to make a long paragraph. " * 30
    pieces = split_document(Document("a.txt", text))
    assert all(piece.text.endswith("paragraph.") for piece in pieces)


def test_comments_of_a_program_are_no_headings():
    code = "# Not a heading\n\ndef load(path):\n    return path\n"
    assert [piece.heading for piece in split_document(Document("a.py", code))] == [""]


@settings(deadline=None)
@given(st.text(), st.sampled_from(["a.md", "a.py"]))
def test_every_word_of_a_document_is_in_some_passage(text: str, name: str):
    pieces = split_document(Document(name, text))
    assert all(0 < len(piece.text) <= MAX_CHARACTERS for piece in pieces)
    if name == "a.py":
        assert "".join("".join(piece.text.split()) for piece in pieces) == "".join(text.split())


@settings(deadline=None, max_examples=50)
@given(st.text(st.characters()))
def test_any_query_is_answered(query: str):
    assert isinstance(open_index([HANDBOOK], stdlib=False).search(query), tuple)


@given(st.lists(st.sampled_from(["apple", "River", "stone_wall", "blueLamp", "42"]), min_size=1, max_size=6))
def test_a_document_is_found_by_its_own_words(words: list[str]):
    other = Document("other.md", "nothing of the kind")
    index = open_index([other, Document("mine.md", " ".join(words))], stdlib=False)
    assert index.search(" ".join(words))[0].source == "mine.md"
