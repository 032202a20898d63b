"""The errors of the package: their facts, and how other exceptions become them. test_errors.py has the errors of calls."""

from __future__ import annotations

import asyncio
import inspect
import logging
from typing import Any

import pytest

import syntha.exceptions
from syntha.exceptions import (
    ErrorHandler,
    SynthaConnectionError,
    SynthaError,
    SynthaFrameworkError,
    SynthaPermissionError,
    SynthaTimeoutError,
    SynthaUnavailableError,
    SynthaValidationError,
    handle_syntha_error,
)

_KINDS = [kind for kind in vars(syntha.exceptions).values() if inspect.isclass(kind) and issubclass(kind, SynthaError)]


@pytest.mark.parametrize("kind", _KINDS)
def test_a_program_may_raise_any_of_them(kind: type[SynthaError]) -> None:
    own = [name for name in inspect.signature(kind).parameters if name not in ("message", "kwargs", "failure")]
    facts = {name: name for name in own if name not in ("error_code", "context", "cause", "suggestions")}
    error = kind("It failed", **facts, error_code="E1", context={"more": 1}, suggestions=["Wait"])  # type: ignore[arg-type]

    assert str(error) == error.message == "It failed"
    assert {name: getattr(error, name) for name in facts} == facts
    assert error.context == {**facts, "more": 1}
    assert error.to_dict() == {
        "error_type": kind.__name__,
        "error_code": "E1",
        "message": "It failed",
        "context": {**facts, "more": 1},
        "suggestions": ["Wait"],
        "cause": None,
    }
    assert (error.reason, error.status, error.metadata, error.request_id) == (None, None, {}, None)
    assert kind("It failed").error_code == kind.__name__


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (ValueError("v"), SynthaValidationError),
        (TimeoutError("t"), SynthaTimeoutError),
        (ConnectionRefusedError("c"), SynthaConnectionError),
        (PermissionError("p"), SynthaPermissionError),
        (ImportError("i"), SynthaFrameworkError),
        (KeyError("k"), SynthaError),
    ],
)
def test_other_exceptions_become_errors_of_their_kind(raised: Exception, kind: type[SynthaError], caplog: Any) -> None:
    with caplog.at_level(logging.ERROR):
        error = ErrorHandler().handle_error(raised, {"step": 1})

    assert (type(error), error.cause, error.context["step"]) == (kind, raised, 1)
    assert error.message in caplog.text


def test_decorated_function_raises_only_errors_of_the_package() -> None:
    known = SynthaValidationError("known")

    @handle_syntha_error
    def fails(error: Exception) -> None:
        raise error

    @handle_syntha_error
    async def fails_later() -> None:
        raise ValueError("later")

    with pytest.raises(SynthaValidationError, match="unknown") as caught:
        fails(ValueError("unknown"))
    assert (caught.value.context["function"], caught.value.__cause__) == ("fails", caught.value.cause)
    with pytest.raises(SynthaValidationError) as same:
        fails(known)
    assert same.value is known
    with pytest.raises(SynthaValidationError, match="later"):
        asyncio.run(fails_later())


def test_no_answer_is_a_failed_connection() -> None:
    """Programs that catch the original's classes catch ours."""
    assert issubclass(SynthaUnavailableError, SynthaConnectionError)
    assert issubclass(syntha.exceptions.SynthaInvalidArgumentError, SynthaValidationError)
