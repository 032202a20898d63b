import { metricsByName, metricsOf, outcomeOf, wireFilter, wireReport } from './agents/outcomes.js';
import type { Outcome, OutcomeFilter, OutcomeReport, OutcomeSummary } from './agents/outcomes.js';
import { promptOf, wirePrompt } from './agents/prompts.js';
import type { Prompt, PromptSpec } from './agents/prompts.js';
import { heartbeatOf, filterOf } from './live/subscription-options.js';
import type { MeshSubscriptionOptions } from './live/subscription-options.js';
import type { ContextEvent } from './live/events.js';
import { subscription } from './live/subscription.js';
import { ToolHandler as Tools } from './tool-handler.js';
import type { AgentOptions } from './tool-handler.js';
import { listOf, pages } from './transport/pages.js';
import type { UserCalls } from './transport/user-calls.js';
import { optionalText, wireText, wireTexts } from './transport/wire-text.js';
import type { ContextTopic, MeshStats, PushReceipt } from './values/answers.js';
import { ContextItem } from './values/context-item.js';
import { jsonOf } from './values/json.js';
import type { JsonValue } from './values/json.js';
import { positionOf } from './values/position.js';
import { permissionsOf, wirePermissions } from './values/post-permissions.js';
import type { PostPermissions } from './values/post-permissions.js';
import { entryOf, optionalDuration, optionalRevision, pushFields } from './values/requests.js';
import type { AgentCallSettings, AgentWriteSettings, CallSettings, PushEntry, Routing, WriteSettings } from './values/requests.js';

const MOST_KEYS_PER_REQUEST = 1_000;
const MOST_KEYS_PER_PAGE = 10_000;
const MOST_ITEMS_PER_PAGE = 1_000;
const MOST_TOPICS_PER_PAGE = 1_000;

/** A push of the owner's side: who the item is for, and as whom it is written. */
export interface PushOptions extends Routing, AgentWriteSettings {}

/** A removal of the owner's side. */
export interface RemoveOptions extends AgentWriteSettings {
  /** Default: any. n: the item's revision must be n. 0: the key must not exist. */
  ifRevision?: number;
}

/** Which items to list. All filters must hold. */
export interface ListFilter extends AgentCallSettings {
  /** Only items that carry this topic. */
  topic?: string;
  /** Only keys that begin with this text, taken literally. */
  keyPrefix?: string;
  /**
   * Only keys that match this pattern as a whole: `*` any run (also across `/`), `?` one character, `[a-z]` one of a class, `[!a-z]` one
   * not of it; case-sensitive; no escape (a class of one, such as `[*]`, takes a sign literally).
   */
  keyGlob?: string;
  /** Whether to leave the values out. Default: no. */
  keysOnly?: boolean;
  /** How many items a page holds at most: 1 to 1,000 (with `keysOnly`: 10,000). Default: 100. */
  pageSize?: number;
}

/**
 * One user's shared context, on the owner's side: the application that holds the user's credentials; it sees the whole mesh. Mirrors
 * `ContextMesh` of the Python package `syntha`. Lives as long as the client it was made by.
 *
 * Every call may throw a `SynthaError`; a key that is missing, expired or hidden is an answer and no error.
 */
export class ContextMesh {
  /** @internal */
  readonly calls: UserCalls;

  /** @internal Use `SynthaClient.forUser`. */
  constructor(calls: UserCalls) {
    this.calls = calls;
  }

  get userId(): string {
    return this.calls.userId;
  }

  /** An agent's way into this mesh. Makes no call. */
  forAgent(agentName: string, options: AgentOptions = {}): Tools {
    return new Tools(this, agentName, options);
  }

  /** Adds an item or replaces it: value, routing, time to live and author. Durable when the promise is fulfilled. */
  async push(key: string, value: unknown, options: PushOptions = {}): Promise<PushReceipt> {
    return this.pushJson(key, jsonOf(value, 'value'), options);
  }

  /** As `push`, with the value as JSON text: it is kept as it is, and 64-bit integers stay what they are. */
  async pushJson(key: string, json: string, options: PushOptions = {}): Promise<PushReceipt> {
    const request = { ...pushFields(key, json, options), agentName: optionalText(options.agentName, 'agentName') };
    return this.calls.push(this.calls.mesh.push, request, options);
  }

  /** Pushes several items as one command with one revision: all of them or none. A key may be named once only. */
  async pushMany(entries: Iterable<PushEntry>, options: AgentWriteSettings = {}): Promise<PushReceipt> {
    const agentName = optionalText(options.agentName, 'agentName');
    const request = { entries: Array.from(entries, entryOf), agentName };
    return this.calls.push(this.calls.mesh.pushMany, request, options);
  }

