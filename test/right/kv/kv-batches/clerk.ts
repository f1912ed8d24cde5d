import type { ClientEnd, KvClerk } from "consensus-labs/kv";
import type { KvServer } from "./server.ts";
import type { Operation, Result } from "./words.ts";

export class Clerk implements KvClerk {
  private serials = 0;
  private readonly open = new Set<number>();
  private leader: ClientEnd<KvServer> | null = null;

  constructor(
    private readonly servers: ClientEnd<KvServer>[],
    private readonly me: number,
  ) {}

  async get(key: string): Promise<string> {
    return (await this.run({ do: "get", key })).value;
  }

  async put(key: string, value: string): Promise<void> {
    await this.run({ do: "put", key, value });
  }

  async append(key: string, value: string): Promise<void> {
    await this.run({ do: "append", key, value });
  }

  async cas(key: string, expected: string, value: string): Promise<{ swapped: boolean; value: string }> {
    return this.run({ do: "cas", key, expected, value });
  }

  private async run(operation: Operation): Promise<Result> {
    const serial = ++this.serials;
    this.open.add(serial);
    for (;;) {
      // Who led a moment ago first, then all in any order.
      for (const server of [...(this.leader === null ? [] : [this.leader]), ...shuffled(this.servers)]) {
        const floor = Math.min(...this.open);
        const call = server.call("request", { clerk: this.me, serial, floor, operation });
        const reply = await Promise.race([call, after(450)]);
        if (reply === null || "not" in reply) {
          if (this.leader === server) this.leader = null;
          continue;
        }
        this.leader = server;
        this.open.delete(serial);
        return reply;
      }
      await after(15);
    }
  }
}

function after(ms: number): Promise<null> {
  return new Promise((resolve) => setTimeout(() => resolve(null), ms));
}

function shuffled<T>(list: readonly T[]): T[] {
  const rest = [...list];
  return list.map(() => rest.splice(Math.floor(Math.random() * rest.length), 1)[0] as T);
}
