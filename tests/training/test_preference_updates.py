"""DPO and KTO: what they learn from, what their reference is, and lessons that teach nothing."""

import math

import numpy as np
import pytest
import torch

from teachgym.domains import Strings
from teachgym.models.causal import load_causal
from teachgym.rewards import exact_match
from teachgym.students import LanguageModelStudent
from teachgym.training import DPO, KTO

LORA = {"r": 4, "target_modules": ["q_proj", "v_proj"]}


def lesson(size=3, difficulty=0.3):
    domain, rng = Strings(), np.random.default_rng(0)
    return [domain.sample(topic, difficulty, rng) for topic in range(2, 2 + size)]


def student(update, **options):
    learner = LanguageModelStudent("tiny", update=update, max_new_tokens=8, **options)
    learner.reset(seed=0)
    return learner


def weights(learner):
    return [weight.detach().clone() for weight in learner.language.model.parameters()]


def same(before, learner):
    return all(map(torch.equal, before, weights(learner)))


def all_equal(*, completions, **_):
    return [0.5] * len(completions)


def none_at_all(*, completions, **_):
    return [None] * len(completions)


def rising(*, completions, **_):
    return [i / len(completions) for i in range(len(completions))]


def ranked(*, completions, answer, **_):
    """1 for right answers, and for wrong ones different scores below that."""
    return [
        float(given == wanted) or 0.5 * i / len(completions)
        for i, (given, wanted) in enumerate(zip(completions, answer, strict=True))
    ]


def log_chance(model, tokenizer, prompt, answer):
    """Log-chance of an answer with its end, computed apart from TRL."""
    ids = tokenizer(prompt + answer + tokenizer.eos_token, return_tensors="pt")["input_ids"]
    start = len(tokenizer(prompt)["input_ids"])
    with torch.no_grad():
        chances = model(ids).logits.log_softmax(-1)[0, :-1]
    return sum(float(chances[i, ids[0, i + 1]]) for i in range(start - 1, ids.shape[1] - 1))


@pytest.mark.parametrize("peft_config", [None, LORA])
def test_dpo_is_held_against_the_untaught_student(peft_config):
    learner = student(
        DPO(1e-3, num_generations=4, temperature=2.0, beta=0.5), peft_config=peft_config
    )
    tasks, untaught = lesson(1, difficulty=0.6), load_causal("tiny")
    for _ in range(2):
        learner.reset(seed=0)
        # Where the student still is its own reference, the loss is minus the log of sigmoid(0).
        loss = learner.study(tasks, rising).stats["loss"]
        assert loss == pytest.approx(math.log(2), abs=1e-5)
    study = learner.study(tasks, rising, update=False)
    ratios = [
        log_chance(learner.language.model, untaught.tokenizer, tasks[0].prompt, answer)
        - log_chance(untaught.model, untaught.tokenizer, tasks[0].prompt, answer)
        for answer in (study.completions[0][3], study.completions[0][0])
    ]
    margin = 0.5 * (ratios[0] - ratios[1])
    assert abs(margin) > 1e-3
    assert study.stats["loss"] == pytest.approx(math.log1p(math.exp(-margin)), abs=1e-4)


def test_dpo_prefers_the_teachers_answer_to_the_draft():
    learner = student(DPO(1e-4, pairs="teacher", num_generations=1))
    task = Strings().sample(2, 1.0, np.random.default_rng(0))  # nobody reverses so long a word
    study = learner.study([task], exact_match)
    assert study.stats["tasks_without_pair"] == 0.0
    untaught = load_causal("tiny")
    after, before = (
        log_chance(model, untaught.tokenizer, task.prompt, task.answer)
        - log_chance(model, untaught.tokenizer, task.prompt, study.completions[0][0])
        for model in (learner.language.model, untaught.model)
    )
    assert after > before


