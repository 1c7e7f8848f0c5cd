"""The teacher that is a chat model, against a real HTTP server that plays a script."""

import json

import gymnasium as gym
import numpy as np
import pytest
from chat_server import ChatServer, failure, policy, script
from scipy import stats

from teachgym.models.chat import ChatModel
from teachgym.models.chat_errors import ChatError
from teachgym.teachers import ChatTeacher

SPACE = gym.spaces.MultiDiscrete([3, 4])
GOOD, BETTER = '{"topic": 2, "level": 1}', '{"topic": 0, "level": 3}'
BAD = '{"topic": 7, "level": 1}'


@pytest.fixture
def serve():
    """Start a server that plays responses, one after the other."""
    servers = []

    def start(*responses):
        play = script(*responses) if not callable(responses[0]) else responses[0]
        servers.append(ChatServer(play))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def teacher(server, space=SPACE, **options):
    return ChatTeacher(space, **{"seed": 0, "model": "m", "base_url": server.url, **options})


def counts(chat):
    return tuple(chat.counters[name] for name in ("calls", "malformed", "retries", "fallbacks"))


def test_the_model_chooses(serve):
    server = serve(GOOD, f"Let me think.\n```json\n{BETTER}\n```")
    chat = teacher(server)
    assert chat.act().tolist() == [2, 1]
    assert chat.act().tolist() == [0, 3]
    assert chat.counters == {
        "calls": 2,
        "malformed": 0,
        "retries": 0,
        "fallbacks": 0,
        "prompt_tokens": 14,
        "completion_tokens": 6,
    }
    request = server.requests[0]
    assert request["temperature"] == 0 and request["seed"] == 0 and request["max_tokens"] == 1000
    asked = request["response_format"]["json_schema"]
    assert asked["name"] == "lesson" and asked["schema"]["required"] == ["topic", "level"]


def test_the_model_sees_the_record_and_no_more(serve):
    server = serve(GOOD)
    chat = teacher(server, topic_names=["copy", "sort", "add"], history=2, instructions="Be kind.")
    for topic, level, score in ((0, 0, 1.0), (1, 2, 0.25), (1, 2, 0.75)):
        chat.observe(np.array([topic, level]), score)
    chat.act(np.r_[np.zeros(24), 0.7])
    system, user = server.requests[0]["messages"]
    assert (system["role"], user["role"]) == ("system", "user")
    assert "topic 2 (add)" in system["content"] and "Be kind." in system["content"]
    assert user["content"] == (
        "Lessons so far: 3.\n\n"
        "The student's record:\n"
        "- topic 0 (copy): level 0: 1 lesson, mean 1.00, last 1.00\n"
        "- topic 1 (sort): level 2: 2 lessons, mean 0.50, last 0.75\n"
        "- never taught: 10 of 12\n\n"
        "The last lessons, oldest first:\n"
        "- topic 1 (sort), level 2: score 0.25\n"
        "- topic 1 (sort), level 2: score 0.75\n\n"
        "Of all lessons, 70% are left.\n\n"
        "What shall the next lesson be about?"
    )


def test_history_may_be_none_at_all(serve):
    server = serve(GOOD)
    chat = teacher(server, history=0)
    chat.observe(np.array([0, 0]), 1.0)
    chat.act()
    assert "The last lessons" not in server.requests[0]["messages"][1]["content"]
    assert chat.recent.shape == (0, 3)


def test_a_malformed_answer_is_told_and_asked_again(serve):
    server = serve(BAD, "I'd say sorting.", GOOD)
    chat = teacher(server)
    assert chat.act().tolist() == [2, 1]
    assert counts(chat) == (3, 2, 2, 0)
    assert chat.counters["prompt_tokens"] == 21
    first, second, third = (request["messages"] for request in server.requests)
    assert second[:2] == third[:2] == first
    assert second[2] == {"role": "assistant", "content": BAD}
    assert "'topic' must be a whole number from 0 to 2, not 7" in second[3]["content"]
    assert "there is no JSON object in it" in third[3]["content"] and len(third) == 4


@pytest.mark.parametrize("retries", [0, 1, 3])
def test_after_the_retries_the_fallback_chooses(serve, retries):
    chat = teacher(serve(BAD), retries=retries)
    assert chat.act() in SPACE
    assert counts(chat) == (retries + 1, retries + 1, retries, 1)


def test_the_uniform_fallback_is_uniform_and_seeded(serve):
    server = serve("Hm.")
    chat, twin, other = (teacher(server, seed=seed, retries=0) for seed in (0, 0, 1))
    drawn = [tuple(chat.act()) for _ in range(600)]
    assert drawn[:50] == [tuple(twin.act()) for _ in range(50)]
    assert drawn[:50] != [tuple(other.act()) for _ in range(50)]
    cells = np.bincount([4 * topic + level for topic, level in drawn], minlength=12)
    assert stats.chisquare(cells).pvalue > 0.01
    assert chat.fallbacks == 600


def test_the_last_choice_as_fallback(serve):
    chat = teacher(serve(BAD, GOOD, BAD), retries=0, fallback="last")
    untold = chat.act()  # drawn, as there was no choice yet
    assert untold in SPACE and np.isnan(chat.choice).all()
    assert chat.act().tolist() == [2, 1]
    assert chat.act().tolist() == [2, 1]
    assert chat.fallbacks == 2


def test_seeds_change_nothing_while_the_model_answers_well(serve):
    def lessons(seed):
        chat = teacher(server, seed=seed)
        actions = []
        for _ in range(30):
            actions.append(chat.act().tolist())
            chat.observe(np.array(actions[-1]), 0.5)
        return actions

    server = serve(policy)
    assert lessons(0) == lessons(1)
    assert len({tuple(action) for action in lessons(0)}) > 3
    assert [request["seed"] for request in server.requests[::30]] == [0, 1, 0]


def test_an_answer_may_hold_for_several_lessons(serve):
    server = serve(GOOD, BETTER)
    chat = teacher(server, every=3)
    assert [chat.act().tolist() for _ in range(6)] == [[2, 1]] * 3 + [[0, 3]] * 3
    assert len(server.requests) == 2
    assert "the next 3 lessons" in server.requests[0]["messages"][1]["content"]


def test_a_fallback_holds_for_one_lesson(serve):
    chat = teacher(serve(BAD, GOOD), every=3, retries=0)
    chat.act()
    assert [chat.act().tolist() for _ in range(3)] == [[2, 1]] * 3


@pytest.mark.parametrize(
    ("space", "options", "answer", "action"),
    [
        (gym.spaces.Discrete(5), {}, {"topic": 4}, 4),
        (gym.spaces.Discrete(12, start=5), {"levels": 4}, {"topic": 1, "level": 2}, 11),
        (gym.spaces.Box(0, 1, (2,)), {}, {"x1": 0.25, "x2": 1}, [0.25, 1.0]),
        (gym.spaces.Box(0, 1, (2,)), {"bins": (3, 4)}, {"x1": 0, "x2": 0.5}, [0.0, 0.5]),
    ],
)
def test_every_kind_of_space(serve, space, options, answer, action):
    chat = teacher(serve(json.dumps(answer)), space, **options)
    chosen = chat.act()
    assert np.array_equal(chosen, action) and chosen in space
    chat.observe(chosen, 0.5)
    assert chat.fallbacks == 0


def test_a_server_in_trouble_is_waited_for(serve):
    chat = teacher(serve(failure(429, "slow down"), failure(500, "oh"), GOOD))
    assert chat.act().tolist() == [2, 1]
    assert counts(chat) == (1, 0, 0, 0)


def test_a_server_that_dies_is_an_error_and_changes_nothing(serve):
    server = serve(GOOD, BAD, failure(500, "out of memory"))
    model = ChatModel("m", base_url=server.url, max_retries=1)
    chat = ChatTeacher(SPACE, seed=0, model=model)
    chat.observe(chat.act(), 0.5)
    before = chat.state_dict()
    for _ in range(2):
        with pytest.raises(ChatError, match="at fault, asked 2 times: out of memory"):
            chat.act()
        after = chat.state_dict()
        assert all(np.array_equal(before[name], after[name], equal_nan=True)
                   for name in chat.state_fields)  # fmt: skip
        assert before["rng"] == after["rng"]


def test_a_server_that_knows_no_schema(serve):
    def know_no_schema(request):
        return failure(400, "response_format?") if "response_format" in request else GOOD

    server = serve(know_no_schema)
    chat = teacher(server)
    assert [chat.act().tolist() for _ in range(3)] == [[2, 1]] * 3
    assert len(server.requests) == 4 and counts(chat) == (3, 0, 0, 0)
    assert '"level": a whole number from 0 to 3' in server.requests[-1]["messages"][0]["content"]


def test_questions_have_a_bounded_length(serve):
    space = gym.spaces.MultiDiscrete([100, 50])
    server = serve("{" * 20_000)
    chat = teacher(server, space, topic_names=["name " * 100] * 100, retries=2)
    rng = np.random.default_rng(0)
    for _ in range(3000):
        chat.observe(rng.integers([100, 50]), 0.5)
    chat.act()
    lengths = [sum(len(m["content"]) for m in r["messages"]) for r in server.requests]
    assert len(lengths) == 3 and max(lengths) < 40_000


def test_state_holds_counts_choice_and_record_but_no_settings(serve):
    server = serve(BAD, GOOD)
    model = ChatModel("secret-model", base_url=server.url, api_key="sk-secret")
    chat = ChatTeacher(SPACE, seed=0, model=model, every=4)
    chat.observe(chat.act(), 0.25)
    state = chat.state_dict()
    assert "secret" not in repr(state)
    restored = teacher(server, every=4)
    restored.load_state_dict(state)
    assert restored.counters == chat.counters and restored.calls == 2
    assert restored.messages() == chat.messages()
    assert [restored.act().tolist() for _ in range(3)] == [[2, 1]] * 3
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"model": None}, "needs model="),
        ({"model": " "}, "model must be the name"),
        ({"history": -1}, "history"),
        ({"every": 0}, "every"),
        ({"retries": 0.5}, "retries"),
        ({"fallback": "best"}, "fallback must be one of 'uniform', 'last'"),
        ({"instructions": "x" * 8001}, "instructions may have 8000 characters, not 8001"),
        ({"instructions": 3}, "instructions must be a text"),
        ({"topic_names": ["a"]}, "topic_names has 1 names"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"timeout": 0}, "timeout"),
        ({"levels": 5}, "levels=5"),
        ({"bins": 3}, "bins= is for a Box"),
        ({"model": "model"}, "base_url= belongs to the ChatModel"),
    ],
)
def test_ill_valued_options(options, complaint):
    address = "http://127.0.0.1:1/v1"
    if options.get("model") == "model":
        options = {"model": ChatModel("m", base_url=address)}
    with pytest.raises(ValueError, match=complaint):
        ChatTeacher(SPACE, **{"model": "m", "base_url": address, **options})
