"""ThinkTuning: feedback within rollouts, and what its tokens do to the loss."""

import math

import numpy as np
import pytest
import torch

from teachgym.domains import Strings, Task
from teachgym.models.causal import load_causal
from teachgym.rewards import exact_match
from teachgym.students import LanguageModelStudent
from teachgym.training import GRPO
from teachgym.training.feedback import drawn_rows, hint, shaped_log_probs

WORDS = " try again: "


def lesson(size=3, difficulty=0.3):
    domain, rng = Strings(), np.random.default_rng(0)
    return [domain.sample(topic, difficulty, rng) for topic in range(2, 2 + size)]


def student(**options):
    learner = LanguageModelStudent(
        "tiny", update=GRPO(1e-3, num_generations=4, **options), max_new_tokens=8
    )
    learner.reset(seed=0)
    return learner


def weights(learner):
    return [weight.detach().clone() for weight in learner.language.model.parameters()]


def ranked(*, completions, **_):
    return [i % 4 / 4 for i in range(len(completions))]


def spied(learner, name):
    """The calls of a method of the trainer: what it was given, what it returned."""
    trainer, seen = learner.update._trainer, []
    method = getattr(trainer, name)

    def spy(*arguments, **options):
        returned = method(*arguments, **options)
        seen.append((arguments, returned))
        return returned

    setattr(trainer, name, spy)
    return seen


def test_hints_tell_half_the_answer():
    task = Task("sort cba=", "abc", 3, 0.1)
    assert hint(task, "cab", 0.0) == " That is wrong. Hint: it begins with a. sort cba="
    assert hint(task, "abc", 1.0) == " That is right. sort cba="
    assert hint(Task("count a b=", "0", 7, 0.0), "", None) == " That is wrong. count a b="


def test_rows_are_drawn_evenly():
    torch.manual_seed(0)
    counts = np.zeros(8)
    for _ in range(800):
        rows = drawn_rows(8, 0.25)
        assert len(rows) == 2 and rows == sorted(set(rows))
        counts[rows] += 1
    # Chi-square with 7 degrees of freedom, 99.9% point; 200 are expected of each.
    assert np.sum((counts - 200) ** 2 / 200) < 24.3
    before = torch.get_rng_state()
    assert drawn_rows(5, 0.0) == [] and drawn_rows(5, 1.0) == [0, 1, 2, 3, 4]
    assert torch.equal(before, torch.get_rng_state())
    assert len(drawn_rows(6, 0.25)) == 2  # 1.5, rounded up


def test_ratios_on_hand_worked_numbers():
    chances = torch.tensor([[0.001, 0.5, 0.9995], [0.001, 0.5, 0.9995], [0.001, 0.5, 0.9995]])
    shaped = shaped_log_probs(chances.log(), torch.tensor([[4.0], [-2.0], [0.0]]))
    ratios = (chances.log() - shaped).exp()
    expected = torch.tensor(
        [
            # c = 0.001: 0.001 / 0.002, 0.5 / 0.501, and 1.0005 is above 1.
            [0.5, 0.5 / 0.501, 0.9999],
            # c = -0.0005: a rare token keeps 1.
            [1.0, 0.5 / 0.4995, 0.9995 / 0.999],
            [1.0, 1.0, 1.0],
        ]
    )
    torch.testing.assert_close(ratios, expected, rtol=1e-5, atol=1e-6)
    far = shaped_log_probs(torch.tensor([0.5]).log(), torch.tensor([40.0])).exp()
    assert float(far) == pytest.approx(0.501)
    torch.testing.assert_close(
        shaped_log_probs(torch.tensor([0.001]).log(), torch.tensor([-4.0])).exp(),
        torch.tensor([0.001]),
    )


def test_without_a_share_it_is_grpo():
    plain, none = student(), student(feedback_share=0.0, feedback_tokens="weighted")
    assert type(none.update._trainer) is type(plain.update._trainer)
    # And so is the trainer with feedback, if it gives none.
    told = student(feedback_share=1.0, feedback=lambda task, attempt, score: None)
    studies = [each.study(lesson(), ranked) for each in (plain, none, told)]
    assert studies[0].completions == studies[1].completions == studies[2].completions
    assert studies[2].stats["with_feedback"] == 0.0
    for a, b, c in zip(weights(plain), weights(none), weights(told), strict=True):
        assert torch.equal(a, b) and torch.equal(a, c)


