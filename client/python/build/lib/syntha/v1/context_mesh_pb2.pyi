from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import struct_pb2 as _struct_pb2
from syntha.v1 import context_pb2 as _context_pb2
from syntha.v1 import outcomes_pb2 as _outcomes_pb2
from syntha.v1 import prompts_pb2 as _prompts_pb2
from syntha.v1 import stream_pb2 as _stream_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class BuildPromptRequest(_message.Message):
    __slots__ = ["agent_name", "spec"]
    AGENT_NAME_FIELD_NUMBER: _ClassVar[int]
    SPEC_FIELD_NUMBER: _ClassVar[int]
    agent_name: str
    spec: _prompts_pb2.PromptSpec
    def __init__(self, agent_name: _Optional[str] = ..., spec: _Optional[_Union[_prompts_pb2.PromptSpec, _Mapping]] = ...) -> None: ...

class BuildPromptResponse(_message.Message):
    __slots__ = ["position", "prompt"]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    PROMPT_FIELD_NUMBER: _ClassVar[int]
    position: _context_pb2.Position
    prompt: _prompts_pb2.Prompt
    def __init__(self, prompt: _Optional[_Union[_prompts_pb2.Prompt, _Mapping]] = ..., position: _Optional[_Union[_context_pb2.Position, _Mapping]] = ...) -> None: ...

class CleanupExpiredRequest(_message.Message):
    __slots__ = ["agent_name", "request_id"]
    AGENT_NAME_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    agent_name: str
    request_id: str
    def __init__(self, request_id: _Optional[str] = ..., agent_name: _Optional[str] = ...) -> None: ...

class CleanupExpiredResponse(_message.Message):
    __slots__ = ["position", "purged_items", "replayed"]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    PURGED_ITEMS_FIELD_NUMBER: _ClassVar[int]
    REPLAYED_FIELD_NUMBER: _ClassVar[int]
    position: _context_pb2.Position
    purged_items: int
    replayed: bool
    def __init__(self, purged_items: _Optional[int] = ..., position: _Optional[_Union[_context_pb2.Position, _Mapping]] = ..., replayed: bool = ...) -> None: ...

class ClearOutcomesRequest(_message.Message):
    __slots__ = ["agent_name", "min_age"]
    AGENT_NAME_FIELD_NUMBER: _ClassVar[int]
    MIN_AGE_FIELD_NUMBER: _ClassVar[int]
    agent_name: str
    min_age: _duration_pb2.Duration
    def __init__(self, agent_name: _Optional[str] = ..., min_age: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class ClearOutcomesResponse(_message.Message):
    __slots__ = ["removed_outcomes"]
    REMOVED_OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    removed_outcomes: int
    def __init__(self, removed_outcomes: _Optional[int] = ...) -> None: ...

class ClearRequest(_message.Message):
    __slots__ = ["agent_name", "request_id"]
    AGENT_NAME_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    agent_name: str
    request_id: str
    def __init__(self, request_id: _Optional[str] = ..., agent_name: _Optional[str] = ...) -> None: ...

class ClearResponse(_message.Message):
    __slots__ = ["position", "removed_items", "replayed"]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    REMOVED_ITEMS_FIELD_NUMBER: _ClassVar[int]
    REPLAYED_FIELD_NUMBER: _ClassVar[int]
    position: _context_pb2.Position
    removed_items: int
    replayed: bool
    def __init__(self, removed_items: _Optional[int] = ..., position: _Optional[_Union[_context_pb2.Position, _Mapping]] = ..., replayed: bool = ...) -> None: ...

class DeleteTopicRequest(_message.Message):
    __slots__ = ["agent_name", "request_id", "topic"]
    AGENT_NAME_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    TOPIC_FIELD_NUMBER: _ClassVar[int]
    agent_name: str
    request_id: str
    topic: str
    def __init__(self, topic: _Optional[str] = ..., request_id: _Optional[str] = ..., agent_name: _Optional[str] = ...) -> None: ...

class DeleteTopicResponse(_message.Message):
    __slots__ = ["position", "removed_items", "removed_subscribers", "replayed"]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    REMOVED_ITEMS_FIELD_NUMBER: _ClassVar[int]
    REMOVED_SUBSCRIBERS_FIELD_NUMBER: _ClassVar[int]
    REPLAYED_FIELD_NUMBER: _ClassVar[int]
    position: _context_pb2.Position
    removed_items: int
    removed_subscribers: int
    replayed: bool
    def __init__(self, removed_items: _Optional[int] = ..., removed_subscribers: _Optional[int] = ..., position: _Optional[_Union[_context_pb2.Position, _Mapping]] = ..., replayed: bool = ...) -> None: ...

class GetAgentTopicsRequest(_message.Message):
    __slots__ = ["agent_name"]
    AGENT_NAME_FIELD_NUMBER: _ClassVar[int]
    agent_name: str
    def __init__(self, agent_name: _Optional[str] = ...) -> None: ...

class GetAgentTopicsResponse(_message.Message):
    __slots__ = ["position", "topics"]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    TOPICS_FIELD_NUMBER: _ClassVar[int]
    position: _context_pb2.Position
    topics: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, topics: _Optional[_Iterable[str]] = ..., position: _Optional[_Union[_context_pb2.Position, _Mapping]] = ...) -> None: ...

