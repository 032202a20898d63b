import { Code, ConnectError } from '@connectrpc/connect';
import { durationMs } from '@bufbuild/protobuf/wkt';

import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from './generated/google/rpc/error_details_pb.js';
import type { ErrorReason as WireReason } from './generated/syntha/v1/error_pb.js';

/** Why a call failed, from the contract's list (`protos/syntha/v1/error.proto`). A newer server may have more reasons. */
export type ErrorReason = Exclude<keyof typeof WireReason, 'UNSPECIFIED'>;

const DOMAIN = 'syntha';

// The words of OpenSSL for a certificate whose authority is unknown. Node 18 writes "self signed".
const UNTRUSTED = /self[- ]signed certificate|unable to (verify the first certificate|get (local )?issuer certificate)/;
const TRUST = 'This program does not trust the authority of its certificate. Give the authority’s certificate, as PEM, as ' +
  'rootCertificates, or name its file in the environment variable NODE_EXTRA_CA_CERTS. ';

// What Node says of a port that speaks HTTP/1.1, or no TLS.
const WRONG_PROTOCOL = /protocol error|NGHTTP2_HTTP_1_1_REQUIRED|wrong version number|missing ALPN|packet length too long/i;
const PROTOCOL = 'The port speaks another protocol. Give the server’s gRPC port (for syntha/web its HTTP port), with https:// only where ' +
  'the server has a certificate. ';

const TOO_LARGE = /message larger than max/i;

/** The names of the gRPC statuses. Each stands at the place that is its number. */
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

/** The part of a failed call that its error speaks of. */
export interface FailedCall {
  readonly address: URL;
  readonly callTimeoutMs: number | null;
  readonly requestId?: string | undefined;
}

/**
 * A call failed. A key that is missing, expired or hidden is no error. A call that its caller aborts throws the signal's reason instead.
 *
 * When it `isUnavailable`, the outcome of a write is unknown. Repeat it with the `requestId`, and it happens once.
 */
export class SynthaError extends Error {
  override readonly name = 'SynthaError';

  /** The reason, such as `KEY_NOT_WRITABLE`. `undefined` when the transport or a proxy failed, and not the server. */
  readonly reason: ErrorReason | undefined;

  /** The gRPC status, such as `PERMISSION_DENIED`. */
  readonly status: StatusName;

  /** The facts of the message, for programs: limits, actual sizes, positions. May be empty. */
  readonly metadata: Readonly<Record<string, string>>;

  /** How long the server asks to wait before another attempt, in milliseconds. `undefined` when it does not ask. */
  readonly retryAfterMs: number | undefined;

  /** The fields that were refused. Empty when the failure is not about a field. */
  readonly fieldViolations: readonly FieldViolation[];

  /** The id that the failed write carried. `undefined` for a read. */
  readonly requestId: string | undefined;

  /**
   * Whether the server gave no answer, or none in time: it is unavailable, the connection broke, or a proxy answered in its place. The
   * `reason` is `undefined` then, unless the server itself said that it is unavailable.
   */
  readonly isUnavailable: boolean;

  /** @internal Whether the port answered in another protocol. Another attempt would not mend that. */
  readonly isWrongProtocol: boolean;

  /** @internal Whether this client refused a message because of its size. */
  readonly isTooLarge: boolean;

  private constructor(failure: ConnectError, call?: FailedCall) {
    const info = failure.findDetails(ErrorInfoSchema).find(({ domain }) => domain === DOMAIN);
    const isWrongProtocol = info === undefined && WRONG_PROTOCOL.test(failure.rawMessage);
    super(describe(failure, info?.reason, isWrongProtocol, call), { cause: failure });
    this.isWrongProtocol = isWrongProtocol;
    this.isTooLarge = info === undefined && TOO_LARGE.test(failure.rawMessage);
    this.isUnavailable = info === undefined || failure.code === Code.Unavailable;
    const delay = info && failure.findDetails(RetryInfoSchema)[0]?.retryDelay;
    this.reason = info?.reason as ErrorReason | undefined;
    this.status = STATUSES[failure.code] ?? 'UNKNOWN';
    this.metadata = info?.metadata ?? {};
    this.retryAfterMs = delay && durationMs(delay);
    this.fieldViolations = failure.findDetails(BadRequestSchema)
      .flatMap(({ fieldViolations }) => fieldViolations.map(({ field, description }) => ({ field, description })));
    this.requestId = call?.requestId;
  }

  /** @internal */
  static from(failure: unknown, call: FailedCall): SynthaError {
    return new SynthaError(ConnectError.from(failure), call);
  }

  /** @internal The server's error, for a request that this client refuses because the contract has no form for it. */
  static refused(reason: ErrorReason, message: string, field: string, metadata: Record<string, string>): SynthaError {
    return new SynthaError(new ConnectError(message, Code.InvalidArgument, undefined, [
      { desc: ErrorInfoSchema, value: { reason, domain: DOMAIN, metadata } },
      { desc: BadRequestSchema, value: { fieldViolations: [{ field, description: message }] } },
    ]));
  }
}

function describe(failure: ConnectError, reason: string | undefined, isWrongProtocol: boolean, call: FailedCall | undefined): string {
  const text = failure.rawMessage;
  if (reason !== undefined) {
    return `${reason}: ${text}`;
  }
  switch (failure.code) {
    case Code.DeadlineExceeded:
      return `${call?.address.origin} gave no answer within callTimeoutMs (${call?.callTimeoutMs}). ${text}`;
    case Code.Unavailable:
      return `${call?.address.origin} cannot be reached. ${isWrongProtocol ? PROTOCOL : UNTRUSTED.test(text) ? TRUST : ''}${text}`;
    default:
      return `${STATUSES[failure.code] ?? 'UNKNOWN'}, and not from the server: the connection or a proxy before ${call?.address.origin} ` +
        `said it. ${text}`;
  }
}
