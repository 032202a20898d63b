import { metricsByName, metricsOf, outcomeOf, wireFilter, wireReport } from './agents/outcomes.js';
import type { Outcome, OutcomeFilter, OutcomeReport, OutcomeSummary } from './agents/outcomes.js';
import { promptOf, wirePrompt } from './agents/prompts.js';
import type { Prompt, PromptSpec } from './agents/prompts.js';
import { ClaimLine } from './claims/claim-line.js';
import type { AwaitClaimOptions } from './claims/claim-line.js';
import { Claim } from './claims/claim.js';
import { ContextMesh as Service } from './generated/syntha/v1/context_mesh_service_pb.js';
import { requestOf } from './live/subscription-options.js';
import type { MeshSubscriptionOptions } from './live/subscription-options.js';
import type { ContextEvent } from './live/events.js';
import { subscription } from './live/subscription.js';
import type { OpenStream } from './live/subscription.js';
import { ToolHandler as Tools } from './tool-handler.js';
import type { AgentOptions } from './tool-handler.js';
import { listOf, pages } from './transport/pages.js';
import type { UserCalls } from './transport/user-calls.js';
import { accessOf, toolNames, wireAccess } from './values/agent-access.js';
import type { AgentAccess } from './values/agent-access.js';
import { statsOf } from './values/answers.js';
import type { CommitReceipt, ContextTopic, MeshStats, PatchReceipt, PushReceipt } from './values/answers.js';
import { claimOf, optionalToken, pagesOfClaims, wireClaim } from './values/claims.js';
import type { ClaimGuard, ClaimPages, ClaimRouting, ClaimState } from './values/claims.js';
import { wireCommit, wirePatch } from './values/commits.js';
import type { ClaimProofs, Guards, Operation } from './values/commits.js';
import { ContextItem } from './values/context-item.js';
import { differenceOf, pointOf, versionOf } from './values/history.js';
import type { ItemDifference, ItemVersion, ReadSettings } from './values/history.js';
import { jsonOf } from './values/json.js';
import type { JsonValue } from './values/json.js';
import type { Patch } from './values/patch.js';
import { positionOf, wirePosition } from './values/position.js';
import type { Position } from './values/position.js';
import { permissionsOf, wirePermissions } from './values/post-permissions.js';
import type { PostPermissions } from './values/post-permissions.js';
import { filterOf, itemOf, itemOfEntry, optionalRevision, viewOf } from './values/requests.js';
import type { AgentCallSettings, AgentWriteSettings, CallSettings, PushEntry, Routing, WriteSettings } from './values/requests.js';
import { carryOut, readPlan, wireVersions } from './values/undo.js';
import type {
  RedactedVersions, RedactReceipt, UndoOptions, UndoPages, UndoPlan, UndoReceipt, UndoScope,
} from './values/undo.js';
import { optionalText, wireText, wireTexts } from './values/wire-text.js';

const MOST_KEYS_PER_REQUEST = 1_000;
const MOST_KEYS_PER_PAGE = 10_000;
const MOST_ITEMS_PER_PAGE = 1_000;
const MOST_TOPICS_PER_PAGE = 1_000;

/** Options of a push of the owner's side: the item's readers, and the agent that writes it. */
export interface PushOptions extends Routing, ClaimGuard, AgentWriteSettings {}

/** Options of a push of several items of the owner's side. */
export interface PushManyOptions extends ClaimGuard, AgentWriteSettings {}

/** Options of a patch of the owner's side. */
export interface PatchOptions extends ClaimGuard, AgentWriteSettings {
  /** Default: the present value is changed, whichever it is. n: the item's revision must be n. */
  ifRevision?: number;
}

/** Options of a commit of the owner's side. */
export interface CommitOptions extends AgentWriteSettings {
  /** Conditions on keys that the operations need not touch. When one does not hold, nothing is carried out. */
  guards?: Guards;
  /** A claim, or several, that the caller must hold before the commit. Otherwise it is `CLAIM_LOST`. */
  ifClaim?: ClaimProofs;
}

/** Options of a removal of the owner's side. */
export interface RemoveOptions extends ClaimGuard, AgentWriteSettings {
  /** Default: the item is removed in any case. n: its revision must be n. 0: the key must not exist. */
  ifRevision?: number;
}

/** Options of a claim of the owner's side. */
export interface ClaimOptions extends ClaimRouting, AgentWriteSettings {}

