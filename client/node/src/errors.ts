import { Code, ConnectError } from '@connectrpc/connect';
import { durationMs } from '@bufbuild/protobuf/wkt';

import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from './generated/google/rpc/error_details_pb.js';
import type { ErrorReason as WireReason } from './generated/syntha/v1/errors_pb.js';

/** Why a call failed, from the contract's list (`protos/syntha/v1/errors.proto`). A newer server may know more. */
export type ErrorReason = Exclude<keyof typeof WireReason, 'UNSPECIFIED'>;

/** The names of the gRPC statuses; each stands at the place that is its number. */
const STATUSES = [
  'OK', 'CANCELLED', 'UNKNOWN', 'INVALID_ARGUMENT', 'DEADLINE_EXCEEDED', 'NOT_FOUND', 'ALREADY_EXISTS', 'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED', 'FAILED_PRECONDITION', 'ABORTED', 'OUT_OF_RANGE', 'UNIMPLEMENTED', 'INTERNAL', 'UNAVAILABLE', 'DATA_LOSS',
  'UNAUTHENTICATED',
] as const;

/** A gRPC status. */
export type StatusName = (typeof STATUSES)[number];

/** A field that was refused, and why. */
export interface FieldViolation {
  readonly field: string;
  readonly description: string;
}

/** Which call failed, as far as its failure tells of it. */
export interface FailedCall {
  readonly address: URL;
  readonly callTimeoutMs: number | null;
  readonly requestId?: string | undefined;
}

/**
 * A call failed. A key that is missing, expired or hidden is an answer and no error, and a call that its caller aborts throws the
 * signal's reason.
 *
 * After UNAVAILABLE and DEADLINE_EXCEEDED the outcome of a write is unknown: repeat it with the `requestId`, and it happens once.
 */
export class SynthaError extends Error {
  override readonly name = 'SynthaError';

  /** Why, such as `KEY_NOT_WRITABLE`; `undefined` when the failure came from the transport and not from the server. */
  readonly reason: ErrorReason | undefined;

  /** The gRPC status, such as `PERMISSION_DENIED`. */
  readonly status: StatusName;

  /** What the message states, for programs: limits, actual sizes, positions. Empty when there is nothing. */
  readonly metadata: Readonly<Record<string, string>>;

  /** How long the server asks to wait before another try, in milliseconds; `undefined` when it does not say. */
  readonly retryAfterMs: number | undefined;

  /** The fields that were refused; empty when the failure is not about a field. */
  readonly fieldViolations: readonly FieldViolation[];

  /** The id that the failed write carried; `undefined` for a read. */
  readonly requestId: string | undefined;

  private constructor(failure: ConnectError, call: FailedCall) {
    const info = failure.findDetails(ErrorInfoSchema).find(({ domain }) => domain === 'syntha');
    super(describe(failure, info?.reason, call), { cause: failure });
    const delay = failure.findDetails(RetryInfoSchema)[0]?.retryDelay;
    this.reason = info?.reason as ErrorReason | undefined;
    this.status = STATUSES[failure.code] ?? 'UNKNOWN';
    this.metadata = info?.metadata ?? {};
    this.retryAfterMs = delay && durationMs(delay);
    this.fieldViolations = failure.findDetails(BadRequestSchema)
      .flatMap(({ fieldViolations }) => fieldViolations.map(({ field, description }) => ({ field, description })));
    this.requestId = call.requestId;
  }

  /** @internal */
  static from(failure: unknown, call: FailedCall): SynthaError {
    return new SynthaError(ConnectError.from(failure), call);
  }
}

function describe(failure: ConnectError, reason: string | undefined, { address, callTimeoutMs }: FailedCall): string {
  const text = failure.rawMessage;
  if (reason !== undefined) {
    return `${reason}: ${text}`;
  }
  switch (failure.code) {
    case Code.DeadlineExceeded:
      return `${address.origin} gave no answer within callTimeoutMs (${callTimeoutMs}). ${text}`;
    case Code.Unavailable:
      return `${address.origin} cannot be reached. ${text}`;
    default:
      return `${STATUSES[failure.code] ?? 'UNKNOWN'}: ${text}`;
  }
}
