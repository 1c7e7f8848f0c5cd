"""Real TRL trainers with a curriculum, in all the ways in which they batch and repeat."""

import asyncio
import json

import numpy as np
import pytest
import torch
from datasets import Dataset

from teachgym.rewards import exact_match
from teachgym.training import Curriculum, CurriculumGRPOTrainer, CurriculumRLOOTrainer
from teachgym.training.curriculum.feedback import Feedback
from teachgym.training.curriculum.measures import entropy, group_names, measures


def by_prompt(*, prompts, completions, **columns):
    """A score that depends on the prompt alone."""
    return [len(str(prompt)) % 5 / 4 for prompt in prompts]


@pytest.mark.parametrize("algorithm", ["GRPO", "RLOO"])
def test_one_batch_stale(make_trainer, watch, algorithm):
    curriculum = Curriculum("strings", seed=0)
    watched = watch(curriculum)
    trainer = make_trainer(curriculum, algorithm)
    trainer.train()
    assert watched.events == [
        ("ask", [0, 1]),
        ("ask", [2, 3]),
        ("tell", [0, 1]),
        ("ask", [4, 5]),
        ("tell", [2, 3]),
        ("ask", [6, 7]),
        ("tell", [4, 5]),
    ]
    history = [entry for entry in trainer.state.log_history if "curriculum/entropy" in entry]
    assert [entry["curriculum/staleness"] for entry in history] == [0, 1, 1]
    shares = [value for name, value in history[1].items() if name.startswith("curriculum/share/")]
    assert sum(shares) == pytest.approx(1) and len(shares) == 9
    assert f"rewards/{exact_match.__name__}/mean" in history[0]


@pytest.mark.parametrize(
    ("fields", "batches"),
    [
        ({"gradient_accumulation_steps": 2}, [4, 4]),
        ({"gradient_accumulation_steps": 2, "steps_per_generation": 1}, [2] * 4),
        ({"steps_per_generation": 2, "max_steps": 4}, [4, 4]),
        ({"num_iterations": 2, "max_steps": 4}, [2, 2]),
        ({"num_iterations": 2, "gradient_accumulation_steps": 2, "max_steps": 4}, [4, 4]),
    ],
)
def test_each_row_is_told_once_however_often_it_is_used(make_trainer, watch, fields, batches):
    curriculum = Curriculum("strings", seed=0)
    watched = watch(curriculum)
    make_trainer(curriculum, **{"max_steps": 2, **fields}).train()
    told = [numbers for event, numbers in watched.events if event == "tell"]
    assert [len(numbers) for numbers in told] == batches
    assert watched.numbers("tell") == list(range(sum(batches)))
    waiting = [row["curriculum_row"] for row in curriculum.pending]
    assert waiting == list(range(sum(batches), curriculum.asked))


def test_reused_batches_are_not_stale(make_trainer):
    curriculum = Curriculum("strings", seed=0)
    trainer = make_trainer(curriculum, num_iterations=2, max_steps=6)
    trainer.train()
    stale = [entry.get("curriculum/staleness") for entry in trainer.state.log_history]
    assert [value for value in stale if value is not None] == [0, 0, 0]


@pytest.mark.parametrize(
    ("algorithm", "kind"), [("GRPO", CurriculumGRPOTrainer), ("RLOO", CurriculumRLOOTrainer)]
)
def test_chosen_on_demand_nothing_is_stale(make_trainer, watch, algorithm, kind):
    curriculum = Curriculum("strings", reward=by_prompt, seed=0)
    watched = watch(curriculum)
    trainer = make_trainer(curriculum, algorithm, trainer=kind, rewards=(exact_match,))
    trainer.train()
    assert watched.events == [
        (event, numbers) for numbers in ([0, 1], [2, 3], [4, 5]) for event in ("ask", "tell")
    ]
    assert trainer.state.log_history[1]["curriculum/staleness"] == 0
    assert curriculum.pending == []


