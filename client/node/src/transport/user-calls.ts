import type { DescMessage, DescMethodUnary, MessageInitShape, MessageShape } from '@bufbuild/protobuf';

import type {
  CommitRequestSchema, CommitResponseSchema, PatchRequestSchema, PatchResponseSchema, PushManyResponseSchema, PushResponseSchema,
} from '../generated/syntha/v1/context_mesh_service_pb.js';
import { operationResultOf, patchResultOf } from '../values/answers.js';
import type { CommitReceipt, PatchReceipt, PushReceipt } from '../values/answers.js';
import { positionOf } from '../values/position.js';
import type { WriteSettings } from '../values/requests.js';
import type { Connections } from './connections.js';
import { ServerCalls } from './server-calls.js';

type WriteResponseSchema =
  | typeof PushResponseSchema | typeof PushManyResponseSchema | typeof PatchResponseSchema | typeof CommitResponseSchema;

/** One user's way to the server: each call carries the user's `user-id`. */
export class UserCalls extends ServerCalls {
  readonly userId: string;

  constructor(connections: Connections, userId: string) {
    super(connections);
    this.userId = checkedUserId(userId);
  }

  async push<I extends DescMessage>(
    method: DescMethodUnary<I, typeof PushResponseSchema | typeof PushManyResponseSchema>,
    request: MessageInitShape<I>,
    settings: WriteSettings,
  ): Promise<PushReceipt> {
    return (await this.#write(method, request, settings)).receipt;
  }

  async patch(
    method: DescMethodUnary<typeof PatchRequestSchema, typeof PatchResponseSchema>,
    request: MessageInitShape<typeof PatchRequestSchema>,
    settings: WriteSettings,
  ): Promise<PatchReceipt> {
    const { receipt, answer } = await this.#write(method, request, settings);
    return { ...receipt, ...patchResultOf(answer) };
  }

  async commit(
    method: DescMethodUnary<typeof CommitRequestSchema, typeof CommitResponseSchema>,
    request: MessageInitShape<typeof CommitRequestSchema>,
    settings: WriteSettings,
  ): Promise<CommitReceipt> {
    const { receipt, answer } = await this.#write(method, request, settings);
    return { ...receipt, results: answer.results.map(operationResultOf) };
  }

  /** Makes a write that is answered with a position. The receipt tells the id that it carried. */
  async #write<I extends DescMessage, O extends WriteResponseSchema>(
    method: DescMethodUnary<I, O>, request: MessageInitShape<I>, settings: WriteSettings,
  ): Promise<{ receipt: PushReceipt; answer: MessageShape<O> }> {
    const requestId = this.requestIdOf(settings);
    const answer = await this.call(method, request, { ...settings, requestId });
    return { receipt: { position: positionOf(answer.position), replayed: answer.replayed, requestId }, answer };
  }

  /** A guard on a claim is sent to no server that would not know it. */
  override async call<I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>, request: MessageInitShape<I>, settings: WriteSettings,
  ): Promise<MessageShape<O>> {
    if (isGuarded(request as Guarded)) {
      await this.demandClaims(settings);
    }
    return super.call(method, request, settings);
  }

  override async headers(): Promise<Record<string, string>> {
    return { 'user-id': this.userId, ...(await super.headers()) };
  }
}

interface Guarded {
  readonly ifClaim?: unknown;
  readonly guards?: readonly { readonly guard?: { readonly case?: string | undefined } }[];
}

/** Whether a request has a guard on a claim. */
function isGuarded({ ifClaim, guards = [] }: Guarded): boolean {
  return ifClaim !== undefined || guards.some(({ guard }) => guard?.case === 'ifClaim');
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
