// Which calls are made again, when, and with which ids and credentials. The server and time are scripted.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { Code } from '@connectrpc/connect';

import { ContextMesh } from '../../client/node/dist/generated/syntha/v1/context_mesh_service_pb.js';
import { Discovery } from '../../client/node/dist/generated/syntha/v1/discovery_service_pb.js';
import { ToolHandler } from '../../client/node/dist/generated/syntha/v1/tool_handler_service_pb.js';
import { isRepeatable, takesRequestId } from '../../client/node/dist/transport/repeats.js';
import { FakeTime } from './support/fake-time.mjs';
import { ScriptedClient, refusal, settled } from './support/scripted.mjs';
import { established } from './support/stream-messages.mjs';

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const ANSWER = { position: { epoch: 'e', revision: 1n } };

let time;

beforeEach(() => {
  time = new FakeTime();
  mock.method(Math, 'random', () => 1);
});

afterEach(() => {
  time.restore();
  mock.restoreAll();
});

/** Lets the wait before a retry pass, and returns the call that comes next. */
async function retried(server, call, delayMs, failure = refusal(Code.Unavailable, 'STORE_DOWN')) {
  call.fail(failure);
  await settled();
  const next = server.nextCall();
  time.tick(delayMs - 1);
  assert.equal(await Promise.race([next, settled('waiting')]), 'waiting');
  time.tick(1);
  return next;
}

test('a write that is answered with UNAVAILABLE is made again under the same id', async () => {
  const { server, mesh } = scripted();
  const pushed = mesh.push('k', 1);
  const first = await server.nextCall();
  const second = await retried(server, first, 200);
  second.answer(ANSWER);

  const { requestId } = await pushed;
  assert.match(requestId, UUID_V7);
  assert.deepEqual([first.request.requestId, second.request.requestId], [requestId, requestId]);
});

test('a read is made again up to the limit, with waits that double', async () => {
  const { server, mesh } = scripted();
  const read = mesh.get('k');
  read.catch(() => {});
  let call = await server.nextCall();
  for (const delayMs of [200, 400, 800, 1600]) {
    call = await retried(server, call, delayMs);
  }
  call.fail(refusal(Code.Unavailable, 'STORE_DOWN'));

  await assert.rejects(read, { status: 'UNAVAILABLE', reason: 'STORE_DOWN' });
});

test('repeated calls are those whose idempotency level allows it', () => {
  const unary = [ContextMesh, ToolHandler, Discovery].flatMap(({ methods }) => methods).filter(({ methodKind }) => methodKind === 'unary');
  const never = unary.filter((method) => !isRepeatable(method, 'an id')).map(({ name }) => name);
  const withoutAnId = unary.filter((method) => isRepeatable(method, undefined));

  // A repeated call of ClearOutcomes would also remove the outcomes that were logged in between.
  assert.deepEqual(never, ['ClearOutcomes']);
  assert.deepEqual(withoutAnId.filter(takesRequestId), []);
});

test('clearing outcomes is never made again', async () => {
  const { server, mesh } = scripted();
  const cleared = mesh.clearOutcomes();
  (await server.nextCall()).fail(refusal(Code.Unavailable, 'STORE_DOWN'));

  await assert.rejects(cleared, { status: 'UNAVAILABLE', requestId: undefined });
});

test('a failure tells the id of its write, to repeat it with', async () => {
  const { server, mesh } = scripted({ maxAttempts: 1 });
  const pushed = mesh.push('k', 1);
  const { request, fail } = await server.nextCall();
  fail(refusal(Code.DeadlineExceeded));

  await assert.rejects(pushed, { status: 'DEADLINE_EXCEEDED', reason: undefined, requestId: request.requestId });
});

for (const [code, status] of [[Code.ResourceExhausted, 'RESOURCE_EXHAUSTED'], [Code.Internal, 'INTERNAL'], [Code.Aborted, 'ABORTED']]) {
  test(`${status} is not worth another attempt`, async () => {
    const { server, mesh } = scripted();
    const read = mesh.get('k');
    (await server.nextCall()).fail(refusal(code, 'STORE_CORRUPT'));

    await assert.rejects(read, { status });
  });
}

for (const code of [Code.Internal, Code.Unknown, Code.Canceled]) {
  test(`${Code[code]} without a reason is a connection that broke, and the write is made again under its id`, async () => {
    const { server, mesh } = scripted();
    const pushed = mesh.push('k', 1);
    const first = await server.nextCall();
    const second = await retried(server, first, 200, refusal(code));
    second.answer(ANSWER);

    const { requestId } = await pushed;
    assert.deepEqual([first.request.requestId, second.request.requestId], [requestId, requestId]);
  });
}

for (const code of [Code.Unauthenticated, Code.PermissionDenied, Code.Unimplemented, Code.InvalidArgument, Code.ResourceExhausted]) {
  test(`${Code[code]} without a reason is told as a proxy’s, with the id of the write`, async () => {
    const { server, mesh } = scripted();
    const pushed = mesh.push('k', 1);
    const { request, fail } = await server.nextCall();
    fail(refusal(code));

    await assert.rejects(pushed, { isUnavailable: true, reason: undefined, requestId: request.requestId, message: /not from the server/ });
  });
}

test('a call that came too often is made again when the server says, and that is no attempt', async () => {
  const { server, mesh } = scripted({ maxAttempts: 2, retryDelayMs: 1 });
  const read = mesh.get('k');
  let call = await server.nextCall();
  for (let time = 0; time < 6; time++) {
    const refused = refusal(Code.ResourceExhausted, 'RATE_LIMITED', { retryAfterSeconds: 1 });
    call = await retried(server, call, 1_000 + 2 ** time, refused);
  }
  call.answer({});

  assert.equal(await read, undefined);
});

for (const options of [{ maxAttempts: 1 }, { callTimeoutMs: 500 }]) {
  test(`a call that came too often is not made again with ${JSON.stringify(options)}`, async () => {
    const { server, mesh } = scripted(options);
    const read = mesh.get('k');
    (await server.nextCall()).fail(refusal(Code.ResourceExhausted, 'RATE_LIMITED', { retryAfterSeconds: 1 }));

    await assert.rejects(read, { reason: 'RATE_LIMITED', isUnavailable: false });
  });
}

for (const code of [Code.Unauthenticated, Code.PermissionDenied, Code.Unimplemented, Code.NotFound, Code.ResourceExhausted]) {
  test(`a stream that a proxy ends with ${Code[code]} is interrupted and goes on`, async () => {
    const { server, mesh } = scripted();
    const events = mesh.subscribe();
    const first = events.next();
    (await server.nextStream()).fail(refusal(code));
    const told = (await first).value;
    const second = events.next();
    time.tick(200);
    (await server.nextStream()).say(established(3));

    assert.deepEqual([told.type, told.reason, told.failure.reason], ['interrupted', 'FAILED', undefined]);
    assert.equal((await second).value.type, 'established');
  });
}

for (const credential of [{ apiKey: 'sk-1' }, { tokenProvider: () => 'token' }]) {
  test(`${Object.keys(credential)[0]} does not travel in the clear to another machine`, () => {
    const refused = { name: 'TypeError', message: /in the clear/ };
    for (const address of ['http://host:1', 'host:1', 'HTTP://10.0.0.1:50051', 'http://localhost.example:1', 'http://127.example:1']) {
      assert.throws(() => new ScriptedClient({ address, ...credential }), refused);
    }
    new ScriptedClient({ address: 'http://host:1', allowCredentialsWithoutTls: true, ...credential });
    for (const address of ['HTTPS://host:1', 'http://127.0.0.1:1', 'http://localhost:1', 'http://[::1]:1']) {
      new ScriptedClient({ address, ...credential });
    }
  });
}

test('a wait is as long as the server asks for at the least', async () => {
  const { server, mesh } = scripted();
  const read = mesh.get('k');
  const call = await server.nextCall();
  (await retried(server, call, 1_200, refusal(Code.Unavailable, 'STORE_BUSY', { retryAfterSeconds: 1 }))).answer({});

  assert.equal(await read, undefined);
});

test('an attempt that would come after the deadline is not made', async () => {
  const { server, mesh } = scripted({ callTimeoutMs: 150 });
  const read = mesh.get('k');
  const { timeoutMs, fail } = await server.nextCall();
  fail(refusal(Code.Unavailable));

  await assert.rejects(read, { status: 'UNAVAILABLE' });
  assert.ok(timeoutMs > 0 && timeoutMs <= 150);
});

test('a signal ends the wait with its reason', async () => {
  const { server, mesh } = scripted();
  const stop = new AbortController();
  const read = mesh.get('k', { signal: stop.signal });
  (await server.nextCall()).fail(refusal(Code.Unavailable));
  await settled();
  stop.abort(new Error('enough'));

  await assert.rejects(read, /enough/);
});

test('the provider is asked for the credential before each attempt', async () => {
  let asked = 0;
  const { server, mesh } = scripted({ tokenProvider: async () => `token-${++asked}` });
  const read = mesh.get('k');
  const first = await server.nextCall();
  const second = await retried(server, first, 200);
  second.answer({});
  await read;

  assert.deepEqual([first, second].map(({ header }) => header), [
    { 'user-id': 'alice', authorization: 'Bearer token-1' },
    { 'user-id': 'alice', authorization: 'Bearer token-2' },
  ]);
});

test('the provider is asked for the credential of each stream, and one whose token has run out goes on with the next', async () => {
  let asked = 0;
  const { server, mesh } = scripted({ tokenProvider: () => `token-${++asked}` });
  const events = mesh.subscribe();
  const first = events.next();
  const stream = await server.nextStream();
  stream.say(established(3));
  stream.fail(refusal(Code.Unauthenticated, 'CREDENTIALS_INVALID'));
  const told = [(await first).value, (await events.next()).value];
  events.next().catch(() => {});
  time.tick(200);
  const next = await server.nextStream();

  assert.deepEqual(told.map(({ type }) => type), ['established', 'interrupted']);
  assert.equal(told[1].failure.reason, 'CREDENTIALS_INVALID');
  assert.deepEqual([stream, next].map(({ header }) => header.authorization), ['Bearer token-1', 'Bearer token-2']);
});

for (const [served, options] of [[false, { tokenProvider: () => 'token' }], [true, { apiKey: 'sk-1' }]]) {
  test(`a stream that was ${served ? '' : 'never '}served is refused for ${Object.keys(options)[0]} that is not valid`, async () => {
    const { server, mesh } = scripted(options);
    const events = mesh.subscribe();
    const first = events.next();
    first.catch(() => {});
    const stream = await server.nextStream();
    if (served) {
      stream.say(established(3));
      await first;
    }
    stream.fail(refusal(Code.Unauthenticated, 'CREDENTIALS_INVALID'));

    await assert.rejects(served ? events.next() : first, { reason: 'CREDENTIALS_INVALID' });
  });
}

test('what the provider throws reaches the caller', async () => {
  const { mesh } = scripted({ tokenProvider: async () => { throw new RangeError('no token'); } });

  await assert.rejects(mesh.get('k'), RangeError);
  await assert.rejects(mesh.subscribe().next(), RangeError);
});

test('an API key is the credential of every call, streams included', async () => {
  const { server, mesh } = scripted({ apiKey: 'sk-1' });
  const events = mesh.subscribe();
  events.next().catch(() => {});
  const stream = await server.nextStream();

  assert.deepEqual(stream.header, { 'user-id': 'alice', authorization: 'Bearer sk-1' });
});

test('a closed client makes no calls', async () => {
  const { client, mesh } = scripted();
  client.close();

  await assert.rejects(mesh.get('k'), /closed/);
});

test('the server’s own call carries the credential and no user', async () => {
  const { server, client } = scripted({ apiKey: 'sk-1' });
  const told = client.getServerInfo();
  const call = await server.nextCall();
  call.answer({ version: '1.2.3', features: [1, 99], limits: { maxKeyBytes: 7 } });

  const { version, features, limits } = await told;
  assert.deepEqual(call.header, { authorization: 'Bearer sk-1' });
  assert.deepEqual([version, features, limits.maxKeyBytes], ['1.2.3', ['AUTHENTICATION', '99'], 7]);
});

for (const [address, origin] of [
  ['host:1', 'http://host:1'], ['127.0.0.1:50051', 'http://127.0.0.1:50051'], ['[::1]:2', 'http://[::1]:2'],
  ['http://host:3', 'http://host:3'], ['https://host', 'https://host'],
]) {
  test(`${address} is the address ${origin}`, () => {
    assert.equal(new ScriptedClient(address).address, origin);
  });
}

for (const address of ['host', 'ftp://host:1', 'http://host:1/path', 'host:port', '', 'host:1/path']) {
  test(`'${address}' is no address`, () => {
    assert.throws(() => new ScriptedClient({ address }), { name: 'TypeError', message: /Give host:port, http/ });
  });
}

test('options tell all their faults at once', () => {
  const faults = { address: 'ftp://x', maxAttempts: 1001, retryDelayMs: 0, callTimeoutMs: -1, apiKey: '', tokenProvider: () => 'x' };

  assert.throws(() => new ScriptedClient(faults), (error) => {
    const told = ['address', 'maxAttempts', 'retryDelayMs', 'callTimeoutMs', 'apiKey'].filter((name) => error.message.includes(name));
    return error instanceof TypeError && told.length === 5;
  });
});

function scripted(options) {
  const client = new ScriptedClient(options);
  return { client, server: client.server, mesh: client.forUser('alice') };
}