def test_what_the_teacher_hears_is_what_trl_is_paid(make_trainer):
    heard = []

    class Hearing:
        def __init__(self, space, seed):
            self.action_space, self.takes_scores = space, True
            self.rng = np.random.default_rng(0)

        def act(self, observation=None):
            return np.array([self.rng.integers(9), 0])

        def observe(self, action, score, *, scores):
            heard.append((score, scores))

        def state_dict(self):
            return {}

        def load_state_dict(self, state):
            pass

    trainer = make_trainer(Curriculum("strings", Hearing), max_steps=2)
    trainer.train()
    assert len(heard) == 4 and all(scores.shape == (1, 4) for _, scores in heard)
    means = [entry["reward"] for entry in trainer.state.log_history if "reward" in entry]
    assert means == pytest.approx([np.mean([s for s, _ in heard[i : i + 2]]) for i in (0, 2)])


def test_evaluation_is_scored_and_not_told(make_trainer, watch):
    curriculum = Curriculum("strings", seed=0)
    watched = watch(curriculum)
    trainer = make_trainer(
        curriculum,
        max_steps=2,
        eval_dataset=curriculum.exam(4),
        eval_strategy="steps",
        eval_steps=1,
        per_device_eval_batch_size=4,
    )
    trainer.train()
    evaluations = [entry for entry in trainer.state.log_history if "eval_reward" in entry]
    assert len(evaluations) == 2 and watched.numbers("tell") == [0, 1, 2, 3]
    assert not any("eval_curriculum" in name for name in evaluations[0])


def test_a_table_a_reward_of_one_s_own_and_one_beside(make_trainer):
    rows = [{"prompt": f"copy {word}=", "kind": len(word)} for word in ("a", "b", "cd", "ef")]
    seen = []

    def kind_score(*, completions, kind, **columns):
        seen.append(sorted(columns))
        return [1 / value if value == 2 else None for value in kind]

    async def brevity(*, completions, **columns):
        return [-float(len(text)) for text in completions]

    curriculum = Curriculum(rows, reward=kind_score, level="kind", answer=None)
    trainer = make_trainer(curriculum, rewards=[brevity], per_device_train_batch_size=16)
    trainer.train()
    assert "rewards/kind_score/mean" in trainer.state.log_history[0]
    assert "rewards/brevity/mean" in trainer.state.log_history[0]
    assert {"prompts", "trainer_state", "log_metric"} <= set(seen[0])
    assert not any(name.startswith("curriculum_") for name in seen[0])


def test_an_async_reward():
    async def slow(*, completions, **columns):
        return [0.5] * len(completions)

    curriculum = Curriculum("strings", reward=slow)
    (row,) = curriculum.ask(1)
    columns = {name: [value] * 2 for name, value in row.items() if name != "prompt"}
    assert curriculum.reward(prompts=["p"] * 2, completions=["a", "b"], **columns) == [0.5, 0.5]
    assert curriculum.pending == []


def test_an_async_reward_in_a_notebook():
    async def slow(*, completions, **columns):
        return [0.5] * len(completions)

    async def cell():
        curriculum = Curriculum("strings", reward=slow)
        (row,) = curriculum.ask(1)
        return curriculum.reward(prompts=["p"], completions=["a"], curriculum_row=[0], answer=[row])

    assert asyncio.run(cell()) == [0.5]


def test_an_adapter_learns(make_trainer):
    from peft import LoraConfig

    curriculum = Curriculum("strings", seed=0)
    trainer = make_trainer(
        curriculum,
        max_steps=1,
        peft_config=LoraConfig(r=2, target_modules=["q_proj"]),
    )
    trainer.train()
    assert len(curriculum.pending) == 2 and curriculum.asked == 4


def test_tensorboard_gets_the_measures(make_trainer, tmp_path, monkeypatch):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    monkeypatch.setenv("TENSORBOARD_LOGGING_DIR", str(tmp_path / "board"))
    make_trainer(Curriculum("strings"), report_to="tensorboard", max_steps=2).train()
    (folder,) = {path.parent for path in tmp_path.rglob("events.out.tfevents.*")}
    events = EventAccumulator(str(folder))
    events.Reload()
    tags = events.Tags()["scalars"]
    assert {"train/curriculum/entropy", "train/curriculum/share/copy"} <= set(tags)
    assert [event.value for event in events.Scalars("train/curriculum/staleness")] == [0, 1]


def test_the_log_for_the_report(make_trainer, tmp_path):
    make_trainer(Curriculum("strings", seed=0), max_steps=4, logging_steps=2).train()
    lines = (tmp_path / "run" / "curriculum.jsonl").read_text().splitlines()
    header, *entries = map(json.loads, lines)
    assert header["levels"] == 12 and header["teacher"] == "Learnability"
    assert [entry["step"] for entry in entries] == [2, 4, 4]  # and the trainer's summary
    assert [sum(rows for _, rows, _, _ in entry["taught"]) for entry in entries] == [4, 4, 0]
    assert "curriculum/entropy" in entries[0]["logs"]


def test_without_anything_to_teach_by(make_trainer):
    curriculum = Curriculum("strings", reward=lambda **columns: [None] * 8)
    with pytest.raises(ValueError, match="None for all 8 completions of the first batch"):
        make_trainer(curriculum).train()


def test_a_later_batch_without_scores_teaches_nothing(make_trainer):
    batches = iter([[0.5] * 8, [None] * 8, [0.5] * 8])
    curriculum = Curriculum("strings", reward=lambda **columns: next(batches))
    make_trainer(curriculum, rewards=[by_prompt]).train()
    assert (curriculum.asked, curriculum.heard, len(curriculum.pending)) == (8, 4, 2)


def test_without_the_callback(make_trainer):
    curriculum = Curriculum("strings")
    trainer = make_trainer(curriculum)
    trainer.remove_callback(curriculum.callback)
    with pytest.raises(ValueError, match=r"callbacks=\[curriculum.callback\]"):
        trainer.train()


@pytest.mark.parametrize("missing", ["train_dataset", "reward_funcs"])
def test_without_the_rows_or_the_reward(make_trainer, missing):
    curriculum = Curriculum("strings")
    trainer = make_trainer(curriculum)
    before = trainer.model.lm_head.weight.clone()
    if missing == "reward_funcs":
        trainer.reward_funcs = [by_prompt]
    else:
        rows = [{"prompt": f"copy {word}=", "answer": word} for word in ("a", "b", "ab", "ba")]
        trainer.train_dataset = Dataset.from_list(rows)
    with pytest.raises(ValueError, match="no row of the curriculum was scored by its reward"):
        trainer.train()
    assert trainer.state.global_step == 0 and (trainer.model.lm_head.weight == before).all()


def test_without_the_arguments(make_trainer):
    curriculum = Curriculum("strings")
    trainer = make_trainer(curriculum)
    trainer.args.shuffle_dataset = True
    with pytest.raises(ValueError, match="shuffle_dataset=True would destroy the curriculum"):
        trainer.train()
    assert curriculum.asked == 0


def test_arguments_that_are_set(tmp_path):
    from trl import GRPOConfig

    config = GRPOConfig(
        output_dir=str(tmp_path), max_steps=5, use_cpu=True, bf16=False, dataloader_num_workers=2
    )
    fields = Curriculum("strings").args(config)
    assert (fields.shuffle_dataset, fields.ignore_data_skip) == (False, True)
    assert (fields.dataloader_num_workers, fields.remove_unused_columns) == (0, False)
    assert config.shuffle_dataset and config.dataloader_num_workers == 2  # a copy was changed


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"max_steps": -1}, "max_steps"),
        ({"accelerator_config": {"split_batches": True}}, "split_batches"),
        ({"accelerator_config": {"dispatch_batches": True}}, "dispatch_batches"),
        ({"per_device_train_batch_size": 80}, "can't fill"),
    ],
)
def test_arguments_that_are_refused(tmp_path, fields, message):
    from trl import GRPOConfig

    rows = [{"prompt": f"p{i}", "answer": "a"} for i in range(4)]
    config = {"output_dir": str(tmp_path), "max_steps": 5, "use_cpu": True, "bf16": False}
    with pytest.raises(ValueError, match=message):
        Curriculum(rows, reward="exact_match", bins=2).args(GRPOConfig(**{**config, **fields}))


def test_generations_that_do_not_divide_the_batch(tmp_path):
    from trl import GRPOConfig

    config = GRPOConfig(output_dir=str(tmp_path), max_steps=5, use_cpu=True, bf16=False)
    config.num_generations = 3  # GRPOConfig refuses it itself where it is given to it
    with pytest.raises(ValueError, match="not divisible by num_generations=3"):
        Curriculum("strings").args(config)


def test_configurations_of_other_trainers(tmp_path):
    from trl import SFTConfig

    config = SFTConfig(output_dir=str(tmp_path), use_cpu=True, bf16=False)
    with pytest.raises(TypeError, match=r"GRPOConfig or trl\.RLOOConfig, not SFTConfig"):
        Curriculum("strings").args(config)


def test_rewards_that_are_refused():
    rows = [{"prompt": "p", "answer": "a"}]
    with pytest.raises(ValueError, match="give reward="):
        Curriculum(rows, bins=1)
    with pytest.raises(TypeError, match="reward must be a name or a function"):
        Curriculum("strings", reward=3)
    with pytest.raises(ValueError, match="unknown reward"):
        Curriculum("strings", reward="exact")
    with pytest.raises(ValueError, match="system_prompt is for chats"):
        Curriculum("strings", system_prompt="Be brief.")
    with pytest.raises(ValueError, match="only domains hold an exam out"):
        Curriculum(rows, reward="exact_match", bins=1).exam(3)
    with pytest.raises(ValueError, match=r"'exact_match' needs a column 'answer'.*has prompt, a;"):
        Curriculum([{"prompt": "p", "a": "x"}], reward="exact_match", answer=None, bins=1)


def test_a_reward_finds_its_columns_in_the_table():
    def by_hint(prompts, completions, hint, limit=3, **columns):
        return [0.5] * len(prompts)

    row = {"prompt": "p", "answer": "a", "hint": "h"}
    Curriculum([row], reward=by_hint, bins=1)
    with pytest.raises(ValueError, match="needs a column 'hint', and the table has prompt, answer"):
        Curriculum([{"prompt": "p", "answer": "a"}], reward=by_hint, bins=1)


def test_a_data_set_beside_the_curriculum_s():
    with pytest.raises(ValueError, match="train_dataset can't be set"):
        CurriculumGRPOTrainer(None, Curriculum("strings"), None, train_dataset=[])


def test_scores_out_of_range_are_refused(make_trainer):
    curriculum = Curriculum("strings", reward=lambda **columns: [2.0] * 8)
    with pytest.raises(ValueError, match="rescale"):
        make_trainer(curriculum).train()


def test_a_stream_that_is_read_again_begins_with_what_is_left():
    curriculum = Curriculum("strings", seed=0)
    curriculum.batch = 2
    stream = iter(curriculum.dataset())
    first = [next(stream) for _ in range(3)]
    curriculum.tell([0], [1.0])
    again = iter(curriculum.dataset())
    assert [next(again)["curriculum_row"] for _ in range(4)] == [1, 2, 3, 4]
    assert first[1]["prompt"] == curriculum.pending[0]["prompt"]


def test_a_data_set_is_never_the_copy_of_a_curriculum():
    import copy

    curriculum = Curriculum("strings", seed=0)
    copied = copy.deepcopy(curriculum.dataset())
    assert next(iter(copied))["curriculum_row"] == 0 and curriculum.asked == 1


def test_entropy_by_hand():
    assert entropy(np.array([1, 1, 1, 1])) == pytest.approx(1)
    assert entropy(np.array([5, 0, 0])) == 0
    # 1/2 and two of 1/4: 1.5 bits of the 2 that four arms could have.
    assert entropy(np.array([2, 1, 1, 0])) == pytest.approx(0.75)
    assert entropy(np.array([3])) == 0


def test_measures_by_hand():
    source = Curriculum([{"prompt": str(i), "answer": "", "kind": "abc"[i]} for i in range(3)],
                        reward="exact_match", topic="kind").source  # fmt: skip
    feedback = Feedback(
        np.array([0, 2, 0, 0]), np.array([1, np.nan, 0.5, 0]), np.array([2, 2, 0, 0])
    )
    values = measures(source, feedback, 2)
    assert values == {
        "curriculum/share/a": 0.75,
        "curriculum/score/a": 0.5,
        "curriculum/share/b": 0,
        "curriculum/share/c": 0.25,
        "curriculum/staleness": 0.5,
    }
    names, group = group_names(Curriculum("strings").source)
    assert len(names) == 9 and group.tolist() == [arm // 12 for arm in range(108)]


def test_training_changes_the_weights(make_trainer):
    def every_other(*, completions, **columns):
        return [i % 2 for i in range(len(completions))]

    trainer = make_trainer(Curriculum("strings", reward=every_other), max_steps=1)
    before = [weight.detach().clone() for weight in trainer.model.parameters()]
    trainer.train()
    after = trainer.model.parameters()
    assert any(not torch.equal(a, b) for a, b in zip(before, after, strict=True))
