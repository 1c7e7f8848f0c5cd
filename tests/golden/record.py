"""Golden traces: what the library does today, bit for bit, to hold a refactoring against.

A trace is a name and a digest of everything that came out, see `canonical.canonical`. Messages are
kept as text. Names begin with their part, such as ``teachers/alp_gmm/Box``.

    python tests/golden/record.py                         # what differs; exit code 1 if anything
    python tests/golden/record.py --parts fast            # or --parts teachers,text
    python tests/golden/record.py --only alp_gmm --write  # take today's behaviour as right
    python tests/golden/record.py --show teachers/alp_gmm/Box
    python tests/golden/record.py --dump FOLDER           # each trace to a file, to diff two trees

A trace is added or left out in `traces` of its part (``parts_*.py``); where the library moves, the
module `reach` follows. Then record again, with ``--only`` for the names that are meant.
"""

import argparse
import contextlib
import functools
import gc
import importlib
import json
import os
import re
import sys
import time
import traceback
import warnings
from pathlib import Path
from unittest import mock

HERE = Path(__file__).resolve().parent
# One thread, as sums over several depend on how many there are; set before NumPy is imported.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ |= {"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
os.environ |= {"HF_HUB_DISABLE_PROGRESS_BARS": "1", "TOKENIZERS_PARALLELISM": "false"}
os.environ |= {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
if str(HERE.parent) not in sys.path:
    sys.path.insert(0, str(HERE.parent))

from golden import probe  # noqa: E402
from golden.canonical import canonical, digest  # noqa: E402

FAST = ("teachers", "simulated", "text", "loops", "messages")
SLOW = ("tiny", "runs")
PLAIN = ("messages",)
"""Parts whose traces are kept as text."""
NEEDS_TORCH = ("tiny", "runs")
TERMINAL = {"COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb"}
HASHES, MESSAGES = HERE / "hashes.json", HERE / "messages.json"


@contextlib.contextmanager
def steady():
    """What the last bits and the words depend on: one thread, no warnings, no colours."""
    import scipy.optimize  # noqa: F401 - its BLAS is one more, and limited only once it is there
    from threadpoolctl import threadpool_limits

    threshold = gc.get_threshold()
    gc.set_threshold(50_000)  # millions of small lists become text: a tenth of the time is saved
    with threadpool_limits(1), warnings.catch_warnings(), mock.patch.dict(os.environ, TERMINAL):
        warnings.simplefilter("ignore")
        yield
    gc.set_threshold(*threshold)


@functools.cache
def traces(part):
    """The traces of a part: by name, what makes the value to be kept."""
    module = importlib.import_module(f"golden.parts_{part}")
    return {f"{part}/{name}": make for name, make in module.traces().items()}


def kept(part, text):
    """What is kept of a text: itself or a digest."""
    return text.rstrip("\n") if part in PLAIN else digest(text)


def stored():
    """What was recorded: digests and texts by name."""
    found = {}
    if HASHES.is_file():
        found |= json.loads(HASHES.read_text(encoding="utf-8"))["traces"]
    if MESSAGES.is_file():
        found |= json.loads(MESSAGES.read_text(encoding="utf-8"))
    return found


def foreign_machine(part):
    """Why what was recorded says nothing about this machine; None if it does."""
    known = json.loads(HASHES.read_text(encoding="utf-8")) if HASHES.is_file() else {}
    ours = {"probe": probe.numpy_probe()}
    if part in NEEDS_TORCH:
        ours["torch_probe"] = probe.torch_probe()
    for name, value in ours.items():
        if known.get(name, value) != value:
            return (
                f"the traces were recorded where numbers have other last bits ({name} is "
                f"{known[name]} there, {value} here); record them at a known state first"
            )
    return None


def write(values, parts, partial):
    """Enter new values; those of the parts that no longer exist go, unless only some were made."""
    before = {
        name: value
        for name, value in stored().items()
        if partial or name.partition("/")[0] not in parts
    }
    after = dict(sorted((before | values).items()))
    plain = {name: text for name, text in after.items() if name.partition("/")[0] in PLAIN}
    hashes = {name: value for name, value in after.items() if name not in plain}
    known = json.loads(HASHES.read_text(encoding="utf-8")) if HASHES.is_file() else {}
    probes = {"probe": probe.numpy_probe()}
    if set(parts) & set(NEEDS_TORCH) or "torch_probe" not in known:
        probes["torch_probe"] = probe.torch_probe()
    for path, content in ((HASHES, {**known, **probes, "traces": hashes}), (MESSAGES, plain)):
        path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def arguments():
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--write", action="store_true", help="take what is found as right")
    parser.add_argument("--parts", default="all", help="all, fast, slow, or names with commas")
    parser.add_argument("--only", default="", metavar="REGEX", help="traces whose names match")
    parser.add_argument("--show", metavar="NAME", help="print the exact text of a trace")
    parser.add_argument("--dump", type=Path, metavar="FOLDER", help="write each exact text there")
    parser.add_argument("--slowest", type=int, default=0, help="print so many that took longest")
    return parser.parse_args()


def chosen_parts(text):
    """The parts that a word or a list names."""
    groups = {"all": (*FAST, *SLOW), "fast": FAST, "slow": SLOW}
    parts = groups.get(text) or tuple(text.split(","))
    if unknown := sorted({*parts} - {*groups["all"]}):
        raise SystemExit(f"unknown part {unknown[0]}; there are {', '.join(groups['all'])}")
    return parts


def main():
    """Record, compare, or show."""
    options = arguments()
    if options.show:
        part = chosen_parts(options.show.partition("/")[0])[0]
        if options.show not in traces(part):
            raise SystemExit(f"there is no trace {options.show}")
        print(canonical(traces(part)[options.show]()), end="")
        return 0
    parts, values, broken, times = chosen_parts(options.parts), {}, [], {}
    for part in parts:
        begun = time.process_time()
        for name, make in traces(part).items():
            if not re.search(options.only, name):
                continue
            start = time.process_time()
            try:
                text = canonical(make())
            except Exception:
                broken.append(name)
                print(f"BROKEN    {name}\n{traceback.format_exc()}")
                continue
            values[name] = kept(part, text)
            times[name] = time.process_time() - start
            if options.dump:
                path = options.dump / f"{name}.txt"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8", errors="surrogatepass")
        print(f"{part}: {time.process_time() - begun:.1f} s", flush=True)
    for name in sorted(times, key=times.get, reverse=True)[: options.slowest]:
        print(f"{times[name]:8.2f} s  {name}")
    if options.write:
        partial = bool(options.only or broken)
        if (partial or {*parts} != {*FAST, *SLOW}) and any(map(foreign_machine, parts)):
            raise SystemExit("recorded on another kind of machine: write all parts here, or none")
        write(values, parts, partial)
        return len(broken) > 0
    return report(values, parts, broken, options.only)


def report(values, parts, broken, only):
    """Print what differs from what was recorded; 1 if anything does."""
    known = {
        name: value
        for name, value in stored().items()
        if name.partition("/")[0] in parts and re.search(only, name)
    }
    for part in parts:
        if reason := foreign_machine(part):
            print(f"{part}: {reason}")
    changes = {name: "changed" for name in known if values.get(name, known[name]) != known[name]}
    changes |= {name: "gone" for name in known if name not in values and name not in broken}
    changes |= {name: "new" for name in values if name not in known}
    for name, change in sorted(changes.items()):
        print(f"{change:9} {name}")
        if change == "changed" and name.partition("/")[0] in PLAIN:
            print(f"  - {known[name]}\n  + {values[name]}")
    print(f"{len(values)} traces, {len(changes)} differ, {len(broken)} broken")
    return int(bool(changes or broken))


if __name__ == "__main__":
    with steady():
        code = main()
    sys.exit(code)
