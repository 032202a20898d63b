/** How a `SynthaClient` reaches its server. The client reads the options once, when it is made. One message tells all their faults. */
export interface SynthaClientOptions {
  /**
   * `host:port` or `http://host:port`, or `https://host:port` for TLS, without a path. Default: in Node the environment variable
   * `SYNTHA_SERVER`, or `http://127.0.0.1:50051` where it is not set. In a browser the page's own origin.
   */
  address?: string;

  /** The credential of every call, sent as `authorization: Bearer …`. Default: none. Not together with `tokenProvider`. */
  apiKey?: string;

  /**
   * Gives the credential of the next attempt of a call, or of the next stream: for tokens that are valid for some time only. It keeps
   * tokens itself, or not. An exception of it reaches the caller. A stream whose token has run out goes on with the next one.
   */
  tokenProvider?: () => string | Promise<string>;

  /**
   * How long one call with its retries may take, in milliseconds. It travels as the deadline, so the server stops as well. A list of
   * several pages has this time for each page. A stream has it until it is served. Default: 30,000. Above 0, at most 24 hours. `null`: no
   * limit.
   */
  callTimeoutMs?: number | null;

  /**
   * How long connecting may take in Node, in milliseconds, until the server has spoken HTTP/2. A connection that is accepted and then
   * silent is given up then. A browser decides by itself. Default: 5,000. Above 0, at most 24 hours.
   */
  connectTimeoutMs?: number;

  /**
   * Whether a credential may be sent to an `http://` address of another machine. Everyone on the way can read it there. Default: `false`.
   */
  allowCredentialsWithoutTls?: boolean;

  /**
   * How often a call is tried at most while there is no answer of the server, or it says UNAVAILABLE: 1 (nothing is made again) to 1,000.
   * Default: 5. Only calls that the contract allows to repeat (`idempotency_level`) are tried again. Reads change nothing, and writes carry
   * a request id, so a retry never acts twice. A call that came too often (RATE_LIMITED) is made again when the server says, within
   * `callTimeoutMs`; that is no attempt. No other refusal is retried.
   */
  maxAttempts?: number;

  /**
   * The longest wait before the first retry, in milliseconds. It doubles with each retry. The wait is a random time between zero and it.
   * Default: 200. Above 0, at most 24 hours.
   */
  retryDelayMs?: number;

  /** The longest wait of all. Default: 5,000. From `retryDelayMs` to 24 hours. */
  maxRetryDelayMs?: number;
}

/** The options after the check, with their defaults. */
export interface CheckedOptions {
  readonly address: URL;
  readonly token: (() => string | Promise<string>) | undefined;
  /** Whether the next attempt may have another token. */
  readonly isTokenRenewed: boolean;
  readonly callTimeoutMs: number | null;
  readonly connectTimeoutMs: number;
  readonly maxAttempts: number;
  readonly retryDelayMs: number;
  readonly maxRetryDelayMs: number;
}

// The .NET client has the same limit.
const MOST_ATTEMPTS = 1000;
// A host without a port is rather a mistake: it would mean the port 80.
const HOST_AND_PORT = /^[^/]+:\d+$/;
export const LONGEST_MS = 24 * 60 * 60 * 1000;

export function isNoTime(ms: number): boolean {
  return !(ms > 0 && ms <= LONGEST_MS);
}

/** @throws TypeError The options have faults. The message names all of them. */
export function checked(options: SynthaClientOptions, defaultAddress: string): CheckedOptions {
  const { address = defaultAddress, apiKey, tokenProvider, callTimeoutMs = 30_000, maxAttempts = 5, retryDelayMs = 200 } = options;
  const { connectTimeoutMs = 5_000, allowCredentialsWithoutTls = false } = options;
  const maxRetryDelayMs = options.maxRetryDelayMs ?? Math.max(5_000, retryDelayMs);
  const url = addressOf(address);
  const faults: string[] = [];
  if (url === undefined) {
    faults.push(`address is '${address}'. Give host:port, http://host:port or https://host:port, without a path.`);
  }
  const hasCredential = apiKey !== undefined || tokenProvider !== undefined;
  if (hasCredential && url?.protocol === 'http:' && !isLoopback(url.hostname) && !allowCredentialsWithoutTls) {
    faults.push(`address is '${address}', to which a credential would travel in the clear. Give an https:// address, or set ` +
      'allowCredentialsWithoutTls where the network is safe by other means.');
  }
  if (apiKey !== undefined && tokenProvider !== undefined) {
    faults.push('apiKey and tokenProvider are both given. Give one of them.');
  }
  if (apiKey !== undefined && !/^[!-~]+$/.test(apiKey)) {
    faults.push('apiKey is empty or holds what a header cannot carry. Give visible ASCII characters.');
  }
  if (callTimeoutMs !== null && isNoTime(callTimeoutMs)) {
    faults.push(`callTimeoutMs is ${callTimeoutMs}. Give a time above 0 and up to ${LONGEST_MS}, or null for no limit.`);
  }
  if (isNoTime(connectTimeoutMs)) {
    faults.push(`connectTimeoutMs is ${connectTimeoutMs}. Give a time above 0 and up to ${LONGEST_MS}.`);
  }
  if (!(Number.isInteger(maxAttempts) && maxAttempts >= 1 && maxAttempts <= MOST_ATTEMPTS)) {
    faults.push(`maxAttempts is ${maxAttempts}. Give 1 (no retry) to ${MOST_ATTEMPTS}.`);
  }
  if (isNoTime(retryDelayMs)) {
    faults.push(`retryDelayMs is ${retryDelayMs}. Give a time above 0 and up to ${LONGEST_MS}.`);
  }
  if (isNoTime(maxRetryDelayMs) || maxRetryDelayMs < retryDelayMs) {
    faults.push(`maxRetryDelayMs is ${maxRetryDelayMs}. Give retryDelayMs, which is ${retryDelayMs}, up to ${LONGEST_MS}.`);
  }
  if (url === undefined || faults.length > 0) {
    throw new TypeError(faults.join('\n'));
  }
  const token = apiKey === undefined ? tokenProvider : () => apiKey;
  const isTokenRenewed = tokenProvider !== undefined;
  return { address: url, token, isTokenRenewed, callTimeoutMs, connectTimeoutMs, maxAttempts, retryDelayMs, maxRetryDelayMs };
}

// The URL's parser writes every IPv4 address as four decimal numbers, so one pattern finds all of 127.0.0.0/8.
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}

function addressOf(text: string): URL | undefined {
  let url: URL;
  try {
    url = new URL(HOST_AND_PORT.test(text) ? `http://${text}` : text);
  } catch {
    return undefined;
  }
  const isBare = url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '' && url.password === '';
  return isBare && (url.protocol === 'http:' || url.protocol === 'https:') ? url : undefined;
}
