"""Values as text that is exact to the bit, and what of it must not depend on where it was made."""

import atexit
import dataclasses
import functools
import hashlib
import re
import tempfile
from collections import deque
from collections.abc import Mapping
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
PLAIN = (type(None), bool, int, float, str, bytes)
"""Their `repr` tells them apart, and that of a float is the shortest text which gives it back."""


@functools.cache
def work_folder():
    """A folder of this process for whatever traces write; its name is not part of any trace."""
    folder = tempfile.TemporaryDirectory(prefix="golden-")
    atexit.register(folder.cleanup)
    return Path(folder.name).resolve()


def new_folder():
    """A folder that does not exist yet, in an empty one of its own."""
    return Path(tempfile.mkdtemp(dir=work_folder())) / "run"


def scrubbed(text):
    """The text without the names of folders, ports and addresses in memory."""
    for mark, pattern, word in (
        (str(work_folder()), re.escape(str(work_folder())) + r"(/tmp\w+)?", "<tmp>"),
        (str(ROOT), re.escape(str(ROOT)), "<root>"),
        ("127.0.0.1:", r"127\.0\.0\.1:\d+", "127.0.0.1:<port>"),
        ("0x", r"\b0x[0-9a-f]{6,}\b", "<address>"),
    ):
        if mark in text:  # much faster than a pattern that finds nothing
            text = re.sub(pattern, word, text)
    return text


def digest(text):
    """What is kept of a text."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def canonical(value):
    """A value as text, one line per entry of what is nested, keys in order; a text is its own."""
    if isinstance(value, str):
        return scrubbed(value)
    return scrubbed("\n".join(_lines(value))) + "\n"


def outcome(call):
    """What a call returns, or the error that it raises."""
    try:
        return call()
    except Exception as error:
        return error


_name = functools.cache(str)
"""The name of a type of numbers; NumPy takes long to make it."""


def _lines(value):
    if type(value) in PLAIN or isinstance(value, np.generic):
        return [repr(value)]
    if isinstance(value, np.ndarray) and value.dtype != object:
        # NaN is NaN, whatever its sign and payload, which depend on the processor.
        return [f"array {_name(value.dtype)} {value.shape} {value.ravel().tolist()!r}"]
    if isinstance(value, list | tuple) and all(type(item) in PLAIN for item in value):
        if not hasattr(value, "_fields"):
            return [repr(value)]
    if isinstance(value, Exception):
        return [f"{type(value).__name__}: {value}"]
    if isinstance(value, Path):
        return [f"Path {str(value)!r}"]
    if isinstance(value, type) or hasattr(value, "__qualname__"):
        return [f"<{value.__qualname__}>"]
    if type(value).__module__.startswith("gymnasium.spaces"):
        return [f"space {value!r}"]
    if type(value).__module__.startswith("torch"):
        return [f"tensor {line}" for line in _lines(value.detach().cpu().numpy())]
    if isinstance(value, np.random.Generator):
        return _nested("generator", {"state": value.bit_generator.state}.items())
    return _nested(*_parts(value))


def _parts(value):
    """The kind of a value that holds others, and these with what tells them apart."""
    if isinstance(value, Mapping):
        return "dict", sorted((_lines(key)[0], item) for key, item in value.items())
    name = type(value).__name__
    if dataclasses.is_dataclass(value):
        # Fields that were added later are keyword-only; at their default they say nothing new.
        fields = [
            field.name
            for field in dataclasses.fields(value)
            if not (field.kw_only and getattr(value, field.name) == field.default)
        ]
        return name, [(field, getattr(value, field)) for field in fields]
    if hasattr(value, "_fields"):
        return name, zip(value._fields, value, strict=True)
    if isinstance(value, np.ndarray):
        return f"array object {value.shape}", enumerate(value.ravel().tolist())
    if isinstance(value, list | tuple | deque):
        return name, enumerate(value)
    if isinstance(value, set | frozenset):
        return name, enumerate(sorted(value, key=_lines))
    raise TypeError(f"no exact text for {type(value)}")


def _nested(kind, entries):
    lines = [kind]
    for key, item in entries:
        first, *rest = _lines(item)
        lines.append(f"  {key}: {first}")
        lines += [f"  {line}" for line in rest]
    return lines
