"""A TRL run in a process of its own, or as one of several: what it asked and told goes to a file.

python run_trl.py OUT '{"max_steps": 4}' [--resume] [--disagree] [--on-demand]
"""

import json
import os
import sys
import time
import zlib
from pathlib import Path

from trl import GRPOConfig, GRPOTrainer

from teachgym.models.causal import load_causal
from teachgym.training import Curriculum, CurriculumGRPOTrainer
from teachgym.training.curriculum import to_text


def by_prompt(*, prompts, **columns):
    """A score that depends on the prompt alone: samples differ by process."""
    return [zlib.crc32(prompt.encode()) % 5 / 4 for prompt in prompts]


def half_failing(*, prompts, completions, **columns):
    """Fails in one process only."""
    if os.environ.get("RANK") == "1":
        raise OSError("the judge can't be reached")
    return [0.5] * len(completions)


def main():
    out, settings, flags = Path(sys.argv[1]), json.loads(sys.argv[2]), sys.argv[3:]
    rank = os.environ.get("RANK", "0")
    seed = int(rank) if "--disagree" in flags else 3
    reward = half_failing if "--failing" in flags else by_prompt
    curriculum = Curriculum("strings", "learnability", reward, seed=seed)
    language = load_causal("tiny", device="cpu")
    config = GRPOConfig(
        output_dir=str(out),
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
    events = (out / f"events-{rank}.jsonl").open("a")
    ask, tell, pending = curriculum.ask, curriculum.tell, curriculum.framed

    def watched_framed(rows):
        # All rows that go to the trainer: new ones, and those that a crash has left over.
        rows = pending(rows)
        for row in rows:
            print(json.dumps(["row", row["curriculum_row"], row["prompt"]]), file=events)
        events.flush()
        return rows

    def watched_tell(rows, scores):
        feedback = tell(rows, scores)
        print(json.dumps(["tell", sorted(set(rows)), feedback.scores.tolist()]), file=events)
        events.flush()
        if "--slow" in flags:
            time.sleep(0.5)
        return feedback

    curriculum.ask, curriculum.tell, curriculum.framed = ask, watched_tell, watched_framed
    if "--on-demand" in flags:
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
    trainer.train(resume_from_checkpoint="--resume" in flags)
    (out / f"state-{rank}.json").write_text(to_text(curriculum.state_dict()))


if __name__ == "__main__":
    main()
