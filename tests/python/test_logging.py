"""syntha.logging: loggers that add facts, for programs."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from syntha.logging import (
    SynthaFormatter,
    configure_from_env,
    configure_logging,
    get_context_logger,
    get_logger,
    get_performance_logger,
    get_security_logger,
)


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    yield
    logger = logging.getLogger("syntha")
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
        handler.close()
    logger.setLevel(logging.NOTSET)


def test_facts_stand_behind_the_message_or_in_the_json(tmp_path: Path) -> None:
    texts = []
    for form in ("standard", "detailed", "json"):
        file = tmp_path / form
        configure_logging(level="debug", format_type=form, log_file=str(file), enable_console=False)
        logger = get_context_logger("room", agent_name="A")
        logger.set_context(task="t")
        logger.debug("first", step=1)
        logger.clear_context()
        logger.critical("second")
        texts.append(file.read_text("utf-8"))

    assert "DEBUG syntha.room: first [agent_name=A task=t step=1]" in texts[0]
    assert "test_logging.py" in texts[1] and "second [agent_name=A]" in texts[1]
    told = json.loads(texts[2].splitlines()[0])
    assert (told["level"], told["logger"], told["message"], told["task"], told["step"]) == ("DEBUG", "syntha.room", "first", "t", 1)
    with pytest.raises(ValueError, match="format_type is 'poem'"):
        SynthaFormatter("poem")


def test_configuration_of_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SYNTHA_LOG_LEVEL", "ERROR")
    monkeypatch.setenv("SYNTHA_LOG_FILE", str(tmp_path / "log"))
    configure_from_env()
    get_logger("room").warning("quiet")
    get_logger("syntha.room").error("loud")

    assert [line.partition(": ")[2] for line in (tmp_path / "log").read_text("utf-8").splitlines()] == ["loud"]


def test_timers_and_events(caplog: pytest.LogCaptureFixture) -> None:
    performance, security = get_performance_logger("speed"), get_security_logger("guard")
    with caplog.at_level(logging.INFO, "syntha"):
        timer = performance.start_timer("read", agent="A")
        assert performance.end_timer(timer, items=2) is not None
        assert performance.end_timer(timer) is None
        security.log_access_attempt("A", "secrets", False, "no role")
        security.log_authentication_event("A", True, "key")
        security.log_security_event("probe", "critical", "Somebody guesses", port=1)

    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("INFO", "Performance of read"),
        ("WARNING", f"There is no timer {timer}"),
        ("WARNING", "Access of A failed"),
        ("INFO", "Authentication of A succeeded"),
        ("CRITICAL", "Somebody guesses"),
    ]
    facts = [getattr(record, "syntha_context", {}) for record in caplog.records]
    assert (facts[0]["agent"], facts[0]["items"], facts[2]["reason"], facts[4]["port"]) == ("A", 2, "no role", 1)
