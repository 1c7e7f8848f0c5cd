import math

import numpy as np
import pytest

from teachgym.domains import Arithmetic, Strings, Task
from teachgym.rewards import exact_match
from teachgym.students import SimulatedAnswerer, Student
from teachgym.students.simulated.mistakes import comparable, mistake


def tasks_of(topic=0, difficulty=0.5, count=200):
    return [
        Task(f"{topic} {difficulty} {i}=", f"right {i}", topic, difficulty) for i in range(count)
    ]


def right(student, tasks):
    return np.array([a == t.answer for a, t in zip(student.answer(tasks), tasks, strict=True)])


def lesson(student, topic=0, difficulty=0.5, count=8, **options):
    return student.study(tasks_of(topic, difficulty, count), exact_match, **options)


def test_it_is_a_student():
    assert isinstance(SimulatedAnswerer(), Student)


def test_probability_against_a_worked_number():
    student = SimulatedAnswerer(ability=0.5, spread=0, discrimination=2, guess=0.2, span=(-1, 3))
    # b = -1 + 0.25 · 4 = 0; p = 0.2 + 0.8 / (1 + exp(-1.7 · 2 · 0.5))
    expected = 0.2 + 0.8 / (1 + math.exp(-1.7))
    assert student.probability(tasks_of(difficulty=0.25, count=1))[0] == pytest.approx(expected)


def test_gain_against_a_worked_number():
    student = SimulatedAnswerer(ability=0.5, spread=0, gain=0.1, span=(-1, 1))
    lesson(student, topic=1, difficulty=0.5, count=3)
    q = 1 / (1 + math.exp(-1.7 * 0.5))
    np.testing.assert_allclose(student.abilities(3), [0.5, 0.5 + 3 * 0.4 * q * (1 - q), 0.5])


def test_practice_near_its_own_level_teaches_most():
    gains = []
    for difficulty in (0.0, 0.25, 0.5, 0.75, 1.0):
        student = SimulatedAnswerer(ability=0.0, spread=0)
        lesson(student, difficulty=difficulty)
        gains.append(student.abilities(1)[0])
    assert gains[2] > 1.5 * gains[1] > 4 * gains[0] > 0
    assert gains[2] > 1.5 * gains[3] > 4 * gains[4] > 0


def test_transfer_shares_a_gain_among_all_topics():
    student = SimulatedAnswerer(ability=0.0, spread=0, transfer=0.25)
    lesson(student, topic=1)
    own, others = student.abilities(4)[1], student.abilities(4)[[0, 2, 3]]
    assert own > 0
    np.testing.assert_allclose(others, own * 0.25)


def test_a_missing_prerequisite_slows_learning():
    before = [[False, True], [False, False]]
    gains = []
    for practised in (0, 60):
        student = SimulatedAnswerer(ability=-1.0, spread=0, prerequisites=before)
        for _ in range(practised):
            lesson(student, topic=0, difficulty=0.5)
        start = student.abilities(2)[1]
        lesson(student, topic=1)
        gains.append(student.abilities(2)[1] - start)
    assert gains[1] > 2 * gains[0] > 0


def test_topics_beyond_the_prerequisites_are_refused():
    student = SimulatedAnswerer(prerequisites=[[False]])
    with pytest.raises(ValueError, match="prerequisites cover 1 topics, but a task has topic 3"):
        lesson(student, topic=3)


def test_an_exam_draws_with_the_right_frequency():
    student = SimulatedAnswerer(ability=0.0, spread=0, guess=0.25)
    student.reset(seed=0)
    tasks = tasks_of(difficulty=0.7, count=4000)
    p = student.probability(tasks)[0]
    assert abs(right(student, tasks).mean() - p) < 3 * math.sqrt(p * (1 - p) / 4000)


def test_lessons_draw_with_the_right_frequency():
    student = SimulatedAnswerer(ability=0.0, spread=0, gain=0)
    student.reset(seed=0)
    scores = [lesson(student, difficulty=0.4, count=100).scores for _ in range(40)]
    p = student.probability(tasks_of(difficulty=0.4, count=1))[0]
    assert abs(np.mean(scores) - p) < 3 * math.sqrt(p * (1 - p) / 4000)
    assert scores[0].shape == (100, 1)


def test_growing_ability_never_turns_a_right_answer_wrong():
    student = SimulatedAnswerer()
    student.reset(seed=1)
    tasks = tasks_of()
    before, answers = right(student, tasks), student.answer(tasks)
    for _ in range(20):
        lesson(student)
        after = right(student, tasks)
        assert not (before & ~after).any()
        assert all(
            new in (old, task.answer)
            for new, old, task in zip(student.answer(tasks), answers, tasks, strict=True)
        )
        before, answers = after, student.answer(tasks)
    assert 0.5 < after.mean() < 1.0


def test_an_exam_teaches_nothing_and_repeats_itself():
    student = SimulatedAnswerer()
    student.reset(seed=3)
    tasks = Strings(4).exam(100, 0)
    first = student.answer(tasks)
    assert student.answer(tasks) == first
    assert student.answer(tasks[::-1]) == first[::-1]
    assert [student.answer([task])[0] for task in tasks] == first


