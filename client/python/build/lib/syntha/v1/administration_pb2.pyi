from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from syntha.v1 import context_pb2 as _context_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

AUDIT_OUTCOME_DENIED: AuditOutcome
AUDIT_OUTCOME_FAILED: AuditOutcome
AUDIT_OUTCOME_SUCCESS: AuditOutcome
AUDIT_OUTCOME_UNSPECIFIED: AuditOutcome
DESCRIPTOR: _descriptor.FileDescriptor
KEY_SCOPE_AGENT: KeyScope
KEY_SCOPE_OPERATOR: KeyScope
KEY_SCOPE_UNSPECIFIED: KeyScope
KEY_SCOPE_USER: KeyScope

class ApiKey(_message.Message):
    __slots__ = ["agent_name", "create_time", "expire_time", "id", "label", "revoke_time", "role", "scope", "user_id"]
    AGENT_NAME_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    REVOKE_TIME_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    agent_name: str
    create_time: _timestamp_pb2.Timestamp
    expire_time: _timestamp_pb2.Timestamp
    id: str
    label: str
    revoke_time: _timestamp_pb2.Timestamp
    role: str
    scope: KeyScope
    user_id: str
    def __init__(self, id: _Optional[str] = ..., scope: _Optional[_Union[KeyScope, str]] = ..., user_id: _Optional[str] = ..., agent_name: _Optional[str] = ..., role: _Optional[str] = ..., label: _Optional[str] = ..., create_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., expire_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., revoke_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class AuditEvent(_message.Message):
    __slots__ = ["agent_name", "bytes", "calls", "chain_hash", "commands", "credential_id", "epoch", "key_hash", "keys", "method", "node", "outcome", "reason", "revision", "sequence", "time", "user_id"]
    AGENT_NAME_FIELD_NUMBER: _ClassVar[int]
    BYTES_FIELD_NUMBER: _ClassVar[int]
    CALLS_FIELD_NUMBER: _ClassVar[int]
    CHAIN_HASH_FIELD_NUMBER: _ClassVar[int]
    COMMANDS_FIELD_NUMBER: _ClassVar[int]
    CREDENTIAL_ID_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    KEYS_FIELD_NUMBER: _ClassVar[int]
    KEY_HASH_FIELD_NUMBER: _ClassVar[int]
    METHOD_FIELD_NUMBER: _ClassVar[int]
    NODE_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    agent_name: str
    bytes: int
    calls: int
    chain_hash: bytes
    commands: _containers.RepeatedCompositeFieldContainer[AuditedCommand]
    credential_id: str
    epoch: str
    key_hash: bytes
    keys: int
    method: str
    node: str
    outcome: AuditOutcome
    reason: str
    revision: int
    sequence: int
    time: _timestamp_pb2.Timestamp
    user_id: str
    def __init__(self, node: _Optional[str] = ..., sequence: _Optional[int] = ..., time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., credential_id: _Optional[str] = ..., user_id: _Optional[str] = ..., agent_name: _Optional[str] = ..., method: _Optional[str] = ..., outcome: _Optional[_Union[AuditOutcome, str]] = ..., reason: _Optional[str] = ..., calls: _Optional[int] = ..., bytes: _Optional[int] = ..., key_hash: _Optional[bytes] = ..., revision: _Optional[int] = ..., chain_hash: _Optional[bytes] = ..., keys: _Optional[int] = ..., epoch: _Optional[str] = ..., commands: _Optional[_Iterable[_Union[AuditedCommand, _Mapping]]] = ...) -> None: ...

class AuditHead(_message.Message):
    __slots__ = ["chain_hash", "node", "sequence"]
    CHAIN_HASH_FIELD_NUMBER: _ClassVar[int]
    NODE_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    chain_hash: bytes
    node: str
    sequence: int
    def __init__(self, node: _Optional[str] = ..., sequence: _Optional[int] = ..., chain_hash: _Optional[bytes] = ...) -> None: ...

class AuditedCommand(_message.Message):
    __slots__ = ["bytes", "keys", "revision"]
    BYTES_FIELD_NUMBER: _ClassVar[int]
    KEYS_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    bytes: int
    keys: int
    revision: int
    def __init__(self, revision: _Optional[int] = ..., bytes: _Optional[int] = ..., keys: _Optional[int] = ...) -> None: ...

class CreateApiKeyRequest(_message.Message):
    __slots__ = ["agent_name", "expire_time", "label", "role", "scope", "user_id"]
    AGENT_NAME_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    agent_name: str
    expire_time: _timestamp_pb2.Timestamp
    label: str
    role: str
    scope: KeyScope
    user_id: str
    def __init__(self, scope: _Optional[_Union[KeyScope, str]] = ..., user_id: _Optional[str] = ..., agent_name: _Optional[str] = ..., role: _Optional[str] = ..., expire_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., label: _Optional[str] = ...) -> None: ...

class CreateApiKeyResponse(_message.Message):
    __slots__ = ["key", "secret"]
    KEY_FIELD_NUMBER: _ClassVar[int]
    SECRET_FIELD_NUMBER: _ClassVar[int]
    key: ApiKey
    secret: str
    def __init__(self, key: _Optional[_Union[ApiKey, _Mapping]] = ..., secret: _Optional[str] = ...) -> None: ...

class DeleteUserRequest(_message.Message):
    __slots__ = ["user_id"]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    user_id: str
    def __init__(self, user_id: _Optional[str] = ...) -> None: ...

class DeleteUserResponse(_message.Message):
    __slots__ = ["deleted", "revoked_keys"]
    DELETED_FIELD_NUMBER: _ClassVar[int]
    REVOKED_KEYS_FIELD_NUMBER: _ClassVar[int]
    deleted: bool
    revoked_keys: int
    def __init__(self, deleted: bool = ..., revoked_keys: _Optional[int] = ...) -> None: ...

class ExportUserRequest(_message.Message):
    __slots__ = ["user_id"]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    user_id: str
    def __init__(self, user_id: _Optional[str] = ...) -> None: ...

class ExportUserResponse(_message.Message):
    __slots__ = ["chunk"]
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    chunk: bytes
    def __init__(self, chunk: _Optional[bytes] = ...) -> None: ...

class GetQuotaRequest(_message.Message):
    __slots__ = ["user_id"]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    user_id: str
    def __init__(self, user_id: _Optional[str] = ...) -> None: ...

class GetQuotaResponse(_message.Message):
    __slots__ = ["effective", "quota", "usage"]
    EFFECTIVE_FIELD_NUMBER: _ClassVar[int]
    QUOTA_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    effective: Quota
    quota: Quota
    usage: QuotaUsage
    def __init__(self, quota: _Optional[_Union[Quota, _Mapping]] = ..., effective: _Optional[_Union[Quota, _Mapping]] = ..., usage: _Optional[_Union[QuotaUsage, _Mapping]] = ...) -> None: ...

class GetUserStatsRequest(_message.Message):
    __slots__ = ["user_id"]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    user_id: str
    def __init__(self, user_id: _Optional[str] = ...) -> None: ...

class GetUserStatsResponse(_message.Message):
    __slots__ = ["active_items", "agents_with_topics", "api_key_ids", "expired_items", "global_items", "position", "private_items", "quota", "sessions", "total_bytes", "total_items", "total_topics", "usage"]
    ACTIVE_ITEMS_FIELD_NUMBER: _ClassVar[int]
    AGENTS_WITH_TOPICS_FIELD_NUMBER: _ClassVar[int]
    API_KEY_IDS_FIELD_NUMBER: _ClassVar[int]
    EXPIRED_ITEMS_FIELD_NUMBER: _ClassVar[int]
    GLOBAL_ITEMS_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    PRIVATE_ITEMS_FIELD_NUMBER: _ClassVar[int]
    QUOTA_FIELD_NUMBER: _ClassVar[int]
    SESSIONS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_BYTES_FIELD_NUMBER: _ClassVar[int]
    TOTAL_ITEMS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_TOPICS_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    active_items: int
    agents_with_topics: _containers.RepeatedScalarFieldContainer[str]
    api_key_ids: _containers.RepeatedScalarFieldContainer[str]
    expired_items: int
    global_items: int
    position: _context_pb2.Position
    private_items: int
    quota: Quota
    sessions: _containers.RepeatedCompositeFieldContainer[Session]
    total_bytes: int
    total_items: int
    total_topics: int
    usage: QuotaUsage
    def __init__(self, total_items: _Optional[int] = ..., active_items: _Optional[int] = ..., expired_items: _Optional[int] = ..., global_items: _Optional[int] = ..., private_items: _Optional[int] = ..., total_topics: _Optional[int] = ..., agents_with_topics: _Optional[_Iterable[str]] = ..., total_bytes: _Optional[int] = ..., position: _Optional[_Union[_context_pb2.Position, _Mapping]] = ..., quota: _Optional[_Union[Quota, _Mapping]] = ..., usage: _Optional[_Union[QuotaUsage, _Mapping]] = ..., sessions: _Optional[_Iterable[_Union[Session, _Mapping]]] = ..., api_key_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class ImportHeader(_message.Message):
    __slots__ = ["allow_other_user", "replace", "user_id"]
    ALLOW_OTHER_USER_FIELD_NUMBER: _ClassVar[int]
    REPLACE_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    allow_other_user: bool
    replace: bool
    user_id: str
    def __init__(self, user_id: _Optional[str] = ..., replace: bool = ..., allow_other_user: bool = ...) -> None: ...

class ImportUserRequest(_message.Message):
    __slots__ = ["chunk", "header"]
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    chunk: bytes
    header: ImportHeader
    def __init__(self, header: _Optional[_Union[ImportHeader, _Mapping]] = ..., chunk: _Optional[bytes] = ...) -> None: ...

class ImportUserResponse(_message.Message):
    __slots__ = ["bytes", "items", "position"]
    BYTES_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    bytes: int
    items: int
    position: _context_pb2.Position
    def __init__(self, items: _Optional[int] = ..., bytes: _Optional[int] = ..., position: _Optional[_Union[_context_pb2.Position, _Mapping]] = ...) -> None: ...

class ListApiKeysRequest(_message.Message):
    __slots__ = ["page_size", "page_token", "user_id"]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    user_id: str
    def __init__(self, user_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListApiKeysResponse(_message.Message):
    __slots__ = ["keys", "next_page_token"]
    KEYS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    keys: _containers.RepeatedCompositeFieldContainer[ApiKey]
    next_page_token: str
    def __init__(self, keys: _Optional[_Iterable[_Union[ApiKey, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ListAuditEventsRequest(_message.Message):
    __slots__ = ["from_time", "method", "node", "oldest_first", "outcome", "page_size", "page_token", "until_time", "user_id"]
    FROM_TIME_FIELD_NUMBER: _ClassVar[int]
    METHOD_FIELD_NUMBER: _ClassVar[int]
    NODE_FIELD_NUMBER: _ClassVar[int]
    OLDEST_FIRST_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    UNTIL_TIME_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    from_time: _timestamp_pb2.Timestamp
    method: str
    node: str
    oldest_first: bool
    outcome: AuditOutcome
    page_size: int
    page_token: str
    until_time: _timestamp_pb2.Timestamp
    user_id: str
    def __init__(self, user_id: _Optional[str] = ..., from_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., until_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., outcome: _Optional[_Union[AuditOutcome, str]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., method: _Optional[str] = ..., oldest_first: bool = ..., node: _Optional[str] = ...) -> None: ...

class ListAuditEventsResponse(_message.Message):
    __slots__ = ["events", "heads", "next_page_token"]
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    HEADS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    events: _containers.RepeatedCompositeFieldContainer[AuditEvent]
    heads: _containers.RepeatedCompositeFieldContainer[AuditHead]
    next_page_token: str
    def __init__(self, events: _Optional[_Iterable[_Union[AuditEvent, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., heads: _Optional[_Iterable[_Union[AuditHead, _Mapping]]] = ...) -> None: ...

class ListSessionsRequest(_message.Message):
    __slots__ = ["page_size", "page_token", "user_id"]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    user_id: str
    def __init__(self, user_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListSessionsResponse(_message.Message):
    __slots__ = ["next_page_token", "sessions"]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    SESSIONS_FIELD_NUMBER: _ClassVar[int]
    next_page_token: str
    sessions: _containers.RepeatedCompositeFieldContainer[Session]
    def __init__(self, sessions: _Optional[_Iterable[_Union[Session, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ListUsersRequest(_message.Message):
    __slots__ = ["page_size", "page_token"]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListUsersResponse(_message.Message):
    __slots__ = ["next_page_token", "users"]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    USERS_FIELD_NUMBER: _ClassVar[int]
    next_page_token: str
    users: _containers.RepeatedCompositeFieldContainer[UserSummary]
    def __init__(self, users: _Optional[_Iterable[_Union[UserSummary, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class Quota(_message.Message):
    __slots__ = ["calls_per_second", "max_agents", "max_bytes", "max_items", "max_streams", "max_topics", "max_value_bytes"]
    CALLS_PER_SECOND_FIELD_NUMBER: _ClassVar[int]
    MAX_AGENTS_FIELD_NUMBER: _ClassVar[int]
    MAX_BYTES_FIELD_NUMBER: _ClassVar[int]
    MAX_ITEMS_FIELD_NUMBER: _ClassVar[int]
    MAX_STREAMS_FIELD_NUMBER: _ClassVar[int]
    MAX_TOPICS_FIELD_NUMBER: _ClassVar[int]
    MAX_VALUE_BYTES_FIELD_NUMBER: _ClassVar[int]
    calls_per_second: int
    max_agents: int
    max_bytes: int
    max_items: int
    max_streams: int
    max_topics: int
    max_value_bytes: int
    def __init__(self, max_items: _Optional[int] = ..., max_bytes: _Optional[int] = ..., max_agents: _Optional[int] = ..., max_topics: _Optional[int] = ..., max_streams: _Optional[int] = ..., max_value_bytes: _Optional[int] = ..., calls_per_second: _Optional[int] = ...) -> None: ...

class QuotaUsage(_message.Message):
    __slots__ = ["agents", "bytes", "items", "streams", "topics"]
    AGENTS_FIELD_NUMBER: _ClassVar[int]
    BYTES_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    STREAMS_FIELD_NUMBER: _ClassVar[int]
    TOPICS_FIELD_NUMBER: _ClassVar[int]
    agents: int
    bytes: int
    items: int
    streams: int
    topics: int
    def __init__(self, items: _Optional[int] = ..., bytes: _Optional[int] = ..., agents: _Optional[int] = ..., topics: _Optional[int] = ..., streams: _Optional[int] = ...) -> None: ...

class RestoreMarkRequest(_message.Message):
    __slots__ = []
    def __init__(self) -> None: ...

class RestoreMarkResponse(_message.Message):
    __slots__ = ["done", "failed", "total"]
    DONE_FIELD_NUMBER: _ClassVar[int]
    FAILED_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    done: int
    failed: int
    total: int
    def __init__(self, done: _Optional[int] = ..., failed: _Optional[int] = ..., total: _Optional[int] = ...) -> None: ...

class RevokeApiKeyRequest(_message.Message):
    __slots__ = ["id"]
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class RevokeApiKeyResponse(_message.Message):
    __slots__ = ["revoked"]
    REVOKED_FIELD_NUMBER: _ClassVar[int]
    revoked: bool
    def __init__(self, revoked: bool = ...) -> None: ...

class RotateKeysRequest(_message.Message):
    __slots__ = ["include_data", "user_id"]
    INCLUDE_DATA_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    include_data: bool
    user_id: str
    def __init__(self, user_id: _Optional[str] = ..., include_data: bool = ...) -> None: ...

class RotateKeysResponse(_message.Message):
    __slots__ = ["done", "elapsed", "failed", "total"]
    DONE_FIELD_NUMBER: _ClassVar[int]
    ELAPSED_FIELD_NUMBER: _ClassVar[int]
    FAILED_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    done: int
    elapsed: _duration_pb2.Duration
    failed: int
    total: int
    def __init__(self, done: _Optional[int] = ..., failed: _Optional[int] = ..., total: _Optional[int] = ..., elapsed: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class Session(_message.Message):
    __slots__ = ["agent_name", "client_address", "credential_id", "live_streams", "start_time", "user_id"]
    AGENT_NAME_FIELD_NUMBER: _ClassVar[int]
    CLIENT_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    CREDENTIAL_ID_FIELD_NUMBER: _ClassVar[int]
    LIVE_STREAMS_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    agent_name: str
    client_address: str
    credential_id: str
    live_streams: int
    start_time: _timestamp_pb2.Timestamp
    user_id: str
    def __init__(self, user_id: _Optional[str] = ..., agent_name: _Optional[str] = ..., credential_id: _Optional[str] = ..., client_address: _Optional[str] = ..., start_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., live_streams: _Optional[int] = ...) -> None: ...

class SetQuotaRequest(_message.Message):
    __slots__ = ["quota", "user_id"]
    QUOTA_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    quota: Quota
    user_id: str
    def __init__(self, user_id: _Optional[str] = ..., quota: _Optional[_Union[Quota, _Mapping]] = ...) -> None: ...

class SetQuotaResponse(_message.Message):
    __slots__ = ["effective"]
    EFFECTIVE_FIELD_NUMBER: _ClassVar[int]
    effective: Quota
    def __init__(self, effective: _Optional[_Union[Quota, _Mapping]] = ...) -> None: ...

class UserSummary(_message.Message):
    __slots__ = ["is_loaded", "live_streams", "user_id"]
    IS_LOADED_FIELD_NUMBER: _ClassVar[int]
    LIVE_STREAMS_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    is_loaded: bool
    live_streams: int
    user_id: str
    def __init__(self, user_id: _Optional[str] = ..., is_loaded: bool = ..., live_streams: _Optional[int] = ...) -> None: ...

class KeyScope(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class AuditOutcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []
