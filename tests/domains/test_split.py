"""Exam and practice: disjoint, exact where a cell can be listed, fair, and repeatable."""

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from teachgym.domains import DOMAINS, Arithmetic, Domain, Questions, ReasoningGym, Strings, Task
from teachgym.domains.base import prompt_rank

FAST_TASKS = ("basic_arithmetic", "aiw", "spell_backward", "tsumego")
"""Of reasoning-gym: one with overlapping levels, one with a word list."""

INSTANCES = {
    "strings": Strings(),
    "strings, long": Strings(levels=5, wording="long"),
    "arithmetic": Arithmetic(),
    "arithmetic, long": Arithmetic(wording="long"),
    "reasoning_gym": ReasoningGym(FAST_TASKS),
    "questions": Questions(),
}


def cells(domain: Domain) -> list[tuple[int, int]]:
    return list(itertools.product(range(len(domain.topics)), range(domain.levels)))


def draw(domain: Domain, topic: int, level: int, count: int, seed: int = 0) -> list[Task]:
    rng = np.random.default_rng(seed)
    return [domain.sample(topic, domain.difficulty(level), rng) for _ in range(count)]


class Numbers(Domain):
    """One topic whose cells have the numbers of tasks that it is given; -1 for an endless one."""

    topics = ("number",)

    def __init__(self, *sizes: int, exam_share: float = 0.2) -> None:
        self.sizes, self.levels, self.exam_share = sizes, len(sizes), exam_share

    def task(self, level: int, number: int) -> Task:
        return Task(f"{level}:{number}", str(number), 0, self.difficulty(level))

    def generate(self, topic: int, level: int, rng: np.random.Generator) -> Task:
        return self.task(level, int(rng.integers(10**9)))

    def enumerate(self, topic: int, level: int) -> list[Task] | None:
        size = self.sizes[level]
        return None if size < 0 else [self.task(level, i) for i in range(size)]


def test_every_domain_is_covered():
    assert {name.split(",")[0] for name in INSTANCES} == set(DOMAINS)


@pytest.mark.parametrize("name", INSTANCES)
def test_no_exam_prompt_is_ever_practised(name):
    domain = INSTANCES[name]
    exam = {task.prompt for seed in (0, 1) for task in domain.exam(12 * len(cells(domain)), seed)}
    for topic, level in cells(domain):
        practised = {task.prompt for task in draw(domain, topic, level, 60)}
        assert practised and practised.isdisjoint(exam)


@pytest.mark.parametrize("name", [n for n in INSTANCES if not n.startswith("reasoning")])
def test_cells_have_prompts_of_their_own(name):
    domain, owners = INSTANCES[name], {}
    rng = np.random.default_rng(3)
    for cell in cells(domain):
        tasks = domain.enumerate(*cell) or [domain.generate(*cell, rng) for _ in range(300)]
        for task in tasks:
            assert owners.setdefault(task.prompt, cell) == cell


@pytest.mark.parametrize("name", INSTANCES)
def test_tasks_carry_their_cell(name):
    domain = INSTANCES[name]
    for topic, level in cells(domain):
        for task in draw(domain, topic, level, 3):
            assert task.topic == topic
            assert domain.level(task.difficulty) == level
            assert task.prompt and task.answer


@pytest.mark.parametrize("name", INSTANCES)
def test_what_generate_draws_is_what_enumerate_lists(name):
    domain = INSTANCES[name]
    rng = np.random.default_rng(4)
    for cell in cells(domain):
        listed = domain.enumerate(*cell)
        if listed is not None:
            assert {domain.generate(*cell, rng).prompt for _ in range(50)} <= {
                task.prompt for task in listed
            }


@pytest.mark.parametrize("name", INSTANCES)
def test_an_exam_is_stratified(name):
    domain = INSTANCES[name]
    size = 2 * len(cells(domain)) + 1
    counts = dict.fromkeys(cells(domain), 0)
    exam = domain.exam(size, seed=0)
    for task in exam:
        counts[task.topic, domain.level(task.difficulty)] += 1
    assert len(exam) == size
    assert sorted(counts.values()) == [2] * (len(counts) - 1) + [3]
    order = [(task.topic, domain.level(task.difficulty)) for task in exam]
    assert order == sorted(order)


@pytest.mark.parametrize("seed", [0, 7])
@pytest.mark.parametrize("name", INSTANCES)
def test_the_same_seed_gives_the_same_tasks(name, seed):
    domain = INSTANCES[name]
    assert domain.exam(40, seed) == domain.exam(40, seed)
    assert draw(domain, 0, 1, 10, seed) == draw(domain, 0, 1, 10, seed)


@pytest.mark.parametrize("name", INSTANCES)
def test_seed_zero_is_a_seed_like_others(name):
    domain = INSTANCES[name]
    assert domain.exam(40, 0) != domain.exam(40, 1)
    assert draw(domain, 0, 1, 10, 0) != draw(domain, 0, 1, 10, 1)


