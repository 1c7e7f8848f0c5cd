import numpy as np
import pytest
from scipy.stats import chisquare

from teachgym.students.fitting import InteractionLog, StudentRecord, record
from teachgym.students.fitting.sequences import by_student, earlier, sequences
from teachgym.students.simulated import BKT, PSIKT


def test_a_log_of_simulated_students():
    rng = np.random.default_rng(0)
    cohort = PSIKT(300, 3, 2)
    cohort.reset(rng)
    log = record(cohort, 10, rng, gap=2.0)
    assert len(log) == 3000 and len(log.students) == 300
    assert log.items == ("0/0", "0/1", "1/0", "1/1", "2/0", "2/1")
    assert (log.item // 2 == log.tags).all()
    assert chisquare(np.bincount(log.item)).pvalue > 0.001
    assert (log.days[log.first] == 0).all()
    waits = np.diff(log.days.reshape(300, 10))
    assert waits.mean() == pytest.approx(2.0, abs=4 * 2.0 / np.sqrt(2700))
    # the easy level is answered right more often
    assert log.correct[log.item % 2 == 0].mean() > log.correct[log.item % 2 == 1].mean() + 0.2


def test_students_learn_while_they_are_recorded():
    rng = np.random.default_rng(0)
    cohort = BKT(500, 2, learn=0.3, known=0.05)
    cohort.reset(rng)
    log = record(cohort, 30, rng)
    correct = log.correct.reshape(500, 30)
    assert correct[:, -5:].mean() > correct[:, :5].mean() + 0.3
    assert np.isnan(log.days).all() and log.items == log.concepts == ("0", "1")
    with pytest.raises(ValueError, match="lessons must be at least 1, not 0"):
        record(cohort, 0, rng)


@pytest.fixture
def log():
    return InteractionLog.gather(
        [
            StudentRecord("ann", ["q"] * 3, ["a", "ab", "a"], [1, 0, 1], [0.0] * 3),
            StudentRecord("bob", ["q"], ["b"], [1], [0.0]),
        ]
    )


def test_sequences_are_a_student_and_a_concept_the_longest_first(log):
    parts = sequences(log)  # tags: ann a, ann a, ann b, ann a, bob b
    assert parts.lengths.tolist() == [3, 1, 1]
    assert parts.concept.tolist() == [0, 1, 1]
    assert [step.tolist() for step in parts.steps()] == [[0, 2, 4], [1], [3]]
    assert earlier(parts, np.array([1.0, 10, 100, 1000, 5])).tolist() == [0, 1, 0, 11, 0]


def test_sequences_of_students(log):
    parts = by_student(log.offsets)
    assert [step.tolist() for step in parts.steps()] == [[0, 3], [1], [2]]
    tags = by_student(log.tag_offsets[log.offsets])
    assert [step.tolist() for step in tags.steps()] == [[0, 4], [1], [2], [3]]
