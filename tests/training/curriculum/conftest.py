"""A real TRL run in one call."""

import runpy
import warnings
from pathlib import Path

import pytest

from teachgym.models.causal import load_causal


class Watched:
    """What a curriculum was asked and told, in order."""

    def __init__(self, curriculum):
        self.events = []
        ask, tell = curriculum.ask, curriculum.tell

        def watched_ask(n):
            rows = ask(n)
            self.events.append(("ask", [row["curriculum_row"] for row in rows]))
            return rows

        def watched_tell(rows, scores):
            self.events.append(("tell", list(dict.fromkeys(rows))))
            return tell(rows, scores)

        curriculum.ask, curriculum.tell = watched_ask, watched_tell

    def numbers(self, kind):
        return [number for event, numbers in self.events if event == kind for number in numbers]


@pytest.fixture
def watch():
    return Watched


@pytest.fixture
def make_trainer(tmp_path):
    """A trainer of the tiny model with a curriculum, in the public way."""
    warnings.filterwarnings("ignore", ".*checkpointing.*", FutureWarning)

    def make(curriculum, algorithm="GRPO", trainer=None, language=None, rewards=(), **fields):
        import trl

        language = language or load_causal("tiny", device="cpu")
        options = {
            name: fields.pop(name) for name in ("eval_dataset", "peft_config") if name in fields
        }
        config = {
            "output_dir": str(tmp_path / "run"),
            "max_steps": 3,
            "per_device_train_batch_size": 8,
            "num_generations": 4,
            "max_completion_length": 4,
            "learning_rate": 1e-4,
            "logging_steps": 1,
            "save_strategy": "no",
            "report_to": "none",
            "use_cpu": True,
            "bf16": False,
            "activation_checkpointing": False,
            "disable_tqdm": True,
            **fields,
        }
        arguments = getattr(trl, f"{algorithm}Config")(**config)
        if trainer is not None:
            return trainer(
                language.model,
                curriculum,
                arguments,
                reward_funcs=rewards,
                processing_class=language.tokenizer,
                **options,
            )
        return getattr(trl, f"{algorithm}Trainer")(
            language.model,
            reward_funcs=[curriculum.reward, *rewards],
            train_dataset=curriculum.dataset(),
            args=curriculum.args(arguments),
            processing_class=language.tokenizer,
            callbacks=[curriculum.callback],
            **options,
        )

    return make


@pytest.fixture(scope="session")
def example_run():
    """`run` of ``run_trl.py``, in this process."""
    return runpy.run_path(str(Path(__file__).with_name("run_trl.py")))["run"]
