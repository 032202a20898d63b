from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from syntha.v1 import context_pb2 as _context_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

CHANGE_KIND_AGENT_CHANGED: ChangeKind
CHANGE_KIND_CREATED: ChangeKind
CHANGE_KIND_ENTERED_VIEW: ChangeKind
CHANGE_KIND_EXPIRED: ChangeKind
CHANGE_KIND_LEFT_VIEW: ChangeKind
CHANGE_KIND_REMOVED: ChangeKind
CHANGE_KIND_UNSPECIFIED: ChangeKind
CHANGE_KIND_UPDATED: ChangeKind
DESCRIPTOR: _descriptor.FileDescriptor
ENDING_REASON_RELOADED: EndingReason
ENDING_REASON_SHUTDOWN: EndingReason
ENDING_REASON_UNSPECIFIED: EndingReason

class AgentState(_message.Message):
    __slots__ = ["access", "permissions", "topics"]
    ACCESS_FIELD_NUMBER: _ClassVar[int]
    PERMISSIONS_FIELD_NUMBER: _ClassVar[int]
    TOPICS_FIELD_NUMBER: _ClassVar[int]
    access: _context_pb2.AgentAccess
    permissions: _context_pb2.PostPermissions
    topics: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, topics: _Optional[_Iterable[str]] = ..., permissions: _Optional[_Union[_context_pb2.PostPermissions, _Mapping]] = ..., access: _Optional[_Union[_context_pb2.AgentAccess, _Mapping]] = ...) -> None: ...

class Change(_message.Message):
    __slots__ = ["agent", "index", "item", "key", "kind", "revision", "time"]
    AGENT_FIELD_NUMBER: _ClassVar[int]
    INDEX_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    agent: AgentState
    index: int
    item: _context_pb2.Item
    key: str
    kind: ChangeKind
    revision: int
    time: _timestamp_pb2.Timestamp
    def __init__(self, kind: _Optional[_Union[ChangeKind, str]] = ..., revision: _Optional[int] = ..., index: _Optional[int] = ..., key: _Optional[str] = ..., item: _Optional[_Union[_context_pb2.Item, _Mapping]] = ..., time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., agent: _Optional[_Union[AgentState, _Mapping]] = ...) -> None: ...

class Changes(_message.Message):
    __slots__ = ["changes", "revision_continues", "through"]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    REVISION_CONTINUES_FIELD_NUMBER: _ClassVar[int]
    THROUGH_FIELD_NUMBER: _ClassVar[int]
    changes: _containers.RepeatedCompositeFieldContainer[Change]
    revision_continues: bool
    through: _context_pb2.Position
    def __init__(self, changes: _Optional[_Iterable[_Union[Change, _Mapping]]] = ..., through: _Optional[_Union[_context_pb2.Position, _Mapping]] = ..., revision_continues: bool = ...) -> None: ...

class Ending(_message.Message):
    __slots__ = ["reason", "through"]
    REASON_FIELD_NUMBER: _ClassVar[int]
    THROUGH_FIELD_NUMBER: _ClassVar[int]
    reason: EndingReason
    through: _context_pb2.Position
    def __init__(self, reason: _Optional[_Union[EndingReason, str]] = ..., through: _Optional[_Union[_context_pb2.Position, _Mapping]] = ...) -> None: ...

class Established(_message.Message):
    __slots__ = ["heartbeat", "is_snapshot_next", "oldest_revision", "position"]
    HEARTBEAT_FIELD_NUMBER: _ClassVar[int]
    IS_SNAPSHOT_NEXT_FIELD_NUMBER: _ClassVar[int]
    OLDEST_REVISION_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    heartbeat: _duration_pb2.Duration
    is_snapshot_next: bool
    oldest_revision: int
    position: _context_pb2.Position
    def __init__(self, position: _Optional[_Union[_context_pb2.Position, _Mapping]] = ..., oldest_revision: _Optional[int] = ..., heartbeat: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., is_snapshot_next: bool = ...) -> None: ...

