"""The errors of this package. A key that is missing, expired or hidden is no error."""

from syntha._errors.calls import (
    SynthaClaimHeldError,
    SynthaClaimLostError,
    SynthaClosedError,
    SynthaConflictError,
    SynthaInvalidArgumentError,
    SynthaQuotaError,
    SynthaTimeoutError,
    SynthaTypeError,
    SynthaUnavailableError,
)
from syntha._errors.handling import ErrorHandler, handle_syntha_error
from syntha._errors.kinds import (
    FieldViolation,
    SynthaConfigurationError,
    SynthaConnectionError,
    SynthaContextError,
    SynthaError,
    SynthaFrameworkError,
    SynthaPerformanceError,
    SynthaPermissionError,
    SynthaPersistenceError,
    SynthaSecurityError,
    SynthaToolError,
    SynthaValidationError,
)

__all__ = [
    "ErrorHandler",
    "FieldViolation",
    "SynthaClaimHeldError",
    "SynthaClaimLostError",
    "SynthaClosedError",
    "SynthaConfigurationError",
    "SynthaConflictError",
    "SynthaConnectionError",
    "SynthaContextError",
    "SynthaError",
    "SynthaFrameworkError",
    "SynthaInvalidArgumentError",
    "SynthaPerformanceError",
    "SynthaPermissionError",
    "SynthaPersistenceError",
    "SynthaQuotaError",
    "SynthaSecurityError",
    "SynthaTimeoutError",
    "SynthaToolError",
    "SynthaTypeError",
    "SynthaUnavailableError",
    "SynthaValidationError",
    "handle_syntha_error",
]
