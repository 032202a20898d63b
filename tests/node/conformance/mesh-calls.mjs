// ContextMesh: each call as the client's own method, and its answer in the contract's words.
import { filterOf, reportOf, specOf, wireMetrics, wireOutcome, wirePromptAnswer } from './agent-words.mjs';
import {
  accessOf, claimGuardsOf, claimOf, entryOf, guardsOf, isKeysOnly, numberOf, operationOf, patchOf, positionOf, routingOf, scopeOf, tokenOf,
  wireAccess, wireClaim, wireCommitReceipt, wireDifference, wireHeld, wireItem, wirePatchReceipt, wirePosition, wireReceipt, wireTools,
  wireUndo, wireUndoReceipt, wireVersion,
} from './words.mjs';
import { handOverClaim, leaveClaim, releaseClaim, renewClaim } from './claim-calls.mjs';

const POSITION = ['position'];
const WRITTEN = ['position', 'replayed'];

/** By name: the function that makes the call, and the members of the answer that the client's method does not return. */
export const meshCalls = {
  Push: [async (mesh, { item: { key, valueJson, ...routing }, ...options }) =>
    wireReceipt(await mesh.pushJson(key, valueJson, { ...routingOf(routing), ...writeOf(options) }))],
  PushMany: [async (mesh, { items, ...options }) =>
    wireReceipt(await mesh.pushMany(items.map(entryOf), writeOf(options)))],
  Patch: [async (mesh, { patch: given, ...options }) => {
    const { key, patch, ifRevision } = patchOf(given);
    return wirePatchReceipt(await mesh.patch(key, patch, { ifRevision, ...writeOf(options) }));
  }],
  Commit: [async (mesh, { operations, guards, ...options }) =>
    wireCommitReceipt(await mesh.commit(operations.map(operationOf), {
      guards: guardsOf(guards), ...writeOf(options), ifClaim: claimGuardsOf(guards),
    }))],
  Get: [async (mesh, { key, ...options }) => ({ item: wireItem(await mesh.getItem(key, readOf(options))) }), POSITION],
  GetMany: [async (mesh, { keys, ...options }) =>
    ({ items: [...(await mesh.getMany(keys ?? [], readOf(options))).values()].map(wireItem) }), POSITION],
  List: [async (mesh, { filter: { topics: [topic] = [], ...conditions } = {}, view, pageSize, ...options }) => {
    const filter = { ...conditions, topic, pageSize, keysOnly: isKeysOnly(view), ...readOf(options) };
    return { items: await listOf(mesh.list(filter), wireItem) };
  }, POSITION],
  Remove: [async (mesh, { key, ifRevision, ...options }) =>
    ({ removed: await mesh.remove(key, { ifRevision: numberOf(ifRevision), ...writeOf(options) }) }), WRITTEN],
  Clear: [async (mesh, options) => ({ removedItems: String(await mesh.clear(writeOf(options))) }), WRITTEN],
  CleanupExpired: [async (mesh, options) => ({ purgedItems: String(await mesh.cleanupExpired(writeOf(options))) }), WRITTEN],
  GetStats: [async (mesh, options) => {
    const { position, ...counts } = await mesh.getStats(readOf(options));
    const stats = Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, String(count)]));
    return { stats, position: wirePosition(position) };
  }],
  ListVersions: [async (mesh, { key, pageSize, ...options }) =>
    ({ versions: await listOf(mesh.listVersions(key, { pageSize, ...actorOf(options) }), wireVersion) }), POSITION],
  DiffPositions: [async (mesh, { from, to, filter: { topics: [topic] = [], ...conditions } = {}, view, pageSize, ...options }) => {
    const filter = { ...conditions, topic, pageSize, keysOnly: isKeysOnly(view), ...actorOf(options) };
    return { differences: await listOf(mesh.diffPositions(positionOf(from), to && positionOf(to), filter), wireDifference) };
  }, POSITION],
  Claim: [async (mesh, { claim, ...options }) => {
    const { name, ...routing } = claimOf(claim);
    const held = wireHeld(await mesh.claim(name, { ...routing, ...writeOf(options) }));
    return { position: held.token.position, claim: held };
  }, ['replayed']],
  RenewClaim: [renewClaim, WRITTEN],
  ReleaseClaim: [async (mesh, request) => {
    const { token: { name, position }, requestId } = request;
    return position ? releaseClaim(mesh, request) : (await mesh.releaseClaim(name, { requestId }), {});
  }, WRITTEN],
  HandOverClaim: [handOverClaim, ['replayed']],
  LeaveClaim: [leaveClaim, WRITTEN],
  ListClaims: [async (mesh, { namePrefix, pageSize, ...options }) =>
    ({ claims: await listOf(mesh.listClaims({ namePrefix, pageSize, ...actorOf(options) }), wireClaim) }), POSITION],
  PlanUndo: [async (mesh, { scope, view, pageSize, ...options }) => {
    const plan = await mesh.planUndo(scopeOf(scope), { keysOnly: isKeysOnly(view), pageSize, ...actorOf(options) });
    return { position: wirePosition(plan.position), undos: plan.undos.map(wireUndo) };
  }],
  Undo: [async (mesh, { asAgent, scope, planPosition, allOrNothing, requestId }) => {
    const plan = { agentName: asAgent, scope: scopeOf(scope), position: positionOf(planPosition), undos: [] };
    return wireUndoReceipt(await mesh.undo(plan, { allOrNothing, requestId }));
  }],
  Redact: [async (mesh, { key, version, through, former, author, requestId }) => {
    const versions = version ? { version: positionOf(version) }
      : through ? { through: positionOf(through) }
        : former ? 'former' : 'every';
    const { redactedVersions, removed, ...receipt } = await mesh.redact(key, versions, { author, requestId });
    return { ...wireReceipt(receipt), redactedVersions: String(redactedVersions), removed };
  }],
  RegisterAgentTopics: [async (mesh, { agent, topics, requestId }) =>
    ({ topics: await mesh.registerAgentTopics(agent, topics ?? [], { requestId }) }), WRITTEN],
  UnsubscribeFromTopics: [async (mesh, { agent, topics, requestId }) =>
    ({ topics: await mesh.unsubscribeFromTopics(agent, topics ?? [], { requestId }) }), WRITTEN],
  GetAgentTopics: [async (mesh, { agent }) => ({ topics: await mesh.getTopicsForAgent(agent) }), POSITION],
  ListTopics: [async (mesh, options) => ({ topics: await listOf(mesh.listTopics(actorOf(options))) }), POSITION],
  DeleteTopic: [async (mesh, { topic, ...options }) => ({ removedItems: String(await mesh.deleteTopic(topic, writeOf(options))) }),
    ['removedSubscribers', ...WRITTEN]],
  SetPostPermissions: [async (mesh, { agent, permissions, requestId }) => {
    await mesh.setAgentPostPermissions(agent, permissions, { requestId });
    return {};
  }, WRITTEN],
  GetPostPermissions: [async (mesh, { agent }) => ({ permissions: await mesh.getAgentPostPermissions(agent) }), POSITION],
  SetAccess: [async (mesh, { agent, access, requestId }) =>
    ({ availableTools: wireTools(await mesh.setAgentAccess(agent, access && accessOf(access), { requestId })) }), WRITTEN],
  GetAccess: [async (mesh, { agent }) => {
    const access = await mesh.getAgentAccess(agent);
    return { access: access && wireAccess(access) };
  }, ['availableTools', 'unavailableTools', ...POSITION]],
  BuildPrompt: [async (mesh, { spec, ...options }) => wirePromptAnswer(await mesh.buildPrompt(specOf(spec), actorOf(options)))],
  LogOutcome: [async (mesh, { agent, report, requestId }) =>
    ({ number: String(await mesh.logOutcome(agent, reportOf(report), { requestId })) }), ['replayed']],
  ListOutcomes: [async (mesh, { filter }) => ({ outcomes: await listOf(mesh.listOutcomes(filterOf(filter)), wireOutcome) })],
  GetOutcomeMetrics: [async (mesh, { filter }) => {
    const sums = await mesh.getOutcomeMetrics(filterOf(filter));
    const named = (metrics) => [...metrics].map(([name, sum]) => ({ name, metrics: wireMetrics(sum) }));
    return { overall: wireMetrics(sums.overall), byTaskType: named(sums.byTaskType), byAgent: named(sums.byAgent) };
  }],
  ClearOutcomes: [async (mesh, { filter }) => ({ removedOutcomes: String(await mesh.clearOutcomes(filterOf(filter))) })],
};

function actorOf({ asAgent }) {
  return { agentName: asAgent };
}

function readOf({ readPoint, ...options }) {
  return { ...actorOf(options), asOf: readPoint && positionOf(readPoint.asOfPosition) };
}

function writeOf({ asAgent, requestId, ifClaim }) {
  return { agentName: asAgent, requestId, ifClaim: tokenOf(ifClaim) };
}

async function listOf(items, mapped = (item) => item) {
  const list = [];
  for await (const item of items) {
    list.push(mapped(item));
  }
  return list;
}
