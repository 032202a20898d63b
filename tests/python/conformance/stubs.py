"""The contract through Python's bare stubs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import grpc
from conformance.running import Refused, Runner, Stream
from conformance.wire import wire_stream
from google.protobuf import json_format
from support.proxy import Proxy

from syntha import _status_pb2
from syntha._calls import settings

SERVICES = {service.name: service for service in settings.SERVICES}


class Stubs(Runner):
    def __init__(self, server: str) -> None:
        self._channel = grpc.insecure_channel(server)
        self._proxy = Proxy(server)
        self._broken_channel = grpc.insecure_channel(self._proxy.address, [("grpc.initial_reconnect_backoff_ms", 50)])

    def call(self, user_id: str | None, method: str, request: dict[str, Any], *, pages: bool, wire: bool) -> dict[str, Any]:
        call = self._method(self._channel, method, "unary_unary")
        answer = _json_of(_refusing(lambda: call(_message_of(method, request), metadata=_metadata(user_id))))
        return all_pages(answer, lambda token: self.call(user_id, method, {**request, "pageToken": token}, pages=False, wire=wire), pages)

    def open(self, user_id: str | None, method: str, request: dict[str, Any], *, wire: bool) -> Stream:
        def connect(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
            # The proxy breaks connections. A channel that lost its connection gets the time to make another.
            call = self._method(self._broken_channel, method, "unary_stream")(
                _message_of(method, request), metadata=_metadata(user_id), wait_for_ready=True
            )
            try:
                while (response := _refusing(lambda: next(call, None))) is not None:
                    yield _json_of(response)
            finally:
                call.cancel()

        return wire_stream(connect, method, request, self._proxy.cut)

    def close(self) -> None:
        self._channel.close()
        self._broken_channel.close()
        self._proxy.__exit__()

    def _method(self, channel: grpc.Channel, method: str, kind: str) -> Any:
        descriptor = _descriptor_of(method)
        return getattr(channel, kind)(
            f"/{descriptor.containing_service.full_name}/{descriptor.name}",
            request_serializer=lambda request: request.SerializeToString(),
            response_deserializer=descriptor.output_type._concrete_class.FromString,
        )


_LISTS = ("items", "topics", "outcomes", "versions", "differences", "claims", "undos")


def all_pages(answer: dict[str, Any], ask: Callable[[str], dict[str, Any]], pages: bool) -> dict[str, Any]:
    """An answer with the lists of all pages, where `pages` asks for them."""
    while pages and (token := answer.pop("nextPageToken", "")):
        page = ask(token)
        answer = {**page, **{name: answer.get(name, []) + page.get(name, []) for name in _LISTS}}
    return answer


def refused_by(error: Any) -> Refused:
    info = _status_pb2.ErrorInfo()
    for key, value in error.trailing_metadata() or ():
        if key == "grpc-status-details-bin":
            for detail in _status_pb2.Status.FromString(value).details:
                if detail.type_url.endswith("ErrorInfo"):
                    info.ParseFromString(detail.value)
    return Refused(error.code().name, info.reason or None, dict(info.metadata))


def _descriptor_of(method: str) -> Any:
    service, _, name = method.partition("/")
    return SERVICES[service].methods_by_name[name]


def _message_of(method: str, request: dict[str, Any]) -> Any:
    return json_format.ParseDict(request, _descriptor_of(method).input_type._concrete_class())


def _json_of(message: Any) -> dict[str, Any]:
    return json_format.MessageToDict(message)


def _metadata(user_id: str | None) -> tuple[tuple[str, str], ...]:
    return () if user_id is None else (("user-id", user_id),)


def _refusing(call: Any) -> Any:
    try:
        return call()
    except grpc.RpcError as error:
        raise refused_by(error) from error
