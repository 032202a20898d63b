// Between the contract's words, as JSON, and those of the client.
import { Patch, PREDEFINED_ROLES } from 'syntha';

/** "1.5s" as a number of seconds. */
export function secondsOf(duration) {
  return duration === undefined ? undefined : Number(duration.slice(0, -1));
}

export function durationOf(seconds) {
  return seconds === undefined ? undefined : `${seconds}s`;
}

/** An enum's value without its prefix: CHANGE_KIND_CREATED of CHANGE_KIND is CREATED. */
export function shortName(value, prefix) {
  return value?.slice(prefix.length + 1);
}

export function isKeysOnly(view) {
  return view === 'ITEM_VIEW_KEYS';
}

export function toolNames(tools) {
  return tools?.map((tool) => shortName(tool, 'TOOL').toLowerCase());
}

export function wireTools(names) {
  return names.map((name) => `TOOL_${name.toUpperCase()}`);
}

export function accessOf({ predefinedRole, customRole, allowedTools, deniedTools, mayReadPast }) {
  return {
    role: customRole?.name ?? shortName(predefinedRole, 'PREDEFINED_ROLE')?.toLowerCase(),
    roleTools: toolNames(customRole?.tools),
    allowedTools: allowedTools && (toolNames(allowedTools.tools) ?? []),
    deniedTools: toolNames(deniedTools),
    mayReadPast,
  };
}

export function wireAccess({ role, roleTools, allowedTools, deniedTools, mayReadPast }) {
  const isPredefined = Object.hasOwn(PREDEFINED_ROLES, role);
  return {
    predefinedRole: isPredefined ? `PREDEFINED_ROLE_${role.toUpperCase()}` : undefined,
    customRole: role === '' || isPredefined ? undefined : { name: role, tools: wireTools(roleTools) },
    allowedTools: allowedTools && { tools: wireTools(allowedTools) },
    deniedTools: wireTools(deniedTools),
    mayReadPast,
  };
}

export function numberOf(int64) {
  return int64 === undefined ? undefined : Number(int64);
}

export function wirePosition({ epoch, revision }) {
  return { epoch, revision: String(revision) };
}

export function positionOf({ epoch = '', revision = '0' }) {
  return { epoch, revision: Number(revision) };
}

export function wireItem(item) {
  return item && {
    key: item.key,
    valueJson: item.valueJson,
    topics: item.topics,
    subscribers: item.subscribers,
    author: item.author,
    revision: String(item.revision),
    updateTime: item.updateTime.toISOString(),
    expireTime: item.expireTime?.toISOString(),
    metadataJson: item.metadata && JSON.stringify(item.metadata),
    redacted: item.redacted,
  };
}

export function wireVersion({ position, index, time, kind, author, item, redacted, redactedRevision }) {
  return {
    position: wirePosition(position),
    index,
    commitTime: time.toISOString(),
    kind: `CHANGE_KIND_${kind}`,
    author,
    item: wireItem(item),
    redacted,
    redactedRevision: redactedRevision?.toString(),
  };
}

export function wireDifference({ key, kind, before, after }) {
  return { key, kind: `CHANGE_KIND_${kind}`, before: wireItem(before), after: wireItem(after) };
}

export function wireChange({ kind, key, item, agent, revision, index, time, claim, redactedRevision }) {
  return {
    kind: `CHANGE_KIND_${kind}`,
    key,
    item: wireItem(item),
    agent: agent && wireAgent(agent),
    claim: claim && wireClaim(claim),
    redactedRevision: redactedRevision?.toString(),
    revision: String(revision),
    index,
    commitTime: time.toISOString(),
  };
}

/** The routing of an ItemWrite, as the client's options. */
export function routingOf({ topics, subscribers, ttl, ifRevision, metadataJson }) {
  return {
    topics,
    subscribers,
    ttlSeconds: secondsOf(ttl),
    ifRevision: numberOf(ifRevision),
    metadata: metadataJson === undefined ? undefined : JSON.parse(metadataJson),
  };
}

export function wireReceipt({ position, replayed }) {
  return { position: wirePosition(position), replayed };
}

/** An ItemWrite as an entry of pushMany. */
export function entryOf({ key, valueJson, ...routing }) {
  return { key, valueJson, ...routingOf(routing) };
}

/** An ItemPatch as an entry of a commit. */
export function patchOf({ key, ifRevision, ...change }) {
  const [[kind, given]] = Object.entries(change);
  return { key, patch: PATCHES[kind](given), ifRevision: numberOf(ifRevision) };
}

