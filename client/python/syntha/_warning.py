"""Warnings that name the line of the program, and not of this package."""

from __future__ import annotations

import sys
import warnings


class SynthaDatabaseWarning(UserWarning):
    """A ContextMesh or an OutcomeLogger was given arguments of a database, which have no effect: the server owns storage."""


def warn(message: str, category: type[Warning] = UserWarning) -> None:
    """Warns at the line that called this package. By default Python shows a warning once for each such line."""
    level, frame = 1, sys._getframe()
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] == __package__:
        level, frame = level + 1, frame.f_back
    warnings.warn(message, category, stacklevel=level)
