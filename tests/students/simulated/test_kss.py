"""KSS against a scalar rewriting of EduSim's rules, recursion and graph search included."""

import math

import networkx as nx
import numpy as np
import pytest

from teachgym.students.simulated.kss import (
    KSS,
    MARGIN,
    ORDER,
    STRUCTURE,
    candidates,
    drawn_difficulties,
    promotion,
    random_subsets,
    spread_to_successors,
)

EDGES = [(0, 1), (0, 2), (1, 3), (2, 4), (2, 8), (3, 4), (4, 8), (5, 4), (5, 9), (6, 7), (7, 8)]
GRAPH = nx.DiGraph([*EDGES, (8, 9)])


class Pupil:
    """One student of EduSim's KSS."""

    def __init__(self, ability, difficulties):
        self.ability, self.difficulties, self.last = list(ability), difficulties, None

    def promote(self, concept, gain):
        self.ability[concept] = min(self.ability[concept] + gain, 5)
        for successor in GRAPH.successors(concept):
            self.promote(successor, gain / 2)

    def counts(self, concept):
        if self.last is None:
            return True
        near = {self.last, *GRAPH.successors(self.last)}
        for before in GRAPH.predecessors(self.last):
            near |= {before, *GRAPH.predecessors(before), *GRAPH.successors(before)}
        return concept in near

    def learn(self, concept):
        if not self.counts(concept):
            return
        self.last = concept
        gap = sum(5 - self.ability[before] for before in GRAPH.predecessors(concept))
        self.promote(concept, 0.5 * (5 - self.ability[concept]) / math.exp(gap))

    def right(self, concept):
        exponent = -1.7 * 5 * (self.ability[concept] - self.difficulties[concept])
        return 0.25 + 0.75 / (1 + math.exp(exponent)) >= 0.5


def test_the_structure_is_edusims():
    assert set(map(tuple, np.argwhere(STRUCTURE).tolist())) == set(GRAPH.edges)


def test_many_students_learn_and_answer_as_edusims_do():
    rng = np.random.default_rng(0)
    students = KSS(60)
    students.reset(rng)
    pupils = [Pupil(row, students.difficulties) for row in students.state["ability"].tolist()]
    level = np.zeros(60, dtype=int)
    answers = []
    for lesson in range(40):
        # Half of the lessons go along the order of difficulty, so that much is learned.
        topic = np.where(rng.random(60) < 0.5, ORDER[lesson % 10], rng.integers(10, size=60))
        right = students.practise(topic, level, rng)
        for pupil, concept in zip(pupils, topic.tolist(), strict=True):
            pupil.learn(concept)
        np.testing.assert_allclose(
            students.state["ability"], [p.ability for p in pupils], atol=2e-5
        )
        expected = [p.right(c) for p, c in zip(pupils, topic.tolist(), strict=True)]
        np.testing.assert_array_equal(right, expected)
        answers.extend(expected)
    known = [[pupil.right(concept) for concept in range(10)] for pupil in pupils]
    np.testing.assert_array_equal(students.expected()[:, :, 0], known)
    assert 0.15 < np.mean(answers) < 0.85


def test_a_first_lesson_by_hand():
    # a_0 = -3 without prerequisites: ½·8 = 4, so a_0 = 1; 2 for concepts 1 and 2; concept 4 is
    # reached by 0→2→4 (1) and 0→1→3→4 (½): 1.5.
    gains = 4 * spread_to_successors(STRUCTURE)[0]
    assert promotion(np.array(-3.0), np.array(0.0)) == 4.0
    assert gains[[0, 1, 2, 3, 4, 5, 6, 7]].tolist() == [4, 2, 2, 1, 1.5, 0, 0, 0]
    # Concept 8: 0→2→8 (1), 0→2→4→8 (½), 0→1→3→4→8 (¼); concept 9 half of that.
    assert gains[[8, 9]].tolist() == [1.75, 0.875]
    # With one prerequisite at 3 the gain is exp(-2) of what it would be.
    assert promotion(np.array(-3.0), np.array(2.0)) == pytest.approx(4 * math.exp(-2))


def test_candidates_by_hand():
    near = candidates(STRUCTURE)
    assert np.flatnonzero(near[0]).tolist() == [0, 1, 2]  # itself and its successors
    # 3: itself, successor 4, predecessor 1, 1's predecessor 0 and successor 3.
    assert np.flatnonzero(near[3]).tolist() == [0, 1, 3, 4]
    # 9: predecessors 5 and 8, theirs (2, 4, 7), and their successors 4 and 9.
    assert np.flatnonzero(near[9]).tolist() == [2, 4, 5, 7, 8, 9]
    assert near[10].all()


def test_an_answer_turns_right_at_a_chance_of_one_half():
    logistic = 1 / (1 + math.exp(1.7 * 5 * MARGIN))
    assert 0.25 + 0.75 * logistic == pytest.approx(0.5)


def test_the_population_is_the_stated_one():
    students = KSS(20_000)
    students.reset(np.random.default_rng(0))
    start = students.state["ability"] + 0.1 * np.arange(10)
    values, counts = np.unique(np.round(start, 4), return_counts=True)
    assert values.tolist() == [-3, -2, -1, 0]
    assert np.abs(counts / 200_000 - 0.25).max() < 0.005  # 5 standard errors
    sizes = np.bincount(students.state["target"].sum(axis=1).astype(int), minlength=11)
    assert sizes[:3].sum() == 0
    assert np.abs(sizes[3:] / 20_000 - 1 / 8).max() < 0.01
    assert (students.state["last"] == 10).all()


def test_random_subsets_of_a_size_are_equally_likely():
    sets = random_subsets(np.full(60_000, 2), 4, np.random.default_rng(0))
    assert (sets.sum(axis=1) == 2).all()
    counts = np.unique(sets @ [1, 2, 4, 8], return_counts=True)[1]
    # Six sets, 10,000 expected of each; chi-square with 5 degrees of freedom, 0.1% above 20.5.
    assert len(counts) == 6 and ((counts - 10_000) ** 2 / 10_000).sum() < 20.5


def test_difficulties_rise_along_the_order():
    difficulties = drawn_difficulties(10)
    assert (np.diff(difficulties[list(ORDER)]) >= 0).all()
    assert set(difficulties.tolist()) <= {0, 1, 2, 3, 4, 5}
    assert not np.array_equal(difficulties, drawn_difficulties(11))
    np.testing.assert_array_equal(KSS(1, difficulties=difficulties).difficulties, difficulties)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"topics": 9}, "topics must be 10"),
        ({"levels": 2}, "levels must be 1"),
        ({"difficulty_seed": 0.5}, "difficulty_seed must be a whole number of at least 0"),
        ({"difficulties": [1.0] * 9}, r"shape \(10,\)"),
        ({"difficulties": [1.0] * 9 + [6.0]}, r"in \[0, 5\]"),
    ],
)
def test_unfit_arguments_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        KSS(2, **options)
