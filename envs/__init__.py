"""Where a teacher meets a student: Gymnasium environments, registered by importing this."""

from gymnasium.envs.registration import EnvSpec, register, registry

from .base import TeachingEnv
from .curriculum import CurriculumEnv
from .factories import STUDENTS, student_factory
from .teaching import TEACHING_REWARDS, Outcome

# One student who answers tasks.
register("teachgym/Strings-v0", entry_point="teachgym.envs.strings:StringsEnv")
register("teachgym/Arithmetic-v0", entry_point="teachgym.envs.arithmetic:ArithmeticEnv")
register("teachgym/ReasoningGym-v0", entry_point="teachgym.envs.reasoning_gym:ReasoningGymEnv")
register("teachgym/Questions-v0", entry_point="teachgym.envs.questions:QuestionsEnv")

# Simulated students, single and by the thousand.
register(
    "teachgym/KnowledgeGraph-v0",
    entry_point="teachgym.envs.simulated.knowledge_graph:KnowledgeGraphEnv",
    vector_entry_point="teachgym.envs.simulated.knowledge_graph:KnowledgeGraphVectorEnv",
)
register(
    "teachgym/KSS-v0",
    entry_point="teachgym.envs.simulated.kss:KSSEnv",
    vector_entry_point="teachgym.envs.simulated.kss:KSSVectorEnv",
)
register(
    "teachgym/TMS-v0",
    entry_point="teachgym.envs.simulated.tms:TMSEnv",
    vector_entry_point="teachgym.envs.simulated.tms:TMSVectorEnv",
)
register(
    "teachgym/SpacedRepetition-v0",
    entry_point="teachgym.envs.simulated.spaced_repetition:SpacedRepetitionEnv",
    vector_entry_point="teachgym.envs.simulated.spaced_repetition:SpacedRepetitionVectorEnv",
)
register(
    "teachgym/Landscape-v0",
    entry_point="teachgym.envs.simulated.landscape:LandscapeEnv",
    vector_entry_point="teachgym.envs.simulated.landscape:LandscapeVectorEnv",
)
register(
    "teachgym/LandscapeIrrelevant-v0",
    entry_point="teachgym.envs.simulated.landscape:LandscapeEnv",
    vector_entry_point="teachgym.envs.simulated.landscape:LandscapeVectorEnv",
    kwargs={"irrelevant": 10},
)
register(
    "teachgym/LandscapeUnfeasible-v0",
    entry_point="teachgym.envs.simulated.landscape:LandscapeEnv",
    vector_entry_point="teachgym.envs.simulated.landscape:LandscapeVectorEnv",
    kwargs={"unfeasible": 0.8},
)
register(
    "teachgym/LandscapeTrivial-v0",
    entry_point="teachgym.envs.simulated.landscape:LandscapeEnv",
    vector_entry_point="teachgym.envs.simulated.landscape:LandscapeVectorEnv",
    kwargs={"trivial": 0.8},
)
register(
    "teachgym/LandscapeRugged-v0",
    entry_point="teachgym.envs.simulated.landscape:LandscapeEnv",
    vector_entry_point="teachgym.envs.simulated.landscape:LandscapeVectorEnv",
    kwargs={"rugged": True},
)
register(
    "teachgym/LandscapeForgetting-v0",
    entry_point="teachgym.envs.simulated.landscape:LandscapeEnv",
    vector_entry_point="teachgym.envs.simulated.landscape:LandscapeVectorEnv",
    kwargs={"forgetting": 2},
)
register(
    "teachgym/LandscapeDiverse-v0",
    entry_point="teachgym.envs.simulated.landscape:LandscapeEnv",
    vector_entry_point="teachgym.envs.simulated.landscape:LandscapeVectorEnv",
    kwargs={"diverse": True},
)


def _registered(simulated: bool) -> dict[str, EnvSpec]:
    return {
        name: spec
        for name, spec in registry.items()
        if spec.namespace == "teachgym" and (spec.vector_entry_point is not None) == simulated
    }


ENVIRONMENTS = _registered(simulated=False)
"""The registered environments with one student who answers tasks, by id."""
SIMULATIONS = _registered(simulated=True)
"""The registered environments with simulated students, single and by the thousand, by id."""

__all__ = [
    "ENVIRONMENTS",
    "SIMULATIONS",
    "STUDENTS",
    "TEACHING_REWARDS",
    "CurriculumEnv",
    "Outcome",
    "TeachingEnv",
    "student_factory",
]
