"""A language model as a student."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.checks import at_least
from ..core.isolation import RNGState, isolated_rng, rng_state, set_rng_state
from ..domains import Task
from ..models.adapters import adapted, own_adapters
from ..models.causal import CausalLM, load_causal
from ..rewards import Reward, scores
from .base import Study, Update, columns

if TYPE_CHECKING:
    import torch
    from peft import PeftConfig
    from transformers import PreTrainedModel, PreTrainedTokenizerBase


class LanguageModelStudent:
    """Any Hugging Face causal language model, taught by an `Update`.

    The model is loaded at the first `reset` (or call), and its trainable weights are copied then:
    `reset` puts them back exactly, without reading the disk. All randomness comes from a stream of
    the student's own; the global generators are left as they were.

    Args:
        model: ``"tiny"`` (bundled), a hub id, a folder of a model or a PEFT adapter, or an object.
        tokenizer: Likewise; by default the one that lies with the model.
        update: The learning rule, such as `teachgym.training.GRPO`. Without one the student
            answers but does not learn.
        peft_config: Wraps the model in a new adapter, which alone is then trained: a configuration
            of PEFT's, or the fields of a `peft.LoraConfig`, such as ``{"r": 8}``.
        max_new_tokens: Longest answer, in tokens.
        batch_size: How many exam prompts are answered at once.
        device: ``"cpu"``, ``"cuda"``, …; by default a GPU if there is one.
        dtype: Type of the weights, as `from_pretrained` takes it.
        quantize: ``"4bit"`` or ``"8bit"`` loads the model so, by bitsandbytes on an NVIDIA GPU; to
            learn, it then needs an adapter (QLoRA).
        chat: Whether tasks are put through the chat template; by default if there is one.
        system_prompt: What a chat begins with.

    Raises:
        TypeError: If `update` lacks the methods of an `Update`.
        ValueError: For sizes below 1, and, once the model is loaded, for a model or tokenizer that
            can't be used.
    """

    def __init__(
        self,
        model: str | Path | PreTrainedModel,
        tokenizer: str | Path | PreTrainedTokenizerBase | None = None,
        update: Update | None = None,
        *,
        peft_config: PeftConfig | Mapping[str, Any] | None = None,
        max_new_tokens: int = 32,
        batch_size: int = 256,
        device: str | None = None,
        dtype: str = "auto",
        quantize: str | None = None,
        chat: bool | None = None,
        system_prompt: str | None = None,
    ) -> None:
        at_least("max_new_tokens", max_new_tokens, 1)
        at_least("batch_size", batch_size, 1)
        if isinstance(update, type) or (
            update is not None and not (hasattr(update, "bind") and hasattr(update, "step"))
        ):
            raise TypeError(
                f"update must be an Update such as teachgym.training.GRPO(), not {update!r}"
            )
        self.update = update
        self._source = (model, tokenizer)
        self._peft_config = peft_config
        self._options: dict[str, Any] = {
            "max_new_tokens": max_new_tokens,
            "batch_size": batch_size,
            "device": device,
            "dtype": dtype,
            "quantize": quantize,
            "chat": chat,
            "system_prompt": system_prompt,
        }
        self._language: CausalLM | None = None
        self._untaught: dict[str, torch.Tensor] = {}
        self._stream: RNGState | None = None

    @property
    def language(self) -> CausalLM:
        """The model with its tokenizer, loaded when first asked for."""
        if self._language is None:
            with isolated_rng():
                language = load_causal(*self._source, **self._options)
                if self._peft_config is not None:
                    language.model = adapted(language.model, self._peft_config)
            self._untaught = {
                name: weight.detach().clone() for name, weight in _trainable(language.model)
            }
            self._language = language
        return self._language

    def reset(self, *, seed: int | None = None) -> None:
        """Go back to the untaught weights, with a fresh optimizer and a newly seeded stream."""
        import numpy as np
        import torch

        model = self.language.model
        with torch.no_grad():
            for name, weight in _trainable(model):
                weight.copy_(self._untaught[name])
                weight.grad = None
        if seed is None:
            seed = int(np.random.default_rng().integers(2**31))
        with isolated_rng():
            if self.update is not None:
                self.update.bind(self.language, seed=seed)
            _seed_all(seed)
            self._stream = rng_state()

    def answer(self, tasks: Sequence[Task]) -> list[str]:
        """Answer greedily, each distinct prompt once. Learns nothing and draws nothing."""
        prompts = list(dict.fromkeys(task.prompt for task in tasks))
        with isolated_rng():
            known = dict(zip(prompts, self.language.generate(prompts), strict=True))
        return [known[task.prompt] for task in tasks]

    def study(self, tasks: Sequence[Task], reward: Reward, *, update: bool = True) -> Study:
        """Answer the tasks, be scored, and learn by the update rule.

        Args:
            tasks: The lesson.
            reward: Scores the answers.
            update: False only gathers the gradient; the next lesson with True learns from all.

        Raises:
            RuntimeError: If the student was never reset.
            ValueError: If the reward misbehaves; the weights are then as they were.
        """
        if self._stream is None:
            raise RuntimeError("reset the student before it studies: student.reset(seed=0)")
        if self.update is None:
            return self.graded(tasks, reward)
        with isolated_rng():
            set_rng_state(self._stream)
            study = self.update.step(tasks, reward, update=update)
            self._stream = rng_state()
        return study

    def graded(self, tasks: Sequence[Task], reward: Reward) -> Study:
        """Greedy answers and their scores, without learning."""
        answers = self.answer(tasks)
        prompts = [task.prompt for task in tasks]
        values = scores(reward, prompts, answers, columns(tasks))
        return Study([[answer] for answer in answers], values[:, None])

    def save(self, folder: str | Path) -> None:
        """Write the student so that `load` continues exactly.

        The folder itself loads with `from_pretrained` (of PEFT, for an adapter); optimizer and
        generator states lie beside the model, as safetensors and JSON.
        """
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        self.language.model.save_pretrained(folder, **own_adapters(self.language.model))
        self.language.tokenizer.save_pretrained(folder)
        if self.update is not None:
            self.update.save(folder)
        if self._stream is not None:
            _save_stream(self._stream, folder)

    def load(self, folder: str | Path) -> None:
        """Continue from what `save` wrote. `reset` still leads back to the untaught student."""
        import torch

        folder = Path(folder)
        if not (folder / "rng.safetensors").is_file():
            raise ValueError(f"{str(folder)!r} holds no saved student (no rng.safetensors)")
        self.reset(seed=0)
        with isolated_rng():  # an adapter draws its weights before it reads them
            saved = load_causal(folder, self.language.tokenizer, device="cpu", chat=False)
        weights = dict(_trainable(saved.model))
        with torch.no_grad():
            for name, weight in _trainable(self.language.model):
                if name not in weights:
                    raise ValueError(
                        f"{str(folder)!r} holds another model: it has no weight {name}"
                    )
                weight.copy_(weights[name])
        if self.update is not None:
            self.update.load(folder)
        self._stream = _load_stream(folder)


def _trainable(model: PreTrainedModel) -> list[tuple[str, torch.nn.Parameter]]:
    return [(name, weight) for name, weight in model.named_parameters() if weight.requires_grad]


def _seed_all(seed: int) -> None:
    import random

    import numpy as np
    import torch

    random.seed(seed)
    np.random.seed(seed % 2**32)
    torch.manual_seed(seed)


def _save_stream(state: RNGState, folder: Path) -> None:
    import torch
    from safetensors.torch import save_file

    _, keys, position, has_gauss, gauss = state.numpy
    tensors = {"torch": state.torch, "numpy": torch.from_numpy(keys.astype("int64"))}
    tensors |= {f"cuda.{i}": part for i, part in enumerate(state.cuda or ())}
    save_file(tensors, folder / "rng.safetensors")
    rest = {"python": state.python, "numpy": [position, has_gauss, gauss]}
    (folder / "rng.json").write_text(json.dumps(rest))


def _load_stream(folder: Path) -> RNGState:
    from safetensors.torch import load_file

    tensors = load_file(folder / "rng.safetensors")
    rest = json.loads((folder / "rng.json").read_text())
    version, internal, gauss = rest["python"]
    keys = tensors["numpy"].numpy().astype("uint32")
    cuda = [tensors[name] for name in sorted(tensors) if name.startswith("cuda.")]
    return RNGState(
        (version, tuple(internal), gauss),
        ("MT19937", keys, *rest["numpy"]),
        tensors["torch"],
        cuda or None,
    )