/** Options of a redaction. */
export interface RedactOptions extends WriteSettings {
  /** Of the versions only those that this agent wrote. Default: all of them. */
  author?: string;
}

/** Which items to list. All conditions must hold. */
export interface ListFilter extends ReadSettings {
  /** Only items that carry this topic. */
  topic?: string;
  /** Only keys that begin with this text, taken literally. */
  keyPrefix?: string;
  /**
   * Only keys that match this pattern as a whole: `*` stands for any run of characters (also across `/`), `?` for one character, `[a-z]`
   * for one of a class, `[!a-z]` for one that is not in it. Case-sensitive. There is no escape: a class of one, such as `[*]`, takes a sign
   * literally.
   */
  keyGlob?: string;
  /** Whether to leave the values out. Default: no. */
  keysOnly?: boolean;
  /** How many items a page holds at most: 1 to 1,000 (with `keysOnly`: 10,000). Default: 100. */
  pageSize?: number;
}

/**
 * One user's shared context, on the owner's side. The owner is the application that holds the user's credential, and sees the whole mesh.
 * The methods are those of `ContextMesh` in the Python package `syntha`. A mesh lives as long as its client.
 *
 * Every call may throw a `SynthaError`. A key that is missing, expired or hidden is no error.
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

  /** A handler for one agent of this mesh. Makes no call. */
  forAgent(agentName: string, options: AgentOptions = {}): Tools {
    return new Tools(this, agentName, options);
  }

  /** Adds an item, or replaces its value, routing, time to live and author. The item is durable when the promise is fulfilled. */
  async push(key: string, value: unknown, options: PushOptions = {}): Promise<PushReceipt> {
    return this.pushJson(key, jsonOf(value, 'value'), options);
  }

  /** Pushes a value as JSON text. The server keeps the text as it is, so 64-bit integers are exact. */
  async pushJson(key: string, json: string, options: PushOptions = {}): Promise<PushReceipt> {
    const request = { ...actorOf(options), item: itemOf(key, json, options), ifClaim: optionalToken(options.ifClaim) };
    return this.calls.push(Service.method.push, request, options);
  }

  /** Pushes several items as one command with one revision: all of them or none. Each key may occur once. */
  async pushMany(entries: Iterable<PushEntry>, options: PushManyOptions = {}): Promise<PushReceipt> {
    const request = { ...actorOf(options), items: Array.from(entries, itemOfEntry), ifClaim: optionalToken(options.ifClaim) };
    return this.calls.push(Service.method.pushMany, request, options);
  }

  /**
   * Changes the value of an item on the server, so that no write of another comes in between. The item keeps its routing, author, metadata
   * and time to live. As an agent: an item that it can read. A patch that does not apply to the present value, or finds no item, is
   * `PATCH_FAILED`. A patch that changes nothing makes no revision.
   */
  async patch(key: string, patch: Patch, options: PatchOptions = {}): Promise<PatchReceipt> {
    const request = { ...actorOf(options), patch: wirePatch(key, patch, options.ifRevision), ifClaim: optionalToken(options.ifClaim) };
    return this.calls.patch(Service.method.patch, request, options);
  }

  /**
   * Carries out several operations as one command with one revision: all of them or none. Each key, each agent's topics and each claim may
   * occur in one operation only: every operation sees the mesh as it was before the command.
   */
  async commit(operations: Iterable<Operation>, options: CommitOptions = {}): Promise<CommitReceipt> {
    const request = { ...actorOf(options), ...wireCommit(operations, options.guards, options.ifClaim) };
    return this.calls.commit(Service.method.commit, request, options);
  }

  /** The value of a key. `undefined`: it is missing, expired, or not readable by the agent. A stored JSON `null` is `null`. */
  async get<T = JsonValue>(key: string, options: ReadSettings = {}): Promise<T | undefined> {
    return (await this.getItem(key, options))?.value as T | undefined;
  }

  /** One item: its value, the value's text, and its readers. */
  async getItem(key: string, options: ReadSettings = {}): Promise<ContextItem | undefined> {
    const request = { ...actorOf(options), key: wireText(key, 'key'), readPoint: pointOf(options) };
    const { item } = await this.calls.call(Service.method.get, request, options);
    return item && new ContextItem(item);
  }

  /**
   * Several items by key, in the order asked for. Keys that are missing, expired or unreadable are left out. More than 1,000 keys, or more
   * than 3 MiB of items, take several reads.
   */
  async getMany(keys: Iterable<string>, options: ReadSettings = {}): Promise<Map<string, ContextItem>> {
    const found = new Map<string, ContextItem>();
    const wanted = [...new Set(wireTexts(keys, 'keys'))];
    while (wanted.length > 0) {
      const request = { ...actorOf(options), keys: wanted.splice(0, MOST_KEYS_PER_REQUEST), readPoint: pointOf(options) };
      const { items, remainingKeys } = await this.calls.call(Service.method.getMany, request, options);
      items.forEach((item) => found.set(item.key, new ContextItem(item)));
      wanted.unshift(...remainingKeys);
    }
    return found;
  }

  /**
   * Lists items in the byte order of their keys, page by page while it is enumerated. It is no snapshot: items that are written meanwhile
   * may be missing or not, but no key comes twice. With `asOf` it is a snapshot.
   */
  list(filter: ListFilter = {}): AsyncGenerator<ContextItem, void, undefined> {
    const request = {
      ...actorOf(filter),
      filter: filterOf(filter, filter.topic === undefined ? [] : [filter.topic]),
      view: viewOf(filter.keysOnly),
      pageSize: filter.pageSize ?? 0,
      readPoint: pointOf(filter),
    };
    return pages(
      (pageToken) => this.calls.call(Service.method.list, { ...request, pageToken }, filter),
      ({ items }) => items.map((item) => new ContextItem(item)),
    );
  }

  /** The values of all items that an agent may read, by key, in the byte order of the keys. */
  async getAllForAgent(agentName: string, options: CallSettings = {}): Promise<Map<string, JsonValue>> {
    const items = await listOf(this.list({ ...options, agentName: wireText(agentName, 'agentName'), pageSize: MOST_ITEMS_PER_PAGE }));
    return new Map(items.map((item) => [item.key, item.value]));
  }

  /** The keys of all items that an agent may read, in byte order. */
  async getKeysForAgent(agentName: string, options: CallSettings = {}): Promise<string[]> {
    return (await this.#keysFor(agentName, options)).map(({ key }) => key);
  }

  /**
   * The keys that an agent may read, under its topics, in order of subscription. `other` has the keys that carry none of these topics. It
   * is absent when there are none. A key with several topics stands under each. It takes several reads.
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
      // A topic may have the name 'other' itself. Its list then holds both.
      byTopic.set('other', [...(byTopic.get('other') ?? []), ...other]);
    }
    return byTopic;
  }

  /** Removes one item. `false`: the key is missing, expired, or unreadable for the agent. */
  async remove(key: string, options: RemoveOptions = {}): Promise<boolean> {
    const request = {
      ...actorOf(options),
      key: wireText(key, 'key'),
      ifRevision: optionalRevision(options.ifRevision),
      ifClaim: optionalToken(options.ifClaim),
    };
    return (await this.calls.call(Service.method.remove, request, options)).removed;
  }

  /** Removes the items, subscriptions and permissions of this user. As an agent: the items that it wrote. Returns how many items. */
  async clear(options: AgentWriteSettings = {}): Promise<number> {
    const answer = await this.calls.call(Service.method.clear, actorOf(options), options);
    return Number(answer.removedItems);
  }

  /** Purges expired items, so that the counts no longer include them, and returns how many. */
  async cleanupExpired(options: AgentWriteSettings = {}): Promise<number> {
    const answer = await this.calls.call(Service.method.cleanupExpired, actorOf(options), options);
    return Number(answer.purgedItems);
  }

  /** How many items the mesh holds. Expired items count until they are purged. */
  async size(options: AgentCallSettings = {}): Promise<number> {
    return (await this.getStats(options)).totalItems;
  }

  /** Counts of the mesh, or of an agent's view of it. */
  async getStats(options: ReadSettings = {}): Promise<MeshStats> {
    return statsOf(await this.calls.call(Service.method.getStats, { ...actorOf(options), readPoint: pointOf(options) }, options));
  }

  /**
   * Lists the versions of a key, the newest first, as far back as the server's change log reaches, page by page while it is enumerated. An
   * agent gets the versions that it could read when they were written.
   */
  listVersions(key: string, options: AgentCallSettings & { pageSize?: number } = {}): AsyncGenerator<ItemVersion, void, undefined> {
    const request = { ...actorOf(options), key: wireText(key, 'key'), pageSize: options.pageSize ?? 0 };
    return pages(
      (pageToken) => this.calls.call(Service.method.listVersions, { ...request, pageToken }, options),
      ({ versions }) => versions.map(versionOf),
    );
  }

  /**
   * Lists the keys whose items differ between two positions, in byte order, page by page while it is enumerated.
   * @param from The first position.
   * @param to The second position, earlier or later. `undefined`: now.
   * @param filter Which items, and who reads. Each position is filtered by itself. `asOf` has no meaning here.
   */
  diffPositions(from: Position, to?: Position, filter: Omit<ListFilter, 'asOf'> = {}): AsyncGenerator<ItemDifference, void, undefined> {
    const request = {
      ...actorOf(filter),
      from: wirePosition(from),
      to: to && wirePosition(to),
      filter: filterOf(filter, filter.topic === undefined ? [] : [filter.topic]),
      view: viewOf(filter.keysOnly),
      pageSize: filter.pageSize ?? 0,
    };
    return pages(
      (pageToken) => this.calls.call(Service.method.diffPositions, { ...request, pageToken }, filter),
      ({ differences }) => differences.map(differenceOf),
    );
  }

  /**
   * Tells what an undo would do, and changes nothing. `undo` carries the plan out.
   *
   * @param options `agentName`: the agent that asks. It takes back only what it wrote itself, and needs the owner's permission to read the
   * past (`AgentAccess.mayReadPast`). `keysOnly`: without values.
   */
  async planUndo(scope: UndoScope, options: AgentCallSettings & UndoPages = {}): Promise<UndoPlan> {
    return readPlan(this.calls, Service.method.planUndo, options.agentName, scope, options);
  }

  /**
   * Carries out a plan, as the agent that asked for it, or as the owner. It is one command, which another undo can take back. Each item
   * becomes what it was, with its former value, routing, author and time of expiry. What has an obstacle is left alone, unless
   * `allOrNothing` is set. When a key that would change is no longer as it was in the plan, the call is `PLAN_OUTDATED`, and nothing is
   * changed: plan again.
   */
  async undo(plan: UndoPlan, options: UndoOptions = {}): Promise<UndoReceipt> {
    return carryOut(this.calls, Service.method.undo, plan, options);
  }

  /**
   * Removes values of a key, with their metadata, from history for good. Who wrote when remains. Only for the owner. More than 10,000
   * versions take several commands. Copies elsewhere stay: under other keys, in outcomes, exports and backups.
   */
  async redact(key: string, versions: RedactedVersions, options: RedactOptions = {}): Promise<RedactReceipt> {
    const request = { key: wireText(key, 'key'), versions: wireVersions(versions), author: optionalText(options.author, 'author') };
    const requestId = options.requestId ?? this.calls.newRequestId();
    let answer = await this.calls.call(Service.method.redact, request, { ...options, requestId });
    const { replayed } = answer;
    let [redactedVersions, removed] = [Number(answer.redactedVersions), answer.removed];
    while (answer.hasMore) {
      const id = this.calls.newRequestId();
      answer = await this.calls.call(Service.method.redact, request, { ...options, requestId: id });
      redactedVersions += Number(answer.redactedVersions);
      removed ||= answer.removed;
    }
    return { position: positionOf(answer.position), replayed, requestId, redactedVersions, removed };
  }

  /**
   * Claims a name, when it is free. Otherwise it is `CLAIM_HELD`, whose metadata tell the holder and until when, where the caller may see
   * that.
   *
   * @param name Any text. It may be a key, and need not be.
   */
  async claim(name: string, options: ClaimOptions = {}): Promise<Claim> {
    const askedMs = performance.now();
    const request = { ...actorOf(options), claim: wireClaim(name, options) };
    const { claim, replayed } = await this.calls.call(Service.method.claim, request, options);
    // An earlier call with the caller's own id may have got the claim, at a time that is not known here.
    const isFirst = !replayed || options.requestId === undefined;
    return new Claim(this, claimOf(claim!), options, isFirst ? askedMs : undefined);
  }

  /**
   * A place in line for a claim. Those who wait get it in the order of their arrival: `await mesh.awaitClaim('job').wait()`. Nothing is
   * sent before the caller waits. The routing counts where the name is free. A program that comes back with the same `requestId` within the
   * grace time keeps its place, or gets the claim when its turn came meanwhile.
   */
  awaitClaim(name: string, options: AwaitClaimOptions & AgentCallSettings = {}): ClaimLine {
    return new ClaimLine(this, name, options);
  }

  /** Takes a claim from its present holder, whoever that is. The first one in line gets it. Only for the owner. */
  async releaseClaim(name: string, options: WriteSettings = {}): Promise<void> {
    await this.calls.call(Service.method.releaseClaim, { token: { name: wireText(name, 'name') } }, options);
  }

  /**
   * Lists the claims that are held, in the byte order of their names, page by page while it is enumerated: as far as an agent, or the
   * owner, sees them. The owner and a claim's holder see its token: `new Claim(mesh, state)` makes a claim of it.
   */
  listClaims(options: AgentCallSettings & ClaimPages = {}): AsyncGenerator<ClaimState, void, undefined> {
    const request = { ...actorOf(options), ...pagesOfClaims(options) };
    return pages(
      (pageToken) => this.calls.call(Service.method.listClaims, { ...request, pageToken }, options),
      ({ claims }) => claims.map(claimOf),
    );
  }

  /** Sets the topics that an agent is subscribed to. The list replaces the former one. Returns the list as it is stored. */
  async registerAgentTopics(agentName: string, topics: Iterable<string>, options: WriteSettings = {}): Promise<readonly string[]> {
    const request = { agent: wireText(agentName, 'agentName'), topics: wireTexts(topics, 'topics') };
    return (await this.calls.call(Service.method.registerAgentTopics, request, options)).topics;
  }

  /** Takes topics from an agent's list, and returns the topics that are left. Topics that are not on it are ignored. */
  async unsubscribeFromTopics(agentName: string, topics: Iterable<string>, options: WriteSettings = {}): Promise<readonly string[]> {
    const request = { agent: wireText(agentName, 'agentName'), topics: wireTexts(topics, 'topics') };
    return (await this.calls.call(Service.method.unsubscribeFromTopics, request, options)).topics;
  }

  /** The topics that an agent is subscribed to, in their order. Empty for an unknown agent. */
  async getTopicsForAgent(agentName: string, options: CallSettings = {}): Promise<readonly string[]> {
    const request = { agent: wireText(agentName, 'agentName') };
    return (await this.calls.call(Service.method.getAgentTopics, request, options)).topics;
  }

  /** The agents that are subscribed to a topic, in the order in which they subscribed. */
  async getSubscribersForTopic(topic: string, options: CallSettings = {}): Promise<readonly string[]> {
    const name = wireText(topic, 'topic');
    for await (const listed of this.listTopics(options)) {
      if (listed.name === name) {
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
   * Lists the topics in the byte order of their names, page by page while it is enumerated. A topic exists while an agent is subscribed to
   * it, or a live item carries it. For an agent, only items that it can read count.
   */
  listTopics(options: AgentCallSettings = {}): AsyncGenerator<ContextTopic, void, undefined> {
    const request = { ...actorOf(options), pageSize: MOST_TOPICS_PER_PAGE };
    return pages(
      (pageToken) => this.calls.call(Service.method.listTopics, { ...request, pageToken }, options),
      ({ topics }) => topics.map(({ name, subscribers }) => ({ name, subscribers })),
    );
  }

  /**
   * Removes a topic from every subscription, and from the items that carry it. Items with this topic alone are removed. Returns how many
   * these were.
   */
  async deleteTopic(topic: string, options: AgentWriteSettings = {}): Promise<number> {
    const request = { ...actorOf(options), topic: wireText(topic, 'topic') };
    const answer = await this.calls.call(Service.method.deleteTopic, request, options);
    return Number(answer.removedItems);
  }

  /** Sets what an agent may post. `undefined`: anything. */
  async setAgentPostPermissions(
    agentName: string,
    permissions: PostPermissions | undefined,
    options: WriteSettings = {},
  ): Promise<void> {
    const wire = permissions === undefined || permissions === null ? undefined : wirePermissions(permissions);
    const request = { agent: wireText(agentName, 'agentName'), permissions: wire };
    await this.calls.call(Service.method.setPostPermissions, request, options);
  }

  /** What an agent may post. `undefined`: anything. */
  async getAgentPostPermissions(agentName: string, options: CallSettings = {}): Promise<Required<PostPermissions> | undefined> {
    const request = { agent: wireText(agentName, 'agentName') };
    return permissionsOf((await this.calls.call(Service.method.getPostPermissions, request, options)).permissions);
  }

  /** Whether an agent may post to a topic. */
  async canAgentPostToTopic(agentName: string, topic: string, options: CallSettings = {}): Promise<boolean> {
    const name = wireText(topic, 'topic');
    return (await this.getAgentPostPermissions(agentName, options))?.topics.includes(name) ?? true;
  }

  /** Sets which tools an agent may use, in place of what was stored. `undefined`: all. Returns the tools that it may use now. */
  async setAgentAccess(agentName: string, access: AgentAccess | undefined, options: WriteSettings = {}): Promise<readonly string[]> {
    const stored = access === undefined || access === null ? undefined : wireAccess(access);
    const request = { agent: wireText(agentName, 'agentName'), access: stored };
    return toolNames((await this.calls.call(Service.method.setAccess, request, options)).availableTools);
  }

  /** What is stored about an agent's tools. `undefined`: nothing, so the agent may use all of them. */
  async getAgentAccess(agentName: string, options: CallSettings = {}): Promise<AgentAccess | undefined> {
    const request = { agent: wireText(agentName, 'agentName') };
    return accessOf((await this.calls.call(Service.method.getAccess, request, options)).access);
  }

  /**
   * Follows the mesh, or an agent's view of it: every change, once, in order. The stream is opened when the first event is asked for. It
   * connects again by itself and goes on where it was. It ends by `signal`, when the caller leaves the loop, or by throwing a failure that
   * another connection would not mend.
   */
  subscribe(options: MeshSubscriptionOptions = {}): AsyncGenerator<ContextEvent, never, undefined> {
    const request = { ...actorOf(options), ...requestOf(options, options.topics), includeAgents: options.includeAgents ?? false };
    const open: OpenStream = (start, _, ...call) => this.calls.stream(Service.method.subscribe, { ...request, start }, ...call);
    return subscription(this.calls, open, options);
  }

  /** Writes a prompt from what the owner, or an agent, can read now. The same items make the same text. */
  async buildPrompt(spec: PromptSpec, options: ReadSettings = {}): Promise<Prompt> {
    const request = { ...actorOf(options), spec: wirePrompt(spec), readPoint: pointOf(options) };
    return promptOf(await this.calls.call(Service.method.buildPrompt, request, options));
  }

  /** Logs how a task of an agent went. Returns the outcome's number. The newest 10,000 outcomes of each user are kept. */
  async logOutcome(agentName: string, report: OutcomeReport, options: WriteSettings = {}): Promise<number> {
    const request = { agent: wireText(agentName, 'agentName'), report: wireReport(report) };
    return Number((await this.calls.call(Service.method.logOutcome, request, options)).number);
  }

  /** Lists outcomes, the newest first, page by page while it is enumerated. */
  listOutcomes(filter: OutcomeFilter & { success?: boolean } = {}): AsyncGenerator<Outcome, void, undefined> {
    const request = { filter: wireFilter(filter), pageSize: MOST_ITEMS_PER_PAGE };
    return pages(
      (pageToken) => this.calls.call(Service.method.listOutcomes, { ...request, pageToken }, filter),
      ({ outcomes }) => outcomes.map(outcomeOf),
    );
  }

  /** Sums outcomes: all of them, by type of task, and by agent. */
  async getOutcomeMetrics(filter: OutcomeFilter = {}): Promise<OutcomeSummary> {
    const sums = await this.calls.call(Service.method.getOutcomeMetrics, { filter: wireFilter(filter) }, filter);
    return {
      overall: metricsOf(sums.overall),
      byTaskType: metricsByName(sums.byTaskType),
      byAgent: metricsByName(sums.byAgent),
    };
  }

  /**
   * Removes outcomes for good: all of them, or only an agent's, or only older ones. Returns how many. It is never repeated by itself: a
   * second call would also remove outcomes that were logged in between.
   */
  async clearOutcomes(options: AgentCallSettings & { minAgeSeconds?: number } = {}): Promise<number> {
    const request = { filter: wireFilter(options) };
    return Number((await this.calls.call(Service.method.clearOutcomes, request, options)).removedOutcomes);
  }

  async #keysFor(agentName: string, options: CallSettings): Promise<ContextItem[]> {
    const filter = { agentName: wireText(agentName, 'agentName'), keysOnly: true, pageSize: MOST_KEYS_PER_PAGE };
    return listOf(this.list({ ...options, ...filter }));
  }
}

/** The agent that a call acts as. */
function actorOf({ agentName }: AgentCallSettings) {
  return { asAgent: optionalText(agentName, 'agentName') };
}
