"""Weights in 4 or 8 bits, by bitsandbytes, for adapters to be trained on (QLoRA)."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

BITS = ("4bit", "8bit")


def check_quantization(quantize: str, device: str | None) -> str:
    """Refuse what can't be quantised here, before anything is loaded.

    Args:
        quantize: ``"4bit"`` or ``"8bit"``.
        device: Where the model shall run; None for a GPU.

    Returns:
        The GPU on which the model is to be loaded.

    Raises:
        ImportError: Without bitsandbytes.
        ValueError: For another width, another device than a GPU, or without a GPU.
    """
    import torch

    if quantize not in BITS:
        raise ValueError(f"quantize must be '4bit' or '8bit', not {quantize!r}")
    if device is not None and not device.startswith("cuda"):
        raise ValueError(
            f"quantize={quantize!r} runs on an NVIDIA GPU, not on {device!r}; leave device= out, "
            "or load the model without quantize="
        )
    if not torch.cuda.is_available():
        raise ValueError(
            f"quantize={quantize!r} needs an NVIDIA GPU, and torch sees none here; load the model "
            "without quantize= (an adapter alone, peft_config=, saves memory too)"
        )
    if find_spec("bitsandbytes") is None:
        raise ImportError(
            f"quantize={quantize!r} needs bitsandbytes, which is not installed: "
            "pip install bitsandbytes"
        )
    return device or "cuda:0"


def quantization_config(quantize: str) -> Any:
    """What `from_pretrained` takes, as in QLoRA (Dettmers et al. 2023, arXiv:2305.14314, §3).

    Four bits are NormalFloat, with the constants quantised in turn; sums are in bfloat16.
    """
    import torch
    from transformers import BitsAndBytesConfig

    if quantize == "8bit":
        return BitsAndBytesConfig(load_in_8bit=True)
    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=torch.bfloat16,
    )


def is_quantized(model: Any) -> bool:
    """Whether a model's own weights are quantised, so that only an adapter can be trained."""
    return bool(getattr(model, "is_loaded_in_4bit", False)) or bool(
        getattr(model, "is_loaded_in_8bit", False)
    )
