"""The models that can be fitted, by name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...core.names import lookup
from .bkt import FittedBKT
from .das3h import FittedDAS3H
from .dkt import FittedDKT
from .irt import FittedIRT
from .logs import InteractionLog
from .model import FittedModel, Progress, read_model
from .pfa import FittedPFA
from .psi_kt import FittedPSIKT
from .readers import check_names

MODELS: dict[str, type[FittedModel]] = {
    model.name: model
    for model in (FittedIRT, FittedBKT, FittedPFA, FittedDAS3H, FittedPSIKT, FittedDKT)
}
"""Fitted models, by name."""


def fit(
    model: str, log: InteractionLog, *, progress: Progress | None = None, **options: Any
) -> FittedModel:
    """Fit a model to a log.

    Args:
        model: A key of `MODELS`.
        log: The answers.
        progress: Told of each step.
        **options: Further arguments of the model's `fit`.

    Raises:
        ValueError: For an unknown model or option, or a log that can't tell the parameters.
    """
    check_options(model, options)
    return MODELS[model].fit(log, progress=progress, **options)


def check_options(model: str, options: Mapping[str, Any]) -> None:
    """Refuse what `fit` would not know, before a log is read.

    Raises:
        ValueError: For an unknown model or option.
    """
    check_names(f"option of {model}", options, lookup("model", model, MODELS).fit)


def load(folder: str | Path) -> FittedModel:
    """Read a model that `FittedModel.save` wrote; it is exactly the same.

    Raises:
        ValueError: If the folder holds no model, or a broken one.
    """
    content = read_model(folder)
    model = lookup("model", content.pop("model"), MODELS)
    try:
        return model.from_json(content, Path(folder))
    except (TypeError, KeyError) as error:
        raise ValueError(f"{str(folder)!r} holds a broken {model.name} model: {error}") from None
