"""From any exception to an error of this package."""

from __future__ import annotations

import functools
import inspect
import logging
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from syntha._errors.calls import SynthaTimeoutError
from syntha._errors.kinds import (
    SynthaConnectionError,
    SynthaError,
    SynthaFrameworkError,
    SynthaPermissionError,
    SynthaValidationError,
)

F = TypeVar("F", bound=Callable[..., Any])

# The first kind that fits counts: TimeoutError and PermissionError are OSErrors as well, and ConnectionError too.
_KINDS: tuple[tuple[type[Exception], type[SynthaError]], ...] = (
    (TimeoutError, SynthaTimeoutError),
    (ConnectionError, SynthaConnectionError),
    (PermissionError, SynthaPermissionError),
    (ImportError, SynthaFrameworkError),
    (ValueError, SynthaValidationError),
    (TypeError, SynthaValidationError),
)


class ErrorHandler:
    """Turns exceptions into errors of this package, and logs them.

    logger: where they are logged, as errors. Default: the logger `syntha.errors`."""

    def __init__(self, logger: logging.Logger | None = None) -> None:
        self.logger = logger or logging.getLogger("syntha.errors")

    def handle_error(self, error: Exception, context: Mapping[str, Any] | None = None) -> SynthaError:
        """Logs the exception, and returns it as an error of this package. An error of this package is returned itself, and gets the
        context in addition to its own."""
        handled = _error_of(error)
        handled.context.update(context or {})
        self.logger.error("%s: %s", handled.error_code, handled.message)
        return handled

    def wrap_function(self, func: F, context: Mapping[str, Any] | None = None) -> F:
        """A function that does the same, and raises only errors of this package. A coroutine function stays one."""

        def handle(error: Exception) -> SynthaError:
            return self.handle_error(error, {"function": func.__name__, **(context or {})})

        if inspect.iscoroutinefunction(func):

            @functools.wraps(func)
            async def awaits(*args: Any, **kwargs: Any) -> Any:
                try:
                    return await func(*args, **kwargs)
                except Exception as error:
                    handled = handle(error)
                    raise handled from handled.__cause__

            return cast(F, awaits)

        @functools.wraps(func)
        def waits(*args: Any, **kwargs: Any) -> Any:
            try:
                return func(*args, **kwargs)
            except Exception as error:
                handled = handle(error)
                raise handled from handled.__cause__

        return cast(F, waits)


def handle_syntha_error(func: F) -> F:
    """A decorator. The function then raises only errors of this package: others are logged, and become the cause of one."""
    return ErrorHandler().wrap_function(func)


def _error_of(error: Exception) -> SynthaError:
    if isinstance(error, SynthaError):
        return error
    kind = next((ours for theirs, ours in _KINDS if isinstance(error, theirs)), SynthaError)
    return kind(str(error) or type(error).__name__, cause=error)