  /** The value of a key; `undefined` when it is missing, expired, or not readable by the agent. A stored JSON `null` is `null`. */
  async get<T = JsonValue>(key: string, options: AgentCallSettings = {}): Promise<T | undefined> {
    return (await this.getItem(key, options))?.value as T | undefined;
  }

  /** One item: its value, its text, and who it is for. */
  async getItem(key: string, options: AgentCallSettings = {}): Promise<ContextItem | undefined> {
    const request = { key: wireText(key, 'key'), agentName: optionalText(options.agentName, 'agentName') };
    const { item } = await this.calls.read(this.calls.mesh.get, request, options);
    return item && new ContextItem(item);
  }

  /**
   * Several items, by key, in the order asked for; keys that are missing, expired or unreadable are left out. More than 1,000 keys, or
   * more than 3 MiB of items, take several reads.
   */
  async getMany(keys: Iterable<string>, options: AgentCallSettings = {}): Promise<Map<string, ContextItem>> {
    const agentName = optionalText(options.agentName, 'agentName');
    const found = new Map<string, ContextItem>();
    const wanted = [...new Set(wireTexts(keys, 'keys'))];
    while (wanted.length > 0) {
      const request = { keys: wanted.splice(0, MOST_KEYS_PER_REQUEST), agentName };
      const { items, remainingKeys } = await this.calls.read(this.calls.mesh.getMany, request, options);
      items.forEach((item) => found.set(item.key, new ContextItem(item)));
      wanted.unshift(...remainingKeys);
    }
    return found;
  }

  /**
   * Lists items in the byte order of their keys, page by page while it is enumerated. Not a snapshot: what is written meanwhile may or
   * may not be seen, but no key is seen twice.
   */
  list(filter: ListFilter = {}): AsyncGenerator<ContextItem, void, undefined> {
    const request = {
      agentName: optionalText(filter.agentName, 'agentName'),
      topic: optionalText(filter.topic, 'topic'),
      keyPrefix: wireText(filter.keyPrefix ?? '', 'keyPrefix'),
      keyGlob: optionalText(filter.keyGlob, 'keyGlob'),
      keysOnly: filter.keysOnly ?? false,
      pageSize: filter.pageSize ?? 0,
    };
    return pages(
      (pageToken) => this.calls.read(this.calls.mesh.list, { ...request, pageToken }, filter),
      ({ items }) => items.map((item) => new ContextItem(item)),
    );
  }

  /** Everything that an agent may read, by key, in the byte order of the keys. */
  async getAllForAgent(agentName: string, options: CallSettings = {}): Promise<Map<string, JsonValue>> {
    const items = await listOf(this.list({ ...options, agentName: wireText(agentName, 'agentName'), pageSize: MOST_ITEMS_PER_PAGE }));
    return new Map(items.map((item) => [item.key, item.value]));
  }

