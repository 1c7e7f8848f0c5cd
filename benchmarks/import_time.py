"""Cold start: `import teachgym.envs` and `teachgym --help`, each in fresh processes.

Run with ``python benchmarks/import_time.py``; prints one JSON line. `import_s` is the median over
the runs, less the median of a bare interpreter; `help_s` is the whole command. Demanded are 0.5 s
and 1 s.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path


def seconds(command: list[str], runs: int) -> float:
    """Median wall-clock seconds of a command, after one run that warms the disk cache."""
    taken = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        taken.append(time.perf_counter() - start)
    return statistics.median(taken[1:])


def main() -> None:
    """Measure, and print a JSON line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=9, help="processes of each kind")
    runs = parser.parse_args().runs
    bare = seconds([sys.executable, "-c", "pass"], runs)
    imported = seconds([sys.executable, "-c", "import teachgym.envs"], runs)
    shown = seconds([str(Path(sys.executable).with_name("teachgym")), "--help"], runs)
    row = {"import_s": imported - bare, "help_s": shown, "bare_s": bare, "runs": runs}
    print(json.dumps({key: round(value, 3) for key, value in row.items()}))


if __name__ == "__main__":
    main()
