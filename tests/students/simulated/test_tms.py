import numpy as np
import pytest

from teachgym.students.simulated.tms import TMS, binary, dina, tree


def test_the_binary_chain_has_edusims_matrices():
    chain = binary()
    matrices = np.zeros((2, 3, 3))
    for lesson in range(2):
        for state in range(3):
            chance = chain.chance[lesson, state]
            matrices[lesson, state, chain.success[lesson, state]] += chance
            matrices[lesson, state, state] += 1 - chance
    first = [[0.4, 0.6, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    second = [[1.0, 0.0, 0.0], [0.0, 0.3, 0.7], [0.0, 0.0, 1.0]]
    np.testing.assert_allclose(matrices, [first, second], atol=1e-6)


def test_the_tree_adds_one_skill_at_a_time_and_never_before_its_parent():
    chain = tree()
    assert len(np.unique(chain.mastery, axis=0)) == 31
    parent = {1: 0, 2: 0, 4: 0, 3: 2, 5: 4, 6: 4}
    for mastery in chain.mastery:
        assert all(mastery[parent[skill]] for skill in np.flatnonzero(mastery) if skill)
    for lesson in range(7):
        for state in range(31):
            added = chain.mastery[chain.success[lesson, state]] ^ chain.mastery[state]
            assert added.sum() == (chain.chance[lesson, state] > 0)
    assert chain.initial.tolist() == [0, 1, 2, 3, 7]
    # From EduSim's file: lesson 4 leads from state 17 to 29 with chance 0.83, lesson 0 from 7 to 9
    # (skill 2) with 0.62, and lesson 4 from 7 to 19 (skill 6) with 0.81.
    for lesson, state, to, chance in ((4, 17, 29, 0.83), (0, 7, 9, 0.62), (4, 7, 19, 0.81)):
        assert chain.success[lesson, state] == to
        assert chain.chance[lesson, state] == pytest.approx(chance)
    taught = chain.chance[chain.chance > 0]
    assert taught.min() == pytest.approx(0.5) and taught.max() == pytest.approx(0.83)


def test_lessons_succeed_with_their_chance():
    students = TMS(40_000, system="tree")
    rng = np.random.default_rng(0)
    students.reset(rng)
    for lesson in range(7):
        before = np.arange(40_000) % 31
        students.state["state"][:] = before
        students.learn(np.full(40_000, lesson), rng)
        after = students.state["state"]
        moved = after != before
        np.testing.assert_array_equal(after[moved], students.chain.success[lesson][before[moved]])
        share = np.bincount(before, moved, minlength=31) / np.bincount(before)
        # About 1,290 students a state: 4.5 standard errors of at most 0.0139.
        assert np.abs(share - students.chain.chance[lesson]).max() < 0.063


def test_answers_are_drawn_from_guesses_and_slips():
    assert dina(np.array([True, False]), np.array(0.2), np.array(0.1)).tolist() == [0.9, 0.2]
    guess, slip = np.array([[0.1, 0.3], [0.2, 0.0]]), np.array([[0.0, 0.25], [0.5, 0.1]])
    students = TMS(40_000, guess=guess, slip=slip)
    rng = np.random.default_rng(0)
    students.reset(rng)
    students.state["state"][:] = 1  # the first skill alone
    answers = students.answers(rng)
    assert set(np.unique(answers)) == {0.0, 1.0}
    expected = np.array([[1.0, 0.75], [0.2, 0.0]])
    np.testing.assert_allclose(answers.mean(axis=0), expected, atol=0.01)
    np.testing.assert_allclose(students.expected()[0, :, 0], expected.mean(axis=1), rtol=1e-6)
    students.state["state"][:] = 2
    right = students.practise(np.ones(40_000, dtype=int), np.zeros(40_000, dtype=int), rng)
    assert right.mean() == pytest.approx((0.5 + 0.9) / 2, abs=0.01)


def test_drawn_items_are_in_the_stated_range():
    students = TMS(1, system="tree", items=50, item_seed=3)
    for values in (students.guess, students.slip):
        assert values.shape == (7, 50) and 0.1 <= values.min() < values.max() <= 0.3
    assert not np.array_equal(students.guess, TMS(1, system="tree", items=50, item_seed=4).guess)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"system": "tre"}, "did you mean 'tree'"),
        ({"topics": 3}, "has 2 skills"),
        ({"levels": 2}, "levels must be 1"),
        ({"items": 0}, "items must be"),
        ({"items": True}, "items must be a whole number"),
        ({"item_seed": -1}, "item_seed must be a whole number of at least 0, not -1"),
        ({"guess": 1.5}, "guess must be in"),
    ],
)
def test_unfit_arguments_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        TMS(2, **options)
