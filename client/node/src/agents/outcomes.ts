import type { MessageInitShape } from '@bufbuild/protobuf';
import { durationMs, timestampDate } from '@bufbuild/protobuf/wkt';

import type {
  NamedOutcomeMetrics, Outcome as WireOutcome, OutcomeFilterSchema, OutcomeMetrics as WireMetrics, OutcomeReportSchema,
} from '../generated/syntha/v1/outcome_pb.js';
import { jsonOf } from '../values/json.js';
import type { JsonValue } from '../values/json.js';
import { optionalDuration } from '../values/requests.js';
import type { CallSettings } from '../values/requests.js';
import { optionalText, wireText } from '../values/wire-text.js';

/** A report about a task of an agent that is done. At most 64 KiB as a whole. */
export interface OutcomeReport {
  /** The type of the task: 1 to 512 bytes. */
  taskType: string;
  success: boolean;
  /** How long the task took. Default: not known. */
  durationSeconds?: number;
  /** What the task was given: any JSON value. */
  input?: unknown;
  /** What the task gave back: any JSON value. */
  output?: unknown;
  /** What went wrong. */
  error?: string;
  /** Further notes: a JSON object. */
  metadata?: Readonly<Record<string, unknown>>;
}

/** A report as the server keeps it. A member that was not reported is `undefined`. */
export interface Outcome {
  /** The outcome's number among those of its user. A later outcome has a larger number. */
  readonly number: number;
  readonly agentName: string;
  /** When the outcome was logged, by the store's clock. */
  readonly time: Date;
  readonly taskType: string;
  readonly success: boolean;
  readonly durationSeconds: number | undefined;
  readonly input: JsonValue | undefined;
  readonly output: JsonValue | undefined;
  readonly error: string | undefined;
  readonly metadata: Readonly<Record<string, JsonValue>> | undefined;
}

/** Which outcomes a call is about. All conditions must hold. */
export interface OutcomeFilter extends CallSettings {
  agentName?: string;
  taskType?: string;
  /** Only outcomes that were logged no longer ago than this. Default: outcomes of any age. */
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
  /** Of the outcomes that report a duration. `undefined` when none does. */
  readonly averageDurationSeconds: number | undefined;
}

/** Sums of all outcomes, by type of task, and by agent. Of types and agents the 1,000 with the most outcomes, in byte order. */
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

export function wireFilter(
  filter: OutcomeFilter & { success?: boolean; minAgeSeconds?: number },
): MessageInitShape<typeof OutcomeFilterSchema> {
  return {
    agent: optionalText(filter.agentName, 'agentName'),
    taskType: optionalText(filter.taskType, 'taskType'),
    maxAge: optionalDuration(filter.maxAgeSeconds, 'maxAgeSeconds'),
    minAge: optionalDuration(filter.minAgeSeconds, 'minAgeSeconds'),
    success: filter.success,
  };
}

export function outcomeOf({ number, agent, logTime, report }: WireOutcome): Outcome {
  return {
    number: Number(number),
    agentName: agent,
    time: logTime ? timestampDate(logTime) : new Date(0),
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
