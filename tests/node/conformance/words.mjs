// Between the contract's words, as JSON, and those of the client.

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
  };
}

export function wireChange({ kind, key, item, agent, revision, index, time }) {
  return {
    kind: `CHANGE_KIND_${kind}`, key, item: wireItem(item), agent, revision: String(revision), index, time: time.toISOString(),
  };
}

/** What every push carries. */
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
