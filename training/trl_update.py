"""What updates by TRL share: one real trainer, stepped lesson by lesson."""

from __future__ import annotations

import copy
import dataclasses
import difflib
import json
import tempfile
import warnings
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from ..core.checks import positive
from ..domains import Task
from ..models.adapters import is_adapted
from ..models.quantization import is_quantized
from ..rewards import Reward
from ..students import Study

if TYPE_CHECKING:
    import torch
    from transformers import Trainer

    from ..models.causal import CausalLM

T = TypeVar("T")


class TRLUpdate(ABC):
    """Steps a TRL trainer: it samples, scores and computes the loss, the student says when.

    A lesson is one call of the trainer's `training_step`; clipping, optimizer and schedule follow
    as in `Trainer.train`. Lessons that share an update count equally.

    Args:
        learning_rate: Peak learning rate.
        warmup_updates: Updates over which the learning rate rises linearly; it is constant after.
        config: Further fields of the trainer's configuration class, passed on unchanged.

    Raises:
        ValueError: For a learning rate that is not above 0, or fields that the stepping owns.
    """

    owned: ClassVar[tuple[str, ...]] = (
        "output_dir",
        "max_steps",
        "num_train_epochs",
        "gradient_accumulation_steps",
    )

    def __init__(self, learning_rate: float, *, warmup_updates: int = 0, **config: Any) -> None:
        positive("learning_rate", learning_rate)
        taken = sorted(set(config) & set(self.owned))
        if taken:
            raise ValueError(f"{', '.join(taken)} can't be set here: the lessons decide it")
        self.config: dict[str, Any] = {
            "learning_rate": learning_rate,
            "lr_scheduler_type": "constant_with_warmup",
            "warmup_steps": warmup_updates,
            "bf16": False,
            "activation_checkpointing": False,
            "report_to": "none",
            "disable_tqdm": True,
            "save_strategy": "no",
            **config,
        }
        self.updates = 0
        self._gathered = 0
        self._trainer: Any = None
        self._language: CausalLM | None = None
        self._initial: tuple[dict[str, Any], dict[str, Any]] | None = None

    def arguments(self, kind: type[T], language: CausalLM, seed: int, **fields: Any) -> T:
        """The trainer's configuration: `fields`, and what the user chose.

        Raises:
            ValueError: For a field that the configuration class does not have.
        """
        known = {field.name for field in dataclasses.fields(kind)}  # type: ignore[arg-type]
        unknown = sorted(set(self.config) - known)
        if unknown:
            near = difflib.get_close_matches(unknown[0], known, n=2)
            hint = f"; did you mean {' or '.join(near)}?" if near else ""
            raise ValueError(f"{kind.__name__} has no field {unknown[0]!r}{hint}")
        make: Any = kind
        return make(
            output_dir=tempfile.gettempdir(),
            use_cpu=language.model.device.type == "cpu",
            seed=seed,
            **fields,
            **self.config,
        )

    @abstractmethod
    def build(self, language: CausalLM, seed: int) -> Trainer:
        """Make the TRL trainer."""

    @abstractmethod
    def lesson(self, tasks: Sequence[Task], reward: Reward) -> Study:
        """Back-propagate one lesson through the trainer, without an optimizer step."""

    def bind(self, language: CausalLM, *, seed: int) -> None:
        """Start anew: a fresh optimizer and schedule; the trainer itself is built once.

        Raises:
            ValueError: For quantised weights without an adapter on them.
        """
        if self._language is not language:
            if is_quantized(language.model) and not is_adapted(language.model):
                raise ValueError(
                    "quantised weights can't be trained: give peft_config= for an adapter on them, "
                    "such as {'r': 8, 'target_modules': 'all-linear'}"
                )
            was_training = language.model.training
            with _quiet():
                self._trainer = self.build(language, seed)
            self._language = language
            self._trainer.current_gradient_accumulation_steps = 1
            self._trainer.create_optimizer_and_scheduler(num_training_steps=2**31)
            self._trainer.model_wrapped, self._trainer.optimizer = (
                self._trainer.accelerator.prepare(self._trainer.model, self._trainer.optimizer)
            )
            self._initial = _detached(self._trainer)
            language.model.train(was_training)
        assert self._initial is not None
        # `load_state_dict` of states taken before the first step empties what Adam has gathered.
        self._trainer.optimizer.load_state_dict(self._initial[0])
        self._trainer.lr_scheduler.load_state_dict(self._initial[1])
        self._trainer.model.zero_grad()
        self._set_counters(0)

    def step(self, tasks: Sequence[Task], reward: Reward, *, update: bool = True) -> Study:
        """Learn from a lesson, or with ``update=False`` only gather its gradient."""
        trainer = self._trainer
        if trainer is None:
            raise RuntimeError("bind the update to a model first, or let a student do it")
        try:
            with _quiet():
                study = self.lesson(tasks, reward)
        finally:
            trainer.model.eval()
        self._gathered += 1
        if update:
            self._apply()
        return study

    def _apply(self) -> None:
        trainer = self._trainer
        if self._gathered > 1:
            for weight in trainer.model.parameters():
                if weight.grad is not None:
                    weight.grad /= self._gathered
        if trainer.args.max_grad_norm > 0:
            trainer.accelerator.clip_grad_norm_(
                trainer.model.parameters(), trainer.args.max_grad_norm
            )
        trainer.optimizer.step()
        trainer.lr_scheduler.step()
        trainer.model.zero_grad()
        self._set_counters(self.updates + 1)

    def _set_counters(self, updates: int) -> None:
        self.updates = updates
        self._gathered = 0
        self._trainer.state.global_step = updates

    def save(self, folder: Path) -> None:
        """Write the optimizer's state as safetensors, the schedule and counters as JSON.

        Raises:
            RuntimeError: Between lessons that share an update.
        """
        from safetensors.torch import save_file

        if self._gathered:
            raise RuntimeError("can't save between lessons that share an update; finish it first")
        state, schedule = _detached(self._trainer)
        tensors = {
            f"{index}.{name}": value
            for index, slots in state["state"].items()
            for name, value in slots.items()
        }
        save_file(tensors, Path(folder) / "optimizer.safetensors")
        rest = {
            "updates": self.updates,
            "param_groups": state["param_groups"],
            "schedule": schedule,
        }
        (Path(folder) / "optimizer.json").write_text(json.dumps(rest))

    def load(self, folder: Path) -> None:
        """Continue from what `save` wrote."""
        from safetensors.torch import load_file

        rest = json.loads((Path(folder) / "optimizer.json").read_text())
        slots: dict[int, dict[str, torch.Tensor]] = {}
        for key, value in load_file(Path(folder) / "optimizer.safetensors").items():
            index, name = key.split(".", 1)
            slots.setdefault(int(index), {})[name] = value
        self._trainer.optimizer.load_state_dict(
            {"state": slots, "param_groups": rest["param_groups"]}
        )
        self._trainer.lr_scheduler.load_state_dict(rest["schedule"])
        self._trainer.model.zero_grad()
        self._set_counters(rest["updates"])


@contextmanager
def _quiet() -> Iterator[None]:
    """Hide that TRL 1.16 asks transformers by names that its version 6 will not have."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*checkpointing.*", FutureWarning)
        yield


def _detached(trainer: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """States of optimizer and schedule that further steps do not change."""
    return (
        copy.deepcopy(trainer.optimizer.state_dict()),
        copy.deepcopy(trainer.lr_scheduler.state_dict()),
    )
