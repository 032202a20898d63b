// A real server on free ports, with a folder of its own that is removed afterwards.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../../.artifacts/bin/Syntha.Cli/release/syntha.dll', import.meta.url));
const READY = /Syntha is ready: gRPC (http:[^, ]+), .*?(http:[^,\s]+)/;

export class Server {
  #process;
  #folder;
  #settings = [];

  /** @param {string[]} settings Such as `--Server:GrpcPort=50052`. */
  static async start(...settings) {
    const server = new Server();
    server.#folder = await mkdtemp(join(tmpdir(), 'syntha-'));
    server.#settings = settings;
    await server.#run('--Server:GrpcPort=0', '--Server:HttpPort=0', ...settings);
    return server;
  }

  /**
   * Kills the process, and starts another one on the same data. It has other ports, because another test may have got the former ones. A
   * relay in front of it has an address that stays.
   */
  async restart() {
    await this.#end();
    await this.#run('--Server:GrpcPort=0', '--Server:HttpPort=0', ...this.#settings);
  }

  /** The number of the process. */
  get pid() {
    return this.#process.pid;
  }

  /** Asks the server to stop, as a service manager does. Resolves to how long that took, in milliseconds. */
  async stopInOrder() {
    const began = performance.now();
    this.#process.kill('SIGTERM');
    await once(this.#process, 'exit');
    return performance.now() - began;
  }

  async stop() {
    await this.#end();
    await rm(this.#folder, { recursive: true });
  }

  async #run(...settings) {
    this.#process = spawn('dotnet', [PROGRAM, `--Storage:DataPath=${join(this.#folder, 'data')}`, ...settings], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    process.once('exit', this.#kill);
    const said = [];
    for await (const line of createInterface({ input: this.#process.stdout })) {
      said.push(line);
      const ready = READY.exec(line);
      if (ready) {
        [, this.grpc, this.http] = ready;
        this.#process.stdout.resume();
        return;
      }
    }
    throw new Error(`The server did not start:\n${said.join('\n')}`);
  }

  async #end() {
    process.off('exit', this.#kill);
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      this.#kill();
      await once(this.#process, 'exit');
    }
  }

  #kill = () => this.#process.kill('SIGKILL');
}
