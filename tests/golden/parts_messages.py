"""What is said to those who make a mistake: bad calls, kept as plain text."""

import contextlib
import functools
import re
from pathlib import Path

from golden import bad_environments, bad_runs, bad_teachers, reach
from golden.bad_calls import Table
from golden.canonical import new_folder


def traces():
    """All of them by name."""
    table = Table()
    for mistakes in (bad_teachers, bad_environments, bad_runs):
        mistakes.fill(table)
    for name, arguments in COMMANDS.items():
        table[f"command/{name}"] = functools.partial(_command, arguments)
    return table


SIMULATED = ["--student", "simulated", "--budget", "2", "--exam-size", "9"]
COMMANDS = {
    "nothing": [],
    "unknown": ["tech"],
    "version option": ["--versoin"],
    "teach teacher": ["teach", "--teacher", "unifrom"],
    "teach env": ["teach", "--env", "Strngs"],
    "teach student": ["teach", "--student", "simulatd"],
    "teach env option": ["teach", "--env-option", "level=3"],
    "teach env option twice": ["teach", "--env-option", "budget=3"],
    "teach module": ["teach", "--student", "no_such:Student"],
    "teach pair": ["teach", *SIMULATED, "--teacher-option", "x"],
    "teach value": ["teach", *SIMULATED, "--teacher-option", "warmup=-3"],
    "teach resume": ["teach", "--resume", "--out", "nowhere"],
    "teach reward": ["teach", "--reward", "math:pi"],
    "teach update": ["teach", "--update", "grop"],
    "teach budget": ["teach", "--budget", "0"],
    "teach budget word": ["teach", "--budget", "many"],
    "teach option": ["teach", "--bugdet", "3"],
    "teach simulated env": ["teach", "--env", "TMS"],
    "compare seeds": ["compare", "--seeds", "few"],
    "compare no seeds": ["compare", "--seeds", "0"],
    "compare teachers": ["compare", *SIMULATED, "--teachers", "uniform,exp3"],
    "compare twice": ["compare", *SIMULATED, "--teachers", "uniform,uniform"],
    "compare baseline": ["compare", *SIMULATED, "--baseline", "exp3s"],
    "compare jobs": ["compare", "--jobs", "0"],
    "compare resume": ["compare", "--resume", "--out", "nowhere"],
    "train env": ["train-teacher", "--env", "TMSS", "--out", "no"],
    "train teacher": ["train-teacher", "--teachers", "unifrom", "--out", "no"],
    "train steps": ["train-teacher", "--steps", "0", "--out", "no"],
    "fit model": ["fit", "irtt", "log.csv"],
    "fit format": ["fit", "irt", "log.csv", "--format", "pykd"],
    "fit log": ["fit", "irt", "log.csv"],
    "list kind": ["list", "teacher"],
    "list details": ["list", "envs", "--details"],
    "show nowhere": ["show", "nowhere"],
    "show nothing": ["show"],
    "output/list envs": ["list", "envs"],
    "output/list domains": ["list", "domains"],
    "output/list teachers": ["list", "teachers"],
    "output/list students": ["list", "students"],
    "output/list rewards": ["list", "rewards"],
    "output/list updates": ["list", "updates"],
    "output/list models": ["list", "models"],
    "output/list formats": ["list", "formats"],
}


def _command(arguments):
    """Exit code and what is printed, without colours."""
    folder = new_folder()
    folder.mkdir()
    with contextlib.chdir(folder):
        code, out, error = reach.command_line(*arguments)
    left = sorted(str(path.relative_to(folder)) for path in Path(folder).rglob("*"))
    text = re.sub(r"\x1b\[[0-9;]*m", "", f"{out}{error}")
    return f"exit {code}{f', left {left}' if left else ''}\n{text}"
