"""Adapters of PEFT on causal language models."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .quantization import is_quantized

if TYPE_CHECKING:
    from peft import PeftConfig


def adapted(model: Any, config: PeftConfig | Mapping[str, Any]) -> Any:
    """Wrap a model in a new adapter, whose weights are the same in every process.

    Args:
        model: A causal language model; its own weights are frozen.
        config: A configuration of PEFT's, or the fields of a `peft.LoraConfig`.

    Raises:
        ValueError: For fields that a `peft.LoraConfig` does not have, or that do not fit the model.
    """
    import torch
    from peft import LoraConfig, get_peft_model, prepare_model_for_kbit_training

    if isinstance(config, Mapping):
        fields: dict[str, Any] = {"task_type": "CAUSAL_LM", **config}
        try:
            config = LoraConfig(**fields)
        except TypeError as error:
            raise ValueError(f"peft_config does not fit peft.LoraConfig: {error}") from None
    if is_quantized(model):
        # The updates' own configuration says whether activations are checkpointed.
        model = prepare_model_for_kbit_training(model, use_gradient_checkpointing=False)
    with (
        warnings.catch_warnings(),
        torch.random.fork_rng(range(torch.cuda.device_count())),
    ):
        # PEFT asks transformers by names that its version 6 will not have.
        warnings.filterwarnings("ignore", ".*checkpointing.*", FutureWarning)
        torch.manual_seed(0)  # a new adapter starts from random weights
        return get_peft_model(model, config)


def is_adapted(model: Any) -> bool:
    """Whether a model is wrapped in an adapter."""
    from peft import PeftModel

    return isinstance(model, PeftModel)


def own_adapters(model: Any) -> dict[str, Any]:
    """Arguments of `save_pretrained` that leave out what TRL has put beside the adapter in use.

    Trainers with a reference model add a frozen adapter ``"ref"``, which is made anew from the
    untaught student and need not be saved.
    """
    if not is_adapted(model) or "ref" not in model.peft_config:
        return {}
    return {"selected_adapters": [name for name in model.peft_config if name != "ref"]}
