"""Chat models behind an endpoint that speaks the protocol of OpenAI, as vLLM and Ollama do too."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

OPENAI = "https://api.openai.com/v1"
"""Where chat models are without a base URL."""

NO_KEY = "none"
"""What a server is sent as key when there is none: the protocol wants one, local servers do not."""


class ChatError(ConnectionError):
    """A server that can't be asked at the moment: the same question may succeed later."""


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
        try:
            import openai
        except ImportError as error:
            raise ImportError("chat models need openai: pip install 'teachgym[chat]'") from error
        self.model = model
        self.base_url = _checked_url(base_url or os.environ.get("OPENAI_BASE_URL") or OPENAI)
        key = api_key or os.environ.get("OPENAI_API_KEY")
        if key is None and self.base_url == OPENAI:
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
        self._client = openai.OpenAI(
            api_key=key or NO_KEY,
            base_url=self.base_url,
            timeout=timeout,
            max_retries=int(max_retries),
        )

    def __repr__(self) -> str:
        return f"ChatModel({self.model!r}, base_url={self.base_url!r})"

    def close(self) -> None:
        """Close the connections to the server."""
        self._client.close()

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
                option = refused_option(_complaint(error), options)
                if option is None:
                    raise self._translated(error) from None
                value = options.pop(option)
                if option == "max_tokens":  # what newer models call it
                    options["max_completion_tokens"] = value
                dropped.add(option)
            except (openai.OpenAIError, ValueError) as error:
                # Without its cause, which may quote the key.
                raise self._translated(error) from None
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

    def _translated(self, error: Exception) -> Exception:
        """An error of the `openai` package as one that says in a sentence what to do."""
        import openai

        where = f"the chat server at {self.base_url}"
        times = f"asked {self.attempts} times" if self.attempts > 1 else "asked once"
        said = _complaint(error).replace(self._client.api_key, "[the key]")
        said = " ".join(said.split())[:300] or type(error).__name__
        if isinstance(error, openai.APITimeoutError):
            return ChatError(
                f"{where} gave no answer within {self.timeout:g} s, {times}; raise timeout= or ask "
                "a faster model"
            )
        if isinstance(error, openai.APIConnectionError):
            return ChatError(
                f"can't reach {where}, {times} ({error.__cause__ or said}); start it, or correct "
                "base_url= (OPENAI_BASE_URL)"
            )
        if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
            return ValueError(f"{where} refuses the API key (OPENAI_API_KEY): {said}")
        if isinstance(error, openai.NotFoundError):
            return ValueError(
                f"{where} knows no model {self.model!r}: {said}; name one that it serves, and mind "
                "that base_url= mostly ends in /v1"
            )
        if isinstance(error, openai.RateLimitError):
            return ChatError(f"{where} is too busy, or the quota is used up, {times}: {said}")
        if isinstance(error, openai.InternalServerError):
            return ChatError(f"{where} is at fault, {times}: {said}")
        if isinstance(error, openai.APIStatusError):
            return ValueError(f"{where} refuses the request: {said}")
        return ValueError(f"{where} does not answer as a chat endpoint does: {said}")


def refused_option(complaint: str, options: Iterable[str]) -> str | None:
    """Which of the options a server complains about, None if it is something else.

    Servers complain in many ways. An option whose name they mention is the one; if they mention
    none it may be the JSON schema, as the one that is known least.
    """
    sent = list(options)
    for option in sent:
        if option in complaint:
            return option
    return "response_format" if "response_format" in sent else None


def _complaint(error: Exception) -> str:
    """What the server said was wrong."""
    body = getattr(error, "body", None)
    if not isinstance(body, Mapping):
        return str(body or error)
    said = body.get("message") or body.get("detail") or body
    return f"{said} ({body['param']})" if body.get("param") else str(said)


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
    if parts.username or parts.password:
        # Not shown: it would end in a log, and in the settings of a run.
        raise ValueError("base_url must not hold a password; give it as OPENAI_API_KEY")
    return str(url).rstrip("/")
