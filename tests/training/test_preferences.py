"""Which answers are preferred to which, on hand-worked scores."""

import numpy as np

from teachgym.training.preferences import above_draft, best_and_worst, desirable

NAN = float("nan")
SCORES = np.array(
    [[0.0, 1.0, 1.0], [0.5, 0.5, 0.5], [NAN, 0.2, 0.1], [NAN, NAN, NAN], [NAN, 1, NAN]]
)


def test_the_first_best_is_preferred_to_the_first_worst():
    # Task 1 is a tie, 3 has no score, 4 has a single one.
    assert best_and_worst(SCORES) == [(0, 1, 0), (2, 1, 2)]


def test_the_teacher_is_preferred_to_the_worst_draft_if_it_scores_higher():
    reference = np.array([1.0, 0.5, 0.1, 1.0, NAN])
    # 1 and 2 are ties, 3 has no draft with a score, and the teacher none for 4.
    assert above_draft(SCORES, reference) == [(0, 0)]
    assert above_draft(SCORES, np.full(5, 1.0)) == [(0, 0), (1, 0), (2, 2)]


def test_right_answers_are_desirable_and_neighbours_are_of_other_tasks():
    scores = np.array([[1.0, 0.0, NAN], [0.5, 0.4, 1.0]])
    assert desirable(scores, 0.5) == [
        (0, 0, True),
        (1, 0, True),
        (0, 1, False),
        (1, 1, False),
        (1, 2, True),
    ]
