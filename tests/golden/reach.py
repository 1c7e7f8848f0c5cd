"""Where the traces meet the library: whatever is likely to move or change is named here alone.

When a refactoring moves or renames something, this module follows, and the traces stay.
"""

import contextlib
import inspect
from collections.abc import Mapping

import gymnasium as gym

# --- Environments ---------------------------------------------------------------------------------


def environments():
    """Ids of the environments with one student who answers tasks."""
    from teachgym.envs import ENVIRONMENTS

    return list(ENVIRONMENTS)


def simulations():
    """Ids of the environments with simulated students, single and by the thousand."""
    from teachgym.envs import SIMULATIONS

    return list(SIMULATIONS)


def simulation_options(env_id):
    """Names of the arguments of an environment with simulated students."""
    kind = type(make(env_id).unwrapped.batch)
    return [name for name in inspect.signature(kind).parameters if name != "size"]


def make(env_id, **options):
    """An environment of one student."""
    import teachgym.envs  # noqa: F401 - registers them

    return gym.make(env_id, **options)


def make_vector(env_id, size, options=None):
    """Many students, native or side by side, who begin anew in the step that ends an episode."""
    from teachgym.experiments.evaluation import make_vector

    return make_vector(env_id, size, options)


def look(env, action):
    """A lesson that one student does not learn from."""
    env.unwrapped.look_next(True)
    return env.step(action)


def give(env, actions, looks):
    """A lesson for each of many students, from which those who look don't learn."""
    from teachgym.experiments.rollout import look_next

    look_next(env, looks)
    return env.step(actions)


def told(info):
    """An `info` whose ``exam`` is a number, with the details beside it as ``exam_detail``.

    Simulated students have a number there already.
    """
    info = dict(info)
    if isinstance(info.get("exam"), Mapping):
        info["exam_detail"] = info["exam"]
        info["exam"] = info["exam"]["mean"]
    if "_exam" in info and "exam_detail" in info:
        info["_exam_detail"] = info["_exam"]
    if isinstance(info.get("final_info"), Mapping):
        info["final_info"] = told(info["final_info"])
    return info


# --- Teachers -------------------------------------------------------------------------------------

SCORED = frozenset(
    "plr robust_plr accel sec dump mopps bmc vcrl greso bots lilo online_filtering".split()
)
"""Teachers that learn from the score of each answer."""


def teachers():
    """Names of all teachers."""
    from teachgym.teachers import TEACHERS

    return list(TEACHERS)


def make_teacher(name, space, *, seed, **options):
    """A teacher by its name."""
    from teachgym.teachers import make_teacher

    return make_teacher(name, space, seed=seed, **options)


def teacher_options(name):
    """The keyword arguments of a teacher with their defaults."""
    from teachgym.teachers import teacher_options

    return teacher_options(name)


def describe(name):
    """What there is to know about a teacher."""
    from teachgym.teachers.details import describe

    details = describe(name)
    fields = ("family", "summary", "spaces", "options", "knowledge", "required", "extra")
    kept = {field: getattr(details, field) for field in fields}
    needs = [need for need in details.needs_in_words() if "scores" not in need]
    return kept | {"reference": str(details.reference), "needs": needs}


def small_spaces():
    """A small space of each kind, and an option with its value by which it may be cut."""
    from teachgym.teachers.details import SPACES

    return SPACES


def tell(teacher, action, score, scores=None, **further):
    """How a lesson went; `scores` of the answers only to those of `SCORED`."""
    if scores is not None:
        further["scores"] = scores
    teacher.observe(action, score, **further)


def only_looks(teacher):
    """Whether the lesson that was just proposed is only for looking."""
    return bool(teacher.only_looks)


def save_policy(folder, **about):
    """Write a network that the teacher `policy` can load."""
    from teachgym.teachers import PolicyNetwork

    PolicyNetwork(**about).save(folder)


# --- Students -------------------------------------------------------------------------------------


def cohorts():
    """Names of the models of simulated students."""
    from teachgym.students.simulated import COHORTS

    return list(COHORTS)


def cohort(name):
    """A model of simulated students."""
    from teachgym.students.simulated import COHORTS

    return COHORTS[name]


def network_students(size, topics, levels, weights):
    """Students whose answers a network predicts, of given weights."""
    from teachgym.students.simulated.dkt import DKT, Network

    return DKT(size, topics, levels, network=Network(*weights))


def study(completions, scores):
    """What a lesson returns."""
    from teachgym.students import Study

    return Study(completions, scores)


def reward(name):
    """A reward by its name."""
    from teachgym.rewards import make_reward

    return make_reward(name)


def combined(rewards, **options):
    """A weighted mean of rewards, those that are texts given by name."""
    from teachgym.rewards import combine

    return combine(*(reward(one) if isinstance(one, str) else one for one in rewards), **options)


def rescaled(name, low, high):
    """A reward brought from another scale to [0, 1]."""
    from teachgym.rewards import rescale

    return rescale(reward(name), low, high)


# --- Curricula for loops of one's own -------------------------------------------------------------


def task_stream(data, teacher, **options):
    """Tasks by a teacher's choice."""
    from teachgym.training import TaskStream

    return TaskStream(data, teacher, **options)


def domain(name, **options):
    """A domain by its name."""
    from teachgym.domains import DOMAINS

    return DOMAINS[name](**options)


def domains():
    """Names of all domains."""
    from teachgym.domains import DOMAINS

    return list(DOMAINS)


def to_text(state):
    """A stream's state as a line of JSON."""
    from teachgym.training.curriculum import to_text

    return to_text(state)


def from_text(text):
    """A stream's state from a line of JSON."""
    from teachgym.training.curriculum import from_text

    return from_text(text)


def curriculum(*arguments, **options):
    """A curriculum for TRL."""
    from teachgym.training import Curriculum

    return Curriculum(*arguments, **options)


def tiny_model():
    """The bundled language model."""
    from teachgym.models.causal import load_causal

    return load_causal("tiny", device="cpu")


# --- Experiments ----------------------------------------------------------------------------------


def teach(*arguments, **options):
    """A run."""
    from teachgym.experiments import teach

    return teach(*arguments, **options)


def compare(*arguments, **options):
    """Several teachers and seeds."""
    from teachgym.experiments import compare

    return compare(*arguments, **options)


def train_teacher(*arguments, **options):
    """The training of a policy."""
    from teachgym.experiments import train_teacher

    return train_teacher(*arguments, **options)


def protocol(**options):
    """What is taught in turn."""
    from teachgym.experiments.forgetting import Protocol

    return Protocol(**options)


def teach_in_turn(*arguments, **options):
    """Topics one after the other."""
    from teachgym.experiments.forgetting import teach_in_turn

    return teach_in_turn(*arguments, **options)


def evaluate(env_id, options, teacher, episodes, seed, wrap=lambda made, number: made):
    """Returns of one episode with each of some students, every one with a teacher of its own."""
    from teachgym.experiments.evaluation import evaluate, make_students
    from teachgym.experiments.train_teacher import factory

    made = factory(teacher)
    return evaluate(
        lambda size: make_students(env_id, size, options),
        lambda space, number: wrap(made(space, number), number),
        episodes,
        seed,
    )


def command_line(*arguments):
    """Exit code, stdout and stderr of a command."""
    from typer.testing import CliRunner

    from teachgym.experiments.cli import app

    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return result.exit_code, result.stdout, result.stderr


@contextlib.contextmanager
def alone():
    """Torch with one thread: sums of several depend on how many there are."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
