import itertools

import numpy as np
import pytest

from teachgym.students.simulated.landscape import Landscape, cell_of, shuffled, unlocked


class Scalar:
    """The toy environment of teachDeepRL for one student, cell by cell."""

    def __init__(self, dimensions, cells=10):
        self.competence = np.zeros((cells,) * dimensions, dtype=int)

    def practise(self, task):
        cells = len(self.competence)
        cell = tuple(min(int(x * cells), cells - 1) for x in task)
        near = itertools.product(*({max(i - 1, 0), i} for i in cell))
        if not any(cell) or any(self.competence[c] >= 75 for c in near if c != cell):
            self.competence[cell] = min(self.competence[cell] + 1, 100)
        return self.competence[cell] / 100


@pytest.mark.parametrize(("dimensions", "cells"), [(1, 10), (2, 10), (3, 4)])
def test_many_students_learn_as_the_toy_environments_students_do(dimensions, cells):
    rng = np.random.default_rng(0)
    students = Landscape(3, dimensions=dimensions, cells=cells)
    students.reset(rng)
    scalars = [Scalar(dimensions, cells) for _ in range(3)]
    mastered = np.zeros(3)
    for _ in range(3000):
        # Mostly near the origin, so that much is unlocked.
        tasks = np.minimum(rng.exponential(0.15, (3, dimensions)), 1.0)
        score, gained, newly = students.practise(tasks)
        before = [scalar.competence.sum() for scalar in scalars]
        np.testing.assert_allclose(
            score, [s.practise(t) for s, t in zip(scalars, tasks, strict=True)], atol=1e-6
        )
        after = [scalar.competence.sum() for scalar in scalars]
        np.testing.assert_allclose(gained, np.subtract(after, before) / 100, atol=1e-6)
        mastered += newly
    for row, scalar in zip(students.competence, scalars, strict=True):
        np.testing.assert_array_equal(row, scalar.competence.ravel())
    shares = [(scalar.competence > 75).mean() for scalar in scalars]
    np.testing.assert_allclose(students.mastered(), shares, atol=1e-6)
    np.testing.assert_allclose(mastered / cells**dimensions, shares, atol=1e-6)
    assert max(shares) > 0.05


def test_the_last_task_belongs_to_the_last_cell():
    assert cell_of(np.array([0.0, 0.0999, 0.1, 0.95, 1.0]), 10).tolist() == [0, 0, 1, 9, 9]


def test_what_unlocks_a_cell():
    competence = np.zeros((5, 9), dtype=np.float32)  # 3 x 3 cells, five students
    competence[1, 0] = competence[2, 1] = 75  # cell (0, 0); cell (0, 1)
    competence[3, 4] = 75  # the cell itself, (1, 1)
    competence[4, 8] = 100  # (2, 2), further out
    cell = np.ones((5, 2), dtype=int)
    assert unlocked(competence, cell, 3).tolist() == [False, True, True, False, False]
    # Cells on the edge have fewer neighbours: (0, 1) has (0, 0) alone, not (-1, ...) which does
    # not exist, nor the last cell of the row before.
    edge = np.tile([0, 1], (5, 1))
    assert unlocked(competence, edge, 3).tolist() == [False, True, False, False, False]
    row = np.tile([1, 0], (5, 1))
    assert unlocked(competence, row, 3).tolist() == [False, True, False, False, False]


def test_a_rugged_landscape_moves_quarters_about():
    order = np.array([[[2, 0, 3, 1]]])
    for task, moved in ((0.0, 0.5), (0.1, 0.6), (0.25, 0.0), (0.6, 0.85), (0.8, 0.3), (1.0, 0.5)):
        assert shuffled(np.array([[task]]), order)[0, 0] == pytest.approx(moved)
    students = Landscape(2000, rugged=True)
    students.reset(np.random.default_rng(0))
    assert (np.sort(students._order, axis=2) == np.arange(4)).all()
    # 24 orders, equally likely: 4,000 axes, 167 of each, standard deviation 12.6.
    counts = np.unique(students._order.reshape(-1, 4), axis=0, return_counts=True)[1]
    assert len(counts) == 24 and np.abs(counts - 4000 / 24).max() < 5 * 12.6


def scores(students, tasks, lessons=1):
    for _ in range(lessons):
        score = students.practise(np.array([tasks] * students.size, dtype=float))[0]
    return score


def test_unfeasible_tasks_are_never_learned():
    students = Landscape(1, unfeasible=0.75)  # half of each axis
    students.reset(np.random.default_rng(0))
    assert scores(students, [0.04, 0.04], 80)[0] == pytest.approx(0.8)
    # The cell at 0.05 along an axis is the second of ten in half of it.
    assert scores(students, [0.06, 0.04], 3)[0] == pytest.approx(0.03)
    assert scores(students, [0.51, 0.04], 3)[0] == 0.0
    assert scores(students, [0.04, 0.9], 3)[0] == 0.0
    assert students.competence.sum() == 83


def test_trivial_tasks_are_known_from_the_start():
    students = Landscape(1, trivial=0.25)  # half of each axis
    students.reset(np.random.default_rng(0))
    assert scores(students, [0.4, 0.49])[0] == 1.0
    assert students.competence.sum() == 0
    assert scores(students, [0.51, 0.2], 3)[0] == pytest.approx(0.03)
    assert students.competence[0, 0] == 3


def test_diverse_students_start_in_any_corner_at_their_own_pace():
    students = Landscape(4000, diverse=True)
    students.reset(np.random.default_rng(0))
    learned = [scores(students, corner) for corner in itertools.product((0.01, 0.99), repeat=2)]
    corners = (np.array(learned) > 0).sum(axis=1)
    assert (np.array(learned) > 0).sum(axis=0).tolist() == [1] * 4000
    assert np.abs(corners - 1000).max() < 4 * 27.4
    pace = np.log2(100 * np.max(learned, axis=0))
    assert -1 <= pace.min() < -0.99 and 0.99 < pace.max() <= 1
    assert abs(pace.mean()) < 4 * 0.577 / np.sqrt(4000)


def test_a_reset_and_forgetting_concern_some_students_only():
    students = Landscape(3)
    rng = np.random.default_rng(0)
    students.reset(rng)
    scores(students, [0.0, 0.0], 10)
    students.forget(np.array([True, False, False]))
    assert students.competence[:, 0].tolist() == [0, 10, 10]
    students.reset(rng, np.array([False, False, True]))
    assert students.competence[:, 0].tolist() == [0, 10, 0]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"unfeasible": 1.0}, r"unfeasible must be in \[0, 1\)"),
        ({"trivial": -0.1}, "trivial must be in"),
        ({"trivial": 0.6, "unfeasible": 0.5}, "nothing to learn"),
    ],
)
def test_unfit_arguments_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        Landscape(1, **options)


@pytest.mark.parametrize("name", ["rugged", "diverse"])
def test_a_text_is_neither_true_nor_false(name):
    with pytest.raises(TypeError, match=f"{name} must be True or False, not 'no'"):
        Landscape(1, **{name: "no"})
