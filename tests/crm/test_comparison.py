"""The three-way comparison: what is sent, what is kept, what counts as ours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.crm.comparison import compare, digest_of, is_same
from harvester.crm.exchange import COMPANY, Record, Remote
from harvester.model.push import Pushed

# last sent, before and intent of an unanswered write, there now, wanted -> sent now
CASES = [
    ("new", None, None, None, None, "a", "a"),
    ("there already", None, None, None, "x", "a", None),
    ("there, but empty", None, None, None, "", "a", "a"),
    ("ours, changed", "a", None, None, "a", "b", "b"),
    ("a person's", "a", None, None, "x", "b", None),
    ("emptied by a person", "a", None, None, "", "b", None),
    ("unchanged", "a", None, None, "a", "a", None),
    ("the person typed what we want", "a", None, None, "b", "b", None),
    ("written otherwise", "+49 6126 1", None, None, "+4961261", "+49 6126 2", "+49 6126 2"),
    ("lost answer, not done", "a", "a", "b", "a", "b", "b"),
    ("lost answer, done", "a", "a", "b", "b", "c", "c"),
    ("lost answer, done, then a person", "a", "a", "b", "x", "b", None),
    ("lost answer of a new record", None, None, "b", "b", "c", "c"),
    ("lost answer of a new record, emptied", None, None, "b", "", "b", None),
    ("lost answer of a new record, not done", None, None, "b", None, "b", "b"),
]


@pytest.mark.parametrize(
    ("name", "sent", "before", "intent", "there", "wanted", "expected"), CASES, ids=[case[0] for case in CASES]
)
def test_what_is_sent(name: str, sent: str, before: str, intent: str, there: str, wanted: str, expected: str) -> None:
    known = Pushed(
        key="k",
        remote_id="1" if sent else None,
        sent={"f": sent} if sent else {},
        intent={"f": intent} if intent else None,
        before={"f": before} if before else None,
    )
    remote = None if there is None else Remote(id="1", fields={"f": there})
    result = compare(Record(key="k", fields={"f": wanted}), known, remote)
    assert result.send == ({"f": expected} if expected else {})
    assert not result.gone


def test_a_person_who_changed_one_field_keeps_it_when_the_answer_was_lost() -> None:
    """The other field shows that the write was done: what stands in this one is a person's, even what was before."""
    known = Pushed(
        key="k", sent={"f": "old", "g": "old"}, intent={"f": "new", "g": "new"}, before={"f": "old", "g": "old"}
    )
    result = compare(
        Record(key="k", fields={"f": "new", "g": "new"}), known, Remote(id="1", fields={"f": "old", "g": "new"})
    )
    assert (result.send, result.kept) == ({}, {"f": "old"})


def test_what_was_deleted_there_is_gone() -> None:
    known = Pushed(key="k", remote_id="1", digest="d", sent={"f": "a"})
    assert compare(Record(key="k", fields={"f": "b"}), known, None).gone


def test_a_tie_that_cannot_be_read_is_written_once() -> None:
    record, there = Record(key="k", fields={COMPANY: "c.example"}), Remote(id="1", fields={})
    assert compare(record, Pushed(key="k", sent={COMPANY: "c.example"}), there).send == {}
    lost = Pushed(key="k", intent={COMPANY: "c.example"}, before={})
    assert compare(record, lost, there).send == {COMPANY: "c.example"}


@pytest.mark.parametrize(
    ("one", "other"),
    [("a  b", "a b "), ("+49 6126-1", "+49 (6126) 1"), ("Info@X.example", "info@x.example"),
     ("https://x.example/", "https://x.example")],
)  # fmt: skip
def test_one_value_in_two_spellings(one: str, other: str) -> None:
    assert is_same(one, other)


@pytest.mark.parametrize(
    ("one", "other"), [("a", "b"), ("a", ""), ("Sales", "sales"), ("+49 1", "+491 2"), ("Dr. A", "dr. a")]
)
def test_two_values(one: str, other: str) -> None:
    assert not is_same(one, other)


TEXTS = st.dictionaries(st.sampled_from("fghi"), st.text(min_size=1, max_size=6), max_size=4)


@given(TEXTS, TEXTS, st.none() | TEXTS, TEXTS)
def test_a_value_that_nobody_of_us_wrote_is_never_sent_over(
    wanted: dict[str, str], sent: dict[str, str], intent: dict[str, str] | None, there: dict[str, str]
) -> None:
    known = Pushed(key="k", remote_id="1", sent=sent, intent=intent, before=None)
    remote = Remote(id="1", fields={name: there.get(name, "") for name in "fghi"})
    for name in compare(Record(key="k", fields=wanted), known, remote).send:
        ours = [values[name] for values in (sent, intent or {}) if name in values]
        assert any(is_same(remote.fields[name], value) for value in ours) or (not remote.fields[name] and not ours)


@given(TEXTS)
def test_what_was_just_written_needs_no_writing(wanted: dict[str, str]) -> None:
    record = Record(key="k", fields=wanted)
    after = Pushed(key="k", remote_id="1", digest=digest_of(wanted), sent=wanted)
    result = compare(record, after, Remote(id="1", fields=wanted))
    assert (result.send, result.kept, result.sent) == ({}, {}, wanted)