@pytest.mark.parametrize("tokens", ["masked", "weighted"])
@pytest.mark.parametrize(("share", "count"), [(0.25, 3), (1.0, 12)])
def test_rollouts_are_attempt_feedback_and_next_try(tokens, share, count):
    heard = []

    def feedback(task, attempt, score):
        heard.append((task, attempt, score))
        return WORDS + task.prompt

    learner = student(feedback_share=share, feedback=feedback, feedback_tokens=tokens)
    outputs = spied(learner, "_generate_and_score_completions")
    tasks = lesson()
    study = learner.study(tasks, exact_match)
    assert len(heard) == count and study.stats["with_feedback"] == count / 12
    assert all(score == float(attempt == task.answer) for task, attempt, score in heard)
    output, tokenizer = outputs[0][1], learner.language.tokenizer
    seen = 0
    for row, ids in enumerate(output["completion_ids"]):
        ids = ids[output["completion_mask"][row].bool()]
        text = tokenizer.decode(ids, skip_special_tokens=True)
        answer = study.completions[row // 4][row % 4]
        if tokens == "masked":
            outside = output["tool_mask"][row][: len(ids)] == 0
        else:
            outside = output["feedback_mask"][row][: len(ids)] == 1
        said = tokenizer.decode(ids[outside])
        if WORDS in text:
            task, attempt, _ = heard[seen]
            seen += 1
            assert task == tasks[row // 4]
            assert said == WORDS + task.prompt
            assert text == attempt + said + answer
            # The end of the attempt is taken off: the rollout ends once, if at all.
            assert (ids == tokenizer.eos_token_id).sum() <= 1
        else:
            assert text == answer and said == ""
        # What is scored is the last answer.
        assert study.scores[row // 4, row % 4] == float(answer == tasks[row // 4].answer)
    assert seen == count


def test_chats_get_feedback_too():
    language = load_causal("tiny")
    language.tokenizer.chat_template = "{% for m in messages %}{{ m['content'] }}{% endfor %}"
    options = {"feedback_share": 1.0, "feedback": lambda task, attempt, score: f" {task.prompt}"}
    chat = LanguageModelStudent(
        language.model,
        language.tokenizer,
        update=GRPO(1e-3, num_generations=4, **options),
        max_new_tokens=8,
    )
    chat.reset(seed=0)
    plain = student(**options)
    # The template adds nothing to what the plain student reads and says.
    assert chat.study(lesson(), ranked).completions == plain.study(lesson(), ranked).completions
    assert chat.language.chat and all(map(torch.equal, weights(chat), weights(plain)))


def gradients(learner, reward=ranked):
    """Of the loss by each token's log-probability, with the masks that belong to it."""
    trainer = learner.update._trainer
    method, kept = trainer._get_per_token_logps_and_entropies, []

    def spy(*arguments, **options):
        log_probs, entropies, auxiliary = method(*arguments, **options)
        if log_probs.requires_grad:
            log_probs.retain_grad()
            kept.append(log_probs)
        return log_probs, entropies, auxiliary

    trainer._get_per_token_logps_and_entropies = spy
    losses = spied(learner, "_compute_loss")
    learner.study(lesson(), reward)
    return kept[0].detach(), kept[0].grad, losses[0][0][1]


def test_masked_feedback_has_no_gradient():
    _, gradient, inputs = gradients(student(feedback_share=0.5))
    outside = (inputs["tool_mask"] == 0) & (inputs["completion_mask"] == 1)
    assert outside.sum() > 50
    assert torch.all(gradient[outside] == 0)
    own = (inputs["tool_mask"] * inputs["completion_mask"]).bool()
    has_advantage = (inputs["advantages"] != 0).unsqueeze(1).expand_as(own)
    assert torch.all(gradient[own & has_advantage] != 0)


def test_weighted_feedback_is_weighed_by_its_ratio():
    learner = student(feedback_share=0.5, feedback_tokens="weighted")
    log_probs, gradient, inputs = gradients(learner)
    outside = inputs["feedback_mask"].bool()
    advantages = inputs["advantages"].unsqueeze(1).expand_as(log_probs)
    chance = log_probs.exp()
    ratio = chance / (chance + 0.001 * advantages / 4)
    ratio = torch.where(chance + 0.001 * advantages / 4 > 1, 0.9999, ratio)
    ratio = torch.where((advantages < 0) & (chance < 0.01), 1.0, ratio)
    ratio = torch.where(outside, ratio, 1.0)
    mask = inputs["completion_mask"]
    # The gradient of -A·ratio by log-probability, over the number of tokens (TRL's loss "dapo").
    expected = -advantages * ratio * mask / mask.sum()
    assert (outside & (chance < 0.01) & (advantages > 0)).any()
    torch.testing.assert_close(gradient, expected, rtol=1e-4, atol=1e-8)


@pytest.mark.parametrize("tokens", ["masked", "weighted"])
def test_the_same_seed_repeats_everything_and_saving_continues_exactly(tokens, tmp_path):
    options = {"feedback_share": 0.5, "feedback_tokens": tokens}
    lives = []
    for _ in range(2):
        learner = student(**options)
        texts = [learner.study(lesson(), ranked).completions for _ in range(2)]
        lives.append((texts, weights(learner)))
    assert lives[0][0] == lives[1][0]
    assert all(map(torch.equal, lives[0][1], lives[1][1]))
    learner.save(tmp_path)
    other = student(**options)
    other.load(tmp_path)
    assert learner.study(lesson(), ranked).completions == other.study(lesson(), ranked).completions
    assert all(map(torch.equal, weights(learner), weights(other)))


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"feedback_share": 1.5}, ValueError, r"in \[0, 1\]"),
        ({"feedback_share": "half"}, ValueError, r"in \[0, 1\]"),
        ({"feedback": hint}, ValueError, "given to nobody"),
        ({"feedback_share": 0.5, "feedback_tokens": "all"}, ValueError, "'masked' or 'weighted'"),
        ({"feedback_share": 0.5, "feedback": 3}, TypeError, "must be a function"),
        ({"feedback_share": 0.5, "feedback": "json:no"}, ValueError, "has no 'no'"),
        ({"feedback_share": 0.5, "use_vllm": True}, ValueError, "use_vllm"),
        (
            {
                "feedback_share": 0.5,
                "feedback_tokens": "weighted",
                "importance_sampling_level": "sequence",
            },
            ValueError,
            "single tokens",
        ),
    ],
)
def test_bad_arguments(options, error, message):
    with pytest.raises(error, match=message):
        GRPO(**options)


def test_one_rollout_of_one_word():
    """A share by name, as the command line gives it."""
    learner = student(
        feedback_share=1.0, feedback="teachgym.training.feedback:hint", feedback_tokens="masked"
    )
    study = learner.study(lesson(1, difficulty=0.0), exact_match)
    assert study.stats["with_feedback"] == 1.0 and not math.isnan(study.stats["loss"])
