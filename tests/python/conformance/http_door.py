"""The contract through the HTTP door, by what its description says. What the door does not serve goes over gRPC to the same mesh."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any
from urllib.parse import quote, urlencode

from conformance.http_json import Unsayable, is_json_text, is_repeated, is_text, read, text_of, written
from conformance.running import Refused, Runner, Stream
from conformance.stubs import SERVICES, Stubs, all_pages
from conformance.wire import wire_stream
from google.protobuf import json_format
from support.proxy import Proxy
from support.server import ROOT

# The contract names the status of each reason in the comment above it.
_STATUSES = {
    reason: status
    for status, reason in re.findall(
        r"// ([A-Z_]+): .*\n(?:  //.*\n)*  ERROR_REASON_([A-Z_]+) = ", (ROOT / "protos/syntha/v1/error.proto").read_text("utf-8")
    )
}
_JSON = "application/json"
_VARIABLES = {"agent": ["as_agent", "agent"], "tool": ["name"], "key": ["key", "item.key", "patch.key"], "topic": ["topic"]}
_WRITES = {"Push", "PushContext"}
_PATCHES = {"Patch", "PatchContext"}
# Patches that are standards have types of their own. All others are an ItemPatch.
_PATCH_TYPES = {"operations_json": "application/json-patch+json", "merge_json": "application/merge-patch+json"}
# A body that is the value itself leaves these to the path, the query and the headers.
_BESIDE_A_VALUE = {"key", "value_json", "topics", "subscribers", "ttl", "if_revision"}
_READS = {"Get", "GetContext"}
_STREAMS = {"Subscribe", "SubscribeToTopics"}


@functools.cache
def operations(server: str) -> dict[str, list[dict[str, Any]]]:
    """The operations of each method, as the server describes them."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path, item in description(server)["paths"].items():
        for verb, operation in item.items():
            service, method, *_ = operation["operationId"].split("_")
            found.setdefault(f"{service}/{method}", []).append({**operation, "path": path, "verb": verb.upper()})
    return found


@functools.cache
def description(server: str) -> dict[str, Any]:
    connection = HTTPConnection(server)
    connection.request("GET", "/openapi/v1.json")
    described: dict[str, Any] = json.loads(connection.getresponse().read())
    connection.close()
    return described