@pytest.mark.parametrize(
    ("update", "reward", "stat"),
    [
        (lambda: DPO(1e-3), all_equal, "tasks_without_pair"),
        (lambda: DPO(1e-3), none_at_all, "tasks_without_pair"),
        (lambda: DPO(1e-3, pairs="teacher"), all_equal, "tasks_without_pair"),
        (lambda: KTO(1e-3), none_at_all, "without_signal"),
    ],
)
def test_lessons_with_nothing_to_learn_change_no_weight(update, reward, stat):
    learner = student(update())
    learner.study(lesson(), ranked)  # so that Adam has gathered something that could act
    before = weights(learner)
    study = learner.study(lesson(), reward)
    assert same(before, learner)
    assert study.stats[stat] == 1.0 and study.stats["loss"] == 0.0
    learner.study(lesson(difficulty=1.0), ranked)
    assert not same(before, learner)


def test_kto_needs_two_answers_for_its_reference_point():
    learner = student(KTO(1e-3, num_generations=1))
    before = weights(learner)
    assert learner.study(lesson(1), exact_match).stats["without_signal"] == 1.0
    assert same(before, learner)
    # Right answers alone do teach: they need no partner.
    right = learner.study(lesson(2), lambda *, completions, **_: [1.0] * len(completions))
    assert right.stats["desirable"] == 1.0 and right.stats["without_signal"] == 0.0
    assert not same(before, learner)


def test_the_loss_of_kto_begins_at_one_half():
    # One less sigmoid(0), for right and wrong answers, while the student is its own reference.
    learner = student(KTO(1e-3, num_generations=4))
    assert learner.study(lesson(), rising).stats["loss"] == pytest.approx(0.5, abs=1e-5)


def test_teachers_without_a_word_and_drafts_as_good_give_no_pair():
    tasks = lesson(2, difficulty=0.0)
    silent = {tasks[0].prompt}
    learner = student(
        DPO(pairs="teacher", teacher=lambda task: None if task.prompt in silent else task.answer)
    )
    study = learner.study(tasks, lambda *, completions, **_: [0.0] * len(completions))
    assert study.stats["tasks_without_pair"] == 1.0
    scored = learner.study(
        tasks, lambda *, completions, answer, **_: [float(len(completions) == 2)] * len(completions)
    )
    # Only the teacher's answers, two of them, score here: the silent one still gives no pair.
    assert scored.stats["tasks_without_pair"] == 0.5


@pytest.mark.parametrize("update", [lambda: DPO(1e-3), lambda: KTO(1e-3)])
def test_chats_are_learned_as_messages(update):
    language = load_causal("tiny")
    language.tokenizer.chat_template = (
        "{% for message in messages %}{{ message['content'] }}"
        "{% if message['role'] == 'assistant' %}{{ eos_token }}{% endif %}{% endfor %}"
    )
    learner = LanguageModelStudent(
        language.model, language.tokenizer, update=update(), max_new_tokens=8
    )
    learner.reset(seed=0)
    plain = student(update())
    assert learner.language.chat and not plain.language.chat
    one, other = (each.study(lesson(), rising) for each in (learner, plain))
    # The template adds nothing to what the plain student reads and says.
    assert one.completions == other.completions
    assert one.stats["loss"] == pytest.approx(other.stats["loss"], abs=1e-6)
    for a, b in zip(weights(learner), weights(plain), strict=True):
        torch.testing.assert_close(a, b, rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: DPO(pairs="best"), "'own' or 'teacher'"),
        (lambda: DPO(teacher=lambda task: "x"), "pairs='teacher' only"),
        (lambda: DPO(pairs="teacher", teacher="no.module:f"), "no module"),
        (lambda: DPO(pairs="teacher", teacher_options={"dtype": "auto"}), "a language model"),
        (lambda: DPO(temperature=0), "temperature"),
        (lambda: DPO(sync_ref_model=True), "sync_ref_model can't be set"),
        (lambda: KTO(threshold=0), "threshold"),
        (lambda: KTO(num_generations=0), "num_generations"),
    ],
)
def test_bad_arguments(make, message):
    with pytest.raises(ValueError, match=message):
        make()
    with pytest.raises(TypeError, match="teacher must be"):
        DPO(pairs="teacher", teacher=3)