  /** The keys of everything that an agent may read, in byte order. */
  async getKeysForAgent(agentName: string, options: CallSettings = {}): Promise<string[]> {
    return (await this.#keysFor(agentName, options)).map(({ key }) => key);
  }

  /**
   * The readable keys of an agent, under the topics that it is subscribed to, in order of subscription; then `other` with those that
   * carry none of them, absent when there are none. A key with several topics is under each. Made of several reads.
   */
  async getAvailableKeysByTopic(agentName: string, options: CallSettings = {}): Promise<Map<string, string[]>> {
    const byTopic = new Map<string, string[]>((await this.getTopicsForAgent(agentName, options)).map((topic) => [topic, []]));
    const other: string[] = [];
    for (const { key, topics } of await this.#keysFor(agentName, options)) {
      const own = topics.filter((topic) => byTopic.has(topic));
      own.forEach((topic) => byTopic.get(topic)!.push(key));
      if (own.length === 0) {
        other.push(key);
      }
    }
    if (other.length > 0) {
      // A topic may have that very name: its list then holds both.
      byTopic.set('other', [...(byTopic.get('other') ?? []), ...other]);
    }
    return byTopic;
  }

  /** Removes one item. `false`: it is missing, expired, or unreadable for the agent. */
  async remove(key: string, options: RemoveOptions = {}): Promise<boolean> {
    const agentName = optionalText(options.agentName, 'agentName');
    const request = { key: wireText(key, 'key'), ifRevision: optionalRevision(options.ifRevision), agentName };
    return (await this.calls.write(this.calls.mesh.remove, request, options)).removed;
  }

  /** Removes everything of this user: items, subscriptions and permissions. As an agent: the items that it wrote. Tells how many items. */
  async clear(options: AgentWriteSettings = {}): Promise<number> {
    const request = { agentName: optionalText(options.agentName, 'agentName') };
    const answer = await this.calls.write(this.calls.mesh.clear, request, options);
    return Number(answer.removedItems);
  }

  /** Purges items that have expired, so that the statistics no longer count them, and tells how many. */
  async cleanupExpired(options: AgentWriteSettings = {}): Promise<number> {
    const request = { agentName: optionalText(options.agentName, 'agentName') };
    const answer = await this.calls.write(this.calls.mesh.cleanupExpired, request, options);
    return Number(answer.purgedItems);
  }

  /** How many items the mesh holds, expired ones included until they are purged. */
  async size(options: AgentCallSettings = {}): Promise<number> {
    return (await this.getStats(options)).totalItems;
  }

  /** Counts what the mesh holds, or what an agent sees of it. */
  async getStats(options: AgentCallSettings = {}): Promise<MeshStats> {
    const request = { agentName: optionalText(options.agentName, 'agentName') };
    const stats = await this.calls.read(this.calls.mesh.getStats, request, options);
    return {
      totalItems: Number(stats.totalItems),
      activeItems: Number(stats.activeItems),
      expiredItems: Number(stats.expiredItems),
      globalItems: Number(stats.globalItems),
      privateItems: Number(stats.privateItems),
      totalTopics: Number(stats.totalTopics),
      agentsWithTopics: Number(stats.agentsWithTopics),
      totalBytes: Number(stats.totalBytes),
      position: positionOf(stats.position),
    };
  }

  /** Sets the topics that an agent is subscribed to: the list replaces the former one. Tells the list as it is stored. */
  async registerAgentTopics(agentName: string, topics: Iterable<string>, options: WriteSettings = {}): Promise<readonly string[]> {
    const request = { agentName: wireText(agentName, 'agentName'), topics: wireTexts(topics, 'topics') };
    return (await this.calls.write(this.calls.mesh.registerAgentTopics, request, options)).topics;
  }

  /** Takes topics from the list that an agent is subscribed to, and tells what remains. Topics that are not on it are ignored. */
  async unsubscribeFromTopics(agentName: string, topics: Iterable<string>, options: WriteSettings = {}): Promise<readonly string[]> {
    const request = { agentName: wireText(agentName, 'agentName'), topics: wireTexts(topics, 'topics') };
    return (await this.calls.write(this.calls.mesh.unsubscribeFromTopics, request, options)).topics;
  }

  /** The topics that an agent is subscribed to, in their order; empty for an unknown agent. */
  async getTopicsForAgent(agentName: string, options: CallSettings = {}): Promise<readonly string[]> {
    const request = { agentName: wireText(agentName, 'agentName') };
    return (await this.calls.read(this.calls.mesh.getAgentTopics, request, options)).topics;
  }

  /** The agents that are subscribed to a topic, in order of subscription. */
  async getSubscribersForTopic(topic: string, options: CallSettings = {}): Promise<readonly string[]> {
    for await (const listed of this.listTopics(options)) {
      if (listed.name === topic) {
        return listed.subscribers;
      }
    }
    return [];
  }

  /** The names of all topics, in byte order. */
  async getAllTopics(options: CallSettings = {}): Promise<string[]> {
    return (await listOf(this.listTopics(options))).map(({ name }) => name);
  }

  /**
   * Lists the topics in the byte order of their names, page by page while it is enumerated. A topic exists while an agent is subscribed
   * to it or a live item carries it (for an agent: an item that it can read).
   */
  listTopics(options: AgentCallSettings = {}): AsyncGenerator<ContextTopic, void, undefined> {
    const request = { agentName: optionalText(options.agentName, 'agentName'), pageSize: MOST_TOPICS_PER_PAGE };
    return pages(
      (pageToken) => this.calls.read(this.calls.mesh.listTopics, { ...request, pageToken }, options),
      ({ topics }) => topics.map(({ name, subscribers }) => ({ name, subscribers })),
    );
  }

  /**
   * Removes a topic: from every subscription, and from the items that carry it. Items that had only this topic are removed; tells how
   * many these were.
   */
  async deleteTopic(topic: string, options: AgentWriteSettings = {}): Promise<number> {
    const request = { topic: wireText(topic, 'topic'), agentName: optionalText(options.agentName, 'agentName') };
    const answer = await this.calls.write(this.calls.mesh.deleteTopic, request, options);
    return Number(answer.removedItems);
  }

  /** Says what an agent may post; `undefined`: anything. */
  async setAgentPostPermissions(
    agentName: string,
    permissions: PostPermissions | undefined,
    options: WriteSettings = {},
  ): Promise<void> {
    const wire = permissions && wirePermissions(permissions);
    const request = { agentName: wireText(agentName, 'agentName'), permissions: wire };
    await this.calls.write(this.calls.mesh.setPostPermissions, request, options);
  }

  /** What an agent may post; `undefined`: anything. */
  async getAgentPostPermissions(agentName: string, options: CallSettings = {}): Promise<Required<PostPermissions> | undefined> {
    const request = { agentName: wireText(agentName, 'agentName') };
    return permissionsOf((await this.calls.read(this.calls.mesh.getPostPermissions, request, options)).permissions);
  }

  /** Whether an agent may post to a topic. */
  async canAgentPostToTopic(agentName: string, topic: string, options: CallSettings = {}): Promise<boolean> {
    return (await this.getAgentPostPermissions(agentName, options))?.topics.includes(topic) ?? true;
  }

  /**
   * Follows the mesh, or an agent's view of it: every change, once, in order. It connects again by itself and goes on where it was; it
   * ends only by `signal`, by leaving the loop, or by throwing what no attempt would mend.
   */
  subscribe(options: MeshSubscriptionOptions = {}): AsyncGenerator<ContextEvent, never, undefined> {
    const filter = { ...filterOf(options), topics: wireTexts(options.topics, 'topics'), includeAgents: options.includeAgents ?? false };
    const request = { agentName: optionalText(options.agentName, 'agentName'), filter, heartbeat: heartbeatOf(options) };
    return subscription(this.calls, (start, _, o) => this.calls.meshStreams.subscribe({ ...request, start }, o), options);
  }

  /** Writes a prompt from what the owner, or an agent, can read now. The same items make the same text. */
  async buildPrompt(spec: PromptSpec, options: AgentCallSettings = {}): Promise<Prompt> {
    const request = { agentName: optionalText(options.agentName, 'agentName'), spec: wirePrompt(spec) };
    return promptOf(await this.calls.read(this.calls.mesh.buildPrompt, request, options));
  }

  /** Notes how a task of an agent went; tells the outcome's number. Of each user the newest 10,000 outcomes are kept. */
  async logOutcome(agentName: string, report: OutcomeReport, options: WriteSettings = {}): Promise<number> {
    const request = { agentName: wireText(agentName, 'agentName'), report: wireReport(report) };
    return Number((await this.calls.write(this.calls.mesh.logOutcome, request, options)).number);
  }

  /** Lists outcomes, the newest first, page by page while it is enumerated. */
  listOutcomes(filter: OutcomeFilter & { success?: boolean } = {}): AsyncGenerator<Outcome, void, undefined> {
    const request = { ...wireFilter(filter), success: filter.success, pageSize: MOST_ITEMS_PER_PAGE };
    return pages(
      (pageToken) => this.calls.read(this.calls.mesh.listOutcomes, { ...request, pageToken }, filter),
      ({ outcomes }) => outcomes.map(outcomeOf),
    );
  }

  /** Sums outcomes up: in all, by type of task, and by agent. */
  async getOutcomeMetrics(filter: OutcomeFilter = {}): Promise<OutcomeSummary> {
    const sums = await this.calls.read(this.calls.mesh.getOutcomeMetrics, wireFilter(filter), filter);
    return {
      overall: metricsOf(sums.overall),
      byTaskType: metricsByName(sums.byTaskType),
      byAgent: metricsByName(sums.byAgent),
    };
  }

  /** Removes outcomes for good, all or those of an agent, all or the older ones, and tells how many. */
  async clearOutcomes(options: AgentCallSettings & { minAgeSeconds?: number } = {}): Promise<number> {
    const minAge = optionalDuration(options.minAgeSeconds, 'minAgeSeconds');
    const request = { agentName: optionalText(options.agentName, 'agentName'), minAge };
    return Number((await this.calls.read(this.calls.mesh.clearOutcomes, request, options)).removedOutcomes);
  }

  async #keysFor(agentName: string, options: CallSettings): Promise<ContextItem[]> {
    const filter = { agentName: wireText(agentName, 'agentName'), keysOnly: true, pageSize: MOST_KEYS_PER_PAGE };
    return listOf(this.list({ ...options, ...filter }));
  }
}
