// ToolHandler: each call as the client's own method, and its answer in the contract's words.
import { reportOf, specOf, wirePromptAnswer } from './agent-words.mjs';
import {
  claimGuardsOf, claimOf, guardsOf, isKeysOnly, numberOf, operationOf, patchOf, positionOf, routingOf, scopeOf, shortName, tokenOf,
  wireAccess, wireClaim, wireCommitReceipt, wireHeld, wireItem, wirePatchReceipt, wirePosition, wireReceipt, wireTools, wireUndo,
  wireUndoReceipt,
} from './words.mjs';
import { handOverClaim, leaveClaim, releaseClaim, renewClaim } from './claim-calls.mjs';

const POSITION = ['position'];
const WRITTEN = ['position', 'replayed'];

/** By name: the function that makes the call, and the members of the answer that the client's method does not return. */
export const toolCalls = {
  PushContext: [async (tools, { item: { key, valueJson, ...routing }, ifClaim, requestId }) =>
    wireReceipt(await tools.pushContextJson(key, valueJson, { ...routingOf(routing), ifClaim: tokenOf(ifClaim), requestId }))],
  PatchContext: [async (tools, { patch: given, ifClaim, requestId }) => {
    const { key, patch, ifRevision } = patchOf(given);
    return wirePatchReceipt(await tools.patchContext(key, patch, { ifRevision, ifClaim: tokenOf(ifClaim), requestId }));
  }],
  CommitContext: [async (tools, { operations, guards, requestId }) =>
    wireCommitReceipt(await tools.commitContext(operations.map(operationOf), {
      guards: guardsOf(guards), ifClaim: claimGuardsOf(guards), requestId,
    }))],
  PlanUndoContext: [async (tools, { scope, view, pageSize }) => {
    const plan = await tools.planUndoContext(scopeOf(scope), { keysOnly: isKeysOnly(view), pageSize });
    return { position: wirePosition(plan.position), undos: plan.undos.map(wireUndo) };
  }],
  UndoContext: [async (tools, { asAgent, scope, planPosition, allOrNothing, requestId }) => {
    const plan = { agentName: asAgent, scope: scopeOf(scope), position: positionOf(planPosition), undos: [] };
    return wireUndoReceipt(await tools.undoContext(plan, { allOrNothing, requestId }));
  }],
  Claim: [async (tools, { claim, requestId }) => {
    const { name, ...routing } = claimOf(claim);
    const held = wireHeld(await tools.claim(name, { ...routing, requestId }));
    return { position: held.token.position, claim: held };
  }, ['replayed']],
  RenewClaim: [renewClaim, WRITTEN],
  ReleaseClaim: [releaseClaim, WRITTEN],
  HandOverClaim: [handOverClaim, ['replayed']],
  LeaveClaim: [leaveClaim, WRITTEN],
  ListClaims: [async (tools, { namePrefix, pageSize }) => {
    const claims = [];
    for await (const claim of tools.listClaims({ namePrefix, pageSize })) {
      claims.push(wireClaim(claim));
    }
    return { claims };
  }, POSITION],
  GetContext: [async (tools, { key }) => ({ item: wireItem(await tools.getContextItem(key)) }), POSITION],
  HasContext: [async (tools, { key }) => ({ exists: await tools.hasContext(key) }), POSITION],
  RemoveContext: [async (tools, { key, ifRevision, ifClaim, requestId }) =>
    ({ removed: await tools.removeContext(key, { ifRevision: numberOf(ifRevision), ifClaim: tokenOf(ifClaim), requestId }) }), WRITTEN],
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
