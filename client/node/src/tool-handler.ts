import { AccessControl } from './agents/access-control.js';
import { wireReport } from './agents/outcomes.js';
import type { OutcomeReport } from './agents/outcomes.js';
import { promptOf, wirePrompt } from './agents/prompts.js';
import type { Prompt, PromptSpec } from './agents/prompts.js';
import type { CustomRoles } from './agents/roles.js';
import { nameOfTool, objectOf, WireDialect } from './agents/tools.js';
import type { JsonObject, ToolDefinition, ToolDialect, ToolResult } from './agents/tools.js';
import { ClaimLine } from './claims/claim-line.js';
import type { AwaitClaimOptions } from './claims/claim-line.js';
import { Claim } from './claims/claim.js';
import type { ContextMesh } from './context-mesh.js';
import { ItemView } from './generated/syntha/v1/item_pb.js';
import { ToolHandler as Service } from './generated/syntha/v1/tool_handler_service_pb.js';
import type { ContextEvent } from './live/events.js';
import { requestOf } from './live/subscription-options.js';
import type { SubscriptionOptions } from './live/subscription-options.js';
import { subscription } from './live/subscription.js';
import type { OpenStream } from './live/subscription.js';
import { TopicCallback } from './live/topic-callback.js';
import type { TopicListener } from './live/topic-callback.js';
import { TopicSubscription } from './live/topic-subscription.js';
import { listOf, pages } from './transport/pages.js';
import type { UserCalls } from './transport/user-calls.js';
import { toolNames } from './values/agent-access.js';
import type { CommitReceipt, ContextTopic, PatchReceipt, PushReceipt, UnsubscribeResult } from './values/answers.js';
import { claimOf, optionalToken, pagesOfClaims, wireClaim } from './values/claims.js';
import type { ClaimGuard, ClaimPages, ClaimRouting, ClaimState } from './values/claims.js';
import { wireCommit, wirePatch } from './values/commits.js';
import type { ClaimProofs, Guards, Operation } from './values/commits.js';
import { ContextItem } from './values/context-item.js';
import { jsonOf } from './values/json.js';
import type { JsonValue } from './values/json.js';
import type { Patch } from './values/patch.js';
import { positionOf } from './values/position.js';
import { filterOf, itemOf, optionalRevision } from './values/requests.js';
import type { CallSettings, Routing, WriteSettings } from './values/requests.js';
import { carryOut, readPlan } from './values/undo.js';
import type { UndoOptions, UndoPages, UndoPlan, UndoReceipt, UndoScope } from './values/undo.js';
import { wireText, wireTexts } from './values/wire-text.js';

const MOST_KEYS_PER_PAGE = 10_000;
const MOST_ITEMS_PER_PAGE = 1_000;
const MOST_TOPICS_PER_PAGE = 1_000;

/** Options of a handler. */
export interface AgentOptions {
  /** Your own roles for `setAgentRole`: their tools by their names. */
  roleBasedAccess?: CustomRoles;
}

/** Options of a push of an agent. */
export interface AgentPushOptions extends Routing, ClaimGuard, WriteSettings {}

/** Options of a patch of an agent. */
export interface AgentPatchOptions extends ClaimGuard, WriteSettings {
  /** Default: the present value is changed, whichever it is. n: the item's revision must be n. */
  ifRevision?: number;
}

/** Options of a commit of an agent. */
export interface AgentCommitOptions extends WriteSettings {
  /** Conditions on keys that the operations need not touch. An item that the agent cannot read does not exist for them. */
  guards?: Guards;
  /** A claim, or several, that the agent must hold before the commit. Otherwise it is `CLAIM_LOST`. */
  ifClaim?: ClaimProofs;
}

/** Options of a removal of an agent. */
export interface AgentRemoveOptions extends ClaimGuard, WriteSettings {
  /** Default: the item is removed in any case. n: its revision must be n. 0: the key must not exist. */
  ifRevision?: number;
}

/** Options of a claim of an agent. */
export interface AgentClaimOptions extends ClaimRouting, WriteSettings {}

/** The form and the names of tools' definitions. */
export interface SchemaOptions extends CallSettings {
  /** Default: `OPENAI`. */
  dialect?: ToolDialect;
  /** Definitions of the program's own tools. They come first. A tool of ours that has such a name is listed as `syntha_` and its name. */
  mergeWith?: readonly object[];
}

