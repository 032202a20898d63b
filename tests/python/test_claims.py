"""Claims: waiting in line, renewals and guards. tests/conformance/claims.json shows what each call means."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import grpc
import pytest
from support.fake import FakeServer, Script, refuse
from support.proxy import Proxy
from support.server import Server

from syntha import (
    Claim,
    ClaimEntry,
    ClaimState,
    ClaimWaiting,
    ContextMesh,
    FencingToken,
    Patch,
    Position,
    PushEntry,
    ReleaseEntry,
    RemoveEntry,
    SynthaClaimHeldError,
    SynthaClaimLostError,
    SynthaClosedError,
    SynthaConfigurationError,
    SynthaConflictError,
    SynthaInvalidArgumentError,
    SynthaQuotaError,
    SynthaUnavailableError,
    aio,
)
from syntha._claims.keeping import Schedule
from syntha.events import Interrupted
from syntha.v1 import claim_pb2, context_mesh_service_pb2, discovery_service_pb2, item_pb2

_POSITION = item_pb2.Position(epoch="e", revision=7)
_TOKEN = FencingToken("job", Position("e", 7))
_HANGS_AFTER = 60.0


def _claim(lease: float = 60.0, agent: str | None = "A", waiting: tuple[str, ...] = ()) -> claim_pb2.Claim:
    claim = claim_pb2.Claim(
        name="job",
        holder=claim_pb2.ClaimParty(agent=agent),
        token=claim_pb2.FencingToken(name="job", position=_POSITION),
        waiting=[claim_pb2.ClaimParty(agent=one) for one in waiting],
    )
    claim.lease.FromMicroseconds(round(lease * 1e6))
    claim.expire_time.FromSeconds(1_800_000_000)
    return claim


def _waiting(place: int, *line: str) -> claim_pb2.AwaitClaimResponse:
    return claim_pb2.AwaitClaimResponse(waiting=claim_pb2.ClaimWaiting(place=place, ticket="t", claim=_claim(waiting=line)))


def _held(lease: float = 60.0) -> claim_pb2.AwaitClaimResponse:
    return claim_pb2.AwaitClaimResponse(held=_claim(lease))


def _broken(context: grpc.ServicerContext) -> None:
    refuse(context, grpc.StatusCode.UNAVAILABLE, "SERVER_STOPPING")


def _mesh(server: FakeServer, **options: Any) -> ContextMesh:
    return ContextMesh("u", server=server.address, **{"retry_delay": 0.01, "max_retry_delay": 0.02, **options})


def _with_claims(_request: Any, _context: Any) -> Any:
    return discovery_service_pb2.GetServerInfoResponse(features=[discovery_service_pb2.SERVER_FEATURE_CLAIMS])


def test_line_comes_back_under_its_id_and_tells_only_what_is_new() -> None:
    script = Script([_waiting(2, "B", "A"), _waiting(2, "B", "A"), _waiting(1, "A"), _broken], [_waiting(1, "A"), _held()])
    with FakeServer(AwaitClaim=script) as fake, _mesh(fake) as mesh:
        line = mesh.await_claim("job", lease=90, topics=["t"], grace=20, agent_name="A")
        events = list(line)

    first, second, interrupted = events
    assert isinstance(first, ClaimWaiting) and isinstance(second, ClaimWaiting) and isinstance(interrupted, Interrupted)
    assert (first.place, first.claim.waiting, second.place) == (2, ("B", "A"), 1)
    assert interrupted.failure is not None and interrupted.failure.reason == "SERVER_STOPPING"
    assert line.claim is not None and (line.claim.token, line.claim.lease) == (_TOKEN, 60)
    requests = [request for request, _ in fake.calls]
    assert [request.request_id for request in requests] == [line.request_id] * 2
    asked = requests[0]
    assert (asked.as_agent, asked.claim.lease.seconds, asked.claim.topics, asked.grace.seconds) == ("A", 90, ["t"], 20)
    assert asked.heartbeat.seconds * 2 < 20, "A silent connection is noticed while the place is there."


@pytest.mark.parametrize("reason", ["CLAIM_HELD", "QUOTA_CLAIMS", "ROUTING_NOT_ALLOWED"])
def test_line_ends_where_the_server_refuses(reason: str) -> None:
    status = {"CLAIM_HELD": "ABORTED", "QUOTA_CLAIMS": "RESOURCE_EXHAUSTED"}.get(reason, "PERMISSION_DENIED")
    script = Script([lambda context: refuse(context, grpc.StatusCode[status], reason)], [_held()])
    with FakeServer(AwaitClaim=script) as fake, _mesh(fake) as mesh:
        line = mesh.await_claim("job")
        with pytest.raises(Exception) as caught:
            line.wait()
        again = line.wait()

    kinds = {"CLAIM_HELD": SynthaClaimHeldError, "QUOTA_CLAIMS": SynthaQuotaError}
    assert caught.value.reason == reason and isinstance(caught.value, kinds.get(reason, Exception))  # type: ignore[attr-defined]
    assert again.token == _TOKEN and len({request.request_id for request, _ in fake.calls}) == 1


def test_line_of_asyncio_is_the_same() -> None:
    async def main(address: str) -> tuple[list[Any], Any, str]:
        async with aio.ContextMesh("u", server=address, retry_delay=0.01) as mesh:
            line = mesh.for_agent("A").await_claim("job")
            events = [event async for event in line]
            assert await line.wait() is line.claim
            return events, line.claim, line.request_id

    script = Script([_waiting(1, "A"), _broken], [_waiting(1, "A"), _held()])
    with FakeServer(AwaitClaim=script) as fake:
        events, claim, request_id = asyncio.run(main(fake.address))

    assert [type(event) for event in events] == [ClaimWaiting, Interrupted] and claim.token == _TOKEN
    assert [(request.request_id, request.as_agent) for request, _ in fake.calls] == [(request_id, "A")] * 2


def test_closed_line_ends_and_one_that_is_left_gives_up_its_place() -> None:
    reading, left = threading.Event(), claim_pb2.LeaveClaimResponse(left=True)

    def wait(_request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
        yield _waiting(1, "A")
        reading.set()
        ended = threading.Event()
        context.add_callback(ended.set)
        ended.wait(_HANGS_AFTER)

    with FakeServer(AwaitClaim=wait, LeaveClaim=lambda *_: left) as fake, _mesh(fake) as mesh:
        line = mesh.await_claim("job", agent_name="A")
        closer = threading.Thread(target=lambda: reading.wait(_HANGS_AFTER) and line.close())
        closer.start()
        with pytest.raises(SynthaClosedError):
            line.wait()
        closer.join()
        assert line.leave() is True

    request = fake.calls[-1][0]
    assert (request.name, request.ticket, request.as_agent) == ("job", line.request_id, "A")


def test_claim_is_released_at_the_end_of_its_block() -> None:
    calls = {"Claim": lambda *_: claim_pb2.ClaimResponse(position=_POSITION, claim=_claim())}
    with FakeServer(**calls, ReleaseClaim=lambda *_: claim_pb2.ReleaseClaimResponse()) as fake, _mesh(fake) as mesh:
        with mesh.claim("job") as claim:
            assert (claim.name, claim.token, claim.lease) == ("job", _TOKEN, 60)
            assert claim.expire_time == datetime.fromtimestamp(1_800_000_000, timezone.utc)
        with pytest.raises(KeyError), mesh.claim("job", agent_name="A"):
            raise KeyError

    tokens = [request.token for request, _ in fake.calls if isinstance(request, claim_pb2.ReleaseClaimRequest)]
    assert [FencingToken._from(token) for token in tokens] == [_TOKEN, _TOKEN]
    assert fake.calls[-1][0].as_agent == "A"


def test_block_whose_claim_was_lost_says_so_and_hides_no_other_failure() -> None:
    def lost(_request: Any, context: grpc.ServicerContext) -> Any:
        refuse(context, grpc.StatusCode.FAILED_PRECONDITION, "CLAIM_LOST")

    with FakeServer(ReleaseClaim=lost) as fake, _mesh(fake) as mesh:
        with pytest.raises(SynthaClaimLostError), Claim(mesh, _TOKEN):
            pass
        with pytest.raises(KeyError), Claim(mesh, _TOKEN):
            raise KeyError
        with pytest.raises(SynthaClaimLostError), Claim(mesh, _TOKEN) as claim:
            with pytest.raises(SynthaClaimLostError):
                claim.release()
            raise SynthaClaimLostError("of the block")

    assert len(fake.calls) == 3


def test_claim_that_cannot_be_given_back_ends_with_its_lease() -> None:
    def down(_request: Any, context: grpc.ServicerContext) -> Any:
        refuse(context, grpc.StatusCode.UNAVAILABLE, "STORE_DOWN")

    with FakeServer(ReleaseClaim=down) as fake, _mesh(fake, max_attempts=1) as mesh:
        with Claim(mesh, _TOKEN):
            pass
        with pytest.raises(SynthaUnavailableError):
            Claim(mesh, _TOKEN).release()

    assert len(fake.calls) == 2


def test_claim_that_was_handed_over_is_not_released() -> None:
    position = item_pb2.Position(epoch="e", revision=9)
    answers = {
        "HandOverClaim": lambda *_: claim_pb2.HandOverClaimResponse(position=position),
        "ReleaseClaim": lambda *_: claim_pb2.ReleaseClaimResponse(),
    }
    with FakeServer(**answers) as fake, _mesh(fake) as mesh:
        with Claim(mesh.for_agent("A"), _TOKEN) as claim:
            assert claim.hand_over("B", lease=5) == FencingToken("job", Position("e", 9))

    ((request, _),) = fake.calls
    assert (request.as_agent, request.to_agent, request.lease.seconds) == ("A", "B", 5)


def test_kept_claim_is_renewed_until_it_is_released() -> None:
    renewed: queue.Queue[Any] = queue.Queue()

    def renew(request: Any, _context: Any) -> Any:
        renewed.put(request)
        return claim_pb2.RenewClaimResponse(expire_time=_claim().expire_time)

    answers = {"Claim": lambda *_: claim_pb2.ClaimResponse(position=_POSITION, claim=_claim(lease=0.3))}
    with FakeServer(**answers, RenewClaim=renew, ReleaseClaim=lambda *_: claim_pb2.ReleaseClaimResponse()) as fake, _mesh(fake) as mesh:
        with mesh.claim("job").keep() as claim:
            requests = [renewed.get(timeout=_HANGS_AFTER) for _ in range(3)]
            assert not claim.lost.is_set()
        (thread,) = [one for one in threading.enumerate() if one.name == "syntha claim job"] or [None]
        if thread is not None:
            thread.join(_HANGS_AFTER)
            assert not thread.is_alive()

    assert {FencingToken._from(request.token) for request in requests} == {_TOKEN}
    assert not any(request.HasField("lease") for request in requests) and len({request.request_id for request in requests}) == 3
    assert claim.failure is None and not claim.lost.is_set()


@pytest.mark.parametrize(
    ("status", "reason", "kind"),
    [("FAILED_PRECONDITION", "CLAIM_LOST", SynthaClaimLostError), ("UNAVAILABLE", "STORE_DOWN", SynthaUnavailableError)],
)
def test_kept_claim_that_is_lost_tells_its_holder(status: str, reason: str, kind: type[Exception]) -> None:
    def refused(_request: Any, context: grpc.ServicerContext) -> Any:
        refuse(context, grpc.StatusCode[status], reason)

    async def main(address: str) -> tuple[BaseException, BaseException | None]:
        async with aio.ContextMesh("u", server=address, retry_delay=0.01) as mesh:
            told: asyncio.Queue[BaseException] = asyncio.Queue()
            claim = aio.Claim(mesh, ClaimState._from(_claim(lease=0.3))).keep(told.put)
            await asyncio.wait_for(claim.lost.wait(), _HANGS_AFTER)
            return await told.get(), claim.failure

    with FakeServer(RenewClaim=refused) as fake:
        with _mesh(fake) as mesh:
            told: queue.Queue[BaseException] = queue.Queue()
            claim = Claim(mesh, ClaimState._from(_claim(lease=0.3))).keep(told.put)
            assert claim.lost.wait(_HANGS_AFTER)
            failure = told.get(timeout=_HANGS_AFTER)
        later, same = asyncio.run(main(fake.address))

    if reason == "CLAIM_LOST":
        assert len(fake.calls) == 2, "The server has said so: each claim is lost at once, and not asked about again."
    assert isinstance(failure, kind) and failure is claim.failure
    assert isinstance(later, kind) and later is same


def test_renewals_go_by_the_time_at_which_they_were_asked_for() -> None:
    schedule = Schedule(lease=60, asked=100, now=105)
    assert (schedule.wait(105), schedule.left(105)) == (15, 55)
    schedule.failed(120)
    assert (schedule.wait(120), schedule.left(120)) == (5, 40)
    schedule.renewed(60, 125)
    assert (schedule.wait(130), schedule.left(130)) == (15, 55)
    schedule.failed(184)
    assert (schedule.wait(184), schedule.left(185)) == (1, 0)
    assert Schedule(lease=60, asked=None, now=5).wait(5) == 0, "When it was given is not known: the first renewal tells."


def test_claim_that_an_earlier_call_has_got_is_renewed_at_once() -> None:
    """Under the caller's own id it may have been given long ago. A call that the client itself has repeated was asked for just now."""
    given = claim_pb2.ClaimResponse(position=_POSITION, claim=_claim(lease=600), replayed=True)
    renewed: queue.Queue[Any] = queue.Queue()

    def renew(request: Any, _context: Any) -> Any:
        renewed.put(request)
        return claim_pb2.RenewClaimResponse()

    answers = {"Claim": lambda *_: given, "ReleaseClaim": lambda *_: claim_pb2.ReleaseClaimResponse()}
    with FakeServer(RenewClaim=renew, **answers) as fake, _mesh(fake) as mesh:
        for side in (mesh, mesh.for_agent("A")):
            with side.claim("job").keep() as claim:
                assert claim._schedule is not None and claim._schedule.wait(time.monotonic()) > 100
            with side.claim("job", request_id="01938f00-0000-7000-8000-000000000001").keep():
                renewed.get(timeout=_HANGS_AFTER)

    assert renewed.empty()


