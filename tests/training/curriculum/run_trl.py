"""TRL runs in processes of their own: what they asked and told goes to files.

    python run_trl.py OUT '[{"name": "plain", "max_steps": 4, "flags": ["resume"]}]'

Flags: ``resume`` (from the last checkpoint), ``on_demand``, ``disagree`` (another seed in each
process), ``failing`` (the reward fails in process 1), ``slow`` (half a second per batch).
"""

import json
import os
import sys
import time
import zlib
from pathlib import Path

RANK = os.environ.get("RANK", "0")


def by_prompt(*, prompts, **columns):
    """A score that depends on the prompt alone: samples differ by process."""
    return [zlib.crc32(prompt.encode()) % 5 / 4 for prompt in prompts]


def half_failing(*, prompts, **columns):
    """Fails in one process only."""
    if RANK == "1":
        raise OSError("the judge can't be reached")
    return [0.5] * len(prompts)


def run(out, name, flags=(), **settings):
    """Train, and write what happened."""
    from trl import GRPOConfig, GRPOTrainer

    from teachgym.models.causal import load_causal
    from teachgym.training import Curriculum, CurriculumGRPOTrainer
    from teachgym.training.curriculum import to_text

    seed = int(RANK) if "disagree" in flags else 3
    reward = half_failing if "failing" in flags else by_prompt
    curriculum = Curriculum("strings", "learnability", reward, seed=seed)
    language = load_causal("tiny", device="cpu")
    config = GRPOConfig(
        output_dir=str(out / name),
        num_generations=4,
        max_completion_length=2,
        learning_rate=1e-5,
        logging_steps=1,
        report_to="none",
        use_cpu=True,
        bf16=False,
        activation_checkpointing=False,
        disable_tqdm=True,
        **{"save_strategy": "no", **settings},
    )
    log = (out / f"{name}-{RANK}.jsonl").open("a")

    def write(*event):
        print(json.dumps(event), file=log, flush=True)

    framed, tell = curriculum.framed, curriculum.tell

    def watched_framed(rows):
        # All rows that go to the trainer: new ones, and those that a crash has left over.
        for row in rows:
            write("row", row["curriculum_row"], row["prompt"])
        return framed(rows)

    def watched_tell(rows, scores):
        feedback = tell(rows, scores)
        write("tell", sorted(set(rows)), feedback.scores.tolist())
        time.sleep(0.5 if "slow" in flags else 0)
        return feedback

    curriculum.framed, curriculum.tell = watched_framed, watched_tell
    if "on_demand" in flags:
        trainer = CurriculumGRPOTrainer(
            language.model, curriculum, config, processing_class=language.tokenizer
        )
    else:
        trainer = GRPOTrainer(
            language.model,
            reward_funcs=curriculum.reward,
            train_dataset=curriculum.dataset(),
            args=curriculum.args(config),
            processing_class=language.tokenizer,
            callbacks=[curriculum.callback],
        )
    trainer.train(resume_from_checkpoint="resume" in flags)
    (out / f"{name}-{RANK}.state").write_text(to_text(curriculum.state_dict()))


def main():
    out = Path(sys.argv[1])
    for settings in json.loads(sys.argv[2]):
        try:
            run(out, **settings)
        except Exception as error:
            message = f"{type(error).__name__}: {error}"
            (out / f"{settings['name']}-{RANK}.error").write_text(message)


if __name__ == "__main__":
    main()