class GetManyRequest(_message.Message):
    __slots__ = ["agent_name", "keys", "value_form"]
    AGENT_NAME_FIELD_NUMBER: _ClassVar[int]
    KEYS_FIELD_NUMBER: _ClassVar[int]
    VALUE_FORM_FIELD_NUMBER: _ClassVar[int]
    agent_name: str
    keys: _containers.RepeatedScalarFieldContainer[str]
    value_form: _context_pb2.ValueForm
    def __init__(self, keys: _Optional[_Iterable[str]] = ..., agent_name: _Optional[str] = ..., value_form: _Optional[_Union[_context_pb2.ValueForm, str]] = ...) -> None: ...

class GetManyResponse(_message.Message):
    __slots__ = ["items", "position", "remaining_keys"]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    REMAINING_KEYS_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_context_pb2.Item]
    position: _context_pb2.Position
    remaining_keys: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, items: _Optional[_Iterable[_Union[_context_pb2.Item, _Mapping]]] = ..., position: _Optional[_Union[_context_pb2.Position, _Mapping]] = ..., remaining_keys: _Optional[_Iterable[str]] = ...) -> None: ...

class GetOutcomeMetricsRequest(_message.Message):
    __slots__ = ["agent_name", "max_age", "task_type"]
    AGENT_NAME_FIELD_NUMBER: _ClassVar[int]
    MAX_AGE_FIELD_NUMBER: _ClassVar[int]
    TASK_TYPE_FIELD_NUMBER: _ClassVar[int]
    agent_name: str
    max_age: _duration_pb2.Duration
    task_type: str
    def __init__(self, agent_name: _Optional[str] = ..., task_type: _Optional[str] = ..., max_age: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class GetOutcomeMetricsResponse(_message.Message):
    __slots__ = ["by_agent", "by_task_type", "overall"]
    BY_AGENT_FIELD_NUMBER: _ClassVar[int]
    BY_TASK_TYPE_FIELD_NUMBER: _ClassVar[int]
    OVERALL_FIELD_NUMBER: _ClassVar[int]
    by_agent: _containers.RepeatedCompositeFieldContainer[_outcomes_pb2.NamedOutcomeMetrics]
    by_task_type: _containers.RepeatedCompositeFieldContainer[_outcomes_pb2.NamedOutcomeMetrics]
    overall: _outcomes_pb2.OutcomeMetrics
    def __init__(self, overall: _Optional[_Union[_outcomes_pb2.OutcomeMetrics, _Mapping]] = ..., by_task_type: _Optional[_Iterable[_Union[_outcomes_pb2.NamedOutcomeMetrics, _Mapping]]] = ..., by_agent: _Optional[_Iterable[_Union[_outcomes_pb2.NamedOutcomeMetrics, _Mapping]]] = ...) -> None: ...

class GetPostPermissionsRequest(_message.Message):
    __slots__ = ["agent_name"]
    AGENT_NAME_FIELD_NUMBER: _ClassVar[int]
    agent_name: str
    def __init__(self, agent_name: _Optional[str] = ...) -> None: ...

class GetPostPermissionsResponse(_message.Message):
    __slots__ = ["permissions", "position"]
    PERMISSIONS_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    permissions: _context_pb2.PostPermissions
    position: _context_pb2.Position
    def __init__(self, permissions: _Optional[_Union[_context_pb2.PostPermissions, _Mapping]] = ..., position: _Optional[_Union[_context_pb2.Position, _Mapping]] = ...) -> None: ...

class GetRequest(_message.Message):
    __slots__ = ["agent_name", "key", "value_form"]
    AGENT_NAME_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    VALUE_FORM_FIELD_NUMBER: _ClassVar[int]
    agent_name: str
    key: str
    value_form: _context_pb2.ValueForm
    def __init__(self, key: _Optional[str] = ..., agent_name: _Optional[str] = ..., value_form: _Optional[_Union[_context_pb2.ValueForm, str]] = ...) -> None: ...

class GetResponse(_message.Message):
    __slots__ = ["item", "position"]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    item: _context_pb2.Item
    position: _context_pb2.Position
    def __init__(self, item: _Optional[_Union[_context_pb2.Item, _Mapping]] = ..., position: _Optional[_Union[_context_pb2.Position, _Mapping]] = ...) -> None: ...

class GetStatsRequest(_message.Message):
    __slots__ = ["agent_name"]
    AGENT_NAME_FIELD_NUMBER: _ClassVar[int]
    agent_name: str
    def __init__(self, agent_name: _Optional[str] = ...) -> None: ...

class GetStatsResponse(_message.Message):
    __slots__ = ["active_items", "agents_with_topics", "expired_items", "global_items", "position", "private_items", "total_bytes", "total_items", "total_topics"]
    ACTIVE_ITEMS_FIELD_NUMBER: _ClassVar[int]
    AGENTS_WITH_TOPICS_FIELD_NUMBER: _ClassVar[int]
    EXPIRED_ITEMS_FIELD_NUMBER: _ClassVar[int]
    GLOBAL_ITEMS_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    PRIVATE_ITEMS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_BYTES_FIELD_NUMBER: _ClassVar[int]
    TOTAL_ITEMS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_TOPICS_FIELD_NUMBER: _ClassVar[int]
    active_items: int
    agents_with_topics: int
    expired_items: int
    global_items: int
    position: _context_pb2.Position
    private_items: int
    total_bytes: int
    total_items: int
    total_topics: int
    def __init__(self, total_items: _Optional[int] = ..., active_items: _Optional[int] = ..., expired_items: _Optional[int] = ..., global_items: _Optional[int] = ..., private_items: _Optional[int] = ..., total_topics: _Optional[int] = ..., agents_with_topics: _Optional[int] = ..., total_bytes: _Optional[int] = ..., position: _Optional[_Union[_context_pb2.Position, _Mapping]] = ...) -> None: ...

class ListOutcomesRequest(_message.Message):
    __slots__ = ["agent_name", "max_age", "page_size", "page_token", "success", "task_type"]
    AGENT_NAME_FIELD_NUMBER: _ClassVar[int]
    MAX_AGE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    SUCCESS_FIELD_NUMBER: _ClassVar[int]
    TASK_TYPE_FIELD_NUMBER: _ClassVar[int]
    agent_name: str
    max_age: _duration_pb2.Duration
    page_size: int
    page_token: str
    success: bool
    task_type: str
    def __init__(self, agent_name: _Optional[str] = ..., task_type: _Optional[str] = ..., max_age: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., success: bool = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListOutcomesResponse(_message.Message):
    __slots__ = ["next_page_token", "outcomes"]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    next_page_token: str
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcomes_pb2.Outcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcomes_pb2.Outcome, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ListRequest(_message.Message):
    __slots__ = ["agent_name", "key_glob", "key_prefix", "keys_only", "page_size", "page_token", "topic", "value_form"]
    AGENT_NAME_FIELD_NUMBER: _ClassVar[int]
    KEYS_ONLY_FIELD_NUMBER: _ClassVar[int]
    KEY_GLOB_FIELD_NUMBER: _ClassVar[int]
    KEY_PREFIX_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TOPIC_FIELD_NUMBER: _ClassVar[int]
    VALUE_FORM_FIELD_NUMBER: _ClassVar[int]
    agent_name: str
    key_glob: str
    key_prefix: str
    keys_only: bool
    page_size: int
    page_token: str
    topic: str
    value_form: _context_pb2.ValueForm
    def __init__(self, agent_name: _Optional[str] = ..., topic: _Optional[str] = ..., key_prefix: _Optional[str] = ..., key_glob: _Optional[str] = ..., keys_only: bool = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., value_form: _Optional[_Union[_context_pb2.ValueForm, str]] = ...) -> None: ...

class ListResponse(_message.Message):
    __slots__ = ["items", "next_page_token", "position"]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_context_pb2.Item]
    next_page_token: str
    position: _context_pb2.Position
    def __init__(self, items: _Optional[_Iterable[_Union[_context_pb2.Item, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., position: _Optional[_Union[_context_pb2.Position, _Mapping]] = ...) -> None: ...

class ListTopicsRequest(_message.Message):
    __slots__ = ["agent_name", "page_size", "page_token"]
    AGENT_NAME_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    agent_name: str
    page_size: int
    page_token: str
    def __init__(self, agent_name: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListTopicsResponse(_message.Message):
    __slots__ = ["next_page_token", "position", "topics"]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    TOPICS_FIELD_NUMBER: _ClassVar[int]
    next_page_token: str
    position: _context_pb2.Position
    topics: _containers.RepeatedCompositeFieldContainer[_context_pb2.Topic]
    def __init__(self, topics: _Optional[_Iterable[_Union[_context_pb2.Topic, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., position: _Optional[_Union[_context_pb2.Position, _Mapping]] = ...) -> None: ...

class LogOutcomeRequest(_message.Message):
    __slots__ = ["agent_name", "report", "request_id"]
    AGENT_NAME_FIELD_NUMBER: _ClassVar[int]
    REPORT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    agent_name: str
    report: _outcomes_pb2.OutcomeReport
    request_id: str
    def __init__(self, agent_name: _Optional[str] = ..., report: _Optional[_Union[_outcomes_pb2.OutcomeReport, _Mapping]] = ..., request_id: _Optional[str] = ...) -> None: ...

class LogOutcomeResponse(_message.Message):
    __slots__ = ["number", "replayed"]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    REPLAYED_FIELD_NUMBER: _ClassVar[int]
    number: int
    replayed: bool
    def __init__(self, number: _Optional[int] = ..., replayed: bool = ...) -> None: ...

class PushManyEntry(_message.Message):
    __slots__ = ["if_revision", "key", "metadata_json", "subscribers", "topics", "ttl", "value", "value_json"]
    IF_REVISION_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    METADATA_JSON_FIELD_NUMBER: _ClassVar[int]
    SUBSCRIBERS_FIELD_NUMBER: _ClassVar[int]
    TOPICS_FIELD_NUMBER: _ClassVar[int]
    TTL_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    VALUE_JSON_FIELD_NUMBER: _ClassVar[int]
    if_revision: int
    key: str
    metadata_json: str
    subscribers: _containers.RepeatedScalarFieldContainer[str]
    topics: _containers.RepeatedScalarFieldContainer[str]
    ttl: _duration_pb2.Duration
    value: _struct_pb2.Value
    value_json: str
    def __init__(self, key: _Optional[str] = ..., value_json: _Optional[str] = ..., value: _Optional[_Union[_struct_pb2.Value, _Mapping]] = ..., topics: _Optional[_Iterable[str]] = ..., subscribers: _Optional[_Iterable[str]] = ..., ttl: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., if_revision: _Optional[int] = ..., metadata_json: _Optional[str] = ...) -> None: ...

class PushManyRequest(_message.Message):
    __slots__ = ["agent_name", "entries", "request_id"]
    AGENT_NAME_FIELD_NUMBER: _ClassVar[int]
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    agent_name: str
    entries: _containers.RepeatedCompositeFieldContainer[PushManyEntry]
    request_id: str
    def __init__(self, entries: _Optional[_Iterable[_Union[PushManyEntry, _Mapping]]] = ..., request_id: _Optional[str] = ..., agent_name: _Optional[str] = ...) -> None: ...

class PushManyResponse(_message.Message):
    __slots__ = ["position", "replayed"]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    REPLAYED_FIELD_NUMBER: _ClassVar[int]
    position: _context_pb2.Position
    replayed: bool
    def __init__(self, position: _Optional[_Union[_context_pb2.Position, _Mapping]] = ..., replayed: bool = ...) -> None: ...

class PushRequest(_message.Message):
    __slots__ = ["agent_name", "if_revision", "key", "metadata_json", "request_id", "subscribers", "topics", "ttl", "value", "value_json"]
    AGENT_NAME_FIELD_NUMBER: _ClassVar[int]
    IF_REVISION_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    METADATA_JSON_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    SUBSCRIBERS_FIELD_NUMBER: _ClassVar[int]
    TOPICS_FIELD_NUMBER: _ClassVar[int]
    TTL_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    VALUE_JSON_FIELD_NUMBER: _ClassVar[int]
    agent_name: str
    if_revision: int
    key: str
    metadata_json: str
    request_id: str
    subscribers: _containers.RepeatedScalarFieldContainer[str]
    topics: _containers.RepeatedScalarFieldContainer[str]
    ttl: _duration_pb2.Duration
    value: _struct_pb2.Value
    value_json: str
    def __init__(self, key: _Optional[str] = ..., value_json: _Optional[str] = ..., value: _Optional[_Union[_struct_pb2.Value, _Mapping]] = ..., topics: _Optional[_Iterable[str]] = ..., subscribers: _Optional[_Iterable[str]] = ..., ttl: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., if_revision: _Optional[int] = ..., request_id: _Optional[str] = ..., agent_name: _Optional[str] = ..., metadata_json: _Optional[str] = ...) -> None: ...

class PushResponse(_message.Message):
    __slots__ = ["position", "replayed"]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    REPLAYED_FIELD_NUMBER: _ClassVar[int]
    position: _context_pb2.Position
    replayed: bool
    def __init__(self, position: _Optional[_Union[_context_pb2.Position, _Mapping]] = ..., replayed: bool = ...) -> None: ...

class RegisterAgentTopicsRequest(_message.Message):
    __slots__ = ["agent_name", "request_id", "topics"]
    AGENT_NAME_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    TOPICS_FIELD_NUMBER: _ClassVar[int]
    agent_name: str
    request_id: str
    topics: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, agent_name: _Optional[str] = ..., topics: _Optional[_Iterable[str]] = ..., request_id: _Optional[str] = ...) -> None: ...

class RegisterAgentTopicsResponse(_message.Message):
    __slots__ = ["position", "replayed", "topics"]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    REPLAYED_FIELD_NUMBER: _ClassVar[int]
    TOPICS_FIELD_NUMBER: _ClassVar[int]
    position: _context_pb2.Position
    replayed: bool
    topics: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, topics: _Optional[_Iterable[str]] = ..., position: _Optional[_Union[_context_pb2.Position, _Mapping]] = ..., replayed: bool = ...) -> None: ...

class RemoveRequest(_message.Message):
    __slots__ = ["agent_name", "if_revision", "key", "request_id"]
    AGENT_NAME_FIELD_NUMBER: _ClassVar[int]
    IF_REVISION_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    agent_name: str
    if_revision: int
    key: str
    request_id: str
    def __init__(self, key: _Optional[str] = ..., if_revision: _Optional[int] = ..., request_id: _Optional[str] = ..., agent_name: _Optional[str] = ...) -> None: ...

class RemoveResponse(_message.Message):
    __slots__ = ["position", "removed", "replayed"]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    REMOVED_FIELD_NUMBER: _ClassVar[int]
    REPLAYED_FIELD_NUMBER: _ClassVar[int]
    position: _context_pb2.Position
    removed: bool
    replayed: bool
    def __init__(self, removed: bool = ..., position: _Optional[_Union[_context_pb2.Position, _Mapping]] = ..., replayed: bool = ...) -> None: ...

class SetPostPermissionsRequest(_message.Message):
    __slots__ = ["agent_name", "permissions", "request_id"]
    AGENT_NAME_FIELD_NUMBER: _ClassVar[int]
    PERMISSIONS_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    agent_name: str
    permissions: _context_pb2.PostPermissions
    request_id: str
    def __init__(self, agent_name: _Optional[str] = ..., permissions: _Optional[_Union[_context_pb2.PostPermissions, _Mapping]] = ..., request_id: _Optional[str] = ...) -> None: ...

class SetPostPermissionsResponse(_message.Message):
    __slots__ = ["position", "replayed"]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    REPLAYED_FIELD_NUMBER: _ClassVar[int]
    position: _context_pb2.Position
    replayed: bool
    def __init__(self, position: _Optional[_Union[_context_pb2.Position, _Mapping]] = ..., replayed: bool = ...) -> None: ...

class SubscribeRequest(_message.Message):
    __slots__ = ["agent_name", "filter", "heartbeat", "start", "value_form"]
    AGENT_NAME_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    VALUE_FORM_FIELD_NUMBER: _ClassVar[int]
    agent_name: str
    filter: _stream_pb2.StreamFilter
    heartbeat: _duration_pb2.Duration
    start: _stream_pb2.StreamStart
    value_form: _context_pb2.ValueForm
    def __init__(self, agent_name: _Optional[str] = ..., filter: _Optional[_Union[_stream_pb2.StreamFilter, _Mapping]] = ..., start: _Optional[_Union[_stream_pb2.StreamStart, _Mapping]] = ..., heartbeat: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., value_form: _Optional[_Union[_context_pb2.ValueForm, str]] = ...) -> None: ...

class SubscribeResponse(_message.Message):
    __slots__ = ["message"]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    message: _stream_pb2.StreamMessage
    def __init__(self, message: _Optional[_Union[_stream_pb2.StreamMessage, _Mapping]] = ...) -> None: ...

class UnsubscribeFromTopicsRequest(_message.Message):
    __slots__ = ["agent_name", "request_id", "topics"]
    AGENT_NAME_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    TOPICS_FIELD_NUMBER: _ClassVar[int]
    agent_name: str
    request_id: str
    topics: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, agent_name: _Optional[str] = ..., topics: _Optional[_Iterable[str]] = ..., request_id: _Optional[str] = ...) -> None: ...

class UnsubscribeFromTopicsResponse(_message.Message):
    __slots__ = ["position", "replayed", "topics"]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    REPLAYED_FIELD_NUMBER: _ClassVar[int]
    TOPICS_FIELD_NUMBER: _ClassVar[int]
    position: _context_pb2.Position
    replayed: bool
    topics: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, topics: _Optional[_Iterable[str]] = ..., position: _Optional[_Union[_context_pb2.Position, _Mapping]] = ..., replayed: bool = ...) -> None: ...
