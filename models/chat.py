"""Chat models behind an endpoint that speaks the protocol of OpenAI, as vLLM and Ollama do too."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

from .chat_errors import complaint, refused_option, translated

if TYPE_CHECKING:
    import openai

OPENAI = "https://api.openai.com/v1"
"""Where chat models are without a base URL."""

NO_KEY = "none"
"""What a server is sent as key when there is none: the protocol wants one, local servers do not."""

SHORTEST_SECRET = 8
"""Keys of fewer characters ("none", "EMPTY") are no secrets, and may be words of a message."""

_CLIENTS: WeakValueDictionary[tuple[Any, ...], openai.OpenAI] = WeakValueDictionary()
"""Clients that somebody holds, so that many models at one server share its connections."""


class Reply(NamedTuple):
    """What a chat model said.

    Attributes:
        text: The text; empty if the model refused to answer.
        prompt_tokens: Tokens of the question, 0 if the server does not tell.
        completion_tokens: Tokens of the answer, thoughts included; 0 if the server does not tell.
        finish_reason: Why it stopped: ``"stop"``, ``"length"``, ….
    """

    text: str
    prompt_tokens: int
    completion_tokens: int
    finish_reason: str | None


class ChatModel:
    """A chat model behind an endpoint: messages in, text out.

    Asks ``POST {base_url}/chat/completions`` by the `openai` package. Servers that are busy (408,
    409, 429), broken (500 and above) or out of reach are asked again, with a growing pause. Options
    that a server refuses (a JSON schema, a seed, a temperature) are left out from then on.

    Args:
        model: Name of the model at the server.
        base_url: Where the server is, mostly ending in ``/v1``; by default the environment's
            ``OPENAI_BASE_URL``, or else OpenAI.
        api_key: By default the environment's ``OPENAI_API_KEY``; servers other than OpenAI's may
            need none. It is sent to the server and kept nowhere else.
        temperature: 0 for the same answer to the same question, as far as the server can.
        seed: Passed on to the server; None sends none.
        max_tokens: Longest answer, thoughts included, in tokens; None leaves it to the server.
        timeout: Seconds to wait for an answer.
        max_retries: How often a question is repeated when the server is at fault.

    A pickled model has no key: where it is unpickled, the environment's is taken.

    Raises:
        ImportError: Without the extra ``chat``.
        ValueError: For values out of range, or if OpenAI is to be asked without a key.
    """

    def __init__(
        self,
        model: str,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        temperature: float = 0.0,
        seed: int | None = None,
        max_tokens: int | None = None,
        timeout: float = 60.0,
        max_retries: int = 4,
    ) -> None:
        if not isinstance(model, str) or not model.strip():
            raise ValueError(f"model must be the name of a model at the server, not {model!r}")
        _within("temperature", temperature, 0)
        _within("timeout", timeout, 1e-3)
        _within("max_retries", max_retries, 0)
        if max_tokens is not None:
            _within("max_tokens", max_tokens, 1)
        self.model = model
        self.base_url = _checked_url(base_url or os.environ.get("OPENAI_BASE_URL") or OPENAI)
        key = api_key or os.environ.get("OPENAI_API_KEY")
        if not key and self.base_url == OPENAI:
            raise ValueError(
                "OpenAI needs an API key: set the environment's OPENAI_API_KEY, or give base_url= "
                "of another server"
            )
        self.timeout = timeout
        self.attempts = int(max_retries) + 1
        self.options: dict[str, Any] = {
            "temperature": temperature,
            "seed": seed,
            "max_tokens": max_tokens,
        }
        self.refused: set[str] = set()
        self._client = _client(self.base_url, key or NO_KEY, float(timeout), int(max_retries))

    def __deepcopy__(self, memo: dict[int, Any]) -> ChatModel:
        """A copy with the same connections."""
        twin = type(self).__new__(type(self))
        twin.__dict__.update(self.__dict__, options=dict(self.options), refused=set(self.refused))
        return twin

    def __getstate__(self) -> dict[str, Any]:
        """Everything but the connection, which holds the key."""
        return {name: value for name, value in self.__dict__.items() if name != "_client"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Connect again, with the key of the environment."""
        self.__dict__.update(state)
        key = os.environ.get("OPENAI_API_KEY") or NO_KEY
        self._client = _client(self.base_url, key, float(self.timeout), self.attempts - 1)

    def __repr__(self) -> str:
        return f"ChatModel({self.model!r}, base_url={self.base_url!r})"

    def ask(
        self,
        messages: Sequence[Mapping[str, str]],
        *,
        schema: Mapping[str, Any] | None = None,
        name: str = "answer",
    ) -> Reply:
        """Have a conversation continued.

        Args:
            messages: Each with ``role`` ("system", "user", "assistant") and ``content``.
            schema: JSON schema that the answer is to fit. Say in the messages what is wanted, too:
                some servers refuse a schema (it is then left out), others ignore it. So check the
                answer, which `teachgym.models.json_text.json_object` finds in the text.
            name: What the answer is called, for the server.

        Raises:
            ChatError: If the server can't be reached, is too slow, too busy or broken, after all
                retries.
            ValueError: If it refuses the key, the model or the request, or does not speak the
                protocol.
        """
        import openai

        options = self._options(schema, name)
        dropped: set[str] = set()
        while True:
            request: dict[str, Any] = {"model": self.model, "messages": list(messages), **options}
            try:
                completion = self._client.chat.completions.create(**request)
                break
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                option = refused_option(complaint(error), options)
                if option is None:
                    raise self._said(error) from None
                value = options.pop(option)
                if option == "max_tokens":  # what newer models call it
                    options["max_completion_tokens"] = value
                dropped.add(option)
            except (openai.OpenAIError, ValueError) as error:
                # Without its cause, which may quote the key.
                raise self._said(error) from None
        self.refused |= dropped
        return self._reply(completion)

    def _options(self, schema: Mapping[str, Any] | None, name: str) -> dict[str, Any]:
        """What is sent beside the messages, without what the server has refused before."""
        options = {key: value for key, value in self.options.items() if value is not None}
        if "max_tokens" in options and "max_tokens" in self.refused:
            options["max_completion_tokens"] = options["max_tokens"]
        if schema is not None:
            options["response_format"] = {
                "type": "json_schema",
                "json_schema": {"name": name, "schema": dict(schema), "strict": True},
            }
        return {key: value for key, value in options.items() if key not in self.refused}

    def _reply(self, completion: Any) -> Reply:
        choices = getattr(completion, "choices", None)
        if not choices:
            raise ValueError(
                f"the server at {self.base_url} does not answer as a chat endpoint does; "
                "base_url= mostly ends in /v1"
            )
        usage = getattr(completion, "usage", None)
        return Reply(
            text=getattr(choices[0].message, "content", None) or "",
            prompt_tokens=getattr(usage, "prompt_tokens", None) or 0,
            completion_tokens=getattr(usage, "completion_tokens", None) or 0,
            finish_reason=choices[0].finish_reason,
        )

    def _said(self, error: Exception) -> Exception:
        """An error of the `openai` package in a sentence, without the key."""
        times = f"asked {self.attempts} times" if self.attempts > 1 else "asked once"
        said = complaint(error)
        if len(self._client.api_key) >= SHORTEST_SECRET:
            said = said.replace(self._client.api_key, "[the key]")
        return translated(
            error,
            said,
            server=f"the chat server at {self.base_url}",
            model=self.model,
            times=times,
            timeout=self.timeout,
        )


def _client(base_url: str, key: str, timeout: float, max_retries: int) -> openai.OpenAI:
    """A client with these settings, shared with others that have the same."""
    try:
        import openai
    except ImportError as error:
        raise ImportError("chat models need openai: pip install 'teachgym[chat]'") from error
    settings = (base_url, key, timeout, max_retries)
    client = _CLIENTS.get(settings)
    if client is None:
        client = _CLIENTS[settings] = openai.OpenAI(
            base_url=base_url, api_key=key, timeout=timeout, max_retries=max_retries
        )
    return client


def _within(name: str, value: Any, minimum: float) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not value >= minimum:
        raise ValueError(f"{name} must be a number >= {minimum:g}, not {value!r}")


def _checked_url(url: str) -> str:
    parts = urlsplit(str(url))
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(
            f"base_url must be the address of a server, such as http://localhost:8000/v1, not "
            f"{url!r}"
        )
    if parts.username or parts.password or parts.query:
        # Not shown: secrets in it would end in a log, and in the settings of a run.
        raise ValueError(
            "base_url must not hold a password or a query; give the key as OPENAI_API_KEY"
        )
    return str(url).rstrip("/")
