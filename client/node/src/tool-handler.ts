import { accessOf, TOOLS, wireAccess, withoutTool, withTool } from './agents/access.js';
import type { AccessSummary, AgentAccess } from './agents/access.js';
import { wireReport } from './agents/outcomes.js';
import type { OutcomeReport } from './agents/outcomes.js';
import { promptOf, wirePrompt } from './agents/prompts.js';
import type { Prompt, PromptSpec } from './agents/prompts.js';
import { storedRole } from './agents/roles.js';
import type { CustomRoles } from './agents/roles.js';
import { nameOfTool, objectOf, WireDialect } from './agents/tools.js';
import type { JsonObject, ToolDefinition, ToolDialect, ToolResult } from './agents/tools.js';
import type { ContextMesh } from './context-mesh.js';
import type { ContextEvent } from './live/events.js';
import { filterOf, heartbeatOf } from './live/subscription-options.js';
import type { SubscriptionOptions } from './live/subscription-options.js';
import { subscription } from './live/subscription.js';
import { TopicCallback } from './live/topic-callback.js';
import type { TopicListener } from './live/topic-callback.js';
import { listOf, pages } from './transport/pages.js';
import type { UserCalls } from './transport/user-calls.js';
import { wireText, wireTexts } from './transport/wire-text.js';
import type { ContextTopic, PushReceipt, UnsubscribeResult } from './values/answers.js';
import { ContextItem } from './values/context-item.js';
import { jsonOf } from './values/json.js';
import type { JsonValue } from './values/json.js';
import { positionOf } from './values/position.js';
import { optionalRevision, pushFields } from './values/requests.js';
import type { CallSettings, Routing, WriteSettings } from './values/requests.js';

const MOST_KEYS_PER_PAGE = 10_000;
const MOST_ITEMS_PER_PAGE = 1_000;
const MOST_TOPICS_PER_PAGE = 1_000;

/** What a handler knows besides its agent's name. */
export interface AgentOptions {
  /** Roles of your own, for `setAgentRole`: their tools by their names. */
  roleBasedAccess?: CustomRoles;
}

/** A push of an agent: who the item is for. */
export interface AgentPushOptions extends Routing, WriteSettings {}

/** A removal of an agent. */
export interface AgentRemoveOptions extends WriteSettings {
  /** Default: any. n: the item's revision must be n. 0: the key must not exist. */
  ifRevision?: number;
}

/** In which form, and under which names, tools are defined. */
export interface SchemaOptions extends CallSettings {
  /** Default: `OPENAI`. */
  dialect?: ToolDialect;
  /** Definitions of the program's own tools, which come first; one of ours with such a name is listed as `syntha_` and its name. */
  mergeWith?: readonly object[];
}

/**
 * One agent's way into its user's mesh: what it writes bears its name, and it sees only what is for it. Mirrors `ToolHandler` of the
 * Python package `syntha`. The server enforces routing, access to tools and post permissions. Lives as long as its client.
 */
export class ToolHandler {
  readonly agentName: string;
  readonly #mesh: ContextMesh;
  readonly #roles: CustomRoles;

  /** Makes no call. */
  constructor(mesh: ContextMesh, agentName: string, { roleBasedAccess = {} }: AgentOptions = {}) {
    this.#mesh = mesh;
    this.#roles = roleBasedAccess;
    this.agentName = wireText(agentName, 'agentName');
  }

  get userId(): string {
    return this.#mesh.userId;
  }