class Progress(_message.Message):
    __slots__ = ["through"]
    THROUGH_FIELD_NUMBER: _ClassVar[int]
    through: _context_pb2.Position
    def __init__(self, through: _Optional[_Union[_context_pb2.Position, _Mapping]] = ...) -> None: ...

class Reset(_message.Message):
    __slots__ = ["position"]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    position: _context_pb2.Position
    def __init__(self, position: _Optional[_Union[_context_pb2.Position, _Mapping]] = ...) -> None: ...

class SnapshotChunk(_message.Message):
    __slots__ = ["items"]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_context_pb2.Item]
    def __init__(self, items: _Optional[_Iterable[_Union[_context_pb2.Item, _Mapping]]] = ...) -> None: ...

class SnapshotEnd(_message.Message):
    __slots__ = ["position"]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    position: _context_pb2.Position
    def __init__(self, position: _Optional[_Union[_context_pb2.Position, _Mapping]] = ...) -> None: ...

class StartNow(_message.Message):
    __slots__ = []
    def __init__(self) -> None: ...

class StartSnapshot(_message.Message):
    __slots__ = []
    def __init__(self) -> None: ...

class StreamFilter(_message.Message):
    __slots__ = ["include_agents", "key_glob", "key_prefix", "keys_only", "kinds", "topics"]
    INCLUDE_AGENTS_FIELD_NUMBER: _ClassVar[int]
    KEYS_ONLY_FIELD_NUMBER: _ClassVar[int]
    KEY_GLOB_FIELD_NUMBER: _ClassVar[int]
    KEY_PREFIX_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    TOPICS_FIELD_NUMBER: _ClassVar[int]
    include_agents: bool
    key_glob: str
    key_prefix: str
    keys_only: bool
    kinds: _containers.RepeatedScalarFieldContainer[ChangeKind]
    topics: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, topics: _Optional[_Iterable[str]] = ..., key_prefix: _Optional[str] = ..., key_glob: _Optional[str] = ..., kinds: _Optional[_Iterable[_Union[ChangeKind, str]]] = ..., keys_only: bool = ..., include_agents: bool = ...) -> None: ...

class StreamMessage(_message.Message):
    __slots__ = ["changes", "ending", "established", "progress", "reset", "snapshot_chunk", "snapshot_end"]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    ENDING_FIELD_NUMBER: _ClassVar[int]
    ESTABLISHED_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    RESET_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_CHUNK_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_END_FIELD_NUMBER: _ClassVar[int]
    changes: Changes
    ending: Ending
    established: Established
    progress: Progress
    reset: Reset
    snapshot_chunk: SnapshotChunk
    snapshot_end: SnapshotEnd
    def __init__(self, established: _Optional[_Union[Established, _Mapping]] = ..., reset: _Optional[_Union[Reset, _Mapping]] = ..., snapshot_chunk: _Optional[_Union[SnapshotChunk, _Mapping]] = ..., snapshot_end: _Optional[_Union[SnapshotEnd, _Mapping]] = ..., changes: _Optional[_Union[Changes, _Mapping]] = ..., progress: _Optional[_Union[Progress, _Mapping]] = ..., ending: _Optional[_Union[Ending, _Mapping]] = ...) -> None: ...

class StreamStart(_message.Message):
    __slots__ = ["after", "now", "snapshot"]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    NOW_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_FIELD_NUMBER: _ClassVar[int]
    after: _context_pb2.Position
    now: StartNow
    snapshot: StartSnapshot
    def __init__(self, now: _Optional[_Union[StartNow, _Mapping]] = ..., after: _Optional[_Union[_context_pb2.Position, _Mapping]] = ..., snapshot: _Optional[_Union[StartSnapshot, _Mapping]] = ...) -> None: ...

class ChangeKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class EndingReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []
