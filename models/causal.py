"""Loading and calling causal language models."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from .quantization import check_quantization, quantization_config

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

TINY = "tiny"
"""Name of the bundled character-level model."""

Messages = list[dict[str, str]]


@dataclass(slots=True)
class CausalLM:
    """A causal language model with its tokenizer, and how it is asked.

    Attributes:
        model: Any Hugging Face causal model, or one wrapped in a PEFT adapter.
        tokenizer: Its tokenizer, which has a pad token and pads on the left.
        max_new_tokens: Longest answer, in tokens.
        batch_size: How many prompts are answered at once.
        chat: Whether a prompt is put to the model as a user's message through its chat template.
        system_prompt: What a chat begins with, if anything.
    """

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    max_new_tokens: int = 32
    batch_size: int = 256
    chat: bool = False
    system_prompt: str | None = None

    def frame(self, prompt: str) -> str | Messages:
        """The prompt as TRL takes it: text, or the messages of a chat."""
        if not self.chat:
            return prompt
        system = [{"role": "system", "content": self.system_prompt}] if self.system_prompt else []
        return [*system, {"role": "user", "content": prompt}]

    def generate(self, prompts: Sequence[str]) -> list[str]:
        """Answer greedily, so that the same prompts get the same answers.

        Prompts are answered in batches of similar length, and the answers come in their order.
        """
        greedy = {"do_sample": False, "temperature": None, "top_p": None, "top_k": None}
        return [answers[0] for answers in self._answers(prompts, 1, greedy)]

    def sample(
        self, prompts: Sequence[str], count: int, *, temperature: float = 1.0
    ) -> list[list[str]]:
        """Answer each prompt several times at random, drawing from torch's global generator.

        Args:
            prompts: What is asked; equal prompts are asked separately.
            count: Answers per prompt, at least 1.
            temperature: Above 0; 1 samples what the model says, without further filters.

        Returns:
            A list of `count` answers for each prompt.
        """
        random = {"do_sample": True, "temperature": temperature, "top_p": 1.0, "top_k": 0}
        return self._answers(prompts, count, {**random, "num_return_sequences": count})

    def _answers(
        self, prompts: Sequence[str], count: int, options: dict[str, Any]
    ) -> list[list[str]]:
        import torch

        order = sorted(range(len(prompts)), key=lambda i: (len(prompts[i]), prompts[i]))
        answers: list[list[str]] = [[] for _ in prompts]
        # transformers types `generate` as a Tensor.
        generate: Any = self.model.generate
        was_training = self.model.training
        self.model.eval()
        at_once = max(self.batch_size // count, 1)
        try:
            for start in range(0, len(order), at_once):
                part = order[start : start + at_once]
                inputs = self._encode([prompts[i] for i in part])
                with torch.no_grad():
                    # `generation_config` is not changed in place: models are shared.
                    output = generate(
                        **inputs,
                        max_new_tokens=self.max_new_tokens,
                        pad_token_id=self.tokenizer.pad_token_id,
                        **options,
                    )
                replies = output[:, inputs["input_ids"].shape[1] :]
                texts = self.tokenizer.batch_decode(replies, skip_special_tokens=True)
                for place, i in enumerate(part):
                    answers[i] = texts[place * count : (place + 1) * count]
        finally:
            self.model.train(was_training)
        return answers

    def _encode(self, prompts: list[str]) -> dict[str, torch.Tensor]:
        options: dict[str, Any] = {"padding": True, "return_tensors": "pt"}
        batch: Any
        if self.chat:
            conversations: Any = [self.frame(prompt) for prompt in prompts]
            batch = self.tokenizer.apply_chat_template(
                conversations,
                add_generation_prompt=True,
                return_dict=True,
                tokenizer_kwargs={"padding_side": "left"},
                **options,
            )
        else:
            batch = self.tokenizer(prompts, padding_side="left", **options)
        device = self.model.device
        return {key: batch[key].to(device) for key in ("input_ids", "attention_mask")}


def tiny_folder() -> Path:
    """Where the bundled tiny model lies: an ordinary Hugging Face folder."""
    return Path(str(files("teachgym.models.tiny")))


def load_causal(
    model: str | Path | PreTrainedModel,
    tokenizer: str | Path | PreTrainedTokenizerBase | None = None,
    *,
    device: str | None = None,
    dtype: str = "auto",
    quantize: str | None = None,
    chat: bool | None = None,
    **options: Any,
) -> CausalLM:
    """Load a causal language model.

    Args:
        model: ``"tiny"``, a hub id, a folder (of a model or of a PEFT adapter), or a model object.
        tokenizer: Likewise; by default the one that lies with the model.
        device: Where it runs; by default a GPU if there is one (an object stays where it is).
        dtype: Type of the weights, as `from_pretrained` takes it.
        quantize: ``"4bit"`` or ``"8bit"`` loads the weights so, by bitsandbytes on an NVIDIA GPU;
            they can't be trained then, only an adapter on them.
        chat: Whether to use the chat template; by default if the tokenizer has one.
        options: Further fields of `CausalLM`.

    Raises:
        ImportError: Without the extra ``lm``, or without bitsandbytes where it is needed.
        TypeError: For a model of another kind.
        ValueError: If the folder holds no model, the model can't be found, it can't be quantised
            here, or the tokenizer is missing or has neither a pad nor an end token.
    """
    try:
        import torch
        from transformers import AutoTokenizer
    except ImportError as error:
        raise ImportError("language models need torch: pip install 'teachgym[lm]'") from error
    source = tiny_folder() if model == TINY else model
    if isinstance(source, str | Path):
        loading: dict[str, Any] = {"dtype": dtype}
        if quantize is not None:
            loading["device_map"] = {"": check_quantization(quantize, device)}
            loading["quantization_config"] = quantization_config(quantize)
        loaded: Any = _from_pretrained(source, loading)
        if quantize is None:  # quantised weights are loaded where they stay
            loaded.to(device or ("cuda" if torch.cuda.is_available() else "cpu"))
        tokenizer = source if tokenizer is None else tokenizer
    elif not hasattr(source, "generate"):
        raise TypeError(
            f"model must be 'tiny', a hub id, a folder or a causal language model, not {source!r}"
        )
    else:
        if quantize is not None:
            raise ValueError("a model object is taken as it is: quantize it when you load it")
        loaded = cast(Any, source).to(device) if device else source
        if tokenizer is None:
            tokenizer = loaded.config.name_or_path
            if not tokenizer:
                raise ValueError(
                    "the model object does not say where it came from; give tokenizer="
                )
    if isinstance(tokenizer, str | Path):
        try:
            tokenizer = AutoTokenizer.from_pretrained(tokenizer)
        except (OSError, ValueError) as error:
            raise ValueError(
                f"found no tokenizer at {str(tokenizer)!r}; give tokenizer= ({_first_line(error)})"
            ) from error
    if tokenizer.pad_token_id is None:
        if tokenizer.eos_token_id is None:
            raise ValueError(
                "the tokenizer has neither a pad nor an end token; set tokenizer.pad_token"
            )
        tokenizer.pad_token = tokenizer.eos_token
    if chat is None:
        chat = tokenizer.chat_template is not None
    elif chat and tokenizer.chat_template is None:
        raise ValueError("chat=True needs a tokenizer with a chat template; this one has none")
    return CausalLM(loaded, tokenizer, chat=chat, **options)


def _from_pretrained(source: str | Path, loading: dict[str, Any]) -> PreTrainedModel:
    from transformers import AutoModelForCausalLM

    folder = Path(source)
    is_adapter = (folder / "adapter_config.json").is_file()
    if folder.is_dir() and not is_adapter and not (folder / "config.json").is_file():
        raise ValueError(f"{str(folder)!r} is not a model folder: it has no config.json")
    if not folder.is_dir() and (isinstance(source, Path) or str(source).startswith((".", "/"))):
        raise ValueError(f"there is no model folder {str(folder)!r}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            if is_adapter:
                from peft import AutoPeftModelForCausalLM

                return AutoPeftModelForCausalLM.from_pretrained(
                    folder, is_trainable=True, **loading
                )
            return AutoModelForCausalLM.from_pretrained(source, **loading)
    except Exception as error:  # a broken folder fails in many ways, by type of file
        place = "" if folder.is_dir() else ", which is no folder here, so was taken as a hub id"
        raise ValueError(
            f"can't load a model from {str(source)!r}{place}: {_first_line(error)}"
        ) from error


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