@pytest.mark.parametrize("share", [0.01, 0.2, 0.5, 0.99])
@pytest.mark.parametrize("size", [2, 3, 10, 101])
def test_a_listed_cell_is_split_exactly(size, share):
    domain = Numbers(size, exam_share=share)
    held_out = {task.prompt for task in domain.exam(size, 0)}
    practice = {task.prompt for task in draw(domain, 0, 0, 60 * size)}
    assert len(held_out) == min(math.ceil(share * size), size - 1)
    assert held_out | practice == {f"0:{i}" for i in range(size)}
    assert held_out.isdisjoint(practice)
    assert max(map(prompt_rank, held_out)) < min(map(prompt_rank, practice))


def test_an_endless_cell_holds_out_its_share_of_prompts():
    domain = Numbers(-1, exam_share=0.3)
    rng = np.random.default_rng(0)
    ranks = [prompt_rank(domain.generate(0, 0, rng).prompt) for _ in range(3000)]
    assert stats.binomtest(sum(rank < 0.3 for rank in ranks), 3000, 0.3).pvalue > 0.01
    assert stats.kstest(ranks, "uniform").pvalue > 0.01
    assert all(prompt_rank(task.prompt) >= 0.3 for task in draw(domain, 0, 0, 300))
    assert all(prompt_rank(task.prompt) < 0.3 for task in domain.exam(300, 0))


def test_an_exam_of_an_endless_cell_repeats_no_task():
    prompts = [task.prompt for task in Numbers(-1).exam(200, 0)]
    assert len(set(prompts)) == 200


def test_a_small_cell_repeats_its_held_out_tasks():
    exam = Numbers(10, 10).exam(20, 0)
    counts = [sum(task.difficulty == level for task in exam) for level in (0.0, 1.0)]
    assert counts == [10, 10]
    assert len({task.prompt for task in exam}) == 4


@pytest.mark.parametrize("domain", [Strings(2), Arithmetic(2), Questions(), Numbers(50)])
def test_practice_is_uniform_over_its_pool(domain):
    tasks = draw(domain, 0, 0, 4000, seed=5)
    pool = {task.prompt for task in domain.enumerate(0, 0)}
    held_out = {task.prompt for task in domain.exam(1500, 0)}
    counts = dict.fromkeys(pool - held_out, 0)
    for task in tasks:
        counts[task.prompt] += 1
    assert stats.chisquare(list(counts.values())).pvalue > 0.01


@pytest.mark.parametrize("size", [0, 1])
def test_a_cell_without_two_tasks_is_named(size):
    domain = Numbers(5, size)
    with pytest.raises(ValueError, match=rf"'number', level 1, has {size} distinct"):
        domain.exam(4, 0)


def test_a_cell_of_one_prompt_that_is_listed_twice_is_named():
    class Twice(Numbers):
        def enumerate(self, topic, level):
            return [self.task(level, 1)] * 2

    with pytest.raises(ValueError, match="has 1 distinct"):
        Twice(2).sample(0, 0.0, np.random.default_rng(0))


def test_a_cell_that_never_yields_the_wanted_part_is_an_error():
    class Constant(Numbers):
        def generate(self, topic, level, rng):
            return self.task(level, 1)

    domain = Constant(-1)
    in_exam = prompt_rank("0:1") < domain.exam_share
    with pytest.raises(ValueError, match=f"found no {'practice' if in_exam else 'exam'} task"):
        draw(domain, 0, 0, 1) if in_exam else domain.exam(1, 0)


@pytest.mark.parametrize("levels", [1, 2, 3, 7, 12, 40, 49])
def test_level_and_difficulty_are_inverse(levels):
    domain = Numbers(*[5] * levels)
    assert [domain.level(domain.difficulty(k)) for k in range(levels)] == list(range(levels))
    edges = [domain.level(x) for x in np.linspace(0, 1, 1000)]
    assert edges == sorted(edges) and set(edges) == set(range(levels))


@pytest.mark.parametrize("difficulty", [-0.01, 1.01, math.nan])
def test_a_difficulty_out_of_range_is_an_error(difficulty):
    with pytest.raises(ValueError, match=r"difficulty must be in \[0, 1\]"):
        Strings().sample(0, difficulty, np.random.default_rng(0))


@pytest.mark.parametrize("topic", [-1, 9])
def test_a_topic_out_of_range_is_an_error(topic):
    with pytest.raises(ValueError, match=r"topic must be in 0\.\.8"):
        Strings().sample(topic, 0.0, np.random.default_rng(0))


@pytest.mark.parametrize("level", [-1, 12])
def test_a_level_out_of_range_is_an_error(level):
    with pytest.raises(ValueError, match=r"level must be in 0\.\.11"):
        Strings().difficulty(level)


def test_an_empty_exam_is_an_error():
    with pytest.raises(ValueError, match="at least one task, not 0"):
        Strings().exam(0, 0)