def test_closed_mesh_keeps_no_claim() -> None:
    renewed = claim_pb2.RenewClaimResponse()
    with FakeServer(RenewClaim=lambda *_: renewed) as fake, _mesh(fake) as mesh:
        claim = Claim(mesh, ClaimState._from(_claim(lease=0.3)))
        mesh.close()
        assert claim.keep().lost.wait(_HANGS_AFTER)

    assert isinstance(claim.failure, SynthaClosedError)


def test_renewal_takes_no_longer_than_the_claim_is_held() -> None:
    limits: queue.Queue[float] = queue.Queue()

    def renew(_request: Any, context: grpc.ServicerContext) -> Any:
        limits.put(context.time_remaining())
        return claim_pb2.RenewClaimResponse()

    with FakeServer(RenewClaim=renew, ReleaseClaim=lambda *_: claim_pb2.ReleaseClaimResponse()) as fake, _mesh(fake) as mesh:
        with Claim(mesh, ClaimState._from(_claim(lease=5))).keep():
            limit = limits.get(timeout=_HANGS_AFTER)

    assert limit <= 5


_GUARDED: dict[str, Callable[[Any, Any], Any]] = {
    "Push": lambda mesh, claim: mesh.push("k", 1, if_claim=claim),
    "PushMany": lambda mesh, claim: mesh.push_many([PushEntry("k", 1)], if_claim=claim),
    "Patch": lambda mesh, claim: mesh.patch("k", Patch.increment(), if_claim=claim),
    "Remove": lambda mesh, claim: mesh.remove("k", if_claim=claim),
    "Commit": lambda mesh, claim: mesh.commit([RemoveEntry("k")], if_claim=claim),
    "PushContext": lambda mesh, claim: mesh.for_agent("A").push_context("k", 1, if_claim=claim),
    "PatchContext": lambda mesh, claim: mesh.for_agent("A").patch_context("k", Patch.increment(), if_claim=claim),
    "RemoveContext": lambda mesh, claim: mesh.for_agent("A").remove_context("k", if_claim=claim),
    "CommitContext": lambda mesh, claim: mesh.for_agent("A").commit_context([RemoveEntry("k")], if_claim=[claim]),
}


