import type { MessageInitShape } from '@bufbuild/protobuf';

import type { StreamStartSchema, SubscribeResponse } from '../generated/syntha/v1/stream_pb.js';
import { Backoff } from '../transport/backoff.js';
import { sleep } from '../transport/sleep.js';
import type { ServerCalls } from '../transport/server-calls.js';
import type { ContextEvent } from './events.js';
import { LiveStream, SILENT_HEARTBEATS } from './live-stream.js';
import type { StreamEnds } from './live-stream.js';
import { StreamCursor } from './stream-cursor.js';
import { endOfAnnounced, endOfFailed } from './stream-end.js';
import { DEFAULT_HEARTBEAT_MS, waitsOf } from './subscription-options.js';
import type { SubscriptionOptions } from './subscription-options.js';

/** Opens a stream at a start. A stream that resumes registers no topics. */
export type OpenStream = (
  start: MessageInitShape<typeof StreamStartSchema>,
  resumes: boolean,
  headers: HeadersInit,
  signal: AbortSignal,
) => AsyncIterable<SubscribeResponse>;

const GETS_FURTHER: ReadonlySet<ContextEvent['type']> = new Set(['committed', 'progress', 'snapshotCompleted']);

/**
 * Runs a subscription over one connection after the other. It takes a message only when it is asked for the next event. So it holds at most
 * the changes of one revision.
 */
export async function* subscription(
  calls: ServerCalls,
  open: OpenStream,
  options: SubscriptionOptions,
): AsyncGenerator<ContextEvent, never, undefined> {
  const { signal } = options;
  const cursor = new StreamCursor(options.start ?? 'now');
  const ends: StreamEnds<SubscribeResponse> = {
    // Its position is not used. The subscription goes on after the last event that it handed out.
    announced: ({ message }) => (message.case === 'ending' ? endOfAnnounced(message.value.reason) : undefined),
    failed: (failure, isRenewed) => endOfFailed(failure, cursor.resumes, isRenewed),
  };
  const backoff = new Backoff(...waitsOf(options, calls.options));
  for (;;) {
    signal?.throwIfAborted();
    const headers = await calls.headers();
    const opened = (abort: AbortSignal) => open(cursor.start, cursor.resumes, headers, abort);
    const stream = new LiveStream(opened, calls, ends, signal);
    try {
      let message;
      while ((message = await stream.read(silenceOf(cursor, calls, options))) !== undefined) {
        for (const event of cursor.take(message)) {
          signal?.throwIfAborted();
          // A stream that is opened and gets no further is no success. The waits go on growing.
          if (GETS_FURTHER.has(event.type)) {
            backoff.reset();
          }
          yield event;
        }
      }
    } finally {
      stream.close();
    }

    const { end } = stream;
    if (end.next === 'throw') {
      throw end.failure;
    }
    cursor.disconnect();
    const delayMs = backoff.next(end.failure?.retryAfterMs);
    if (end.next === 'reset') {
      cursor.beginAnew();
      yield { type: 'reset', reason: end.reason, through: undefined };
      if (backoff.failures === 1) {
        // The server has just answered. There is nothing to wait for, unless it answers so again.
        continue;
      }
    } else {
      yield { type: 'interrupted', reason: end.reason, failure: end.failure, attempt: backoff.failures, delayMs, through: undefined };
    }
    await sleep(delayMs, signal);
  }
}

function silenceOf({ heartbeatMs }: StreamCursor, calls: ServerCalls, options: SubscriptionOptions): number | undefined {
  return heartbeatMs === undefined
    ? calls.options.callTimeoutMs ?? undefined
    : (heartbeatMs || options.heartbeatMs || DEFAULT_HEARTBEAT_MS) * SILENT_HEARTBEATS;
}
