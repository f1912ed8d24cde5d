import type { ClientEnd, KvClerk } from "consensus-labs/kv";
import type { Operation, Reply, Result } from "./operations.ts";
import type { KvServer } from "./server.ts";

/** A server that does not answer within so long may be cut off: another one is tried. */
const PATIENCE_MS = 400;
/** After all servers said that they do not lead, before they are asked again. */
const PAUSE_MS = 25;

/** A client of the store: each operation is tried at one server after the other until one has done it. */
export class Clerk implements KvClerk {
  private readonly servers: ClientEnd<KvServer>[];
  private readonly me: number;
  /** Who led when it was last asked. */
  private leader = 0;
  private serial = 0;
  private readonly open = new Set<number>();

  constructor(servers: ClientEnd<KvServer>[], me: number) {
    this.servers = servers;
    this.me = me;
  }

  async get(key: string): Promise<string> {
    return (await this.run({ kind: "get", key })).value;
  }

  async put(key: string, value: string): Promise<void> {
    await this.run({ kind: "put", key, value });
  }

  async append(key: string, value: string): Promise<void> {
    await this.run({ kind: "append", key, value });
  }

  async cas(key: string, expected: string, value: string): Promise<{ swapped: boolean; value: string }> {
    return this.run({ kind: "cas", key, expected, value });
  }

  private run(operation: Operation): Promise<Result> {
    const serial = ++this.serial;
    this.open.add(serial);
    return new Promise((resolve) => {
      const done = (result: Result) => {
        this.open.delete(serial);
        resolve(result);
      };
      void this.tryUntilDone(serial, operation, done);
    });
  }

  /** An answer counts whenever it comes, also that of a try which was given up. */
  private async tryUntilDone(serial: number, operation: Operation, done: (result: Result) => void): Promise<void> {
    for (let refusals = 0; this.open.has(serial); ) {
      const server = this.leader;
      const request = { clerk: this.me, serial, answeredBelow: Math.min(...this.open), operation };
      const call = this.servers[server]?.call("submit", request).then((reply) => {
        if (reply?.kind === "done" && this.open.has(serial)) done(reply.result);
        return reply;
      });
      const reply = await within(PATIENCE_MS, call);
      if (reply?.kind === "done") return;
      // Another operation of this clerk may have found the leader meanwhile.
      if (this.leader === server) this.leader = (server + 1) % this.servers.length;
      if (++refusals % this.servers.length === 0) await within(PAUSE_MS, undefined);
    }
  }
}

/** The reply, or null after so long. */
function within(ms: number, reply: Promise<Reply | null> | undefined): Promise<Reply | null> {
  const timeout = new Promise<null>((resolve) => setTimeout(() => resolve(null), ms));
  return reply === undefined ? timeout : Promise.race([reply, timeout]);
}
