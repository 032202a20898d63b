from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor
VALUE_FORM_JSON: ValueForm
VALUE_FORM_STRUCTURED: ValueForm
VALUE_FORM_UNSPECIFIED: ValueForm

class AgentAccess(_message.Message):
    __slots__ = ["allowed_tools", "denied_tools", "role", "role_tools"]
    ALLOWED_TOOLS_FIELD_NUMBER: _ClassVar[int]
    DENIED_TOOLS_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    ROLE_TOOLS_FIELD_NUMBER: _ClassVar[int]
    allowed_tools: ToolNames
    denied_tools: _containers.RepeatedScalarFieldContainer[str]
    role: str
    role_tools: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, role: _Optional[str] = ..., role_tools: _Optional[_Iterable[str]] = ..., allowed_tools: _Optional[_Union[ToolNames, _Mapping]] = ..., denied_tools: _Optional[_Iterable[str]] = ...) -> None: ...

class Item(_message.Message):
    __slots__ = ["author", "expire_time", "key", "metadata_json", "revision", "subscribers", "topics", "update_time", "value", "value_json"]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    METADATA_JSON_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    SUBSCRIBERS_FIELD_NUMBER: _ClassVar[int]
    TOPICS_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    VALUE_JSON_FIELD_NUMBER: _ClassVar[int]
    author: str
    expire_time: _timestamp_pb2.Timestamp
    key: str
    metadata_json: str
    revision: int
    subscribers: _containers.RepeatedScalarFieldContainer[str]
    topics: _containers.RepeatedScalarFieldContainer[str]
    update_time: _timestamp_pb2.Timestamp
    value: _struct_pb2.Value
    value_json: str
    def __init__(self, key: _Optional[str] = ..., value_json: _Optional[str] = ..., value: _Optional[_Union[_struct_pb2.Value, _Mapping]] = ..., topics: _Optional[_Iterable[str]] = ..., subscribers: _Optional[_Iterable[str]] = ..., author: _Optional[str] = ..., revision: _Optional[int] = ..., update_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., expire_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., metadata_json: _Optional[str] = ...) -> None: ...

class Position(_message.Message):
    __slots__ = ["epoch", "revision"]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    epoch: str
    revision: int
    def __init__(self, epoch: _Optional[str] = ..., revision: _Optional[int] = ...) -> None: ...

class PostPermissions(_message.Message):
    __slots__ = ["may_post_direct", "may_post_global", "topics"]
    MAY_POST_DIRECT_FIELD_NUMBER: _ClassVar[int]
    MAY_POST_GLOBAL_FIELD_NUMBER: _ClassVar[int]
    TOPICS_FIELD_NUMBER: _ClassVar[int]
    may_post_direct: bool
    may_post_global: bool
    topics: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, topics: _Optional[_Iterable[str]] = ..., may_post_global: bool = ..., may_post_direct: bool = ...) -> None: ...

class ToolNames(_message.Message):
    __slots__ = ["names"]
    NAMES_FIELD_NUMBER: _ClassVar[int]
    names: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, names: _Optional[_Iterable[str]] = ...) -> None: ...

class Topic(_message.Message):
    __slots__ = ["name", "subscribers"]
    NAME_FIELD_NUMBER: _ClassVar[int]
    SUBSCRIBERS_FIELD_NUMBER: _ClassVar[int]
    name: str
    subscribers: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, name: _Optional[str] = ..., subscribers: _Optional[_Iterable[str]] = ...) -> None: ...

class ValueForm(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []
