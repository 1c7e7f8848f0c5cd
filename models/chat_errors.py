"""What goes wrong between a chat model and its server, in sentences that say what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

LONGEST = 300
"""Characters of a server's complaint that are passed on."""


class ChatError(ConnectionError):
    """A server that can't be asked at the moment: the same question may succeed later."""


def translated(
    error: Exception, said: str, *, server: str, model: str, times: str, timeout: float
) -> Exception:
    """An error of the `openai` package as one that says in a sentence what to do.

    Args:
        error: The error.
        said: What the server said, without secrets.
        server: What the server is called in the sentence.
        model: Name of the model that was asked for.
        times: How often it was asked, in words.
        timeout: Seconds that were waited for an answer.

    Returns:
        A `ChatError` if asking later may help, else a ValueError.
    """
    import openai

    said = " ".join(said.split())[:LONGEST] or type(error).__name__
    if isinstance(error, openai.APITimeoutError):
        return ChatError(
            f"{server} gave no answer within {timeout:g} s, {times}; raise timeout= or ask a "
            "faster model"
        )
    if isinstance(error, openai.APIConnectionError):
        return ChatError(
            f"can't reach {server}, {times} ({error.__cause__ or said}); start it, or correct "
            "base_url= (OPENAI_BASE_URL)"
        )
    if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
        return ValueError(f"{server} refuses the API key (OPENAI_API_KEY): {said}")
    if isinstance(error, openai.NotFoundError):
        return ValueError(
            f"{server} knows no model {model!r}: {said}; name one that it serves, and mind that "
            "base_url= mostly ends in /v1"
        )
    if isinstance(error, openai.RateLimitError):
        return ChatError(f"{server} is too busy, or the quota is used up, {times}: {said}")
    if isinstance(error, openai.InternalServerError):
        return ChatError(f"{server} is at fault, {times}: {said}")
    if isinstance(error, openai.APIStatusError) and error.status_code in (408, 409):
        return ChatError(f"{server} is too busy, {times}: {said}")
    if isinstance(error, openai.APIStatusError):
        return ValueError(f"{server} refuses the request: {said}")
    return ValueError(
        f"{server} does not answer as a chat endpoint does: {said}; base_url= mostly ends in /v1"
    )


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


def complaint(error: Exception) -> str:
    """What the server said was wrong."""
    body = getattr(error, "body", None)
    if not isinstance(body, Mapping):
        return str(body or error)
    said = body.get("message") or body.get("detail") or body
    return f"{said} ({body['param']})" if body.get("param") else str(said)
