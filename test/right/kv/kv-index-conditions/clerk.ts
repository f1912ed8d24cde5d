import type { ClientEnd, KvClerk } from "consensus-labs/kv";
import type { Command, Outcome } from "./machine.ts";
import type { Answer, KvServer } from "./server.ts";

const PATIENCE_MS = 300;

export class Clerk implements KvClerk {
  private serial = 0;
  private at = 0;
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly servers: ClientEnd<KvServer>[],
    private readonly me: number,
  ) {}

  async get(key: string): Promise<string> {
    return (await this.inTurn("get", key, "", "")).value;
  }

  async put(key: string, value: string): Promise<void> {
    await this.inTurn("put", key, value, "");
  }

  async append(key: string, value: string): Promise<void> {
    await this.inTurn("append", key, value, "");
  }

  async cas(key: string, expected: string, value: string): Promise<{ swapped: boolean; value: string }> {
    const { swapped, value: there } = await this.inTurn("cas", key, value, expected);
    return { swapped, value: there };
  }

  private inTurn(op: Command["op"], key: string, value: string, expected: string): Promise<Outcome> {
    const turn = this.queue.then(() =>
      this.insist({ clerk: this.me, serial: ++this.serial, op, key, value, expected }),
    );
    this.queue = turn;
    return turn;
  }

  private async insist(command: Command): Promise<Outcome> {
    for (let failures = 1; ; failures++) {
      const answer = await Promise.race([this.servers[this.at]?.call("execute", command), pause(PATIENCE_MS)]);
      if (isDone(answer)) return answer.outcome;
      this.at = (this.at + 1) % this.servers.length;
      if (failures % this.servers.length === 0) await pause(20);
    }
  }
}

function isDone(answer: Answer | null | undefined): answer is Extract<Answer, { done: true }> {
  return answer?.done === true;
}

function pause(ms: number): Promise<null> {
  return new Promise((resolve) => setTimeout(() => resolve(null), ms));
}