  get #calls(): UserCalls {
    return this.#mesh.calls;
  }

  /**
   * Adds an item or replaces one that the agent can read. The agent becomes its author and always reads it back.
   *
   * @param topicOrOptions The one topic it is for, or all that a push may carry. Default: every agent reads it, and it never expires.
   */
  async pushContext(key: string, data: unknown, topicOrOptions: string | AgentPushOptions = {}): Promise<PushReceipt> {
    return this.pushContextJson(key, jsonOf(data, 'data'), topicOrOptions);
  }

  /** As `pushContext`, with the value as JSON text: it is kept as it is, and 64-bit integers stay what they are. */
  async pushContextJson(key: string, json: string, topicOrOptions: string | AgentPushOptions = {}): Promise<PushReceipt> {
    const options = typeof topicOrOptions === 'string' ? { topics: [topicOrOptions] } : topicOrOptions;
    const request = { ...pushFields(key, json, options), agentName: this.agentName };
    return this.#calls.push(this.#calls.tools.pushContext, request, options);
  }

  /** The value of a key; `undefined` when it is missing, expired, or not for this agent. A stored JSON `null` is `null`. */
  async getContext<T = JsonValue>(key: string, options: CallSettings = {}): Promise<T | undefined> {
    return (await this.getContextItem(key, options))?.value as T | undefined;
  }

  /** One item: its value, its text, and who it is for. */
  async getContextItem(key: string, options: CallSettings = {}): Promise<ContextItem | undefined> {
    const request = { agentName: this.agentName, key: wireText(key, 'key') };
    const { item } = await this.#calls.read(this.#calls.tools.getContext, request, options);
    return item && new ContextItem(item);
  }

  /** Whether the agent can read such an item. */
  async hasContext(key: string, options: CallSettings = {}): Promise<boolean> {
    const request = { agentName: this.agentName, key: wireText(key, 'key') };
    return (await this.#calls.read(this.#calls.tools.hasContext, request, options)).exists;
  }

  /** Removes one item that the agent can read. `false`: there was none. */
  async removeContext(key: string, options: AgentRemoveOptions = {}): Promise<boolean> {
    const ifRevision = optionalRevision(options.ifRevision);
    const request = { agentName: this.agentName, key: wireText(key, 'key'), ifRevision };
    return (await this.#calls.write(this.#calls.tools.removeContext, request, options)).removed;
  }

  /** The keys that the agent can read, in byte order. */
  async listContextKeys(options: CallSettings = {}): Promise<string[]> {
    const request = { agentName: this.agentName, pageSize: MOST_KEYS_PER_PAGE };
    const read = (pageToken: string) => this.#calls.read(this.#calls.tools.listContextKeys, { ...request, pageToken }, options);
    return listOf(pages(read, ({ keys }) => keys));
  }

  /** The names of the topics that exist for the agent, in byte order. */
  async listTopics(options: CallSettings = {}): Promise<string[]> {
    return (await this.listTopicsWithSubscribers(options)).map(({ name }) => name);
  }

  /** The topics that exist for the agent, with who is subscribed to them, in the byte order of their names. */
  async listTopicsWithSubscribers(options: CallSettings = {}): Promise<ContextTopic[]> {
    const request = { agentName: this.agentName, pageSize: MOST_TOPICS_PER_PAGE };
    const read = (pageToken: string) => this.#calls.read(this.#calls.tools.listTopics, { ...request, pageToken }, options);
    return listOf(pages(read, ({ topics }) => topics.map(({ name, subscribers }) => ({ name, subscribers }))));
  }

  /** The readable items that carry a topic: values by key, in byte order. */
  async getContextByTopic(topic: string, options: CallSettings = {}): Promise<Map<string, JsonValue>> {
    return valuesOf(this.listContextByTopic(topic, options));
  }

  /** As `getContextByTopic`, as items, page by page while it is enumerated. */
  listContextByTopic(topic: string, options: CallSettings = {}): AsyncGenerator<ContextItem, void, undefined> {
    const request = { agentName: this.agentName, topic: wireText(topic, 'topic'), pageSize: MOST_ITEMS_PER_PAGE };
    const read = (pageToken: string) => this.#calls.read(this.#calls.tools.getContextByTopic, { ...request, pageToken }, options);
    return pages(read, ({ items }) => items.map((item) => new ContextItem(item)));
  }

  /** The readable items whose keys match a pattern, as in `ListFilter.keyGlob`: values by key, in byte order. */
  async getContextPattern(pattern: string, options: CallSettings = {}): Promise<Map<string, JsonValue>> {
    return valuesOf(this.listContextPattern(pattern, options));
  }

  /** As `getContextPattern`, as items, page by page while it is enumerated. */
  listContextPattern(pattern: string, options: CallSettings = {}): AsyncGenerator<ContextItem, void, undefined> {
    const request = { agentName: this.agentName, keyGlob: wireText(pattern, 'pattern'), pageSize: MOST_ITEMS_PER_PAGE };
    const read = (pageToken: string) => this.#calls.read(this.#calls.tools.getContextByPattern, { ...request, pageToken }, options);
    return pages(read, ({ items }) => items.map((item) => new ContextItem(item)));
  }

  /** Removes everything of this **user**, as the mesh's owner, and tells how many items. `clearOwnContext` removes what this agent wrote. */
  async clearAllContext(options: WriteSettings = {}): Promise<number> {
    return this.#mesh.clear(options);
  }

  /** Removes the items that this agent wrote, and tells how many. Subscriptions stay. */
  async clearOwnContext(options: WriteSettings = {}): Promise<number> {
    const answer = await this.#calls.write(this.#calls.tools.clearContext, { agentName: this.agentName }, options);
    return Number(answer.removedItems);
  }

  /** Takes topics from the agent's subscriptions. */
  async unsubscribeFromTopics(topics: Iterable<string>, options: WriteSettings = {}): Promise<UnsubscribeResult> {
    const request = { agentName: this.agentName, topics: wireTexts(topics, 'topics') };
    const answer = await this.#calls.write(this.#calls.tools.unsubscribeFromTopics, request, options);
    const { topicsUnsubscribed, topicsNotSubscribed, remainingTopics } = answer;
    return { topicsUnsubscribed, topicsNotSubscribed, remainingTopics };
  }

  /**
   * Adds topics to the agent's subscriptions, where they stay, and follows them: every change, once, in order. It registers them once, so
   * that an unsubscription in between is not undone. Without topics: all that the agent may read. Otherwise as `ContextMesh.subscribe`.
   */
  subscribeToTopics(topics: Iterable<string>, options: SubscriptionOptions = {}): AsyncGenerator<ContextEvent, never, undefined> {
    const request = {
      agentName: this.agentName,
      topics: wireTexts(topics, 'topics'),
      filter: filterOf(options),
      heartbeat: heartbeatOf(options),
    };
    const open = this.#calls.toolStreams.subscribeToTopics;
    return subscription(this.#calls, (start, resumes, o) => open({ ...request, start, resumes }, o), options);
  }

  /** Calls back with each change of a topic, one after the other, until `options.signal` aborts: then it throws the signal's reason. */
  async subscribeToTopic(topic: string, listener: TopicListener, options: Omit<SubscriptionOptions, 'keysOnly'> = {}): Promise<void> {
    await new TopicCallback(topic, listener).run(this.subscribeToTopics([topic], options));
  }

  /** The tools that the agent may use, in the order get, push, list, subscribe, unsubscribe, discover, delete. */
  async listTools(options: CallSettings & { dialect?: ToolDialect; takenNames?: readonly string[] } = {}): Promise<ToolDefinition[]> {
    const request = {
      agentName: this.agentName,
      dialect: WireDialect[options.dialect ?? 'JSON_SCHEMA'],
      takenNames: wireTexts(options.takenNames, 'takenNames'),
    };
    const { tools } = await this.#calls.read(this.#calls.tools.listTools, request, options);
    return tools.map(({ name, tool, description, definitionJson }) => (
      { name, tool, description, definition: JSON.parse(definitionJson) as JsonObject }));
  }

  /** The definitions of the tools that the agent may use, ready for a model's vendor, behind those of the program itself. */
  async getSchemas({ dialect = 'OPENAI', mergeWith = [], signal }: SchemaOptions = {}): Promise<object[]> {
    const takenNames = mergeWith.map(nameOfTool).filter((name) => name !== undefined);
    const tools = await this.listTools({ dialect, takenNames, ...(signal && { signal }) });
    return [...mergeWith, ...tools.map(({ definition }) => definition)];
  }

  /** As `getSchemas`, without tools of the program itself. */
  async getSynthaSchemasOnly(options: Omit<SchemaOptions, 'mergeWith'> = {}): Promise<object[]> {
    return this.getSchemas(options);
  }

  /** `{type: 'function', function: {name, description, parameters}}` each; `strict`: for OpenAI's strict mode. */
  async getOpenaiFunctions({ strict = false, ...options }: CallSettings & { strict?: boolean } = {}): Promise<object[]> {
    return this.getSchemas({ ...options, dialect: strict ? 'OPENAI_STRICT' : 'OPENAI' });
  }

  /** `{name, description, input_schema}` each. */
  async getAnthropicTools(options: CallSettings = {}): Promise<object[]> {
    return this.getSchemas({ ...options, dialect: 'ANTHROPIC' });
  }

  /**
   * Calls a tool as a model does. Whatever the model can put right is a result with `success: false`; it throws where the call itself
   * fails.
   *
   * @param args An object, or its JSON text as the model wrote it.
   */
  async callTool(name: string, args: object | string = {}, options: WriteSettings = {}): Promise<ToolResult> {
    const argumentsJson = typeof args === 'string' ? args : jsonOf(args, 'args');
    const request = { agentName: this.agentName, name: wireText(name, 'name'), argumentsJson: wireText(argumentsJson, 'args') };
    const { resultJson, success, position, replayed } = await this.#calls.write(this.#calls.tools.callTool, request, options);
    const result = JSON.parse(resultJson) as JsonObject;
    return { result, resultJson, success, position: positionOf(position), replayed };
  }

  /** As `callTool`, with nothing but the result for the model. */
  async handleToolCall(name: string, args: object | string = {}, options: WriteSettings = {}): Promise<JsonObject> {
    return (await this.callTool(name, args, options)).result;
  }

  /**
   * A handler for a model that has tools of the program as well: those are called where the name is theirs, and all others are ours, also
   * under the prefix `syntha_`. Give `getSchemas` the definitions of the same tools, so that no name means two.
   */
  createHybridHandler<T>(own: Readonly<Record<string, (args: JsonObject) => T | Promise<T>>>) {
    return async (name: string, args: JsonObject | string = {}, options: WriteSettings = {}): Promise<T | JsonObject> => {
      const tool = Object.hasOwn(own, name) ? own[name] : undefined;
      if (tool === undefined) {
        return this.handleToolCall(name, args, options);
      }
      const given = typeof args === 'string' ? objectOf(args) : args;
      return given === undefined ? { success: false, error: 'The arguments are not a JSON object.' } : tool(given);
    };
  }

  /** What is stored about the agent's tools, or `undefined`: it may use all. */
  async getAccess(options: CallSettings = {}): Promise<AgentAccess | undefined> {
    return accessOf((await this.#readAccess(options)).access);
  }

  /** Says which tools the agent may use, as the mesh's owner; `undefined`: all. Takes effect at once. Tells what is available then. */
  async setAccess(access: AgentAccess | undefined, options: WriteSettings = {}): Promise<readonly string[]> {
    const request = { agentName: this.agentName, access: access && wireAccess(access) };
    return (await this.#calls.write(this.#calls.tools.setAccess, request, options)).availableTools;
  }

  /**
   * Gives the agent a role, and leaves its lists: a predefined one, or one of `roleBasedAccess`; `undefined`: none, which narrows nothing.
   * As every setter below it reads what is stored, changes it and stores it: whoever changes the same in between is overwritten. All tell
   * what is available then.
   *
   * @throws TypeError There is no such role.
   */
  async setAgentRole(role: string | undefined, options: WriteSettings = {}): Promise<readonly string[]> {
    const stored = storedRole(role, this.#roles);
    return this.#changeAccess((access) => ({ ...access, ...stored }), options);
  }

  /** Narrows the agent to a list of tools; `undefined`: all that its role allows; an empty list: none. */
  async setAllowedTools(tools: readonly string[] | undefined, options: WriteSettings = {}): Promise<readonly string[]> {
    return this.#changeAccess((access) => ({ ...access, allowedTools: tools }), options);
  }

  /** Denies these tools, and no others, whatever role and list say. */
  async setDeniedTools(tools: readonly string[] = [], options: WriteSettings = {}): Promise<readonly string[]> {
    return this.#changeAccess((access) => ({ ...access, deniedTools: tools }), options);
  }

  /** Where all are allowed already, they stay so. */
  async addAllowedTool(tool: string, options: WriteSettings = {}): Promise<readonly string[]> {
    const change = ({ allowedTools, ...access }: AgentAccess) => ({ ...access, allowedTools: allowedTools && withTool(allowedTools, tool) });
    return this.#changeAccess(change, options);
  }

  /** Where all were allowed, all others are from now on. */
  async removeAllowedTool(tool: string, options: WriteSettings = {}): Promise<readonly string[]> {
    return this.#changeAccess((access) => ({ ...access, allowedTools: withoutTool(access.allowedTools ?? TOOLS, tool) }), options);
  }

  async addDeniedTool(tool: string, options: WriteSettings = {}): Promise<readonly string[]> {
    return this.#changeAccess((access) => ({ ...access, deniedTools: withTool(access.deniedTools ?? [], tool) }), options);
  }

  async removeDeniedTool(tool: string, options: WriteSettings = {}): Promise<readonly string[]> {
    return this.#changeAccess((access) => ({ ...access, deniedTools: withoutTool(access.deniedTools ?? [], tool) }), options);
  }

  /** Which tools the agent may use, and why. */
  async getAccessSummary(options: CallSettings = {}): Promise<AccessSummary> {
    const { access, availableTools, deniedTools, totalAvailable, totalPossible } = await this.#readAccess(options);
    const allowedTools = access?.allowedTools?.names ?? 'all';
    const agentRole = access?.role ?? '';
    return { agentName: this.agentName, agentRole, availableTools, deniedTools, allowedTools, totalAvailable, totalPossible };
  }

  /** The names of the tools that the agent may use. */
  async getAvailableTools(options: CallSettings = {}): Promise<readonly string[]> {
    return (await this.#readAccess(options)).availableTools;
  }

  /** Whether the agent may use a tool. */
  async hasToolAccess(tool: string, options: CallSettings = {}): Promise<boolean> {
    return (await this.getAvailableTools(options)).includes(tool);
  }

  /** Writes a prompt from what the agent can read now. The same items make the same text. */
  async buildPrompt(spec: PromptSpec, options: CallSettings = {}): Promise<Prompt> {
    const request = { agentName: this.agentName, spec: wirePrompt(spec) };
    return promptOf(await this.#calls.read(this.#calls.tools.buildPrompt, request, options));
  }

  /** Notes how a task of this agent went; tells the outcome's number. */
  async logOutcome(report: OutcomeReport, options: WriteSettings = {}): Promise<number> {
    const request = { agentName: this.agentName, report: wireReport(report) };
    return Number((await this.#calls.write(this.#calls.tools.logOutcome, request, options)).number);
  }

  async #changeAccess(change: (access: AgentAccess) => AgentAccess, options: WriteSettings): Promise<readonly string[]> {
    return this.setAccess(change((await this.getAccess(options)) ?? {}), options);
  }

  #readAccess(options: CallSettings) {
    return this.#calls.read(this.#calls.tools.getAccess, { agentName: this.agentName }, options);
  }
}

/** A function `(toolName, args)` that calls tools of the program by their names, and ours in the agent's: see `createHybridHandler`. */
export function createHybridToolHandler<T>(
  mesh: ContextMesh, agentName: string, own: Readonly<Record<string, (args: JsonObject) => T | Promise<T>>>,
) {
  return mesh.forAgent(agentName).createHybridHandler(own);
}

async function valuesOf(items: AsyncIterable<ContextItem>): Promise<Map<string, JsonValue>> {
  return new Map((await listOf(items)).map((item) => [item.key, item.value]));
}
