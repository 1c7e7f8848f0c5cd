import numpy as np
import pytest

from teachgym.envs.observation import LessonRecord, observation_space


def test_a_worked_example():
    record = LessonRecord(2, 2)
    record.add(0, 1, 0.5)
    record.add(0, 1, 1.0)  # 0.5 + 0.2 · 0.5
    record.add(1, 0, 0.0)
    record.add(0, 1, 0.0)  # 0.6 - 0.2 · 0.6
    vector = record.vector(10)
    expected = [0, 0.48, 0, 0, 0, 0.75, 0.25, 0, 0.6]
    np.testing.assert_allclose(vector, expected, rtol=1e-6)
    assert vector in observation_space(2, 2)
    assert record.smoothed(0, 0) is None
    assert record.smoothed(1, 0) == 0.0


def test_bounds_hold_at_the_extremes():
    record = LessonRecord(1, 1)
    assert record.vector(1).tolist() == [0, 0, 1]
    record.add(0, 0, 1.0)
    assert record.vector(1).tolist() == [1, 1, 0]
    assert record.vector(1) in observation_space(1, 1)


def test_state_round_trip():
    record, other = LessonRecord(2, 3), LessonRecord(2, 3)
    record.add(1, 2, 1 / 3)
    other.load(record.state())
    np.testing.assert_array_equal(other.vector(5), record.vector(5))
    assert other.smoothed(1, 2) == pytest.approx(1 / 3, abs=0)
