import type { ClientEnd, KvClerk } from "consensus-labs/kv";
import type { Operation } from "./operations.ts";
import type { KvServer } from "./server.ts";

/** A client of the store. */
export class Clerk implements KvClerk {
  constructor(
    private readonly servers: ClientEnd<KvServer>[],
    private readonly me: number,
  ) {}

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

  private async run(operation: Operation): Promise<{ swapped: boolean; value: string }> {
    // TODO (3A): ask one server after the other until one has done it; a null says nothing about whether it did.
    // How do the servers know that two requests are tries of one operation?
    const reply = await this.servers[0]?.call("submit", { clerk: this.me, operation });
    return reply?.kind === "done" ? reply : { swapped: false, value: "" };
  }
}