@pytest.mark.parametrize("method", _GUARDED)
def test_guard_is_sent_only_to_a_server_that_knows_it(method: str) -> None:
    older = FakeServer(GetServerInfo=lambda *_: discovery_service_pb2.GetServerInfoResponse(features=[2]))
    with older, _mesh(older) as mesh:
        with pytest.raises(SynthaConfigurationError, match="no claims"):
            _GUARDED[method](mesh, _TOKEN)
        assert [type(request) for request, _ in older.calls] == [discovery_service_pb2.GetServerInfoRequest]

    kind = method.removesuffix("Context")
    answer = getattr(context_mesh_service_pb2, f"{kind}Response")()
    with FakeServer(GetServerInfo=_with_claims, **{method: lambda *_: answer}) as fake, _mesh(fake) as mesh:
        for proof in (_TOKEN, Claim(mesh, _TOKEN)):
            _GUARDED[method](mesh, proof)
        asked, *writes = [request for request, _ in fake.calls]

    assert isinstance(asked, discovery_service_pb2.GetServerInfoRequest) and len(writes) == 2
    tokens = [write.guards[0].if_claim if kind == "Commit" else write.if_claim for write in writes]
    assert [FencingToken._from(token) for token in tokens] == [_TOKEN, _TOKEN]


def test_guards_of_a_commit_may_be_several_and_its_operations_claims() -> None:
    other = FencingToken("other", Position("e", 3))
    answer = context_mesh_service_pb2.CommitResponse(position=_POSITION)
    answer.results.add().claim.CopyFrom(_claim())
    with FakeServer(GetServerInfo=_with_claims, Commit=lambda *_: answer) as fake, _mesh(fake) as mesh:
        operations = [ClaimEntry("job", lease=timedelta(minutes=1)), ReleaseEntry(other)]
        receipt = mesh.commit(operations, guards={"k": 0}, if_claim=[_TOKEN, other])
        claim = receipt.results[0].claim
        assert claim is not None and Claim(mesh, claim).token == _TOKEN

    request = fake.calls[-1][0]
    assert [guard.WhichOneof("guard") for guard in request.guards] == ["if_revision", "if_claim", "if_claim"]
    assert (request.operations[0].claim.name, request.operations[0].claim.lease.seconds) == ("job", 60)
    assert FencingToken._from(request.operations[1].release.token) == other