/**
 * One agent's access to its user's mesh. The agent is the author of the items that it writes, and sees only the items that it may read. The
 * server enforces routing, access to tools and post permissions. The methods are those of `ToolHandler` in the Python package `syntha`. A
 * handler lives as long as its client.
 */
export class ToolHandler extends AccessControl {
  /** @internal */
  readonly calls: UserCalls;
  readonly #mesh: ContextMesh;

  /** Makes no call. */
  constructor(mesh: ContextMesh, agentName: string, { roleBasedAccess = {} }: AgentOptions = {}) {
    super(mesh, wireText(agentName, 'agentName'), roleBasedAccess);
    this.#mesh = mesh;
    this.calls = mesh.calls;
  }

  get userId(): string {
    return this.#mesh.userId;
  }

  /**
   * Adds an item, or replaces one that the agent can read. The agent becomes its author and can always read it.
   *
   * @param topicOrOptions The item's one topic, or all options of a push. Default: every agent reads the item, and it never expires.
   */
  async pushContext(key: string, data: unknown, topicOrOptions: string | AgentPushOptions = {}): Promise<PushReceipt> {
    return this.pushContextJson(key, jsonOf(data, 'data'), topicOrOptions);
  }

  /** Pushes a value as JSON text. The server keeps the text as it is, so 64-bit integers are exact. */
  async pushContextJson(key: string, json: string, topicOrOptions: string | AgentPushOptions = {}): Promise<PushReceipt> {
    const options = typeof topicOrOptions === 'string' ? { topics: [topicOrOptions] } : topicOrOptions;
    const request = { asAgent: this.agentName, item: itemOf(key, json, options), ifClaim: optionalToken(options.ifClaim) };
    return this.calls.push(Service.method.pushContext, request, options);
  }

  /** Changes the value of an item that the agent can read. Its author stays. For the rest see `ContextMesh.patch`. */
  async patchContext(key: string, patch: Patch, options: AgentPatchOptions = {}): Promise<PatchReceipt> {
    const ifClaim = optionalToken(options.ifClaim);
    const request = { asAgent: this.agentName, patch: wirePatch(key, patch, options.ifRevision), ifClaim };
    return this.calls.patch(Service.method.patchContext, request, options);
  }

  /** Carries out several operations as one command: all of them or none. An agent may not set topics. See `ContextMesh.commit`. */
  async commitContext(operations: Iterable<Operation>, options: AgentCommitOptions = {}): Promise<CommitReceipt> {
    const request = { asAgent: this.agentName, ...wireCommit(operations, options.guards, options.ifClaim) };
    return this.calls.commit(Service.method.commitContext, request, options);
  }

  /**
   * Tells what an undo of the agent's own changes would do. The agent needs the owner's permission to read the past. See
   * `ContextMesh.planUndo`.
   */
  async planUndoContext(scope: Omit<UndoScope, 'author'>, options: CallSettings & UndoPages = {}): Promise<UndoPlan> {
    return readPlan(this.calls, Service.method.planUndoContext, this.agentName, scope as UndoScope, options);
  }

  /** Takes back what the agent has written itself, as `planUndoContext` has told. See `ContextMesh.undo`. */
  async undoContext(plan: UndoPlan, options: UndoOptions = {}): Promise<UndoReceipt> {
    if (plan?.agentName !== this.agentName) {
      throw new TypeError(`The plan was made for ${plan?.agentName ?? 'the owner'}, and not for ${this.agentName}.`);
    }
    return carryOut(this.calls, Service.method.undoContext, plan, options);
  }

  /** Claims a name for the agent, when it is free. See `ContextMesh.claim`. */
  async claim(name: string, options: AgentClaimOptions = {}): Promise<Claim> {
    const askedMs = performance.now();
    const request = { asAgent: this.agentName, claim: wireClaim(name, options) };
    const { claim, replayed } = await this.calls.call(Service.method.claim, request, options);
    // An earlier call with the caller's own id may have got the claim, at a time that is not known here.
    const isFirst = !replayed || options.requestId === undefined;
    return new Claim(this, claimOf(claim!), {}, isFirst ? askedMs : undefined);
  }

  /** A place in line for a claim of the agent. See `ContextMesh.awaitClaim`. */
  awaitClaim(name: string, options: AwaitClaimOptions = {}): ClaimLine {
    return new ClaimLine(this, name, options);
  }

  /** The claims that are held, as far as the agent sees them, in the byte order of their names. See `ContextMesh.listClaims`. */
  listClaims(options: CallSettings & ClaimPages = {}): AsyncGenerator<ClaimState, void, undefined> {
    const request = { asAgent: this.agentName, ...pagesOfClaims(options) };
    const read = (pageToken: string) => this.calls.call(Service.method.listClaims, { ...request, pageToken }, options);
    return pages(read, ({ claims }) => claims.map(claimOf));
  }

  /** The value of a key. `undefined`: it is missing, expired, or not readable by this agent. A stored JSON `null` is `null`. */
  async getContext<T = JsonValue>(key: string, options: CallSettings = {}): Promise<T | undefined> {
    return (await this.getContextItem(key, options))?.value as T | undefined;
  }

  /** One item: its value, the value's text, and its readers. */
  async getContextItem(key: string, options: CallSettings = {}): Promise<ContextItem | undefined> {
    const request = { asAgent: this.agentName, key: wireText(key, 'key') };
    const { item } = await this.calls.call(Service.method.getContext, request, options);
    return item && new ContextItem(item);
  }

  /** Whether the agent can read an item with this key. */
  async hasContext(key: string, options: CallSettings = {}): Promise<boolean> {
    const request = { asAgent: this.agentName, key: wireText(key, 'key') };
    return (await this.calls.call(Service.method.hasContext, request, options)).exists;
  }

  /** Removes one item that the agent can read. `false`: there was none. */
  async removeContext(key: string, options: AgentRemoveOptions = {}): Promise<boolean> {
    const guards = { ifRevision: optionalRevision(options.ifRevision), ifClaim: optionalToken(options.ifClaim) };
    const request = { asAgent: this.agentName, key: wireText(key, 'key'), ...guards };
    return (await this.calls.call(Service.method.removeContext, request, options)).removed;
  }

  /** The keys that the agent can read, in byte order. */
  async listContextKeys(options: CallSettings = {}): Promise<string[]> {
    const request = { asAgent: this.agentName, view: ItemView.KEYS, pageSize: MOST_KEYS_PER_PAGE };
    const read = (pageToken: string) => this.calls.call(Service.method.listContext, { ...request, pageToken }, options);
    return listOf(pages(read, ({ items }) => items.map(({ key }) => key)));
  }

  /** The names of the topics that exist for the agent, in byte order. */
  async listTopics(options: CallSettings = {}): Promise<string[]> {
    return (await this.listTopicsWithSubscribers(options)).map(({ name }) => name);
  }

  /** The topics that exist for the agent, with their subscribers, in the byte order of their names. */
  async listTopicsWithSubscribers(options: CallSettings = {}): Promise<ContextTopic[]> {
    const request = { asAgent: this.agentName, pageSize: MOST_TOPICS_PER_PAGE };
    const read = (pageToken: string) => this.calls.call(Service.method.listTopics, { ...request, pageToken }, options);
    return listOf(pages(read, ({ topics }) => topics.map(({ name, subscribers }) => ({ name, subscribers }))));
  }

  /** The values of the readable items that carry a topic, by key, in byte order. */
  async getContextByTopic(topic: string, options: CallSettings = {}): Promise<Map<string, JsonValue>> {
    return valuesOf(this.listContextByTopic(topic, options));
  }

  /** The readable items that carry a topic, page by page while it is enumerated. */
  listContextByTopic(topic: string, options: CallSettings = {}): AsyncGenerator<ContextItem, void, undefined> {
    return this.#list(filterOf({}, [topic]), options);
  }

  /** The values of the readable items whose keys match a pattern (see `ListFilter.keyGlob`), by key, in byte order. */
  async getContextPattern(pattern: string, options: CallSettings = {}): Promise<Map<string, JsonValue>> {
    return valuesOf(this.listContextPattern(pattern, options));
  }

