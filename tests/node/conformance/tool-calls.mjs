// ToolHandler: each call as the client's own method, and its answer in the contract's words.
import { reportOf, specOf, wirePromptAnswer } from './agent-words.mjs';
import { numberOf, routingOf, shortName, wireItem, wireReceipt } from './words.mjs';

const POSITION = ['position'];
const WRITTEN = ['position', 'replayed'];

/** By name: what makes the call, and the members of the answer that the client's method does not return. */
export const toolCalls = {
  PushContext: [async (tools, { key, valueJson, requestId, ...routing }) =>
    wireReceipt(await tools.pushContextJson(key, valueJson, { ...routingOf(routing), requestId }))],
  GetContext: [async (tools, { key }) => ({ item: wireItem(await tools.getContextItem(key)) }), POSITION],
  HasContext: [async (tools, { key }) => ({ exists: await tools.hasContext(key) }), POSITION],
  RemoveContext: [async (tools, { key, ifRevision, requestId }) =>
    ({ removed: await tools.removeContext(key, { ifRevision: numberOf(ifRevision), requestId }) }), WRITTEN],
  ListContextKeys: [async (tools) => ({ keys: await tools.listContextKeys() }), POSITION],
  ListTopics: [async (tools) => ({ topics: await tools.listTopicsWithSubscribers() }), POSITION],
  GetContextByTopic: [async (tools, { topic }) => ({ items: await itemsOf(tools.listContextByTopic(topic)) }), POSITION],
  GetContextByPattern: [async (tools, { keyGlob }) => ({ items: await itemsOf(tools.listContextPattern(keyGlob)) }), POSITION],
  ClearContext: [async (tools, options) => ({ removedItems: String(await tools.clearOwnContext(options)) }), WRITTEN],
  UnsubscribeFromTopics: [async (tools, { topics, requestId }) => tools.unsubscribeFromTopics(topics ?? [], { requestId }), WRITTEN],
  ListTools: [async (tools, { dialect, takenNames }) => {
    const listed = await tools.listTools({ dialect: shortName(dialect, 'TOOL_DIALECT'), takenNames });
    return { tools: listed.map(({ definition, ...tool }) => ({ ...tool, definitionJson: JSON.stringify(definition) })) };
  }, POSITION],
  CallTool: [async (tools, { name, argumentsJson, requestId }) => {
    const { resultJson, success, ...written } = await tools.callTool(name, argumentsJson ?? '', { requestId });
    return { resultJson, success, ...wireReceipt(written) };
  }],
  GetAccess: [async (tools) => {
    const access = await tools.getAccess();
    const { availableTools, deniedTools, totalAvailable, totalPossible } = await tools.getAccessSummary();
    return { access: access && wireAccess(access), availableTools, deniedTools, totalAvailable, totalPossible };
  }, POSITION],
  SetAccess: [async (tools, { access, requestId }) =>
    ({ availableTools: await tools.setAccess(access && accessOf(access), { requestId }) }), WRITTEN],
  BuildPrompt: [async (tools, { spec }) => wirePromptAnswer(await tools.buildPrompt(specOf(spec)))],
  LogOutcome: [async (tools, { report, requestId }) =>
    ({ number: String(await tools.logOutcome(reportOf(report), { requestId })) }), ['replayed']],
};

function wireAccess({ allowedTools, ...access }) {
  return { ...access, allowedTools: allowedTools && { names: allowedTools } };
}

function accessOf({ allowedTools, ...access }) {
  return { ...access, allowedTools: allowedTools && (allowedTools.names ?? []) };
}

async function itemsOf(items) {
  const list = [];
  for await (const item of items) {
    list.push(wireItem(item));
  }
  return list;
}
