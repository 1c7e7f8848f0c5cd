import numpy as np
import pytest

from teachgym.students.fitting import InteractionLog, StudentRecord


@pytest.fixture
def log():
    return InteractionLog.gather(
        [
            StudentRecord("ann", ["q1", "q2", "q1"], ["a", "ab", "a"], [1, 0, 1], [0, 1, 1]),
            StudentRecord("bob", [], [], [], [], dropped=2),
            StudentRecord("cleo", ["q3"], [["c"]], [False], [float("nan")], dropped=1),
            StudentRecord("dan", ["q2", "q3"], [["a", "b"], ["c"]], [1, 1], [5, 6.5]),
        ]
    )


def test_arrays(log):
    assert log.students == ("ann", "cleo", "dan")  # bob has answered nothing
    assert log.items == ("q1", "q2", "q3") and log.concepts == ("a", "b", "c")
    assert log.offsets.tolist() == [0, 3, 4, 6] and log.student.tolist() == [0, 0, 0, 1, 2, 2]
    assert log.item.tolist() == [0, 1, 0, 2, 1, 2]
    assert log.tags.tolist() == [0, 0, 1, 0, 2, 0, 1, 2]
    assert log.tag_offsets.tolist() == [0, 1, 3, 4, 5, 7, 8]
    assert log.tag_row.tolist() == [0, 1, 1, 2, 3, 4, 4, 5]
    assert log.correct.tolist() == [True, False, True, False, True, True]
    assert log.first.tolist() == [True, False, False, True, True, False]
    assert len(log) == 6 and log.dropped == 3
    assert log.mean_tags(np.arange(8.0)).tolist() == [0, 1.5, 3, 4, 5.5, 7]


def test_subset_keeps_the_names_and_the_order_asked_for(log):
    part = log.subset(np.array([2, 0]))
    assert part.students == ("dan", "ann") and part.items == log.items
    assert part.item.tolist() == [1, 2, 0, 1, 0]
    assert part.tags.tolist() == [0, 1, 2, 0, 0, 1, 0]
    assert part.tag_offsets.tolist() == [0, 2, 3, 4, 6, 7]
    assert part.days.tolist() == [5, 6.5, 0, 1, 1]


def test_split_parts_the_students(log):
    kept, held = log.split(0.4, np.random.default_rng(0))
    assert sorted(kept.students + held.students) == ["ann", "cleo", "dan"]
    assert len(held.students) == 1 and len(kept) + len(held) == 6
    with pytest.raises(ValueError, match="above 0 and below 1, not 1"):
        log.split(1, np.random.default_rng(0))
    with pytest.raises(ValueError, match="too few to hold out"):
        log.subset(np.array([0])).split(0.2, np.random.default_rng(0))


def test_other_names(log):
    other = log.named(["q3", "q2", "q1"], ["x", "c", "b", "a"])
    assert other.item.tolist() == [2, 1, 2, 0, 1, 0]
    assert other.tags.tolist() == [3, 3, 2, 3, 1, 3, 2, 1]
    with pytest.raises(ValueError, match="concept 'b' was not in the log"):
        log.named(None, ["a", "c"])
    # only what occurs need be known
    assert log.subset(np.array([1])).named(None, ["c"]).tags.tolist() == [0]


def test_what_does_not_fit_together():
    def record(**changes):
        fields = {"items": ["q"] * 2, "concepts": [["a"]] * 2, "correct": [1, 1], "days": [0, 1]}
        return InteractionLog.gather([StudentRecord("ann", **(fields | changes))])

    with pytest.raises(ValueError, match=r"'ann' run backwards: day 1.5 comes after day 3"):
        record(days=[3, 1.5])
    with pytest.raises(ValueError, match="row 1 has no concept"):
        record(concepts=[["a"], []])
    with pytest.raises(ValueError, match="one entry a row"):
        record(correct=[1])
