import type { MessageInitShape } from '@bufbuild/protobuf';
import { durationMs, timestampDate } from '@bufbuild/protobuf/wkt';

import type {
  NamedOutcomeMetrics, Outcome as WireOutcome, OutcomeMetrics as WireMetrics, OutcomeReportSchema,
} from '../generated/syntha/v1/outcomes_pb.js';
import { optionalText, wireText } from '../transport/wire-text.js';
import { jsonOf } from '../values/json.js';
import type { JsonValue } from '../values/json.js';
import { optionalDuration } from '../values/requests.js';
import type { CallSettings } from '../values/requests.js';

/** How a task of an agent went. At most 1 MiB as a whole. */
export interface OutcomeReport {
  /** What kind of task it was: 1 to 512 bytes. */
  taskType: string;
  success: boolean;
  /** How long it took. Default: not known. */
  durationSeconds?: number;
  /** What the task was given: any JSON value. */
  input?: unknown;
  /** What came of it: any JSON value. */
  output?: unknown;
  /** What went wrong. */
  error?: string;
  /** Further notes: a JSON object. */
  metadata?: Readonly<Record<string, unknown>>;
}

/** A report as it is kept. Absent is what was not told. */
export interface Outcome {
  /** Its number among the user's outcomes: a later one has a larger number. */
  readonly number: number;
  readonly agentName: string;
  /** When it was logged, by the store's clock. */
  readonly time: Date;
  readonly taskType: string;
  readonly success: boolean;
  readonly durationSeconds: number | undefined;
  readonly input: JsonValue | undefined;
  readonly output: JsonValue | undefined;
  readonly error: string | undefined;
  readonly metadata: Readonly<Record<string, JsonValue>> | undefined;
}

/** Which outcomes. All filters must hold. */
export interface OutcomeFilter extends CallSettings {
  agentName?: string;
  taskType?: string;
  /** Only outcomes that were logged no longer ago than this. Default: however old. */
  maxAgeSeconds?: number;
}

/** Sums over outcomes. */
export interface OutcomeMetrics {
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  /** From 0 to 1. */
  readonly successRate: number;
  /** From 0 to 1. */
  readonly errorRate: number;
  /** Of those that told one; `undefined` where none did. */
  readonly averageDurationSeconds: number | undefined;
}

/** Sums in all, by type of task and by agent: of each the 1,000 with the most outcomes, in byte order of the names. */
export interface OutcomeSummary {
  readonly overall: OutcomeMetrics;
  readonly byTaskType: ReadonlyMap<string, OutcomeMetrics>;
  readonly byAgent: ReadonlyMap<string, OutcomeMetrics>;
}

export function wireReport(report: OutcomeReport): MessageInitShape<typeof OutcomeReportSchema> {
  return {
    taskType: wireText(report.taskType, 'taskType'),
    success: report.success,
    duration: optionalDuration(report.durationSeconds, 'durationSeconds'),
    inputJson: optionalJson(report.input, 'input'),
    outputJson: optionalJson(report.output, 'output'),
    error: optionalText(report.error, 'error'),
    metadataJson: optionalJson(report.metadata, 'metadata'),
  };
}

export function wireFilter(filter: OutcomeFilter) {
  return {
    agentName: optionalText(filter.agentName, 'agentName'),
    taskType: optionalText(filter.taskType, 'taskType'),
    maxAge: optionalDuration(filter.maxAgeSeconds, 'maxAgeSeconds'),
  };
}

export function outcomeOf({ number, agentName, time, report }: WireOutcome): Outcome {
  return {
    number: Number(number),
    agentName,
    time: time ? timestampDate(time) : new Date(0),
    taskType: report?.taskType ?? '',
    success: report?.success ?? false,
    durationSeconds: report?.duration && durationMs(report.duration) / 1000,
    input: parsed(report?.inputJson),
    output: parsed(report?.outputJson),
    error: report?.error,
    metadata: parsed(report?.metadataJson) as Record<string, JsonValue> | undefined,
  };
}

export function metricsOf(wire: WireMetrics | undefined): OutcomeMetrics {
  return {
    total: Number(wire?.total ?? 0n),
    succeeded: Number(wire?.succeeded ?? 0n),
    failed: Number(wire?.failed ?? 0n),
    successRate: wire?.successRate ?? 0,
    errorRate: wire?.errorRate ?? 0,
    averageDurationSeconds: wire?.averageDuration && durationMs(wire.averageDuration) / 1000,
  };
}

export function metricsByName(named: readonly NamedOutcomeMetrics[]): Map<string, OutcomeMetrics> {
  return new Map(named.map(({ name, metrics }) => [name, metricsOf(metrics)]));
}

function optionalJson(value: unknown, name: string): string | undefined {
  return value === undefined ? undefined : jsonOf(value, name);
}

function parsed(json: string | undefined): JsonValue | undefined {
  return json === undefined ? undefined : (JSON.parse(json) as JsonValue);
}
