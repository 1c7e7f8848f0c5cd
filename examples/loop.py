"""The loop between an environment and a teacher, in ten lines.

Run it with ``python examples/loop.py``; ``teachgym teach`` does the same and keeps a folder of it.
"""

import gymnasium as gym

import teachgym.envs
from teachgym.teachers import ALPGMM

gym.register_envs(teachgym.envs)
env = gym.make("teachgym/Strings-v0", student="simulated", budget=100)
teacher = ALPGMM(env.action_space, seed=0)
observation, info = env.reset(seed=0)
print(f"exam before: {info['exam']:.3f}")
done = False
while not done:
    action = teacher.act(observation)
    observation, reward, terminated, truncated, info = env.step(action)
    teacher.observe(action, info["score"], observation=observation, reward=reward)
    done = terminated or truncated
print(f"exam after:  {info['exam']:.3f}")
