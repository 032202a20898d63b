// ToolHandler: each call as the client's own method, and its answer in the contract's words.
import { reportOf, specOf, wirePromptAnswer } from './agent-words.mjs';
import {
  guardsOf, isKeysOnly, numberOf, operationOf, patchOf, routingOf, shortName, wireAccess, wireCommitReceipt, wireItem, wirePatchReceipt,
  wireReceipt, wireTools,
} from './words.mjs';

const POSITION = ['position'];
const WRITTEN = ['position', 'replayed'];

/** By name: the function that makes the call, and the members of the answer that the client's method does not return. */
export const toolCalls = {
  PushContext: [async (tools, { item: { key, valueJson, ...routing }, requestId }) =>
    wireReceipt(await tools.pushContextJson(key, valueJson, { ...routingOf(routing), requestId }))],
  PatchContext: [async (tools, { patch: given, requestId }) => {
    const { key, patch, ifRevision } = patchOf(given);
    return wirePatchReceipt(await tools.patchContext(key, patch, { ifRevision, requestId }));
  }],
  CommitContext: [async (tools, { operations, guards, requestId }) =>
    wireCommitReceipt(await tools.commitContext(operations.map(operationOf), { guards: guardsOf(guards), requestId }))],
  GetContext: [async (tools, { key }) => ({ item: wireItem(await tools.getContextItem(key)) }), POSITION],
  HasContext: [async (tools, { key }) => ({ exists: await tools.hasContext(key) }), POSITION],
  RemoveContext: [async (tools, { key, ifRevision, requestId }) =>
    ({ removed: await tools.removeContext(key, { ifRevision: numberOf(ifRevision), requestId }) }), WRITTEN],
  ListContext: [async (tools, { filter: { topics, keyGlob } = {}, view }) => {
    if (isKeysOnly(view)) {
      return { items: (await tools.listContextKeys()).map((key) => ({ key })) };
    }
    return { items: await itemsOf(topics ? tools.listContextByTopic(topics[0]) : tools.listContextPattern(keyGlob)) };
  }, POSITION],
  ListTopics: [async (tools) => ({ topics: await tools.listTopicsWithSubscribers() }), POSITION],
  ClearContext: [async (tools, { requestId }) => ({ removedItems: String(await tools.clearOwnContext({ requestId })) }), WRITTEN],
  UnsubscribeFromTopics: [async (tools, { topics, requestId }) => {
    const { topicsUnsubscribed, topicsNotSubscribed, remainingTopics } = await tools.unsubscribeFromTopics(topics ?? [], { requestId });
    return { topics: remainingTopics, unsubscribedTopics: topicsUnsubscribed, notSubscribedTopics: topicsNotSubscribed };
  }, WRITTEN],
  ListTools: [async (tools, { dialect, takenNames }) => {
    const listed = await tools.listTools({ dialect: shortName(dialect, 'TOOL_DIALECT'), takenNames });
    const told = ({ tool, definition, ...rest }) => ({ ...rest, tool: wireTools([tool])[0], definitionJson: JSON.stringify(definition) });
    return { tools: listed.map(told) };
  }, POSITION],
  CallTool: [async (tools, { name, argumentsJson, requestId }) => {
    const { resultJson, success, ...written } = await tools.callTool(name, argumentsJson ?? '', { requestId });
    return { resultJson, success, ...wireReceipt(written) };
  }],
  GetAccess: [async (tools) => {
    const access = await tools.getAccess();
    const { availableTools, deniedTools } = await tools.getAccessSummary();
    return { access: access && wireAccess(access), availableTools: wireTools(availableTools), unavailableTools: wireTools(deniedTools) };
  }, POSITION],
  BuildPrompt: [async (tools, { spec }) => wirePromptAnswer(await tools.buildPrompt(specOf(spec)))],
  LogOutcome: [async (tools, { report, requestId }) =>
    ({ number: String(await tools.logOutcome(reportOf(report), { requestId })) }), ['replayed']],
};

async function itemsOf(items) {
  const list = [];
  for await (const item of items) {
    list.push(wireItem(item));
  }
  return list;
}
