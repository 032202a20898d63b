from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class NamedOutcomeMetrics(_message.Message):
    __slots__ = ["metrics", "name"]
    METRICS_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    metrics: OutcomeMetrics
    name: str
    def __init__(self, name: _Optional[str] = ..., metrics: _Optional[_Union[OutcomeMetrics, _Mapping]] = ...) -> None: ...

class Outcome(_message.Message):
    __slots__ = ["agent_name", "number", "report", "time"]
    AGENT_NAME_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    REPORT_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    agent_name: str
    number: int
    report: OutcomeReport
    time: _timestamp_pb2.Timestamp
    def __init__(self, number: _Optional[int] = ..., agent_name: _Optional[str] = ..., time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., report: _Optional[_Union[OutcomeReport, _Mapping]] = ...) -> None: ...

class OutcomeMetrics(_message.Message):
    __slots__ = ["average_duration", "error_rate", "failed", "succeeded", "success_rate", "total"]
    AVERAGE_DURATION_FIELD_NUMBER: _ClassVar[int]
    ERROR_RATE_FIELD_NUMBER: _ClassVar[int]
    FAILED_FIELD_NUMBER: _ClassVar[int]
    SUCCEEDED_FIELD_NUMBER: _ClassVar[int]
    SUCCESS_RATE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    average_duration: _duration_pb2.Duration
    error_rate: float
    failed: int
    succeeded: int
    success_rate: float
    total: int
    def __init__(self, total: _Optional[int] = ..., succeeded: _Optional[int] = ..., failed: _Optional[int] = ..., success_rate: _Optional[float] = ..., error_rate: _Optional[float] = ..., average_duration: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class OutcomeReport(_message.Message):
    __slots__ = ["duration", "error", "input_json", "metadata_json", "output_json", "success", "task_type"]
    DURATION_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    INPUT_JSON_FIELD_NUMBER: _ClassVar[int]
    METADATA_JSON_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_JSON_FIELD_NUMBER: _ClassVar[int]
    SUCCESS_FIELD_NUMBER: _ClassVar[int]
    TASK_TYPE_FIELD_NUMBER: _ClassVar[int]
    duration: _duration_pb2.Duration
    error: str
    input_json: str
    metadata_json: str
    output_json: str
    success: bool
    task_type: str
    def __init__(self, task_type: _Optional[str] = ..., success: bool = ..., duration: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., input_json: _Optional[str] = ..., output_json: _Optional[str] = ..., error: _Optional[str] = ..., metadata_json: _Optional[str] = ...) -> None: ...
