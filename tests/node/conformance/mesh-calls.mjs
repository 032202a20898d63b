// ContextMesh: each call as the client's own method, and its answer in the contract's words.
import { reportOf, specOf, wireMetrics, wireOutcome, wirePromptAnswer } from './agent-words.mjs';
import { numberOf, routingOf, secondsOf, wireItem, wirePosition, wireReceipt } from './words.mjs';

const POSITION = ['position'];
const WRITTEN = ['position', 'replayed'];

/** By name: what makes the call, and the members of the answer that the client's method does not return. */
export const meshCalls = {
  Push: [async (mesh, { key, valueJson, agentName, requestId, ...routing }) =>
    wireReceipt(await mesh.pushJson(key, valueJson, { ...routingOf(routing), agentName, requestId }))],
  PushMany: [async (mesh, { entries, agentName, requestId }) =>
    wireReceipt(await mesh.pushMany(
      entries.map(({ key, valueJson, ...routing }) => ({ key, valueJson, ...routingOf(routing) })), { agentName, requestId }))],
  Get: [async (mesh, { key, agentName }) => ({ item: wireItem(await mesh.getItem(key, { agentName })) }), POSITION],
  GetMany: [async (mesh, { keys, agentName }) =>
    ({ items: [...(await mesh.getMany(keys ?? [], { agentName })).values()].map(wireItem) }), POSITION],
  List: [async (mesh, filter) => ({ items: await listOf(mesh.list(filter), wireItem) }), POSITION],
  Remove: [async (mesh, { key, ifRevision, agentName, requestId }) =>
    ({ removed: await mesh.remove(key, { ifRevision: numberOf(ifRevision), agentName, requestId }) }), WRITTEN],
  Clear: [async (mesh, options) => ({ removedItems: String(await mesh.clear(options)) }), WRITTEN],
  CleanupExpired: [async (mesh, options) => ({ purgedItems: String(await mesh.cleanupExpired(options)) }), WRITTEN],
  GetStats: [async (mesh, options) => {
    const { position, ...counts } = await mesh.getStats(options);
    return { ...Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, String(count)])), position: wirePosition(position) };
  }],
  RegisterAgentTopics: [async (mesh, { agentName, topics, requestId }) =>
    ({ topics: await mesh.registerAgentTopics(agentName, topics ?? [], { requestId }) }), WRITTEN],
  UnsubscribeFromTopics: [async (mesh, { agentName, topics, requestId }) =>
    ({ topics: await mesh.unsubscribeFromTopics(agentName, topics ?? [], { requestId }) }), WRITTEN],
  GetAgentTopics: [async (mesh, { agentName }) => ({ topics: await mesh.getTopicsForAgent(agentName) }), POSITION],
  ListTopics: [async (mesh, options) => ({ topics: await listOf(mesh.listTopics(options)) }), POSITION],
  DeleteTopic: [async (mesh, { topic, ...options }) => ({ removedItems: String(await mesh.deleteTopic(topic, options)) }),
    ['removedSubscribers', ...WRITTEN]],
  SetPostPermissions: [async (mesh, { agentName, permissions, requestId }) => {
    await mesh.setAgentPostPermissions(agentName, permissions, { requestId });
    return {};
  }, WRITTEN],
  GetPostPermissions: [async (mesh, { agentName }) => ({ permissions: await mesh.getAgentPostPermissions(agentName) }), POSITION],
  BuildPrompt: [async (mesh, { agentName, spec }) => wirePromptAnswer(await mesh.buildPrompt(specOf(spec), { agentName }))],
  LogOutcome: [async (mesh, { agentName, report, requestId }) =>
    ({ number: String(await mesh.logOutcome(agentName, reportOf(report), { requestId })) }), ['replayed']],
  ListOutcomes: [async (mesh, { maxAge, ...filter }) =>
    ({ outcomes: await listOf(mesh.listOutcomes({ ...filter, maxAgeSeconds: secondsOf(maxAge) }), wireOutcome) })],
  GetOutcomeMetrics: [async (mesh, { maxAge, ...filter }) => {
    const sums = await mesh.getOutcomeMetrics({ ...filter, maxAgeSeconds: secondsOf(maxAge) });
    const named = (metrics) => [...metrics].map(([name, sum]) => ({ name, metrics: wireMetrics(sum) }));
    return { overall: wireMetrics(sums.overall), byTaskType: named(sums.byTaskType), byAgent: named(sums.byAgent) };
  }],
  ClearOutcomes: [async (mesh, { agentName, minAge }) =>
    ({ removedOutcomes: String(await mesh.clearOutcomes({ agentName, minAgeSeconds: secondsOf(minAge) })) })],
};

async function listOf(items, mapped = (item) => item) {
  const list = [];
  for await (const item of items) {
    list.push(mapped(item));
  }
  return list;
}
