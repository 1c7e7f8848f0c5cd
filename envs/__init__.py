"""Where a teacher meets a student: Gymnasium environments, registered by importing this."""

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
"""The registered environments and where they are."""

for _id, _entry_point in ENVIRONMENTS.items():
    register(id=_id, entry_point=_entry_point)

__all__ = [
    "ENVIRONMENTS",
    "STUDENTS",
    "TEACHING_REWARDS",
    "CurriculumEnv",
    "Outcome",
    "student_factory",
]
