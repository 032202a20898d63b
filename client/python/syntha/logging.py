"""Logging of programs, by Python's own logging. This package itself logs little, under the logger `syntha`."""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
import time
import uuid
from logging.handlers import RotatingFileHandler
from typing import Any

from syntha._arguments import invalid

__all__ = [
    "ContextLogger",
    "PerformanceLogger",
    "SecurityLogger",
    "SynthaFormatter",
    "SynthaLogger",
    "configure_from_env",
    "configure_logging",
    "get_context_logger",
    "get_logger",
    "get_performance_logger",
    "get_security_logger",
]

_ROOT = "syntha"
_FACTS = "syntha_context"
_FORMATS = {
    "standard": "%(asctime)s %(levelname)s %(name)s: %(message)s",
    "detailed": "%(asctime)s %(levelname)s %(name)s %(filename)s:%(lineno)d %(funcName)s: %(message)s",
    "json": "%(message)s",
}


class SynthaFormatter(logging.Formatter):
    """Writes records with the facts that the loggers below add. format_type: `standard`, `detailed` (with the place in the code), or
    `json` (an object in a line). include_context: whether the facts are written."""

    def __init__(self, format_type: str = "standard", include_context: bool = True) -> None:
        if format_type not in _FORMATS:
            raise invalid(f"format_type is {format_type!r}. Give one of: {', '.join(_FORMATS)}.", "format_type", format_type)
        super().__init__(_FORMATS[format_type])
        self.format_type = format_type
        self.include_context = include_context

    def format(self, record: logging.LogRecord) -> str:
        """The record as one text."""
        facts = getattr(record, _FACTS, {}) if self.include_context else {}
        text = super().format(record)
        if self.format_type != "json":
            return f"{text} {_told(facts)}" if facts else text
        told = {"time": self.formatTime(record), "level": record.levelname, "logger": record.name, "message": text, **facts}
        return json.dumps(told, ensure_ascii=False, default=str)


class SynthaLogger:
    """Sets up the logger `syntha`, below which all loggers of this module are."""

    def configure_logging(
        self,
        level: str = "INFO",
        format_type: str = "standard",
        log_file: str | None = None,
        enable_console: bool = True,
        enable_file: bool = False,
        max_file_size: int = 10_485_760,
        backup_count: int = 5,
    ) -> None:
        """Replaces the handlers of an earlier call. log_file: the file, `syntha.log` where there is none; it is written where enable_file
        is set or log_file is given. It is renamed when it has max_file_size bytes, and backup_count old ones are kept."""
        levels = logging.getLevelNamesMapping()
        if level.upper() not in levels:
            raise invalid(f"level is {level!r}. Give one of: {', '.join(levels)}.", "level", level)
        formatter = SynthaFormatter(format_type)
        handlers: list[logging.Handler] = []
        if enable_console:
            handlers.append(logging.StreamHandler(sys.stderr))
        if enable_file or log_file:
            file = log_file or "syntha.log"
            handlers.append(RotatingFileHandler(file, maxBytes=max_file_size, backupCount=backup_count, encoding="utf-8"))
        logger = logging.getLogger(_ROOT)
        logger.setLevel(level.upper())
        for former in list(logger.handlers):
            logger.removeHandler(former)
            former.close()
        for handler in handlers:
            handler.setFormatter(formatter)
            logger.addHandler(handler)

    def get_logger(self, name: str) -> logging.Logger:
        """The logger `syntha.<name>`. A name that begins with `syntha` is taken as it is."""
        return logging.getLogger(name if name.split(".")[0] == _ROOT else f"{_ROOT}.{name}")

    def configure_from_env(self) -> None:
        """As configure_logging, from SYNTHA_LOG_LEVEL, SYNTHA_LOG_FORMAT and SYNTHA_LOG_FILE."""
        self.configure_logging(
            os.environ.get("SYNTHA_LOG_LEVEL", "INFO"),
            os.environ.get("SYNTHA_LOG_FORMAT", "standard"),
            os.environ.get("SYNTHA_LOG_FILE") or None,
        )


class ContextLogger:
    """A logger that adds facts to every record: those of set_context, and those of the call."""

    def __init__(self, logger: logging.Logger, agent_name: str | None = None) -> None:
        self.logger = logger
        self.agent_name = agent_name
        self._context: dict[str, Any] = {}

    def set_context(self, **kwargs: Any) -> None:
        """Facts of all records from now on, in addition to those that there are."""
        self._context.update(kwargs)

    def clear_context(self) -> None:
        """Forgets them. The agent's name stays."""
        self._context.clear()

    def debug(self, message: str, **kwargs: Any) -> None:
        """Logs with level DEBUG. kwargs: facts of this record."""
        self._log(logging.DEBUG, message, kwargs)

    def info(self, message: str, **kwargs: Any) -> None:
        """Logs with level INFO."""
        self._log(logging.INFO, message, kwargs)

    def warning(self, message: str, **kwargs: Any) -> None:
        """Logs with level WARNING."""
        self._log(logging.WARNING, message, kwargs)

    def error(self, message: str, **kwargs: Any) -> None:
        """Logs with level ERROR."""
        self._log(logging.ERROR, message, kwargs)

    def critical(self, message: str, **kwargs: Any) -> None:
        """Logs with level CRITICAL."""
        self._log(logging.CRITICAL, message, kwargs)

    def _log(self, level: int, message: str, facts: dict[str, Any]) -> None:
        agent = {} if self.agent_name is None else {"agent_name": self.agent_name}
        _write(self.logger, level, message, {**agent, **self._context, **facts})