const PATCHES = {
  operationsJson: (text) => Patch.operations(JSON.parse(text)),
  mergeJson: (text) => Patch.merge(JSON.parse(text)),
  increment: ({ pointer, integer, number }) => Patch.increment(integer === undefined ? number : BigInt(integer), pointer),
  append: ({ pointer, valuesJson, maxLength }) => Patch.append(JSON.parse(valuesJson), pointer, maxLength),
  prepend: ({ pointer, valuesJson, maxLength }) => Patch.prepend(JSON.parse(valuesJson), pointer, maxLength),
  add: ({ pointer, valuesJson }) => Patch.add(JSON.parse(valuesJson), pointer),
  subtract: ({ pointer, valuesJson }) => Patch.subtract(JSON.parse(valuesJson), pointer),
};

export function operationOf({ push, patch, remove, topics, claim, release }) {
  return push ? { push: entryOf(push) }
    : patch ? { patch: patchOf(patch) }
      : remove ? { remove: { ...remove, ifRevision: numberOf(remove.ifRevision) } }
        : claim ? { claim: claimOf(claim) }
          : release ? { release: tokenOf(release.token) }
            : { topics };
}

export function guardsOf(guards) {
  return guards && new Map(guards.flatMap(({ ifRevision }) => (ifRevision ? [[ifRevision.key, Number(ifRevision.revision)]] : [])));
}

export function wirePatchReceipt({ resultJson, ...receipt }) {
  return { ...wireReceipt(receipt), resultJson };
}

export function wireCommitReceipt({ results, ...receipt }) {
  return { ...wireReceipt(receipt), results: results.map(wireResult) };
}

function wireResult({ removed, resultJson, claim }) {
  return { removed, resultJson, claim: claim && wireClaim(claim) };
}

/** The guards of a commit on claims. */
export function claimGuardsOf(guards) {
  return guards?.flatMap(({ ifClaim }) => (ifClaim ? [tokenOf(ifClaim)] : []));
}

/** A FencingToken as the client's. */
export function tokenOf(token) {
  return token && { name: token.name, position: positionOf(token.position) };
}

/** A ClaimWrite as the client's options, with the name. */
export function claimOf({ lease, ...claim }) {
  return { ...claim, leaseSeconds: secondsOf(lease) };
}

export function wireToken({ name, position }) {
  return { name, position: wirePosition(position) };
}

export function wireClaim({ name, isHeld, holder, token, expireTime, leaseSeconds, waiting, topics, subscribers }) {
  return {
    name,
    holder: isHeld ? wireParty(holder) : undefined,
    token: token && wireToken(token),
    expireTime: expireTime?.toISOString(),
    waiting: waiting.map(wireParty),
    lease: leaseSeconds === undefined ? undefined : `${leaseSeconds}s`,
    topics,
    subscribers,
  };
}

/** A claim that the client holds. */
export function wireHeld({ name, token, expireTime, leaseSeconds }) {
  return { name, token: wireToken(token), expireTime: expireTime?.toISOString(), lease: leaseSeconds && `${leaseSeconds}s` };
}

export function wireWaiting({ place, claim }) {
  return { place, claim: wireClaim(claim) };
}

export function wireAgent({ access, ...agent }) {
  return { ...agent, access: access && wireAccess(access) };
}

export function wireUndo({ key, kind, present, restored, restoredAgent, obstacle, formerExpired }) {
  return {
    key,
    kind: kind && `CHANGE_KIND_${kind}`,
    present: wireItem(present),
    restored: wireItem(restored),
    restoredAgent: restoredAgent && wireAgent(restoredAgent),
    obstacle: obstacle && {
      kind: `UNDO_OBSTACLE_KIND_${obstacle.kind}`, revision: String(obstacle.revision), author: obstacle.author,
    },
    formerExpired,
  };
}

/** An UndoScope as the client's. */
export function scopeOf({ command, range, author }) {
  const commands = command
    ? { command: positionOf(command) }
    : { after: positionOf(range.after), through: range.through && positionOf(range.through) };
  return { ...commands, author };
}

export function wireUndoReceipt({ undone, leftAlone, ...receipt }) {
  return { ...wireReceipt(receipt), undone: String(undone), leftAlone: String(leftAlone) };
}

function wireParty(agent) {
  return agent === undefined ? {} : { agent };
}
