"""Where a teacher meets a student: Gymnasium environments, registered by importing this."""

from typing import Any

from gymnasium.envs.registration import register

from .curriculum import CurriculumEnv
from .factories import STUDENTS, student_factory
from .teaching import TEACHING_REWARDS, Outcome

ENVIRONMENTS: dict[str, str] = {
    "teachgym/Strings-v0": "teachgym.envs.strings:StringsEnv",
    "teachgym/Arithmetic-v0": "teachgym.envs.arithmetic:ArithmeticEnv",
    "teachgym/ReasoningGym-v0": "teachgym.envs.reasoning_gym:ReasoningGymEnv",
    "teachgym/Questions-v0": "teachgym.envs.questions:QuestionsEnv",
}
"""The registered environments with one student who answers tasks, and where they are."""

SIMULATIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "teachgym/KnowledgeGraph-v0": ("knowledge_graph:KnowledgeGraph", {}),
    "teachgym/KSS-v0": ("kss:KSS", {}),
    "teachgym/TMS-v0": ("tms:TMS", {}),
    "teachgym/SpacedRepetition-v0": ("spaced_repetition:SpacedRepetition", {}),
    "teachgym/Landscape-v0": ("landscape:Landscape", {}),
    "teachgym/LandscapeIrrelevant-v0": ("landscape:Landscape", {"irrelevant": 10}),
    "teachgym/LandscapeUnfeasible-v0": ("landscape:Landscape", {"unfeasible": 0.8}),
    "teachgym/LandscapeTrivial-v0": ("landscape:Landscape", {"trivial": 0.8}),
    "teachgym/LandscapeRugged-v0": ("landscape:Landscape", {"rugged": True}),
    "teachgym/LandscapeForgetting-v0": ("landscape:Landscape", {"forgetting": 2}),
    "teachgym/LandscapeDiverse-v0": ("landscape:Landscape", {"diverse": True}),
}
"""The registered environments with simulated students, single and by the thousand: where they are
in `teachgym.envs.simulated` (without Env and VectorEnv), and the arguments they are registered
with."""

for _id, _entry_point in ENVIRONMENTS.items():
    register(id=_id, entry_point=_entry_point)
for _id, (_place, _arguments) in SIMULATIONS.items():
    register(
        id=_id,
        entry_point=f"teachgym.envs.simulated.{_place}Env",
        vector_entry_point=f"teachgym.envs.simulated.{_place}VectorEnv",
        kwargs=_arguments,
    )

__all__ = [
    "ENVIRONMENTS",
    "SIMULATIONS",
    "STUDENTS",
    "TEACHING_REWARDS",
    "CurriculumEnv",
    "Outcome",
    "student_factory",
]
