// A program as a user of the package writes it. It never runs. types.test.mjs checks its types.
import {
  buildSystemPrompt, Claim, createMultiAgentHandlers, createRestrictedHandler, getRoleInfo, Patch, SynthaClient, SynthaError,
} from 'syntha';
import type {
  AgentAccess, ClaimState, CommitReceipt, ContextEvent, JsonValue, Operation, PatchReceipt, Position, PushReceipt, ServerInfo, ToolDialect,
  ToolHandler, TopicSubscription, UndoPlan, UndoReceipt,
} from 'syntha';
import { SynthaClient as WebClient } from 'syntha/web';

interface Trip {
  city: string;
  days: number;
}

export async function calls(stop: AbortSignal): Promise<void> {
  const client = new SynthaClient({ address: 'https://example.com', tokenProvider: async () => 'token', callTimeoutMs: null });
  const mesh = client.forUser('alice');
  const receipt: PushReceipt = await mesh.push('trip', { city: 'Lisboa', days: 4 } satisfies Trip, { topics: ['travel'], ttlSeconds: 60 });
  const trip: Trip | undefined = await mesh.get<Trip>('trip', { agentName: 'Planner', signal: stop });
  const anything: JsonValue | undefined = await mesh.forAgent('Planner').getContext('trip');
  const exact: string | undefined = (await mesh.getItem('trip'))?.valueJson;
  await mesh.pushMany([{ key: 'a', value: 1 }, { key: 'b', valueJson: '9007199254740993' }], { requestId: receipt.requestId });
  for await (const { key, topics } of mesh.list({ keyGlob: 'tr*', keysOnly: true })) {
    console.log(key, topics.length, trip?.city, anything, exact);
  }
  client.close();
}

export async function changes(client: SynthaClient | WebClient): Promise<readonly boolean[]> {
  const mesh = client.forUser('alice');
  const counted: PatchReceipt = await mesh.patch('trip', Patch.increment(1n, '/days'), { ifRevision: 1 });
  await mesh.forAgent('A').patchContext('trip', Patch.append([{ at: 1 }], '/log', 100));
  const operations: Operation[] = [
    { push: { key: 'a', valueJson: '1' } },
    { patch: { key: 'trip', patch: Patch.operations([{ op: 'test', path: '/city', value: 'Lisboa' }]), ifRevision: 3 } },
    { remove: { key: 'b' } },
    { topics: { agent: 'A', topics: new Set(['travel']) } },
  ];
  const receipt: CommitReceipt = await mesh.commit(operations, { guards: new Map([['c', 0]]), agentName: 'A' });
  await mesh.forAgent('A').commitContext([{ remove: { key: 'b' } }], { guards: { c: 0 } });
  console.log(counted.result, counted.resultJson?.length);
  return receipt.results.map(({ removed }) => removed);
}

export async function claims(client: SynthaClient | WebClient, stop: AbortSignal): Promise<UndoReceipt> {
  const mesh = client.forUser('alice');
  const claim: Claim = (await mesh.claim('job', { leaseSeconds: 60, topics: ['t'] })).keep((failure) => console.log(failure));
  await mesh.push('k', 1, { ifClaim: claim });
  await mesh.commit([{ claim: { name: 'other' } }, { release: claim }], { ifClaim: [claim, claim.token], guards: { k: 1 } });
  const line = mesh.forAgent('A').awaitClaim('job', { graceSeconds: 30, signal: stop });
  for await (const event of line) {
    console.log(event.type === 'waiting' ? event.place : event.delayMs);
  }
  await line.claim?.handOver('B');
  const states: ClaimState[] = [];
  for await (const state of mesh.listClaims({ namePrefix: 'j' })) {
    states.push(state);
  }
  {
    await using held = await line.wait();
    console.log(held.lost.aborted, held.expireTime?.getTime(), new Claim(mesh, states[0]!).name);
  }
  const plan: UndoPlan = await mesh.planUndo({ after: { epoch: 'e', revision: 0 }, author: 'A' }, { keysOnly: true });
  await mesh.redact('k', { version: plan.position });
  await mesh.redact('k', 'former', { author: 'A' });
  return mesh.undo(plan, { allOrNothing: true });
}

export async function follow(client: SynthaClient | WebClient): Promise<Position | undefined> {
  let position: Position | undefined;
  const agent = client.forUser('alice').forAgent('A');
  for await (const event of agent.subscribeToTopics(['travel'], { start: 'snapshot', kinds: ['CREATED'] })) {
    console.log(textOf(event));
    position = event.through ?? position;
  }
  return position;
}

export async function listen(client: SynthaClient | WebClient): Promise<void> {
  const agent = client.forUser('alice').forAgent('A');
  const subscription: TopicSubscription = await agent.subscribeToTopic('travel', (topic, key, data) => console.log(topic, key, data));
  console.log(subscription.isActive, subscription.topic);
  subscription.close();
  await subscription.wait();
}

export async function about(client: SynthaClient | WebClient): Promise<AgentAccess | undefined> {
  const { version, features, limits }: ServerInfo = await client.getServerInfo();
  console.log(version, features.includes('TLS'), limits.maxKeyBytes);
  const mesh = client.forUser('alice');
  const available: readonly string[] = await mesh.setAgentAccess('A', { role: 'readonly', deniedTools: ['list_context'] });
  return available.length > 0 ? mesh.getAgentAccess('A') : undefined;
}

/** It has no default case, so the compiler finds an event that is forgotten. */
function textOf(event: ContextEvent): string {
  switch (event.type) {
    case 'established':
      return `${event.position.revision} ${event.isReconnected}`;
    case 'committed':
      return event.changes.map(({ kind, key, item }) => `${kind} ${key} ${String(item?.value)}`).join();
    case 'reset':
      return event.reason satisfies 'AUDIENCE_CHANGED' | 'HISTORY_COMPACTED' | 'EPOCH_CHANGED' | 'REVISION_IN_FUTURE';
    case 'interrupted':
      return event.failure?.message ?? event.reason;
    case 'snapshotItems':
      return event.items.map(({ key }) => key).join();
    case 'snapshotStarted':
    case 'snapshotCompleted':
    case 'progress':
    case 'unknown':
      return event.type;
  }
}

export async function agents(mesh: ReturnType<SynthaClient['forUser']>, dialect: ToolDialect): Promise<void> {
  const agent = mesh.forAgent('A');
  const weather = { type: 'function', function: { name: 'weather', parameters: {} } };
  const schemas: object[] = await agent.getSchemas({ dialect, mergeWith: [weather] });
  const handle = agent.createHybridHandler({ weather: ({ city }) => `sunny in ${String(city)}` });
  const answer = await handle('push_context', { key: 'k', value: 'v' });
  const { text, omitted } = await agent.buildPrompt({ system: { readyTemplate: 'basic' }, format: 'FENCED', maxBytes: 10_000 });
  console.log(schemas.length, answer, text, omitted[0]?.reason);
  const customRoles = { analyst: ['get_context'] };
  const handlers: Map<string, ToolHandler> = await createMultiAgentHandlers(mesh, { A: { role: 'analyst' } }, { customRoles });
  const available: readonly string[] | undefined = await handlers.get('A')?.setAllowedTools(undefined);
  const { position } = await buildSystemPrompt('A', mesh, { readyTemplate: 'basic', maxBytes: 1_000 });
  console.log(available, position.revision, getRoleInfo('admin').tools, getRoleInfo().restrictionLevels.safe);
}

export function reasonOf(error: unknown): string | undefined {
  return error instanceof SynthaError && error.reason === 'KEY_NOT_WRITABLE' ? error.metadata['key'] : undefined;
}

export function faults(mesh: ReturnType<SynthaClient['forUser']>): unknown[] {
  return [
    // @ts-expect-error The list of reasons is closed, so a wrong name is found.
    (error: SynthaError) => error.reason === 'KEY_NOT_WRITEABLE',
    // @ts-expect-error A kind of prompt is needed.
    () => mesh.buildPrompt({ format: 'PLAIN' }),
    // @ts-expect-error An entry has a value.
    () => mesh.pushMany([{ key: 'a' }]),
    // @ts-expect-error A patch is made by a method of Patch.
    () => mesh.patch('k', { op: 'test' }),
    // @ts-expect-error Only Patch's methods make patches.
    () => new Patch({}),
    // @ts-expect-error There is no such operation.
    () => mesh.commit([{ clear: {} }]),
    // @ts-expect-error The item may be missing.
    async () => (await mesh.getItem('k')).value,
    // @ts-expect-error A text is no list of topics.
    () => mesh.push('k', 1, { topics: 'news' }),
    // @ts-expect-error There is no such level.
    () => createRestrictedHandler(mesh, 'A', 'none'),
    // @ts-expect-error That template is one of messages.
    () => buildSystemPrompt('A', mesh, { readyTemplate: 'update' }),
    // @ts-expect-error A configuration has no such member.
    () => createMultiAgentHandlers(mesh, { A: { rôle: 'admin' } }),
    // @ts-expect-error An agent acts in its own name.
    () => mesh.forAgent('A').getContext('k', { agentName: 'B' }),
  ];
}
