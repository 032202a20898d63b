from google.protobuf import duration_pb2 as _duration_pb2
from syntha.v1 import context_pb2 as _context_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor
OMISSION_REASON_TOO_LARGE: OmissionReason
OMISSION_REASON_TOO_OLD: OmissionReason
OMISSION_REASON_UNCHANGED: OmissionReason
OMISSION_REASON_UNSPECIFIED: OmissionReason
PROMPT_FORMAT_FENCED: PromptFormat
PROMPT_FORMAT_PLAIN: PromptFormat
PROMPT_FORMAT_UNSPECIFIED: PromptFormat
PROMPT_PLACEMENT_APPEND: PromptPlacement
PROMPT_PLACEMENT_PREPEND: PromptPlacement
PROMPT_PLACEMENT_REPLACE_PLACEHOLDER: PromptPlacement
PROMPT_PLACEMENT_UNSPECIFIED: PromptPlacement

class CustomPrompt(_message.Message):
    __slots__ = ["fallback_text", "keys", "template"]
    FALLBACK_TEXT_FIELD_NUMBER: _ClassVar[int]
    KEYS_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    fallback_text: str
    keys: _containers.RepeatedScalarFieldContainer[str]
    template: str
    def __init__(self, keys: _Optional[_Iterable[str]] = ..., template: _Optional[str] = ..., fallback_text: _Optional[str] = ...) -> None: ...

class InjectPrompt(_message.Message):
    __slots__ = ["existing_prompt", "placement", "separator"]
    EXISTING_PROMPT_FIELD_NUMBER: _ClassVar[int]
    PLACEMENT_FIELD_NUMBER: _ClassVar[int]
    SEPARATOR_FIELD_NUMBER: _ClassVar[int]
    existing_prompt: str
    placement: PromptPlacement
    separator: str
    def __init__(self, existing_prompt: _Optional[str] = ..., placement: _Optional[_Union[PromptPlacement, str]] = ..., separator: _Optional[str] = ...) -> None: ...

class MessagePrompt(_message.Message):
    __slots__ = ["omit_header", "ready_template", "template"]
    OMIT_HEADER_FIELD_NUMBER: _ClassVar[int]
    READY_TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    omit_header: bool
    ready_template: str
    template: str
    def __init__(self, template: _Optional[str] = ..., ready_template: _Optional[str] = ..., omit_header: bool = ...) -> None: ...

class OmittedItem(_message.Message):
    __slots__ = ["key", "reason"]
    KEY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    key: str
    reason: OmissionReason
    def __init__(self, key: _Optional[str] = ..., reason: _Optional[_Union[OmissionReason, str]] = ...) -> None: ...

class Prompt(_message.Message):
    __slots__ = ["keys", "omitted", "text", "total_omitted"]
    KEYS_FIELD_NUMBER: _ClassVar[int]
    OMITTED_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    TOTAL_OMITTED_FIELD_NUMBER: _ClassVar[int]
    keys: _containers.RepeatedScalarFieldContainer[str]
    omitted: _containers.RepeatedCompositeFieldContainer[OmittedItem]
    text: str
    total_omitted: int
    def __init__(self, text: _Optional[str] = ..., keys: _Optional[_Iterable[str]] = ..., omitted: _Optional[_Iterable[_Union[OmittedItem, _Mapping]]] = ..., total_omitted: _Optional[int] = ...) -> None: ...

class PromptSpec(_message.Message):
    __slots__ = ["custom", "format", "inject", "max_age", "max_bytes", "message", "recent_only", "since", "system"]
    CUSTOM_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    INJECT_FIELD_NUMBER: _ClassVar[int]
    MAX_AGE_FIELD_NUMBER: _ClassVar[int]
    MAX_BYTES_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    RECENT_ONLY_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    custom: CustomPrompt
    format: PromptFormat
    inject: InjectPrompt
    max_age: _duration_pb2.Duration
    max_bytes: int
    message: MessagePrompt
    recent_only: bool
    since: _context_pb2.Position
    system: SystemPrompt
    def __init__(self, system: _Optional[_Union[SystemPrompt, _Mapping]] = ..., message: _Optional[_Union[MessagePrompt, _Mapping]] = ..., custom: _Optional[_Union[CustomPrompt, _Mapping]] = ..., inject: _Optional[_Union[InjectPrompt, _Mapping]] = ..., format: _Optional[_Union[PromptFormat, str]] = ..., recent_only: bool = ..., max_age: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., since: _Optional[_Union[_context_pb2.Position, _Mapping]] = ..., max_bytes: _Optional[int] = ...) -> None: ...

class SystemPrompt(_message.Message):
    __slots__ = ["existing_prompt", "omit_header", "ready_template", "template"]
    EXISTING_PROMPT_FIELD_NUMBER: _ClassVar[int]
    OMIT_HEADER_FIELD_NUMBER: _ClassVar[int]
    READY_TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    existing_prompt: str
    omit_header: bool
    ready_template: str
    template: str
    def __init__(self, template: _Optional[str] = ..., ready_template: _Optional[str] = ..., omit_header: bool = ..., existing_prompt: _Optional[str] = ...) -> None: ...

class PromptFormat(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class PromptPlacement(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class OmissionReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []
