import type { DescMethod } from '@bufbuild/protobuf';
import { MethodOptions_IdempotencyLevel as Level } from '@bufbuild/protobuf/wkt';

/** Whether the requests of a method have a `request_id`. The server carries a write with such an id out once. */
export function takesRequestId(method: DescMethod): boolean {
  return 'requestId' in method.input.field;
}

/**
 * Whether a call may be made again when its answer is missing, as the contract's `idempotency_level` says: NO_SIDE_EFFECTS always,
 * IDEMPOTENT when the request has no `request_id` field or carries one, and a method without a level never.
 */
export function isRepeatable(method: DescMethod, requestId: string | undefined): boolean {
  switch (method.idempotency) {
    case Level.NO_SIDE_EFFECTS:
      return true;
    case Level.IDEMPOTENT:
      return !takesRequestId(method) || requestId !== undefined;
    default:
      return false;
  }
}
