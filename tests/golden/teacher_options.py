"""What teachers are asked to be: options by which much happens in few lessons, and others."""

import numpy as np

FITS = {"warmup": 20, "fit_every": 20, "window": 40, "components": (2, 3)}
NETWORK = {"first_steps": 5, "steps": 3, "update_every": 40}
QUICK = {
    "alp_gmm": FITS,
    "covar_gmm": FITS,
    "riac": {"region_size": 20},
    "goal_gan": {"hidden": 8, **NETWORK},
    "pcl": {"hidden": 8, "batch": 16},
    "setter_solver": {"hidden": 2, **NETWORK},
    "spdl": {"update_every": 60},
    "e2h": {"lessons": 200},
    "corgi": {"lessons": 200},
    "plr": {"capacity": 30},
    "robust_plr": {"capacity": 30},
    "accel": {"capacity": 30},
    "exp3s": {"reservoir": 50, "learning_rate": 0.05},
    "dump": {"window": 20},
    "pass_rate_gaussian": {"lessons": 90},
}
"""Options by which little happens quickly, and windows are full before the end."""

ARMS = np.arange(20)
SKILLS = [[int(arm % 3 == skill or arm // 5 == skill) for skill in range(3)] for arm in ARMS]
EASY, HARD = np.array([0, 0]), np.array([3, 4])
ITEMS = {"forgetting": 0.2, "answers": 2.0, "randomesque": 3, "exploration": 0.1}
OPTIONS = {
    "progression": [{"topics": "uniform", "window": 2, "raise_at": 0.7, "start_level": 2}],
    "exp3s": [{"learning_rate": 0.1, "beta": 0.01, "smoothing": 0.7, "reservoir": 20}],
    "rlve": [{"raise_at": 0.6, "lessons": 2, "width": 2, "start_level": 1}],
    "e2h": [{"schedule": "cosine", "lessons": 90, "exploration": 0.1}],
    "ucb1": [{"exploration": 0.3, "smoothing": 0.5, "discount": 0.95}],
    "thompson": [{"prior": (2.0, 1.0), "discount": 0.95}],
    "epsilon_greedy_progress": [{"epsilon": 0.3, "smoothing": 0.5, "discount": 0.95}],
    "tscl_online": [{"policy": "boltzmann", "temperature": 0.1}],
    "tscl_naive": [{"policy": "boltzmann", "temperature": 0.1, "practice": 3}],
    "tscl_window": [{"policy": "boltzmann", "temperature": 0.1, "window": 4}],
    "tscl_sampling": [{"window": 4}],
    "learning_progress": [{"rate": 0.3, "theta": 0.05, "baseline": 0.2, "exploration": 0.3}],
    "zpdes": [
        {
            "prerequisites": [[0, 1, 1, 0], [0, 0, 0, 1], [0, 0, 0, 1], [0, 0, 0, 0]],
            "window": 4,
            "mastered_at": 0.6,
        }
    ],
    "learnability": [
        {"sampling": "top_k", "k": 3, "neighbours": 0.5},
        {"neighbours": 0.5, "prior": 0.2, "prior_weight": 2.0, "success_power": 2.0},
    ],
    "maximum_information": [
        {"estimator": "map", "topics": "best", "guessing": 0.2, **ITEMS},
        {"difficulties": np.linspace(-2, 2, 20).reshape(4, 5), "discriminations": 1.5},
    ],
    "ability_matching": [
        {"estimator": "map", "topics": "best", "target": 0.8, **ITEMS},
        {"difficulties": np.linspace(-2, 2, 20).reshape(4, 5), "guessing": 0.1},
    ],
    "pudf": [{"epoch": 20, "minimum": 2, "exploration": 0.1, "stuck_step": 0.3}],
    "cyclical": [{"factor": 0.7, "losses": (1.0 + ARMS / 20).tolist()}],
    "corgi": [{"curriculum": "blocking", "lessons": 200}],
    "stat_sel": [{"skills": SKILLS, "smoothing": 0.3, "exploration": 0.3}],
    "plr": [
        {"potential": "learnability", "rate": 0.5, "capacity": 10, "warmup": 3},
        {"potential": "variance", "staleness": 0.7, "temperature": 1.0},
    ],
    "robust_plr": [{"potential": "learnability", "rate": 0.5, "capacity": 10, "replay": 0.5}],
    "accel": [
        {"start": EASY, "edits": 3, "changes": 2, "editing": 0.5, "potential": "variance"},
    ],
    "alp_gmm": [{"start": EASY, "memory": 40, "exploration": 0.1}],
    "covar_gmm": [{"start": EASY, "absolute": True}],
    "riac": [{"region_size": 20, "max_regions": 3, "attempts": 5, "least_samples": 5}],
    "adr": [{"start": EASY, "buffer": 3, "step": 0.2, "widen_at": 0.6}],
    "spdl": [{"start": EASY, "target": HARD, "threshold": 0.3, "update_every": 20}],
    "goal_gan": [{"start": EASY, "replay": 0.5, "distance": 0.1, "memory": 20}],
    "setter_solver": [{"start": EASY, "noise": 0.05, "memory": 20, "blocks": 3}],
    "sec": [{"learning_rate": 0.2, "temperature": 0.2, "batch": 3}],
    "dump": [{"temperature": 0.5, "window": 5}],
    "adarft": [{"step": 5.0, "start": 0.2, "target_score": 0.7, "sensitivity": 1.0}],
    "mopps": [{"decay": 0.9, "target": 0.7}],
    "bmc": [{"prior_mean": -1.0, "noise": 0.5, "drift": 0.1}],
    "vcrl": [{"warmup": 5, "threshold": 0.5, "momentum": 0.5, "exploration": 0.4}],
    "greso": [{"batch": 3, "step": 0.05, "base": 0.3}],
    "bots": [{"references": [(ARMS / 40).tolist(), (0.5 + ARMS / 40).tolist()], "batch": 3}],
    "lilo": [{"pool": 2, "rate": 0.2}],
    "pcl": [{"pool": 3, "batch": 8, "target": 0.7, "learning_rate": 0.01}],
    "online_filtering": [{"attempts": 3}],
    "pass_rate_gaussian": [{"profile": 2, "lessons": 60, "shares": [1, 2, 0, 1]}],
    "leitner": [{"interval": 0.5, "new_first": True, "boxes": 3}],
    "sm2": [{"interval": 0.5, "new_first": True}],
    "fsrs": [{"interval": 0.5, "new_first": True, "retention": 0.8}],
    "threshold": [{"interval": 0.5, "threshold": 0.7}],
    "policy": [{"deterministic": True}],
    "chat": [
        {"every": 3, "history": 3, "instructions": "Be kind.", "topic_names": list("abcd")},
        {"fallback": "last", "retries": 1, "base_url": "unwise"},
    ],
}
"""What else a teacher is asked to be, on the space MultiDiscrete."""
