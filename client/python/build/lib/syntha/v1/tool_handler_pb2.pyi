from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import struct_pb2 as _struct_pb2
from syntha.v1 import context_pb2 as _context_pb2
from syntha.v1 import outcomes_pb2 as _outcomes_pb2
from syntha.v1 import prompts_pb2 as _prompts_pb2
from syntha.v1 import stream_pb2 as _stream_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor
TOOL_DIALECT_AGNO: ToolDialect
TOOL_DIALECT_ANTHROPIC: ToolDialect
TOOL_DIALECT_GEMINI: ToolDialect
TOOL_DIALECT_JSON_SCHEMA: ToolDialect
TOOL_DIALECT_LANGCHAIN: ToolDialect
TOOL_DIALECT_MCP: ToolDialect
TOOL_DIALECT_OPENAI: ToolDialect
TOOL_DIALECT_OPENAI_STRICT: ToolDialect
TOOL_DIALECT_UNSPECIFIED: ToolDialect

class CallToolRequest(_message.Message):
    __slots__ = ["agent_name", "arguments_json", "name", "request_id"]
    AGENT_NAME_FIELD_NUMBER: _ClassVar[int]
    ARGUMENTS_JSON_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    agent_name: str
    arguments_json: str
    name: str
    request_id: str
    def __init__(self, agent_name: _Optional[str] = ..., name: _Optional[str] = ..., arguments_json: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class CallToolResponse(_message.Message):
    __slots__ = ["position", "replayed", "result_json", "success"]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    REPLAYED_FIELD_NUMBER: _ClassVar[int]
    RESULT_JSON_FIELD_NUMBER: _ClassVar[int]
    SUCCESS_FIELD_NUMBER: _ClassVar[int]
    position: _context_pb2.Position
    replayed: bool
    result_json: str
    success: bool
    def __init__(self, result_json: _Optional[str] = ..., success: bool = ..., position: _Optional[_Union[_context_pb2.Position, _Mapping]] = ..., replayed: bool = ...) -> None: ...

class ClearContextRequest(_message.Message):
    __slots__ = ["agent_name", "request_id"]
    AGENT_NAME_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    agent_name: str
    request_id: str
    def __init__(self, agent_name: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class ClearContextResponse(_message.Message):
    __slots__ = ["position", "removed_items", "replayed"]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    REMOVED_ITEMS_FIELD_NUMBER: _ClassVar[int]
    REPLAYED_FIELD_NUMBER: _ClassVar[int]
    position: _context_pb2.Position
    removed_items: int
    replayed: bool
    def __init__(self, removed_items: _Optional[int] = ..., position: _Optional[_Union[_context_pb2.Position, _Mapping]] = ..., replayed: bool = ...) -> None: ...

class GetAccessRequest(_message.Message):
    __slots__ = ["agent_name"]
    AGENT_NAME_FIELD_NUMBER: _ClassVar[int]
    agent_name: str
    def __init__(self, agent_name: _Optional[str] = ...) -> None: ...

class GetAccessResponse(_message.Message):
    __slots__ = ["access", "available_tools", "denied_tools", "position", "total_available", "total_possible"]
    ACCESS_FIELD_NUMBER: _ClassVar[int]
    AVAILABLE_TOOLS_FIELD_NUMBER: _ClassVar[int]
    DENIED_TOOLS_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    TOTAL_AVAILABLE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_POSSIBLE_FIELD_NUMBER: _ClassVar[int]
    access: _context_pb2.AgentAccess
    available_tools: _containers.RepeatedScalarFieldContainer[str]
    denied_tools: _containers.RepeatedScalarFieldContainer[str]
    position: _context_pb2.Position
    total_available: int
    total_possible: int
    def __init__(self, access: _Optional[_Union[_context_pb2.AgentAccess, _Mapping]] = ..., available_tools: _Optional[_Iterable[str]] = ..., denied_tools: _Optional[_Iterable[str]] = ..., total_available: _Optional[int] = ..., total_possible: _Optional[int] = ..., position: _Optional[_Union[_context_pb2.Position, _Mapping]] = ...) -> None: ...

class GetContextByPatternRequest(_message.Message):
    __slots__ = ["agent_name", "key_glob", "page_size", "page_token", "value_form"]
    AGENT_NAME_FIELD_NUMBER: _ClassVar[int]
    KEY_GLOB_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    VALUE_FORM_FIELD_NUMBER: _ClassVar[int]
    agent_name: str
    key_glob: str
    page_size: int
    page_token: str
    value_form: _context_pb2.ValueForm
    def __init__(self, agent_name: _Optional[str] = ..., key_glob: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., value_form: _Optional[_Union[_context_pb2.ValueForm, str]] = ...) -> None: ...

class GetContextByPatternResponse(_message.Message):
    __slots__ = ["items", "next_page_token", "position"]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_context_pb2.Item]
    next_page_token: str
    position: _context_pb2.Position
    def __init__(self, items: _Optional[_Iterable[_Union[_context_pb2.Item, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., position: _Optional[_Union[_context_pb2.Position, _Mapping]] = ...) -> None: ...

class GetContextByTopicRequest(_message.Message):
    __slots__ = ["agent_name", "page_size", "page_token", "topic", "value_form"]
    AGENT_NAME_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TOPIC_FIELD_NUMBER: _ClassVar[int]
    VALUE_FORM_FIELD_NUMBER: _ClassVar[int]
    agent_name: str
    page_size: int
    page_token: str
    topic: str
    value_form: _context_pb2.ValueForm
    def __init__(self, agent_name: _Optional[str] = ..., topic: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., value_form: _Optional[_Union[_context_pb2.ValueForm, str]] = ...) -> None: ...

class GetContextByTopicResponse(_message.Message):
    __slots__ = ["items", "next_page_token", "position"]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_context_pb2.Item]
    next_page_token: str
    position: _context_pb2.Position
    def __init__(self, items: _Optional[_Iterable[_Union[_context_pb2.Item, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., position: _Optional[_Union[_context_pb2.Position, _Mapping]] = ...) -> None: ...

class GetContextRequest(_message.Message):
    __slots__ = ["agent_name", "key", "value_form"]
    AGENT_NAME_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    VALUE_FORM_FIELD_NUMBER: _ClassVar[int]
    agent_name: str
    key: str
    value_form: _context_pb2.ValueForm
    def __init__(self, agent_name: _Optional[str] = ..., key: _Optional[str] = ..., value_form: _Optional[_Union[_context_pb2.ValueForm, str]] = ...) -> None: ...

class GetContextResponse(_message.Message):
    __slots__ = ["item", "position"]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    item: _context_pb2.Item
    position: _context_pb2.Position
    def __init__(self, item: _Optional[_Union[_context_pb2.Item, _Mapping]] = ..., position: _Optional[_Union[_context_pb2.Position, _Mapping]] = ...) -> None: ...

class HasContextRequest(_message.Message):
    __slots__ = ["agent_name", "key"]
    AGENT_NAME_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    agent_name: str
    key: str
    def __init__(self, agent_name: _Optional[str] = ..., key: _Optional[str] = ...) -> None: ...

class HasContextResponse(_message.Message):
    __slots__ = ["exists", "position"]
    EXISTS_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    exists: bool
    position: _context_pb2.Position
    def __init__(self, exists: bool = ..., position: _Optional[_Union[_context_pb2.Position, _Mapping]] = ...) -> None: ...

class ListContextKeysRequest(_message.Message):
    __slots__ = ["agent_name", "page_size", "page_token"]
    AGENT_NAME_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    agent_name: str
    page_size: int
    page_token: str
    def __init__(self, agent_name: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListContextKeysResponse(_message.Message):
    __slots__ = ["keys", "next_page_token", "position"]
    KEYS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    keys: _containers.RepeatedScalarFieldContainer[str]
    next_page_token: str
    position: _context_pb2.Position
    def __init__(self, keys: _Optional[_Iterable[str]] = ..., next_page_token: _Optional[str] = ..., position: _Optional[_Union[_context_pb2.Position, _Mapping]] = ...) -> None: ...

class ListToolsRequest(_message.Message):
    __slots__ = ["agent_name", "dialect", "taken_names"]
    AGENT_NAME_FIELD_NUMBER: _ClassVar[int]
    DIALECT_FIELD_NUMBER: _ClassVar[int]
    TAKEN_NAMES_FIELD_NUMBER: _ClassVar[int]
    agent_name: str
    dialect: ToolDialect
    taken_names: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, agent_name: _Optional[str] = ..., dialect: _Optional[_Union[ToolDialect, str]] = ..., taken_names: _Optional[_Iterable[str]] = ...) -> None: ...

class ListToolsResponse(_message.Message):
    __slots__ = ["position", "tools"]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    TOOLS_FIELD_NUMBER: _ClassVar[int]
    position: _context_pb2.Position
    tools: _containers.RepeatedCompositeFieldContainer[ToolDefinition]
    def __init__(self, tools: _Optional[_Iterable[_Union[ToolDefinition, _Mapping]]] = ..., position: _Optional[_Union[_context_pb2.Position, _Mapping]] = ...) -> None: ...

class PushContextRequest(_message.Message):
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
    def __init__(self, agent_name: _Optional[str] = ..., key: _Optional[str] = ..., value_json: _Optional[str] = ..., value: _Optional[_Union[_struct_pb2.Value, _Mapping]] = ..., topics: _Optional[_Iterable[str]] = ..., subscribers: _Optional[_Iterable[str]] = ..., ttl: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., if_revision: _Optional[int] = ..., request_id: _Optional[str] = ..., metadata_json: _Optional[str] = ...) -> None: ...

class PushContextResponse(_message.Message):
    __slots__ = ["position", "replayed"]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    REPLAYED_FIELD_NUMBER: _ClassVar[int]
    position: _context_pb2.Position
    replayed: bool
    def __init__(self, position: _Optional[_Union[_context_pb2.Position, _Mapping]] = ..., replayed: bool = ...) -> None: ...

class RemoveContextRequest(_message.Message):
    __slots__ = ["agent_name", "if_revision", "key", "request_id"]
    AGENT_NAME_FIELD_NUMBER: _ClassVar[int]
    IF_REVISION_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    agent_name: str
    if_revision: int
    key: str
    request_id: str
    def __init__(self, agent_name: _Optional[str] = ..., key: _Optional[str] = ..., if_revision: _Optional[int] = ..., request_id: _Optional[str] = ...) -> None: ...

class RemoveContextResponse(_message.Message):
    __slots__ = ["position", "removed", "replayed"]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    REMOVED_FIELD_NUMBER: _ClassVar[int]
    REPLAYED_FIELD_NUMBER: _ClassVar[int]
    position: _context_pb2.Position
    removed: bool
    replayed: bool
    def __init__(self, removed: bool = ..., position: _Optional[_Union[_context_pb2.Position, _Mapping]] = ..., replayed: bool = ...) -> None: ...

class SetAccessRequest(_message.Message):
    __slots__ = ["access", "agent_name", "request_id"]
    ACCESS_FIELD_NUMBER: _ClassVar[int]
    AGENT_NAME_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    access: _context_pb2.AgentAccess
    agent_name: str
    request_id: str
    def __init__(self, agent_name: _Optional[str] = ..., access: _Optional[_Union[_context_pb2.AgentAccess, _Mapping]] = ..., request_id: _Optional[str] = ...) -> None: ...

class SetAccessResponse(_message.Message):
    __slots__ = ["available_tools", "position", "replayed"]
    AVAILABLE_TOOLS_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    REPLAYED_FIELD_NUMBER: _ClassVar[int]
    available_tools: _containers.RepeatedScalarFieldContainer[str]
    position: _context_pb2.Position
    replayed: bool
    def __init__(self, available_tools: _Optional[_Iterable[str]] = ..., position: _Optional[_Union[_context_pb2.Position, _Mapping]] = ..., replayed: bool = ...) -> None: ...

class SubscribeToTopicsRequest(_message.Message):
    __slots__ = ["agent_name", "filter", "heartbeat", "resumes", "start", "topics", "value_form"]
    AGENT_NAME_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_FIELD_NUMBER: _ClassVar[int]
    RESUMES_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    TOPICS_FIELD_NUMBER: _ClassVar[int]
    VALUE_FORM_FIELD_NUMBER: _ClassVar[int]
    agent_name: str
    filter: _stream_pb2.StreamFilter
    heartbeat: _duration_pb2.Duration
    resumes: bool
    start: _stream_pb2.StreamStart
    topics: _containers.RepeatedScalarFieldContainer[str]
    value_form: _context_pb2.ValueForm
    def __init__(self, agent_name: _Optional[str] = ..., topics: _Optional[_Iterable[str]] = ..., filter: _Optional[_Union[_stream_pb2.StreamFilter, _Mapping]] = ..., start: _Optional[_Union[_stream_pb2.StreamStart, _Mapping]] = ..., heartbeat: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., value_form: _Optional[_Union[_context_pb2.ValueForm, str]] = ..., resumes: bool = ...) -> None: ...

class SubscribeToTopicsResponse(_message.Message):
    __slots__ = ["message"]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    message: _stream_pb2.StreamMessage
    def __init__(self, message: _Optional[_Union[_stream_pb2.StreamMessage, _Mapping]] = ...) -> None: ...

class ToolDefinition(_message.Message):
    __slots__ = ["definition_json", "description", "name", "tool"]
    DEFINITION_JSON_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    TOOL_FIELD_NUMBER: _ClassVar[int]
    definition_json: str
    description: str
    name: str
    tool: str
    def __init__(self, name: _Optional[str] = ..., tool: _Optional[str] = ..., description: _Optional[str] = ..., definition_json: _Optional[str] = ...) -> None: ...

class ToolHandlerBuildPromptRequest(_message.Message):
    __slots__ = ["agent_name", "spec"]
    AGENT_NAME_FIELD_NUMBER: _ClassVar[int]
    SPEC_FIELD_NUMBER: _ClassVar[int]
    agent_name: str
    spec: _prompts_pb2.PromptSpec
    def __init__(self, agent_name: _Optional[str] = ..., spec: _Optional[_Union[_prompts_pb2.PromptSpec, _Mapping]] = ...) -> None: ...

class ToolHandlerBuildPromptResponse(_message.Message):
    __slots__ = ["position", "prompt"]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    PROMPT_FIELD_NUMBER: _ClassVar[int]
    position: _context_pb2.Position
    prompt: _prompts_pb2.Prompt
    def __init__(self, prompt: _Optional[_Union[_prompts_pb2.Prompt, _Mapping]] = ..., position: _Optional[_Union[_context_pb2.Position, _Mapping]] = ...) -> None: ...

class ToolHandlerListTopicsRequest(_message.Message):
    __slots__ = ["agent_name", "page_size", "page_token"]
    AGENT_NAME_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    agent_name: str
    page_size: int
    page_token: str
    def __init__(self, agent_name: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ToolHandlerListTopicsResponse(_message.Message):
    __slots__ = ["next_page_token", "position", "topics"]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    TOPICS_FIELD_NUMBER: _ClassVar[int]
    next_page_token: str
    position: _context_pb2.Position
    topics: _containers.RepeatedCompositeFieldContainer[_context_pb2.Topic]
    def __init__(self, topics: _Optional[_Iterable[_Union[_context_pb2.Topic, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., position: _Optional[_Union[_context_pb2.Position, _Mapping]] = ...) -> None: ...

class ToolHandlerLogOutcomeRequest(_message.Message):
    __slots__ = ["agent_name", "report", "request_id"]
    AGENT_NAME_FIELD_NUMBER: _ClassVar[int]
    REPORT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    agent_name: str
    report: _outcomes_pb2.OutcomeReport
    request_id: str
    def __init__(self, agent_name: _Optional[str] = ..., report: _Optional[_Union[_outcomes_pb2.OutcomeReport, _Mapping]] = ..., request_id: _Optional[str] = ...) -> None: ...

class ToolHandlerLogOutcomeResponse(_message.Message):
    __slots__ = ["number", "replayed"]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    REPLAYED_FIELD_NUMBER: _ClassVar[int]
    number: int
    replayed: bool
    def __init__(self, number: _Optional[int] = ..., replayed: bool = ...) -> None: ...

class ToolHandlerUnsubscribeFromTopicsRequest(_message.Message):
    __slots__ = ["agent_name", "request_id", "topics"]
    AGENT_NAME_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    TOPICS_FIELD_NUMBER: _ClassVar[int]
    agent_name: str
    request_id: str
    topics: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, agent_name: _Optional[str] = ..., topics: _Optional[_Iterable[str]] = ..., request_id: _Optional[str] = ...) -> None: ...

class ToolHandlerUnsubscribeFromTopicsResponse(_message.Message):
    __slots__ = ["position", "remaining_topics", "replayed", "topics_not_subscribed", "topics_unsubscribed"]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    REMAINING_TOPICS_FIELD_NUMBER: _ClassVar[int]
    REPLAYED_FIELD_NUMBER: _ClassVar[int]
    TOPICS_NOT_SUBSCRIBED_FIELD_NUMBER: _ClassVar[int]
    TOPICS_UNSUBSCRIBED_FIELD_NUMBER: _ClassVar[int]
    position: _context_pb2.Position
    remaining_topics: _containers.RepeatedScalarFieldContainer[str]
    replayed: bool
    topics_not_subscribed: _containers.RepeatedScalarFieldContainer[str]
    topics_unsubscribed: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, topics_unsubscribed: _Optional[_Iterable[str]] = ..., topics_not_subscribed: _Optional[_Iterable[str]] = ..., remaining_topics: _Optional[_Iterable[str]] = ..., position: _Optional[_Union[_context_pb2.Position, _Mapping]] = ..., replayed: bool = ...) -> None: ...

class ToolDialect(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []
