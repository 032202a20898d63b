import { ContextMesh } from './context-mesh.js';
import { Discovery } from './generated/syntha/v1/discovery_service_pb.js';
import { checked } from './options.js';
import type { SynthaClientOptions } from './options.js';
import { Connections } from './transport/connections.js';
import type { Platform } from './transport/connections.js';
import { ServerCalls } from './transport/server-calls.js';
import { UserCalls } from './transport/user-calls.js';
import type { CallSettings } from './values/requests.js';
import { serverInfoOf } from './values/server-info.js';
import type { ServerInfo } from './values/server-info.js';

/** The part that the clients of Node and of browsers share. Make one for the whole program. It connects at the first call. */
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
   * The mesh of one user. Makes no call. With the server's default pattern a user id has 1 to 128 of the characters
   * `A-Z a-z 0-9 . _ @ | -`.
   *
   * @throws TypeError The user id is empty or cannot travel as metadata.
   */
  forUser(userId: string): ContextMesh {
    return new ContextMesh(new UserCalls(this.#connections, userId));
  }

  /** The server's version, the features that are switched on, and its limits. */
  async getServerInfo(options: CallSettings = {}): Promise<ServerInfo> {
    return serverInfoOf(await new ServerCalls(this.#connections).call(Discovery.method.getServerInfo, {}, options));
  }

  /** Closes the connections. Streams end by throwing, and later calls throw. */
  close(): void {
    this.#connections.close();
  }
}
