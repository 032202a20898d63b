"""Subscriptions. The real server shows how they go on after a break. A scripted one shows what no test can ask the real one to do."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from support.fake import FakeServer, Script, refuse
from support.proxy import Proxy
from support.server import Server

from syntha import ContextMesh, EventStream, SynthaError, SynthaPermissionError, SynthaUnavailableError
from syntha._live.loop import Backoff
from syntha.events import (
    Committed,
    ContextEvent,
    Established,
    Interrupted,
    InterruptionReason,
    Progress,
    Reset,
    ResetReason,
    SnapshotCompleted,
)
from syntha.items import Position
from syntha.v1 import stream_pb2


def _next_of(events: Iterator[ContextEvent], kind: type) -> Any:
    return next(event for event in events if isinstance(event, kind))


def _mesh(server: str, user: str = "u") -> ContextMesh:
    return ContextMesh(user, server=server, retry_delay=0.01, max_retry_delay=0.05, timeout=60.0)


def test_stream_crosses_a_break_and_tells_of_it(server: Server, user: str, mesh: ContextMesh) -> None:
    with Proxy(server.address) as proxy, _mesh(proxy.address, user) as broken, broken.subscribe() as events:
        first = next(events)
        mesh.push("a", 1)
        committed = _next_of(events, Committed)
        proxy.cut()
        mesh.push("b", 2)
        interrupted, established = _next_of(events, Interrupted), _next_of(events, Established)
        missed = _next_of(events, Committed)

    assert isinstance(first, Established) and not first.is_reconnected and established.is_reconnected
    assert (interrupted.reason, interrupted.through) == (InterruptionReason.FAILED, None)
    assert isinstance(interrupted.failure, SynthaError)
    assert (committed.through.revision, [change.key for change in missed.changes]) == (1, ["b"])


def test_stream_goes_on_when_the_server_was_killed(user: str) -> None:
    with Server() as own, _mesh(own.address, user) as mesh, mesh.subscribe(snapshot=True) as events:
        mesh.push("a", 1)
        _next_of(events, SnapshotCompleted)
        mesh.push("b", 2)
        assert _next_of(events, Committed).changes[0].key == "b"
        own.restart()
        mesh.push("c", 3)
        assert _next_of(events, Committed).changes[0].key == "c"


def test_log_that_no_longer_reaches_back_is_a_reset_with_a_snapshot(user: str) -> None:
    with Server("--Log:MaxChanges=64", "--Audit:Enabled=false") as own, _mesh(own.address, user) as mesh:
        seen = mesh.push("first", 0).position
        for number in range(200):
            mesh.push(f"k{number % 10}", number)
        with mesh.subscribe(after=seen) as events:
            reset = _next_of(events, Reset)
            snapshot = _next_of(events, SnapshotCompleted)
            mesh.push("last", 1)
            assert _next_of(events, Committed).changes[0].key == "last"

    assert reset.reason is ResetReason.HISTORY_COMPACTED
    assert snapshot.through.revision == 201


def test_close_wakes_who_waits_for_an_event(mesh: ContextMesh) -> None:
    events = mesh.subscribe()
    next(events)
    got: queue.Queue[object] = queue.Queue()
    waiting = threading.Thread(target=lambda: got.put(next(events, "the end")))
    waiting.start()
    events.close()
    waiting.join()

    assert got.get() == "the end"
    assert list(events) == []


def test_mesh_that_is_closed_ends_its_streams_aloud(server: Server, user: str) -> None:
    mesh = _mesh(server.address, user)
    events = mesh.subscribe()
    next(events)
    mesh.close()

    with pytest.raises(RuntimeError, match="closed"):
        list(events)


def test_stream_may_not_start_at_two_places_nor_with_another_heartbeat(mesh: ContextMesh) -> None:
    with pytest.raises(ValueError, match="give one of them"):
        mesh.subscribe(after=Position("e", 1), snapshot=True)
    with pytest.raises(ValueError, match="Give 1 to 60"):
        mesh.subscribe(heartbeat=0.5)


def test_callback_is_told_in_order_and_of_what_is_gone(mesh: ContextMesh) -> None:
    told: queue.Queue[Any] = queue.Queue()
    with mesh.for_agent("A").subscribe_to_topic("t", lambda *news: told.put(news)) as subscription:
        mesh.push("a", {"n": 1}, topics=["t"])
        mesh.push("elsewhere", 0, topics=["u"])
        mesh.push("a", 2, topics=["t"])
        mesh.remove("a")
        news = [told.get() for _ in range(3)]
        assert subscription.is_active
    mesh.push("later", 1, topics=["t"])

    assert news == [("t", "a", {"n": 1}), ("t", "a", 2), ("t", "a", None)]
    assert told.empty() and not subscription.is_active
    subscription.wait()


def test_callback_that_raises_ends_its_subscription_aloud(mesh: ContextMesh, caplog: pytest.LogCaptureFixture) -> None:
    def callback(*_: Any) -> None:
        raise KeyError("of the callback")

    with caplog.at_level(logging.ERROR, "syntha"):
        subscription = mesh.for_agent("A").subscribe_to_topic("t", callback)
        mesh.push("k", 1, topics=["t"])
        with pytest.raises(KeyError):
            subscription.wait()

    assert "The subscription to topic 't' has ended." in caplog.text


def test_callback_that_may_not_subscribe_is_told_at_once(mesh: ContextMesh) -> None:
    agent = mesh.for_agent("A")
    agent.set_denied_tools(["subscribe_to_topics"])

    with pytest.raises(SynthaPermissionError):
        agent.subscribe_to_topic("t", print)


def test_callback_of_a_server_that_is_not_there_is_told_in_time() -> None:
    with ContextMesh("u", server="127.0.0.1:1", timeout=5, retry_delay=0.01) as mesh, pytest.raises(SynthaUnavailableError):
        mesh.for_agent("A").subscribe_to_topic("t", print)


# ---- A scripted server ----


def _message(**said: Any) -> stream_pb2.SubscribeResponse:
    return stream_pb2.SubscribeResponse(**said)


def _established(revision: int, heartbeat: float = 15.0) -> stream_pb2.SubscribeResponse:
    established = stream_pb2.Established(position={"epoch": "e", "revision": revision}, oldest_revision=1)
    established.heartbeat.FromMilliseconds(round(heartbeat * 1000))
    return _message(established=established)


def _changes(*revisions: int, through: int | None = None, continues: bool = False) -> stream_pb2.SubscribeResponse:
    position = None if through is None else {"epoch": "e", "revision": through}
    changes = [stream_pb2.Change(kind=1, revision=revision, key=f"k{revision}") for revision in revisions]
    return _message(changes=stream_pb2.Changes(changes=changes, through=position, revision_continues=continues))


def _hang(context: grpc.ServicerContext) -> None:
    gone = threading.Event()
    context.add_callback(gone.set)
    gone.wait()


def _refusing(status: grpc.StatusCode, reason: str) -> Any:
    return lambda context: refuse(context, status, reason)


def _starts(fake: FakeServer) -> list[tuple[str, int]]:
    return [(request.start.WhichOneof("place"), request.start.after.revision) for request, _ in fake.calls]


def _play(*streams: list[Any]) -> tuple[FakeServer, ContextMesh, EventStream]:
    fake = FakeServer(Subscribe=Script(*streams)).__enter__()
    mesh = _mesh(fake.address)
    return fake, mesh, mesh.subscribe()


def _end(fake: FakeServer, mesh: ContextMesh, events: EventStream) -> None:
    events.close()
    mesh.close()
    fake.__exit__()


def test_revision_in_pieces_is_one_event_and_one_that_breaks_off_is_read_anew() -> None:
    playing = _play(
        [_established(0), _changes(1, continues=True), _changes(1, 2, through=2), _changes(3, 4, continues=True)],
        [_established(3), _changes(4, 4, through=7), _hang],
    )
    fake, _, events = playing
    committed = [_next_of(events, Committed) for _ in range(4)]
    starts = _starts(fake)
    _end(*playing)

    assert [(event.revision, len(event.changes), event.through.revision) for event in committed] == [
        (1, 2, 1), (2, 1, 2), (3, 1, 3), (4, 2, 7),
    ]
    assert starts == [("now", 0), ("after", 3)]


def test_silence_of_two_heartbeats_is_a_broken_connection() -> None:
    playing = _play([_established(5, heartbeat=0.05), _hang], [_established(5), _hang])
    fake, _, events = playing
    interrupted = _next_of(events, Interrupted)
    established = _next_of(events, Established)
    starts = _starts(fake)
    _end(*playing)

    assert (interrupted.reason, interrupted.failure) == (InterruptionReason.SILENT, None)
    assert established.is_reconnected and starts == [("now", 0), ("after", 5)]


def test_pause_of_the_reader_is_no_silence_of_the_server() -> None:
    spoke = threading.Event()
    playing = _play([_established(5, heartbeat=0.5), _changes(6, through=6), lambda _context: spoke.set(), _hang])
    _, _, events = playing
    next(events)
    spoke.wait()
    time.sleep(1.2)  # The pause itself is what is tested: more than two heartbeats, which the reader does not wait for.
    committed = next(events)
    _end(*playing)

    assert isinstance(committed, Committed)


@pytest.mark.parametrize(
    ("ending", "reason"),
    [
        (stream_pb2.ENDING_REASON_SHUTDOWN, InterruptionReason.SHUTTING_DOWN),
        (stream_pb2.ENDING_REASON_RELOADED, InterruptionReason.RELOADED),
        (None, InterruptionReason.ENDED),
    ],
)
def test_stream_never_ends_silently(ending: Any, reason: InterruptionReason) -> None:
    last = [] if ending is None else [_message(ending=stream_pb2.Ending(reason=ending))]
    playing = _play([_established(5), *last], [_established(5), _changes(6, through=6), _hang])
    fake, _, events = playing
    interrupted = _next_of(events, Interrupted)
    committed = _next_of(events, Committed)
    _end(*playing)

    assert (interrupted.reason, interrupted.attempt, committed.revision) == (reason, 1, 6)


def test_waits_grow_until_the_subscription_gets_further() -> None:
    failing = [_refusing(grpc.StatusCode.UNAVAILABLE, "NODE_DRAINING")]
    playing = _play(failing, failing, [_established(1)], [_established(1), _changes(2, through=2)], [_hang])
    attempts = [_next_of(playing[2], Interrupted).attempt for _ in range(4)]
    _end(*playing)

    assert attempts == [1, 2, 3, 1]


@pytest.mark.parametrize("reason", ["HISTORY_COMPACTED", "EPOCH_CHANGED", "REVISION_IN_FUTURE"])
def test_position_that_is_void_is_a_reset_and_a_snapshot(reason: str) -> None:
    playing = _play([_established(5), _refusing(grpc.StatusCode.OUT_OF_RANGE, reason)], [_established(9), _hang])
    fake, _, events = playing
    reset = _next_of(events, Reset)
    established = _next_of(events, Established)
    starts = _starts(fake)
    _end(*playing)

    assert (reset.reason.value, established.is_snapshot_ahead, starts[1][0]) == (reason, True, "snapshot")


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (grpc.StatusCode.PERMISSION_DENIED, "TOOL_NOT_ALLOWED"),
        (grpc.StatusCode.UNAUTHENTICATED, "CREDENTIALS_INVALID"),
        (grpc.StatusCode.DATA_LOSS, "STORE_CORRUPT"),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, "QUOTA_STREAMS"),
    ],
)
def test_what_no_attempt_would_mend_is_raised(status: grpc.StatusCode, reason: str) -> None:
    playing = _play([_refusing(status, reason)])
    with pytest.raises(SynthaError, match=reason) as caught:
        list(playing[2])
    _end(*playing)

    assert caught.value.status is status


def test_limit_of_streams_is_waited_for_by_one_that_was_served() -> None:
    limit = _refusing(grpc.StatusCode.RESOURCE_EXHAUSTED, "QUOTA_STREAMS")
    playing = _play([_established(1), limit], [limit], [_established(1), _changes(2, through=2), _hang])
    interrupted = [_next_of(playing[2], Interrupted) for _ in range(2)]
    committed = _next_of(playing[2], Committed)
    _end(*playing)

    assert ({event.reason for event in interrupted}, committed.revision) == ({InterruptionReason.FAILED}, 2)


def test_progress_moves_the_place_to_resume_at() -> None:
    progress = _message(progress=stream_pb2.Progress(through={"epoch": "e", "revision": 8}))
    playing = _play([_established(5), progress, _changes(through=9)], [_established(9), _hang])
    fake, _, events = playing
    reached = [_next_of(events, Progress).through.revision for _ in range(2)]
    _next_of(events, Established)
    starts = _starts(fake)
    _end(*playing)

    assert (reached, starts) == ([8, 9], [("now", 0), ("after", 9)])


def test_backoff_is_random_below_a_bound_that_doubles() -> None:
    backoff = Backoff(1.0, 5.0, chance=lambda: 0.5)

    assert [backoff.next(None) for _ in range(5)] == [0.5, 1.0, 2.0, 2.5, 2.5]
    assert backoff.next(2.0) == 4.5
    assert backoff.next(60.0) == 5.0
    backoff.reset()
    assert (backoff.next(None), backoff.failures) == (0.5, 1)


def test_topics_are_registered_by_the_first_stream_alone() -> None:
    script = Script(*[[_established(1)]] * 2)
    limit = _refusing(grpc.StatusCode.OUT_OF_RANGE, "HISTORY_COMPACTED")
    with FakeServer(SubscribeToTopics=Script([limit], [limit])) as refusing, FakeServer(SubscribeToTopics=script) as fake:
        for server in (refusing, fake):
            with _mesh(server.address) as mesh, mesh.for_agent("A").subscribe_to_topics(["t"]) as events:
                for _ in range(2):
                    _next_of(events, Reset if server is refusing else Interrupted)

    # A stream that was refused for its position goes on as well: the next one registers nothing.
    assert [request.skip_registration for request, _ in refusing.calls] == [False, True]
    assert [request.skip_registration for request, _ in fake.calls] == [False, True]
