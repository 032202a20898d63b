"""Reads the contract with its comments, from what buf makes of it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

# Numbers of fields in descriptor.proto, of which paths of comments are made.
_FILE_MESSAGES, _FILE_ENUMS, _FILE_SERVICES = 4, 5, 6
_MESSAGE_FIELDS, _MESSAGE_NESTED, _MESSAGE_ENUMS = 2, 3, 4
_ENUM_VALUES, _SERVICE_METHODS = 2, 2


@dataclass
class Method:
    name: str
    comment: str
    request: str
    response: str
    streams_request: bool
    streams_response: bool
    idempotency: str  # such as NO_SIDE_EFFECTS; empty where the contract says nothing
    counts_as: list[str]  # the tool that the method counts as, and the one that it counts as in the view KEYS; empty: none
    also_tool: str  # a second tool that the agent must be allowed to use; empty: none


@dataclass
class Service:
    name: str
    comment: str
    methods: list[Method]


@dataclass
class Field:
    name: str
    kind: str  # as in the contract, such as `repeated string`
    message: str  # full name of the message or enum type; empty for scalars
    comment: str
    oneof: str


@dataclass
class Message:
    name: str  # full
    comment: str
    fields: list[Field]


@dataclass
class Enum:
    name: str  # full
    comment: str
    values: list[tuple[str, int, str]]  # name, number, comment


@dataclass
class Contract:
    services: list[Service]
    messages: dict[str, Message]
    enums: dict[str, Enum]

    @staticmethod
    def read(root: Path) -> Contract:
        buf = root / ".tools/node_modules/.bin/buf"
        if not buf.exists():
            sys.exit("buf is not installed: make setup.")
        made = subprocess.run([str(buf), "build", str(root / "protos"), "-o", "-#format=binpb"], capture_output=True, check=False)
        if made.returncode != 0:
            sys.exit(made.stderr.decode())
        files = descriptor_pb2.FileDescriptorSet.FromString(made.stdout)
        own = [file for file in files.file if file.package == "syntha.v1"]
        contract = Contract([], {}, {})
        options = _MethodOptions(files)
        for file in own:
            comments = {tuple(place.path): _plain(place.leading_comments) for place in file.source_code_info.location}
            for index, message in enumerate(file.message_type):
                _add_message(contract, message, f".{file.package}", (_FILE_MESSAGES, index), comments)
            for index, enum in enumerate(file.enum_type):
                _add_enum(contract, enum, f".{file.package}", (_FILE_ENUMS, index), comments)
            for index, service in enumerate(file.service):
                path = (_FILE_SERVICES, index)
                methods = [
                    _method(method, comments.get((*path, _SERVICE_METHODS, number), ""), options)
                    for number, method in enumerate(service.method)
                ]
                contract.services.append(Service(service.name, comments.get(path, ""), methods))
        return contract


class _MethodOptions:
    """Finds the value of the option `counts_as` of a method, which only the contract itself declares."""

    def __init__(self, files: descriptor_pb2.FileDescriptorSet) -> None:
        pool = descriptor_pool.DescriptorPool()
        for file in files.file:
            pool.Add(file)
        self._extension = pool.FindExtensionByName("syntha.v1.counts_as")
        # The options as a message of the same pool: only there the extension is known.
        factory = message_factory.MessageFactory(pool)
        self._options = factory.GetPrototype(pool.FindMessageTypeByName("google.protobuf.MethodOptions"))

    def counts_as(self, method: descriptor_pb2.MethodDescriptorProto) -> tuple[list[str], str]:
        options = self._options.FromString(method.options.SerializeToString())
        if not options.HasExtension(self._extension):
            return [], ""
        use = options.Extensions[self._extension]
        tools = use.DESCRIPTOR.fields_by_name["tool"].enum_type.values_by_number

        def name(number: int) -> str:
            return tools[number].name.removeprefix("TOOL_").lower()

        return [name(number) for number in (use.tool, use.keys_view_tool) if number], name(use.also_tool) if use.also_tool else ""


def _plain(comment: str) -> str:
    return "\n".join(line.removeprefix(" ") for line in comment.strip("\n").splitlines()).strip()


def _method(method: descriptor_pb2.MethodDescriptorProto, comment: str, options: _MethodOptions) -> Method:
    level = descriptor_pb2.MethodOptions.IdempotencyLevel.Name(method.options.idempotency_level)
    return Method(
        method.name, comment, method.input_type, method.output_type, method.client_streaming, method.server_streaming,
        "" if level == "IDEMPOTENCY_UNKNOWN" else level, *options.counts_as(method),
    )  # fmt: skip


def _add_message(contract: Contract, message: descriptor_pb2.DescriptorProto, scope: str, path: tuple[int, ...], comments: dict) -> None:
    name = f"{scope}.{message.name}"
    fields = []
    for index, field in enumerate(message.field):
        kind = field.type_name.rsplit(".", 1)[-1] or field.Type.Name(field.type).removeprefix("TYPE_").lower()
        if field.label == field.LABEL_REPEATED:
            kind = f"repeated {kind}"
        elif field.proto3_optional:
            kind = f"optional {kind}"
        oneof = message.oneof_decl[field.oneof_index].name if field.HasField("oneof_index") and not field.proto3_optional else ""
        fields.append(Field(field.name, kind, field.type_name, comments.get((*path, _MESSAGE_FIELDS, index), ""), oneof))
    contract.messages[name] = Message(name, comments.get(path, ""), fields)
    for index, nested in enumerate(message.nested_type):
        _add_message(contract, nested, name, (*path, _MESSAGE_NESTED, index), comments)
    for index, enum in enumerate(message.enum_type):
        _add_enum(contract, enum, name, (*path, _MESSAGE_ENUMS, index), comments)


def _add_enum(contract: Contract, enum: descriptor_pb2.EnumDescriptorProto, scope: str, path: tuple[int, ...], comments: dict) -> None:
    values = [(value.name, value.number, comments.get((*path, _ENUM_VALUES, index), "")) for index, value in enumerate(enum.value)]
    contract.enums[f"{scope}.{enum.name}"] = Enum(f"{scope}.{enum.name}", comments.get(path, ""), values)