def test_an_exam_does_not_change_what_lessons_draw():
    studies = []
    for exams in (0, 2):
        student = SimulatedAnswerer()
        student.reset(seed=3)
        for _ in range(exams):
            student.answer(tasks_of(topic=5))
        studies.append(lesson(student, count=50).completions)
    assert studies[0] == studies[1]


def test_reset_restores_the_untaught_student_exactly():
    student = SimulatedAnswerer(transfer=0.5)
    lives = []
    for _ in range(2):
        student.reset(seed=7)
        start = student.answer(tasks_of())
        studies = [lesson(student, topic=i % 3).completions for i in range(6)]
        lives.append((start, studies, student.answer(tasks_of()), student.abilities(3).tolist()))
    assert lives[0] == lives[1]
    student.reset(seed=8)
    assert student.answer(tasks_of()) != lives[0][0]


def test_without_a_seed_students_differ():
    students = [SimulatedAnswerer(), SimulatedAnswerer()]
    assert students[0].abilities(3).tolist() != students[1].abilities(3).tolist()


def test_gathered_lessons_count_only_with_the_update():
    together, gathered = SimulatedAnswerer(spread=0), SimulatedAnswerer(spread=0)
    together.reset(seed=0)
    gathered.reset(seed=0)
    lesson(gathered, update=False)
    assert gathered.abilities(1)[0] == -1.5
    lesson(gathered, update=True)
    lesson(together, count=16)
    assert gathered.abilities(1)[0] == pytest.approx(together.abilities(1)[0], rel=1e-12)
    assert gathered.abilities(1)[0] > -1.5


def test_saved_and_loaded_it_goes_on_exactly(tmp_path):
    student, other = SimulatedAnswerer(), SimulatedAnswerer()
    student.reset(seed=2)
    lesson(student, topic=2)
    lesson(student, topic=1, update=False)
    student.save(tmp_path / "new")
    other.load(tmp_path / "new")
    for one in (student, other):
        one.log = [lesson(one, topic=i % 4).completions for i in range(5)]
        one.log.append(one.answer(tasks_of(topic=3)))
        one.log.append(one.abilities(5).tolist())
    assert student.log == other.log


def test_loading_from_an_empty_folder(tmp_path):
    with pytest.raises(ValueError, match=r"no student\.json"):
        SimulatedAnswerer().load(tmp_path)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"spread": -1}, "spread must be at least 0"),
        ({"discrimination": 0}, "discrimination must be above 0"),
        ({"guess": 1}, "guess must be in"),
        ({"span": (1, 1)}, "low < high"),
        ({"gain": -0.1}, "gain must be at least 0"),
        ({"transfer": 2}, "transfer must be in"),
        ({"gain": math.nan}, "gain must be at least 0"),
        ({"prerequisites": [[0, 1]]}, "shape"),
    ],
)
def test_arguments_out_of_range(options, message):
    with pytest.raises(ValueError, match=message):
        SimulatedAnswerer(**options)


# Mistakes


@pytest.mark.parametrize("domain", [Strings(8), Arithmetic(8)], ids=["strings", "arithmetic"])
def test_wrong_answers_are_wrong_in_every_domain(domain):
    student = SimulatedAnswerer(ability=-50)
    student.reset(seed=0)
    tasks = domain.exam(400, 0)
    for _ in range(2):
        answers = student.answer(tasks)
        for task, answer in zip(tasks, answers, strict=True):
            assert answer.strip() and comparable(answer) != comparable(task.answer)
        student.study(tasks, exact_match)


@pytest.mark.parametrize(
    "answer",
    [
        "",
        " ",
        "7",
        "-12",
        "0",
        "a",
        "B",
        "aa",
        "AaA",
        "<",
        "?!",
        "none",
        "None.",
        "x1y",
        "π",
        "日本",
        "1/2",
    ],
)
def test_a_mistake_is_never_right_and_never_empty(answer):
    for seed in range(50):
        for others in ([], [answer], [answer.upper(), "", " "]):
            wrong = mistake(Task("?", answer, 0, 0.0), others, np.random.default_rng(seed))
            assert wrong.strip() and comparable(wrong) != comparable(answer)


def test_mistakes_look_like_answers():
    rng = np.random.default_rng(0)
    number, city = Task("?", "4821", 0, 0.0), Task("?", "Paris", 0, 0.0)
    numbers = {mistake(number, [], rng) for _ in range(100)}
    assert len(numbers) > 20
    assert all(n.isdigit() and len(n) == 4 for n in numbers)
    words = {mistake(city, [], rng) for _ in range(100)}
    assert words == {"aPris", "Prais", "Pairs", "Parsi"}
    assert {mistake(city, ["Rome", "Oslo"], rng) for _ in range(100)} == words | {"Rome", "Oslo"}


def test_other_accepted_answers_are_no_mistakes():
    task = Task("?", "1", 0, 1.0, {"answers": ["1", *"2345678", "none"]})
    student = SimulatedAnswerer(ability=-50)
    for seed in range(50):
        student.reset(seed=seed)
        assert student.answer([task])[0] in {"0", "9", "unknown"}
