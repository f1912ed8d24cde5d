import type { ClientEnd, KvClerk } from "consensus-labs/kv";
import type { KvServer } from "./server.ts";
import type { Ask, Result } from "./state.ts";

export class Clerk implements KvClerk {
  readonly #servers: ClientEnd<KvServer>[];
  readonly #name: string;
  readonly #open = new Set<number>();
  #count = 0;
  #favourite = 0;

  constructor(servers: ClientEnd<KvServer>[], me: number) {
    this.#servers = servers;
    this.#name = `clerk-${me}`;
  }

  get = async (key: string): Promise<string> => (await this.#ask(["get", key, ""])).value;
  cas = (key: string, expected: string, value: string): Promise<Result> => this.#ask(["cas", key, expected, value]);

  async put(key: string, value: string): Promise<void> {
    await this.#ask(["put", key, value]);
  }

  async append(key: string, value: string): Promise<void> {
    await this.#ask(["append", key, value]);
  }

  async #ask(what: Ask["what"]): Promise<Result> {
    const nth = this.#count++;
    this.#open.add(nth);
    let waitMs = 10;
    for (;;) {
      for (let i = 0; i < this.#servers.length; i++) {
        const at = this.#favourite;
        const result = await this.#askServer(at, { clerk: this.#name, nth, openFrom: Math.min(...this.#open), what });
        if (result !== null) {
          this.#open.delete(nth);
          return result;
        }
        if (this.#favourite === at) this.#favourite = (at + 1) % this.#servers.length;
      }
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      waitMs = Math.min(2 * waitMs, 100);
    }
  }

  async #askServer(at: number, ask: Ask): Promise<Result | null> {
    const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), 500));
    const answer = await Promise.race([this.#servers[at]?.call("ask", ask), late]);
    return answer === null || answer === undefined || answer === "not here" ? null : answer;
  }
}
