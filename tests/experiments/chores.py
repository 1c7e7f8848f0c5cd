"""Work for `test_sweep` and `test_executors`, which processes of their own import by name."""

import os
import signal
from pathlib import Path


def noted(group):
    """Leave a line per cell in the file of the environment variable NOTES."""
    with Path(os.environ["NOTES"]).open("a") as notes:
        notes.writelines(f"{cell.teacher} {cell.seed}\n" for cell in group)
    return [{"double": 2 * cell.seed} for cell in group]


def picky(group):
    """As `noted`, but seed 3 is refused."""
    if any(cell.seed == 3 for cell in group):
        raise ArithmeticError("three is too much")
    return noted(group)


def deadly(group):
    """As `noted`, but at seed KILL_AT the parent is killed while this goes on."""
    if group[0].seed == int(os.environ.get("KILL_AT", "-1")):
        os.kill(os.getppid(), signal.SIGKILL)
        signal.pause()
    return noted(group)


def doubled(item, tell):
    """Tell of it, and give twice the item and the process."""
    tell(f"working on {item}")
    if item == 13:
        raise ValueError("unlucky")
    return 2 * item, os.getpid()


def talk(item, tell):
    """Tell more than a pipe holds."""
    for _ in range(3000):
        tell("x" * 2000)
    return item