def test_error_of_a_held_claim_tells_holder_and_time() -> None:
    told = {"holder": "Booker", "until": "2026-05-01T12:00:00.1234567Z"}

    def held(_request: Any, context: grpc.ServicerContext) -> Any:
        refuse(context, grpc.StatusCode.ABORTED, "CLAIM_HELD", **told)

    with FakeServer(Claim=held) as fake, _mesh(fake) as mesh:
        with pytest.raises(SynthaClaimHeldError) as caught:
            mesh.claim("job")
        told = {}
        with pytest.raises(SynthaConflictError) as hidden:
            mesh.claim("job")

    assert (caught.value.holder, caught.value.until) == ("Booker", datetime(2026, 5, 1, 12, 0, 0, 123456, timezone.utc))
    assert isinstance(hidden.value, SynthaClaimHeldError) and (hidden.value.holder, hidden.value.until) == (None, None)


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda mesh: mesh.claim(5), "name"),
        (lambda mesh: mesh.claim("job", lease="60"), "lease"),
        (lambda mesh: mesh.claim("job", topics="t"), "topics"),
        (lambda mesh: mesh.await_claim("job", grace=0), "grace"),
        (lambda mesh: mesh.await_claim("job", grace="5"), "grace"),
        (lambda mesh: mesh.list_claims(name_prefix=None), "name_prefix"),
        (lambda mesh: mesh.push("k", 1, if_claim="job"), "if_claim"),
        (lambda mesh: mesh.push("k", 1, if_claim=ClaimState._from(_claim())), "if_claim"),
        (lambda mesh: mesh.commit([RemoveEntry("k")], if_claim=["job"]), "if_claim"),
        (lambda mesh: mesh.commit([RemoveEntry("k")], if_claim="job"), "if_claim"),
        (lambda mesh: mesh.commit([ReleaseEntry("job")]), "The claim of a ReleaseEntry"),
        (lambda mesh: Claim(mesh, "job"), "claim"),
        (lambda mesh: Claim("A", _TOKEN), "side"),
        (lambda mesh: Claim(mesh, ClaimState("job", True, "A", None, None, None, (), (), ())), "claim"),
        (lambda mesh: Claim(mesh, _TOKEN).keep(), "lease"),
        (lambda mesh: Claim(mesh, ClaimState._from(_claim())).keep(5), "on_lost"),
        (lambda mesh: Claim(mesh, _TOKEN).hand_over(5), "to"),
    ],
)
def test_other_arguments_are_refused_by_name(make: Any, field: str) -> None:
    with ContextMesh("u", server="127.0.0.1:1") as mesh, pytest.raises(SynthaInvalidArgumentError) as caught:
        make(mesh)

    assert caught.value.field == field


