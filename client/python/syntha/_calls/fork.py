"""gRPC does not survive a fork of the process: its threads are gone in the child, and calls would wait for ever."""

from __future__ import annotations

import ctypes
import os
import weakref
from typing import Any

_channels: weakref.WeakSet[Any] = weakref.WeakSet()
_has_begun = False
_is_lost = False


def begin(channel: Any) -> None:
    """gRPC is used from now on."""
    global _has_begun
    _has_begun = True
    _channels.add(channel)


def is_lost() -> bool:
    """Whether this process is the child of one that had used gRPC."""
    return _is_lost


def throw_if_lost() -> None:
    if _is_lost:
        raise RuntimeError(
            "This process was forked after its parent had called a server, and gRPC does not work in it. Start such processes by the "
            "method 'spawn' or 'forkserver' of multiprocessing, or make the first call after the fork."
        )


def _after_fork() -> None:
    global _is_lost
    _is_lost = _has_begun
    for channel in _channels:
        # A channel that is freed waits for its threads, which the child does not have. So the child never frees one, not even at its end.
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(channel))


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
