"""The fast search of neighbours against the plain one."""

import numpy as np
import pytest

from teachgym.teachers.neighbours import Neighbours, nearest


def test_nearest_neighbour_by_hand_and_ties_go_to_the_latest():
    known = np.array([[0.0, 0.0], [0.5, 0.5], [0.5, 0.5], [1.0, 0.0]])
    assert nearest(known, np.array([0.45, 0.6])) == 2
    assert nearest(known, np.array([0.1, 0.2])) == 0


@pytest.mark.parametrize("limit", [None, 1, 100])
@pytest.mark.parametrize("dimensions", [1, 2, 12, 100])
def test_finds_what_the_plain_search_finds(dimensions, limit):
    rng = np.random.default_rng(dimensions)
    neighbours = Neighbours(dimensions, limit)
    for lesson in range(600):
        point = rng.random(dimensions)
        if lesson % 3 == 1:  # points of a grid, which tie
            point = np.round(point * 4) / 4
        elif lesson % 3 == 2 and lesson > 3:  # hardly away from an earlier one
            point = np.clip(neighbours.array[-1, :-1] + 1e-9 * rng.normal(size=dimensions), 0, 1)
        if len(neighbours):
            assert neighbours.nearest(point) == nearest(neighbours.array[:, :-1], point)
        neighbours.append(point, lesson)
    assert neighbours.array[:, -1].tolist() == list(range(600 - len(neighbours), 600))
    assert len(neighbours) == min(limit or 600, 600)


def test_replaced_points_are_searched():
    rows = np.random.default_rng(0).random((300, 4))
    neighbours, cut = Neighbours(3), Neighbours(3, limit=20)
    for one, known in ((neighbours, rows), (cut, rows[-20:])):
        one.append(np.zeros(3), 0.0)
        one.replace(rows)
        assert np.array_equal(one.array, known)
        for point in np.random.default_rng(1).random((50, 3)):
            assert one.nearest(point) == nearest(known[:, :-1], point)