  /** The readable items whose keys match a pattern, page by page while it is enumerated. */
  listContextPattern(pattern: string, options: CallSettings = {}): AsyncGenerator<ContextItem, void, undefined> {
    return this.#list(filterOf({ keyGlob: wireText(pattern, 'pattern') }, []), options);
  }

  /** Removes everything of this **user**, as the owner, and returns how many items. See also `clearOwnContext`. */
  async clearAllContext(options: WriteSettings = {}): Promise<number> {
    return this.#mesh.clear(options);
  }

  /** Removes the items that this agent wrote, and returns how many. Subscriptions stay. */
  async clearOwnContext(options: WriteSettings = {}): Promise<number> {
    const answer = await this.calls.call(Service.method.clearContext, { asAgent: this.agentName }, options);
    return Number(answer.removedItems);
  }

  /** Takes topics from the agent's subscriptions. */
  async unsubscribeFromTopics(topics: Iterable<string>, options: WriteSettings = {}): Promise<UnsubscribeResult> {
    const request = { agent: this.agentName, topics: wireTexts(topics, 'topics') };
    const answer = await this.calls.call(Service.method.unsubscribeFromTopics, request, options);
    const { unsubscribedTopics, notSubscribedTopics, topics: remainingTopics } = answer;
    return { topicsUnsubscribed: unsubscribedTopics, topicsNotSubscribed: notSubscribedTopics, remainingTopics };
  }

  /**
   * Adds topics to the agent's subscriptions, where they stay, and follows them: every change, once, in order. The topics are added once,
   * so an unsubscription in between is not undone. Without topics it follows all that the agent may read. For the rest see
   * `ContextMesh.subscribe`.
   */
  subscribeToTopics(topics: Iterable<string>, options: SubscriptionOptions = {}): AsyncGenerator<ContextEvent, never, undefined> {
    const request = { asAgent: this.agentName, ...requestOf(options, topics) };
    const open: OpenStream = (start, resumes, ...call) =>
      this.calls.stream(Service.method.subscribeToTopics, { ...request, start, skipRegistration: resumes }, ...call);
    return subscription(this.calls, open, options);
  }

  /**
   * Adds a topic to the agent's subscriptions and calls the listener for each change, one after the other, in the background. The promise
   * resolves once the server serves the subscription: the listener hears of everything that is pushed from then on. It goes on until it is
   * closed, or until `options.signal` aborts.
   */
  async subscribeToTopic(
    topic: string, listener: TopicListener, { signal, ...options }: Omit<SubscriptionOptions, 'keysOnly'> = {},
  ): Promise<TopicSubscription> {
    const follow = (ending: AbortSignal) => this.subscribeToTopics([topic], { ...options, signal: ending });
    return TopicSubscription.open(topic, new TopicCallback(topic, listener), follow, this.calls.options, signal);
  }

  /** The tools that the agent may use, in the order of `ALL_TOOLS`. */
  async listTools(options: CallSettings & { dialect?: ToolDialect; takenNames?: readonly string[] } = {}): Promise<ToolDefinition[]> {
    const request = {
      agent: this.agentName,
      dialect: WireDialect[options.dialect ?? 'JSON_SCHEMA'],
      takenNames: wireTexts(options.takenNames, 'takenNames'),
    };
    const { tools } = await this.calls.call(Service.method.listTools, request, options);
    return tools.map(({ name, tool, description, definitionJson }) => (
      { name, tool: toolNames([tool])[0]!, description, definition: JSON.parse(definitionJson) as JsonObject }));
  }

  /** Definitions of tools for a model's vendor: those of the program itself, and then those that the agent may use. */
  async getSchemas({ dialect = 'OPENAI', mergeWith = [], signal }: SchemaOptions = {}): Promise<object[]> {
    const takenNames = mergeWith.map(nameOfTool).filter((name) => name !== undefined);
    const tools = await this.listTools({ dialect, takenNames, ...(signal && { signal }) });
    return [...mergeWith, ...tools.map(({ definition }) => definition)];
  }

  /** Definitions of the tools that the agent may use. */
  async getSynthaSchemasOnly(options: Omit<SchemaOptions, 'mergeWith'> = {}): Promise<object[]> {
    return this.getSchemas(options);
  }