class PerformanceLogger:
    """Logs how long operations take. Thread-safe."""

    def __init__(self, logger: logging.Logger) -> None:
        self.logger = logger
        self._gate = threading.Lock()
        self._timers: dict[str, tuple[str, float, dict[str, Any]]] = {}

    def start_timer(self, operation: str, **context: Any) -> str:
        """Starts a timer, and returns its id for end_timer."""
        timer_id = f"{operation}-{uuid.uuid4().hex[:8]}"
        with self._gate:
            self._timers[timer_id] = (operation, time.perf_counter(), context)
        return timer_id

    def end_timer(self, timer_id: str, **additional_metrics: Any) -> float | None:
        """Logs the time since the start, and returns it in seconds. None: there is no such timer."""
        with self._gate:
            operation, started, context = self._timers.pop(timer_id, ("", 0.0, {}))
        if not operation:
            self.logger.warning("There is no timer %s", timer_id)
            return None
        duration = time.perf_counter() - started
        self.log_metrics(operation, {"duration_seconds": round(duration, 6), **additional_metrics}, **context)
        return duration

    def log_metrics(self, operation: str, metrics: dict[str, Any], **context: Any) -> None:
        """Logs numbers of an operation, with level INFO."""
        _write(self.logger, logging.INFO, f"Performance of {operation}", {"operation": operation, **metrics, **context})


class SecurityLogger:
    """Logs events of security. The server's own audit trail is apart from it, and cannot be written by programs."""

    def __init__(self, logger: logging.Logger) -> None:
        self.logger = logger

    def log_security_event(
        self, event_type: str, severity: str, description: str, agent_name: str | None = None, **context: Any
    ) -> None:
        """severity: `low` and `info` log with INFO, `medium` and `warning` with WARNING, `high` and `error` with ERROR, `critical` with
        CRITICAL, and others with WARNING."""
        level = _LEVELS.get(severity.lower(), logging.WARNING)
        facts = {"event_type": event_type, "severity": severity, **({"agent_name": agent_name} if agent_name else {}), **context}
        _write(self.logger, level, description, facts)

    def log_access_attempt(self, agent_name: str, resource: str, success: bool, reason: str | None = None) -> None:
        """An agent reached a resource, or was refused."""
        self._attempt("access", agent_name, success, resource=resource, reason=reason)

    def log_authentication_event(
        self, agent_name: str, success: bool, method: str | None = None, reason: str | None = None
    ) -> None:
        """An agent proved its identity, or did not."""
        self._attempt("authentication", agent_name, success, method=method, reason=reason)

    def _attempt(self, kind: str, agent_name: str, success: bool, **facts: str | None) -> None:
        known = {name: fact for name, fact in facts.items() if fact is not None}
        told = f"{kind.capitalize()} of {agent_name} {'succeeded' if success else 'failed'}"
        self.log_security_event(kind, "info" if success else "warning", told, agent_name, success=success, **known)


_LEVELS = {
    "low": logging.INFO,
    "info": logging.INFO,
    "medium": logging.WARNING,
    "warning": logging.WARNING,
    "high": logging.ERROR,
    "error": logging.ERROR,
    "critical": logging.CRITICAL,
}

_logger = SynthaLogger()


def configure_logging(**kwargs: Any) -> None:
    """See SynthaLogger.configure_logging, which tells the arguments."""
    _logger.configure_logging(**kwargs)


def configure_from_env() -> None:
    """See SynthaLogger.configure_from_env."""
    _logger.configure_from_env()


def get_logger(name: str) -> logging.Logger:
    """The logger `syntha.<name>`."""
    return _logger.get_logger(name)


def get_context_logger(name: str, agent_name: str | None = None) -> ContextLogger:
    """A logger that adds facts, and the agent's name."""
    return ContextLogger(get_logger(name), agent_name)


def get_performance_logger(name: str) -> PerformanceLogger:
    """A logger of durations."""
    return PerformanceLogger(get_logger(name))


def get_security_logger(name: str) -> SecurityLogger:
    """A logger of events of security."""
    return SecurityLogger(get_logger(name))


def _write(logger: logging.Logger, level: int, message: str, facts: dict[str, Any]) -> None:
    # The record tells the place of the caller of the logger's method, which is two calls above.
    logger.log(level, "%s", message, extra={_FACTS: facts}, stacklevel=4)


def _told(facts: dict[str, Any]) -> str:
    return "[" + " ".join(f"{name}={fact}" for name, fact in facts.items()) + "]"
