import type { DescMessage, DescMethodUnary, MessageInitShape } from '@bufbuild/protobuf';

import type { PushManyResponseSchema, PushResponseSchema } from '../generated/syntha/v1/context_mesh_service_pb.js';
import type { PushReceipt } from '../values/answers.js';
import { positionOf } from '../values/position.js';
import type { WriteSettings } from '../values/requests.js';
import type { Connections } from './connections.js';
import { ServerCalls } from './server-calls.js';

/** One user's way to the server: each call carries the user's `user-id`. */
export class UserCalls extends ServerCalls {
  readonly userId: string;

  constructor(connections: Connections, userId: string) {
    super(connections);
    this.userId = checkedUserId(userId);
  }

  /** Makes a write that is answered with a position. The receipt tells the id that it carried. */
  async push<I extends DescMessage>(
    method: DescMethodUnary<I, typeof PushResponseSchema | typeof PushManyResponseSchema>,
    request: MessageInitShape<I>,
    settings: WriteSettings,
  ): Promise<PushReceipt> {
    const requestId = this.requestIdOf(settings);
    const { position, replayed } = await this.call(method, request, { ...settings, requestId });
    return { position: positionOf(position), replayed, requestId };
  }

  override async headers(): Promise<Record<string, string>> {
    return { 'user-id': this.userId, ...(await super.headers()) };
  }
}

/** Refuses only what metadata cannot carry. The server checks the id's pattern. */
function checkedUserId(userId: string): string {
  if (typeof userId !== 'string' || userId === '') {
    throw new TypeError('The user id is missing. Give a text that is not empty.');
  }
  if (/[^!-~]/.test(userId)) {
    throw new TypeError('The user id cannot travel as metadata. Use visible ASCII characters only.');
  }
  return userId;
}