  /** `{type: 'function', function: {name, description, parameters}}` each. `strict`: for OpenAI's strict mode. */
  async getOpenaiFunctions({ strict = false, ...options }: CallSettings & { strict?: boolean } = {}): Promise<object[]> {
    return this.getSchemas({ ...options, dialect: strict ? 'OPENAI_STRICT' : 'OPENAI' });
  }

  /** `{name, description, input_schema}` each. */
  async getAnthropicTools(options: CallSettings = {}): Promise<object[]> {
    return this.getSchemas({ ...options, dialect: 'ANTHROPIC' });
  }

  /**
   * Calls a tool as a model does. A fault that the model can correct is a result with `success: false`. It throws when the call itself
   * fails.
   *
   * @param args An object, or its JSON text from the model.
   */
  async callTool(name: string, args: object | string = {}, options: WriteSettings = {}): Promise<ToolResult> {
    const argumentsJson = typeof args === 'string' ? args : jsonOf(args, 'args');
    const request = { asAgent: this.agentName, name: wireText(name, 'name'), argumentsJson: wireText(argumentsJson, 'args') };
    const { resultJson, success, position, replayed } = await this.calls.call(Service.method.callTool, request, options);
    const result = JSON.parse(resultJson) as JsonObject;
    return { result, resultJson, success, position: positionOf(position), replayed };
  }

  /** Calls a tool as a model does, and returns the result for the model alone. */
  async handleToolCall(name: string, args: object | string = {}, options: WriteSettings = {}): Promise<JsonObject> {
    return (await this.callTool(name, args, options)).result;
  }

  /**
   * A handler for a model that has tools of the program as well. It calls the program's tools by their names. All other names are ours,
   * also with the prefix `syntha_`. Give `getSchemas` the definitions of the same tools, so that no name means two tools. What a tool of
   * the program throws becomes a result with `success: false`, for the model to read.
   */
  createHybridHandler<T>(own: Readonly<Record<string, (args: JsonObject) => T | Promise<T>>>) {
    return async (name: string, args: JsonObject | string = {}, options: WriteSettings = {}): Promise<T | JsonObject> => {
      const tool = Object.hasOwn(own, name) ? own[name] : undefined;
      if (tool === undefined) {
        return this.handleToolCall(name, args, options);
      }
      const given = typeof args === 'string' ? objectOf(args) : args;
      if (given === undefined) {
        return { success: false, error: 'The arguments are not a JSON object.' };
      }
      try {
        return await tool(given);
      } catch (error) {
        return { success: false, error: `Function call error: ${name}: ${error instanceof Error ? error.message : String(error)}` };
      }
    };
  }

  /** Writes a prompt from what the agent can read now. The same items make the same text. */
  async buildPrompt(spec: PromptSpec, options: CallSettings = {}): Promise<Prompt> {
    const request = { asAgent: this.agentName, spec: wirePrompt(spec) };
    return promptOf(await this.calls.call(Service.method.buildPrompt, request, options));
  }

  /** Logs how a task of this agent went. Returns the outcome's number. */
  async logOutcome(report: OutcomeReport, options: WriteSettings = {}): Promise<number> {
    const request = { agent: this.agentName, report: wireReport(report) };
    return Number((await this.calls.call(Service.method.logOutcome, request, options)).number);
  }

  #list(filter: ReturnType<typeof filterOf>, options: CallSettings): AsyncGenerator<ContextItem, void, undefined> {
    const request = { asAgent: this.agentName, filter, pageSize: MOST_ITEMS_PER_PAGE };
    const read = (pageToken: string) => this.calls.call(Service.method.listContext, { ...request, pageToken }, options);
    return pages(read, ({ items }) => items.map((item) => new ContextItem(item)));
  }
}

/**
 * A function `(toolName, args)` that calls tools of the program by their names, and ours in the agent's name. See `createHybridHandler`.
 */
export function createHybridToolHandler<T>(
  mesh: ContextMesh, agentName: string, own: Readonly<Record<string, (args: JsonObject) => T | Promise<T>>>,
) {
  return mesh.forAgent(agentName).createHybridHandler(own);
}

async function valuesOf(items: AsyncIterable<ContextItem>): Promise<Map<string, JsonValue>> {
  return new Map((await listOf(items)).map((item) => [item.key, item.value]));
}
