import { ContextMesh } from './context-mesh.js';
import { checked } from './options.js';
import type { SynthaClientOptions } from './options.js';
import { Connections } from './transport/connections.js';
import type { Platform } from './transport/connections.js';
import { UserCalls } from './transport/user-calls.js';

/** What the clients of Node and of browsers share. Make one for the whole program; it connects at the first call. */
export class Client {
  readonly #connections: Connections;

  /** @internal */
  protected constructor(options: string | SynthaClientOptions, platform: Platform) {
    const given = typeof options === 'string' ? { address: options } : options;
    this.#connections = new Connections(platform, checked(given, platform.defaultAddress));
  }

  /** The server's address. */
  get address(): string {
    return this.#connections.options.address.origin;
  }

  /**
   * The mesh of one user: 1 to 128 of the characters `A-Z a-z 0-9 . _ @ | -`, if the server has its default pattern. Makes no call.
   *
   * @throws TypeError The user id is empty or cannot travel as metadata.
   */
  forUser(userId: string): ContextMesh {
    return new ContextMesh(new UserCalls(this.#connections, userId));
  }

  /** Closes the connections: streams end by throwing, and nothing works any more. */
  close(): void {
    this.#connections.close();
  }
}
