"""The schedule of checks: one in each block, at a place that only seed and pseudonym decide."""

from collections import Counter
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from labelling.models import Check, Study
from labelling.selectors.check_schedule import IMAGES_BETWEEN, gold_order, has_checks, planned_checks

Kind = Check.Kind

EVERY = st.one_of(st.just(0), st.integers(5, 60))
STUDIES = st.builds(
    Study,
    seed=st.integers(0, 2**63 - 1),
    gold_items=st.integers(0, 30),
    gold_every=EVERY,
    repeat_every=EVERY,
    attention_every=EVERY,
)
NAMES = st.text("0123456789abcdef-é衬", max_size=32)
ENDS = st.integers(0, 500)


def all_planned(study: Study, name: str, end: int) -> list[tuple[str, int]]:
    planned = planned_checks(study=study, pseudonym=name, first=0, end=end)
    return [(check.kind, check.ordinal) for check in planned]


# Of seed 1 and the pseudonym ann: one gold image and one repeat among 10, one attention check among 20.
RECORDED = [
    ("attention", 8),
    ("gold", 9),
    ("gold", 13),
    ("repeat", 17),
    ("repeat", 21),
    ("gold", 27),
    ("gold", 32),
    ("attention", 34),
    ("repeat", 38),
]
RECORDED_GOLD = [3, 2, 1, 0]


def study_with(**fields: int) -> Study:
    return Study(**{"seed": 1, "gold_items": 10_000, **fields})


@given(STUDIES, NAMES, st.integers(1, 8))
def test_each_whole_block_has_one_check_of_the_kind(study, name, blocks):
    for kind, every in ((Kind.GOLD, study.gold_every), (Kind.ATTENTION, study.attention_every)):
        found = [at for of, at in all_planned(study, name, blocks * every) if of == kind]
        wanted = min(blocks, study.gold_items) if kind == Kind.GOLD else blocks
        assert [at // every for at in found] == list(range(wanted if every else 0))


@given(STUDIES, NAMES, ENDS)
def test_checks_come_in_order_and_none_comes_first_and_each_has_its_lot(study, name, end):
    planned = planned_checks(study=study, pseudonym=name, first=0, end=end)
    ordinals = [check.ordinal for check in planned]
    assert ordinals == sorted(ordinals)
    assert all(1 <= at < end for at in ordinals)
    assert all(0 <= check.lot < 1 for check in planned)


@given(STUDIES, NAMES, ENDS)
def test_a_repeat_waits_until_there_is_something_to_repeat(study, name, end):
    assert all(at > IMAGES_BETWEEN for kind, at in all_planned(study, name, end) if kind == Kind.REPEAT)


@given(STUDIES, NAMES, st.lists(ENDS, min_size=1, max_size=5))
def test_what_is_planned_bit_by_bit_is_what_is_planned_at_once(study, name, cuts):
    edges = [0, *sorted(cuts)]
    pieces = [
        planned_checks(study=study, pseudonym=name, first=first, end=end) for first, end in pairwise(edges)
    ]
    at_once = planned_checks(study=study, pseudonym=name, first=0, end=edges[-1])
    assert [check for piece in pieces for check in piece] == at_once


@given(STUDIES, NAMES)
def test_every_gold_item_has_one_turn(study, name):
    assert sorted(gold_order(study=study, pseudonym=name)) == list(range(study.gold_items))


def test_places_within_a_block_are_drawn_evenly_and_differ_between_annotators():
    study = study_with(gold_every=10)
    places = Counter(
        at % 10 for number in range(200) for _, at in all_planned(study, f"person-{number}", 110)[1:]
    )
    # 2,000 places, 200 expected for each of ten: beyond 4 standard deviations is no chance.
    assert set(places) == set(range(10))
    assert all(abs(count - 200) < 4 * (2000 * 0.1 * 0.9) ** 0.5 for count in places.values())


def test_seed_pseudonym_and_kind_each_change_the_places():
    one = study_with(gold_every=20, attention_every=20)
    other = study_with(gold_every=20, attention_every=20, seed=2)
    ann = all_planned(one, "ann", 400)
    assert ann != all_planned(other, "ann", 400)
    assert ann != all_planned(one, "bob", 400)
    by_kind = [[at for kind, at in ann if kind == wanted] for wanted in (Kind.GOLD, Kind.ATTENTION)]
    assert by_kind[0] != by_kind[1]


def test_a_recorded_schedule_stays_what_it_was():
    """A published study's schedule can be found again with later versions."""
    study = study_with(gold_every=10, repeat_every=10, attention_every=20, gold_items=4)
    assert all_planned(study, "ann", 40) == RECORDED
    assert gold_order(study=study, pseudonym="ann") == RECORDED_GOLD


def test_a_protocol_without_checks_has_none():
    assert not has_checks(study_with())
    assert all_planned(study_with(), "ann", 1000) == []
    assert all(has_checks(study_with(**{field: 9})) for field in ("gold_every", "repeat_every"))