def test_claim_passes_on_through_the_line_and_a_late_write_is_refused(mesh: ContextMesh) -> None:
    first = mesh.claim("job", agent_name="A")
    line = mesh.for_agent("B").await_claim("job")
    assert isinstance(waiting := next(line), ClaimWaiting) and (waiting.place, waiting.claim.holder) == (1, "A")
    first.release()
    with line.wait() as second:
        mesh.push("k", "of B", agent_name="B", if_claim=second)
        with pytest.raises(SynthaClaimLostError):
            mesh.push("k", "of A", agent_name="A", if_claim=first)
        assert second.token.position.revision > first.token.position.revision

    assert mesh.get("k") == "of B" and mesh.list_claims() == []


def test_line_crosses_a_break(server: Server, user: str, mesh: ContextMesh) -> None:
    first = mesh.claim("job")
    with Proxy(server.address) as proxy, ContextMesh(user, server=proxy.address, retry_delay=0.01) as broken:
        line = broken.await_claim("job", agent_name="A", grace=60)
        next(line)
        proxy.cut()
        first.release()
        claim = line.wait()

    assert mesh.list_claims()[0].token == claim.token


def test_lost_answer_of_a_claim_is_asked_for_again(server: Server, user: str, mesh: ContextMesh) -> None:
    with Proxy(server.address) as proxy, ContextMesh(user, server=proxy.address, retry_delay=0.01) as broken:
        broken.list_claims()
        proxy.lose_next_answer()
        claim = broken.claim("job")

        assert mesh.list_claims()[0].token == claim.token


