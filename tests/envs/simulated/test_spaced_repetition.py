import numpy as np
import pytest

from teachgym.envs.simulated.spaced_repetition import (
    SpacedRepetitionEnv,
    SpacedRepetitionVectorEnv,
)
from teachgym.teachers.schedulers import MyopicOptimum

ALIKE = {"decay": 0.1, "spread": 0.0, "item_spread": 0.0}
"""Every item is forgotten with exp(-0.1 days / strength), the strength being 1 + reviews."""


def play(actions, **options):
    env = SpacedRepetitionEnv(
        items=2, student_options=ALIKE, **{"budget": len(actions), "interval": 2.0, **options}
    )
    return [env.reset(seed=0)] + [env.step(action) for action in actions]


# After the first review of item 0 (strength 2) and two days: exp(-0.1). Then item 1; the first is
# four days old: exp(-0.2), the second exp(-0.1). Then item 0 again (strength 3): exp(-2/30), and
# item 1 is at exp(-0.2).
RECALL = [
    [np.exp(-0.1), 0.0],
    [np.exp(-0.2), np.exp(-0.1)],
    [np.exp(-2 / 30), np.exp(-0.2)],
]


def test_the_reward_is_the_mean_recall_when_the_next_review_is_due():
    out = play([0, 1, 0])
    assert out[0][1] == {"exam": 0.0}
    for result, recall in zip(out[1:], RECALL, strict=True):
        assert result[1] == pytest.approx(np.mean(recall), rel=1e-6)
        assert result[4]["exam"] == pytest.approx(np.mean(recall), rel=1e-6)
    assert [result[2] for result in out[1:]] == [False, False, True]


def test_the_reward_can_be_the_mean_log_recall():
    rewards = [result[1] for result in play([0, 1, 0], teaching_reward="log_recall")[1:]]
    expected = np.log(np.maximum(RECALL, 1e-6)).mean(axis=1)
    np.testing.assert_allclose(rewards, expected, rtol=1e-6)


def test_the_reward_can_be_the_recall_at_the_exam():
    out = play([0, 1, 0], teaching_reward="exam", exam_after=15.0)
    # 15 days after the last review: exp(-0.1·15/3) and, 17 days old, exp(-0.1·17/2).
    exam = (np.exp(-0.5) + np.exp(-0.85)) / 2
    assert [result[1] for result in out[1:]] == pytest.approx([0.0, 0.0, exam], rel=1e-6)
    assert out[-1][4]["exam"] == pytest.approx(exam, rel=1e-6)


def test_the_observation_by_hand():
    out = play([0, 1, 0], budget=4)
    assert out[0][0].tolist() == [0] * 6 + [1]
    answers = [result[4]["score"] for result in out[1:]]
    assert answers[:2] == [0.0, 0.0]  # never reviewed before
    # Items 0 and 1: last answers, shares of practice, recency, budget left. Of the 8 days of the
    # episode, 2 and 4 have passed since the reviews: 1 - ln 3 / ln 9 = 1/2, 1 - ln 5 / ln 9.
    ago = 1 - np.log(5) / np.log(9)
    np.testing.assert_allclose(out[2][0], [0, 0, 1 / 2, 1 / 2, ago, 1 / 2, 1 / 2], rtol=1e-6)
    np.testing.assert_allclose(
        out[3][0], [answers[2], 0, 2 / 3, 1 / 3, 1 / 2, ago, 1 / 4], rtol=1e-6
    )


def test_full_observation_shows_the_recall():
    out = play([0, 1, 0], observation="full")
    for result, recall in zip(out[1:], RECALL, strict=True):
        np.testing.assert_allclose(result[0][:2], recall, rtol=1e-6)


def test_answers_are_right_as_often_as_recalled():
    envs = SpacedRepetitionVectorEnv(20_000, items=1, student_options=ALIKE, interval=5.0)
    envs.reset(seed=0)
    review = np.zeros(20_000, dtype=int)
    envs.step(review)
    score = envs.step(review)[4]["score"]
    assert score.mean() == pytest.approx(np.exp(-0.25), abs=4 * 0.003)


@pytest.mark.parametrize("student", ["efc", "hlr", "das3h", "fsrs", "psi_kt"])
def test_every_model_that_knows_time_can_be_taught(student, returns):
    options = {"student": student, "budget": 60, "interval": 0.25}
    total = returns(SpacedRepetitionVectorEnv(200, **options), seed=0)
    # Reviewing one item alone is worse than reviewing all of them at random.
    envs = SpacedRepetitionVectorEnv(200, **options)
    envs.reset(seed=0)
    alone = sum(envs.step(np.zeros(200, dtype=int))[1] for _ in range(60))
    assert np.isfinite(total).all() and total.std() > 0
    assert total.mean() > alone.mean()


def test_schedulers_read_the_full_observation():
    """The myopic optimum looks one review ahead at what this environment pays."""
    env = SpacedRepetitionEnv(items=3, interval=1.0, observation="full", budget=60)
    total = {}
    for name in ("myopic", "rotation"):
        teacher = MyopicOptimum(env.action_space, seed=0)
        observation, _ = env.reset(seed=1)
        rewards = []
        for lesson in range(60):
            action = teacher.act(observation) if name == "myopic" else lesson % 3
            observation, reward, _, _, info = env.step(action)
            teacher.observe(action, info["score"], observation=observation, reward=reward)
            rewards.append(reward)
        total[name] = sum(rewards)
    assert total["myopic"] > total["rotation"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"student": "irt"}, "knows no time"),
        ({"student": "ecf"}, "did you mean 'efc'"),
        ({"items": 0}, "items must be at least 1"),
        ({"interval": 0.0}, r"interval must be in \(0, inf\)"),
        ({"exam_after": -1.0}, r"exam_after must be in \[0, inf\)"),
        ({"teaching_reward": "gain"}, "unknown teaching_reward 'gain'"),
        ({"observation": "smoothed"}, "unknown observation"),
        ({"student_options": {"speed": 1}}, "unknown student option 'speed'"),
    ],
)
def test_unfit_arguments_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        SpacedRepetitionEnv(**options)
