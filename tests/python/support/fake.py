"""A small server that answers as a test says. It does what no test can ask a real server to do."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from concurrent import futures
from typing import Any

import grpc

from syntha import _status_pb2
from syntha.v1 import context_mesh_service_pb2_grpc, discovery_service_pb2_grpc, tool_handler_service_pb2_grpc

Behaviour = Callable[[Any, grpc.ServicerContext], Any]


class FakeServer:
    """`behaviours` answer calls by the method's name. `calls` has the requests so far, with their metadata."""

    def __init__(self, credentials: grpc.ServerCredentials | None = None, **behaviours: Behaviour) -> None:
        self.calls: list[tuple[Any, dict[str, str]]] = []
        self._behaviours = behaviours
        self._server = grpc.server(futures.ThreadPoolExecutor(max_workers=8))
        context_mesh_service_pb2_grpc.add_ContextMeshServicer_to_server(self, self._server)
        tool_handler_service_pb2_grpc.add_ToolHandlerServicer_to_server(self, self._server)
        discovery_service_pb2_grpc.add_DiscoveryServicer_to_server(self, self._server)
        port = (
            self._server.add_insecure_port("127.0.0.1:0")
            if credentials is None
            else self._server.add_secure_port("127.0.0.1:0", credentials)
        )
        self.address = f"127.0.0.1:{port}"

    def __enter__(self) -> FakeServer:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop(None).wait()

    def __getattr__(self, name: str) -> Behaviour:
        """The servicer's methods. A method without a behaviour is not served."""

        def answer(request: Any, context: grpc.ServicerContext) -> Any:
            if name not in self._behaviours:
                context.abort(grpc.StatusCode.UNIMPLEMENTED, f"This server has no {name}.")
            self.calls.append((request, dict(context.invocation_metadata())))
            return self._behaviours[name](request, context)

        return answer


def refuse(context: grpc.ServicerContext, status: grpc.StatusCode, reason: str, retry_after: float = 0.0, **metadata: str) -> None:
    """Ends a call with details, as the real server does."""
    details = _status_pb2.Status(code=status.value[0], message=reason)
    info = details.details.add(type_url="type.googleapis.com/google.rpc.ErrorInfo")
    info.value = _status_pb2.ErrorInfo(reason=reason, domain="syntha", metadata=metadata).SerializeToString()
    if retry_after:
        retry = _status_pb2.RetryInfo()
        retry.retry_delay.FromMilliseconds(round(retry_after * 1000))
        details.details.add(type_url="type.googleapis.com/google.rpc.RetryInfo").value = retry.SerializeToString()
    context.set_trailing_metadata((("grpc-status-details-bin", details.SerializeToString()),))
    context.abort(status, reason)


class Script:
    """A stream's behaviour. Each stream takes the next list of messages. A callable in the list is called in its turn."""

    def __init__(self, *streams: list[Any]) -> None:
        self._streams: queue.Queue[list[Any]] = queue.Queue()
        for stream in streams:
            self._streams.put(stream)

    def __call__(self, _request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
        for step in self._streams.get_nowait():
            if callable(step):
                step(context)
            else:
                yield step