def test_line_and_place_outlive_the_server(user: str) -> None:
    with Server() as own, ContextMesh(user, server=own.address, retry_delay=0.05, timeout=60.0) as mesh:
        first = mesh.claim("job", lease=600)
        line = mesh.await_claim("job", agent_name="A", grace=300)
        next(line)
        own.restart()
        first.release()

        assert mesh.list_claims()[0].token == line.wait().token


def test_owner_takes_a_claim_back(mesh: ContextMesh) -> None:
    claim = mesh.for_agent("A").claim("job", lease=600)
    mesh.release_claim("job")

    with pytest.raises(SynthaClaimLostError):
        claim.renew()
    with pytest.raises(SynthaClaimLostError):
        mesh.release_claim("job")


def test_kept_claim_outlives_its_lease(server: Server, user: str) -> None:
    async def main() -> bool:
        async with aio.ContextMesh(user, server=server.address) as mesh:
            async with await mesh.claim("job", lease=1) as claim:
                claim.keep()
                before = claim.expire_time
                assert before is not None
                # Another waits in vain while the store's clock passes the first lease, which the renewals tell.
                async for event in mesh.subscribe(include_claims=True):
                    for change in getattr(event, "changes", ()):
                        assert change.claim.token == claim.token
                        if change.time > before:
                            return not claim.lost.is_set()
        return False

    assert asyncio.run(main())
