"""The errors of failed calls that have facts of their own."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from syntha._errors.kinds import SynthaConnectionError, SynthaError, SynthaValidationError, with_facts


class SynthaConflictError(SynthaError):
    """`if_revision` or a guard did not hold, a patch does not apply to the present value, a plan of an undo is outdated, or a claim is held
    by another (SynthaClaimHeldError) or lost (SynthaClaimLostError). Nothing was written. Read again, and decide anew."""

    @property
    def expected_revision(self) -> int:
        """The revision that the call required. 0: the key had to be new, or no revision was at fault."""
        return self._number("expected") or 0

    @property
    def current_revision(self) -> int:
        """The revision that the item has. 0: there is no such item, or no revision was at fault."""
        return self._number("current") or 0


class SynthaClaimHeldError(SynthaConflictError):
    """Another holds the claim. Work on something else, try again later, or wait in line by await_claim."""

    @property
    def holder(self) -> str | None:
        """The agent that holds it. None: the owner holds it, or the caller may not see the claim (until is None then as well)."""
        return self.metadata.get("holder")

    @property
    def until(self) -> datetime | None:
        """The moment from which it is no longer held, unless it is renewed. None: the caller may not see the claim."""
        text = self.metadata.get("until")
        # Python takes six digits of a second, and the server may tell more.
        return None if text is None else datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text))


class SynthaClaimLostError(SynthaConflictError):
    """The caller does not hold the claim any more: its lease has ended, or it was released or handed over. Nothing was written. Stop the
    work that the claim protects. Claim the name again, and begin from what the mesh holds now."""


class SynthaInvalidArgumentError(SynthaValidationError, ValueError):
    """A name, a value or a filter breaks a rule. Change the call."""

    @property
    def limit(self) -> int | None:
        """The largest size that is allowed, where the rule is about a size."""
        return self._number("limit")

    @property
    def actual(self) -> int | None:
        """The size that was given, where the rule is about a size."""
        return self._number("actual")


class SynthaTypeError(SynthaInvalidArgumentError, TypeError):
    """An argument has a type that the call does not take. The client found it, and sent nothing."""


class SynthaQuotaError(SynthaError):
    """A quota is used up, or there were too many calls. Remove something, or wait `retry_after` seconds."""


class SynthaUnavailableError(SynthaConnectionError):
    """The server gave no answer, or none in time. Either it is unavailable, or the connection broke, or a proxy answered in its place:
    `reason` is None then, and `status` is what the proxy said. The outcome of a write is unknown. Repeat it with its `request_id`."""


class SynthaTimeoutError(SynthaUnavailableError):
    """There was no answer in time."""

    def __init__(self, message: str, timeout: float | None = None, operation: str | None = None, **kwargs: Any) -> None:
        super().__init__(message, **with_facts(kwargs, timeout=timeout, operation=operation))
        self.timeout, self.operation = timeout, operation


class SynthaClosedError(SynthaConnectionError, RuntimeError):
    """The mesh was closed before the call. Its context is still there: the server keeps it, and another mesh of the user reads it. Or
    a place in the line of a claim was closed before the caller's turn."""