class HttpDoor(Runner):
    """Keeps what it could not say, and all exchanges, for the tests that look back on them."""

    over_grpc: set[str] = set()
    exchanges: list[dict[str, Any]] = []

    def __init__(self, grpc: str, http: str) -> None:
        self._http = http
        self._stubs = Stubs(grpc)
        self._proxy: Proxy | None = None

    def call(self, user_id: str | None, method: str, request: dict[str, Any], *, pages: bool, wire: bool) -> dict[str, Any]:
        try:
            sent = _Request(self._http, method, request, user_id)
        except Unsayable as unsayable:
            self.over_grpc.add(str(unsayable))
            return self._stubs.call(user_id, method, request, pages=pages, wire=wire)
        answer = _answer(method, *sent.send(self._http))
        return all_pages(answer, lambda token: self.call(user_id, method, {**request, "pageToken": token}, pages=False, wire=wire), pages)

    def open(self, user_id: str | None, method: str, request: dict[str, Any], *, wire: bool) -> Stream:
        try:
            _Request(self._http, method, request, user_id)
        except Unsayable as unsayable:
            self.over_grpc.add(str(unsayable))
            return self._stubs.open(user_id, method, request, wire=wire)
        self._proxy = proxy = self._proxy or Proxy(self._http)

        def connect(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
            connection = HTTPConnection(proxy.address)
            sent = _Request(self._http, method, request, user_id)
            told: list[Any] = []
            try:
                response = sent.begin(connection)
                if response.status != 200:
                    answer = response.read()
                    sent.record(response, answer.decode())
                    raise _refused(answer)
                sent.record(response, told)
                yield from _events(method, response, told)
            except (HTTPException, OSError, ValueError) as broken:
                raise Refused("UNAVAILABLE", None, {}) from broken
            finally:
                connection.close()

        return wire_stream(connect, method, request, proxy.cut)

    def close(self) -> None:
        self._stubs.close()
        if self._proxy is not None:
            self._proxy.__exit__()


class _Request:
    """One request of HTTP for a call of the contract."""

    def __init__(self, server: str, method: str, request: dict[str, Any], user_id: str | None) -> None:
        self._method = method.partition("/")[2]
        self._descriptor = SERVICES[method.partition("/")[0]].methods_by_name[self._method]
        try:
            message = json_format.ParseDict(request, self._descriptor.input_type._concrete_class())
        except json_format.ParseError as unfit:
            raise Unsayable(f"{method}: {unfit}") from unfit
        self._operation = _best(operations(server).get(method, []), message, method)
        self.headers: dict[str, str] = {} if user_id is None else {"user-id": user_id}
        self.query: list[tuple[str, str]] = []
        self.body: bytes | None = None
        self.path = self._operation["path"]
        self._said: set[str] = set()
        self._fill_path(message)
        self._fill_headers(message)
        self._fill_body(message)
        self._fill_query(message)

    @property
    def target(self) -> str:
        return self.path + ("?" + urlencode(self.query) if self.query else "")

    def send(self, server: str) -> tuple[HTTPResponse, bytes]:
        connection = HTTPConnection(server)
        try:
            response = self.begin(connection)
            answer = response.read()
            self.record(response, answer.decode())
            return response, answer
        finally:
            connection.close()

    def begin(self, connection: HTTPConnection) -> HTTPResponse:
        connection.request(self._operation["verb"], self.target, self.body, self.headers)
        return connection.getresponse()

    def record(self, response: HTTPResponse, answer: Any) -> None:
        body = None if self.body is None else self.body.decode()
        told = {"status": response.status, "type": response.getheader("Content-Type"), "answer": answer}
        sent = {"body": body, "bodyType": self.headers.get("Content-Type", _JSON)}
        HttpDoor.exchanges.append({"verb": self._operation["verb"], "target": self.target, **sent, **told})

    def _fill_path(self, message: Any) -> None:
        for name in _names(self._operation, "path"):
            field = next(path for path in _VARIABLES[name] if _holds(message, path))
            value = _at(message, field)
            if value == "" or value is None:
                raise Unsayable(f"{self._method}: an empty {name} in a path")
            self._said.add(field)
            self.path = self.path.replace("{" + name + "}", quote(value, safe=""))

    def _fill_headers(self, message: Any) -> None:
        if getattr(message, "request_id", ""):
            self.headers["Idempotency-Key"] = message.request_id
            self._said.add("request_id")
        prefix = "item." if self._method in _WRITES else "patch." if self._method in _PATCHES else ""
        holder = getattr(message, prefix[:-1]) if prefix else message
        if "if_revision" in holder.DESCRIPTOR.fields_by_name and holder.HasField("if_revision"):
            revision = holder.if_revision
            self.headers.update({"If-None-Match": "*"} if revision == 0 else {"If-Match": f'"{revision}"'})
            self._said.add(prefix + "if_revision")
        if self._method in _STREAMS and message.HasField("start"):
            kind = next((kind for kind in ("now", "snapshot", "after") if message.start.HasField(kind)), None)
            if kind == "after":
                self.headers["Last-Event-ID"] = f"{message.start.after.epoch}.{message.start.after.revision}"
            elif kind:
                self.query.append(("start", kind))
            self._said.add("start")

    def _fill_body(self, message: Any) -> None:
        if "requestBody" not in self._operation:
            return
        if self._method in _PATCHES:
            self._fill_patch(message.patch)
            return
        schema = self._operation["requestBody"]["content"][_JSON]["schema"]
        type_name = next(iter(schema.get("anyOf", [schema]))).get("$ref", "").rpartition("/")[2]
        if self._method in _WRITES and all(field.name in _BESIDE_A_VALUE for field, _ in message.item.ListFields()):
            self.body = message.item.value_json.encode()
            self._said.add("item.value_json")
        elif self._method in _WRITES:
            self.query.append(("form", "item"))
            self.body = written(message.item, frozenset({"key", "if_revision"})).encode()
            self._said |= {f"item.{field.name}" for field in message.item.DESCRIPTOR.fields if field.name != "key"}
        elif type_name == message.DESCRIPTOR.name:
            others = self._said | {"as_agent", "request_id"}
            self.body = written(message, frozenset(others)).encode()
            self._said |= {field.name for field in message.DESCRIPTOR.fields if field.name not in others}
        else:
            field = next(
                field for field in message.DESCRIPTOR.fields
                if (field.message_type.name == type_name if field.message_type and type_name else is_json_text(field))
            )
            value = getattr(message, field.name)
            is_absent = field.message_type is not None and not message.HasField(field.name)
            self.body = b"null" if is_absent else (value if is_json_text(field) else written(value)).encode()
            self._said.add(field.name)

    def _fill_patch(self, patch: Any) -> None:
        kind = patch.WhichOneof("change")
        self.headers["Content-Type"] = _PATCH_TYPES.get(kind, _JSON)
        body = getattr(patch, kind) if kind in _PATCH_TYPES else written(patch, frozenset({"key", "if_revision"}))
        self.body = body.encode()
        self._said |= {f"patch.{field.name}" for field in patch.DESCRIPTOR.fields if field.name != "key"}

    def _fill_query(self, message: Any) -> None:
        known = _names(self._operation, "query")
        if self._method in _READS:
            self.query.append(("form", "item"))
        for path, field, value in _leaves(message):
            if any(path == said or path.startswith(said + ".") for said in self._said):
                continue
            if field.name not in known:
                raise Unsayable(f"{self._method}: {path}")
            values = value if is_repeated(field) else [value]
            self.query += [(field.name, text_of(field, one)) for one in values]
        if "key" in known and self._operation["operationId"].endswith("_key") and not any(name == "key" for name, _ in self.query):
            self.query.append(("key", ""))


def _best(operations: list[dict[str, Any]], message: Any, method: str) -> dict[str, Any]:
    """The longer form of two: with a body, and with the key in the path where a path can carry it."""
    if not operations:
        raise Unsayable(method)
    key = next((_at(message, path) for path in _VARIABLES["key"] if _holds(message, path)), None)
    by_query = key is not None and (key == "" or any(part in ("", ".", "..") for part in key.split("/")) or "\0" in key)
    fitting = [one for one in operations if one["operationId"].endswith("_key") == by_query] or operations
    return next((one for one in fitting if "requestBody" in one), fitting[0])


def _answer(method: str, response: HTTPResponse, body: bytes) -> dict[str, Any]:
    service, _, name = method.partition("/")
    message = SERVICES[service].methods_by_name[name].output_type._concrete_class()
    if name in _READS and response.status in (200, 404) and response.getheader("Syntha-Position"):
        epoch, _, revision = response.getheader("Syntha-Position", "").rpartition(".")
        message.position.epoch, message.position.revision = epoch, int(revision)
        if response.status == 200:
            message.item.SetInParent()
            read(body.decode(), message.item)
    elif response.status == 200:
        read(body.decode(), message)
    else:
        raise _refused(body)
    told: dict[str, Any] = json_format.MessageToDict(message)
    return told


def _refused(body: bytes) -> Refused:
    problem = json.loads(body)
    reason = problem.get("reason")
    return Refused(_STATUSES.get(reason, ""), reason, problem.get("metadata", {}))


def _events(method: str, response: HTTPResponse, told: list[Any]) -> Iterator[dict[str, Any]]:
    service, _, name = method.partition("/")
    output = SERVICES[service].methods_by_name[name].output_type
    kind, data = "", []
    for line in response:
        field, _, value = line.decode().rstrip("\n").partition(": ")
        if field == "event":
            kind = value
        elif field == "data":
            data.append(value)
        elif not field and data:
            told.append({kind: json.loads("\n".join(data))})
            if kind == "error":
                raise _refused("\n".join(data).encode())
            message = output._concrete_class()
            inner = getattr(message, kind)
            inner.SetInParent()
            read("\n".join(data), inner)
            yield json_format.MessageToDict(message)
            kind, data = "", []
    raise Refused("UNAVAILABLE", None, {})


def _names(operation: dict[str, Any], place: str) -> list[str]:
    return [parameter["name"] for parameter in operation.get("parameters", []) if parameter["in"] == place]


def _holds(message: Any, path: str) -> bool:
    descriptor = message.DESCRIPTOR
    for name in path.split("."):
        if descriptor is None or name not in descriptor.fields_by_name:
            return False
        descriptor = descriptor.fields_by_name[name].message_type
    return True


def _at(message: Any, path: str) -> Any:
    for name in path.split("."):
        message = getattr(message, name)
    return message


def _leaves(message: Any, prefix: str = "") -> Iterator[tuple[str, Any, Any]]:
    """The fields that are set, each with its path."""
    for field, value in message.ListFields():
        if field.type == field.TYPE_MESSAGE and not is_text(field) and not is_repeated(field):
            yield from _leaves(value, f"{prefix}{field.name}.")
        else:
            yield prefix + field.name, field, value
