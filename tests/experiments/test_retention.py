"""Measures of what is kept, on a hand-worked matrix."""

import numpy as np
import pytest

from teachgym.experiments.retention import (
    MEASURES,
    backward_transfers,
    forgettings,
    learned,
    means_over_topics,
)

# Three topics. Rows: untaught, after the first, the second, the third.
MATRIX = [
    [0.1, 0.2, 0.3],
    [0.7, 0.5, 0.3],
    [0.4, 0.6, 0.2],
    [0.5, 0.3, 0.8],
]


def test_what_was_learned():
    assert learned(MATRIX).tolist() == [0.7, 0.6, 0.8]
    assert MEASURES["learning_accuracy"](MATRIX) == pytest.approx(0.7)
    # 0.7 - 0.1, 0.6 - 0.5, 0.8 - 0.2
    assert MEASURES["learning_gain"](MATRIX) == pytest.approx((0.6 + 0.1 + 0.6) / 3)
    assert MEASURES["final_accuracy"](MATRIX) == pytest.approx(1.6 / 3)
    assert means_over_topics(MATRIX) == pytest.approx([0.2, 0.5, 0.4, 1.6 / 3])


def test_what_was_lost():
    assert backward_transfers(MATRIX) == pytest.approx([-0.2, -0.3])
    assert MEASURES["backward_transfer"](MATRIX) == pytest.approx(-0.25)
    # Best of the rows 1 and 2, less the end: 0.7 - 0.5 and 0.6 - 0.3.
    assert forgettings(MATRIX) == pytest.approx([0.2, 0.3])
    assert MEASURES["forgetting"](MATRIX) == pytest.approx(0.25)
    # The second topic was best before its own turn: forgetting counts that, transfer does not.
    early = np.array(MATRIX)
    early[1, 1] = 0.9
    assert forgettings(early) == pytest.approx([0.2, 0.6])
    assert backward_transfers(early) == pytest.approx([-0.2, -0.3])


def test_later_topics_may_help():
    better = np.array(MATRIX)
    better[-1] = 1.0
    assert MEASURES["backward_transfer"](better) > 0 > MEASURES["forgetting"](better)


@pytest.mark.parametrize("matrix", [[[1.0]], [[1, 2], [3, 4]], [[1.0], [1.0]], [1, 2, 3]])
def test_other_shapes_are_refused(matrix):
    with pytest.raises(ValueError, match=r"shape \(topics \+ 1, topics\)"):
        MEASURES["forgetting"](matrix)
