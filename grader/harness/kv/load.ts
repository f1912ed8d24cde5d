import type { Simulation } from "../../sim/simulation.ts";
import type { Cluster } from "../cluster.ts";
import type { Order, Recorded } from "./operations.ts";

/** What clerks are to do, each one operation after the other. */
export interface Load {
  readonly clerks: readonly number[];
  readonly keys: readonly string[];
  /** How often each kind is drawn. Default: gets 4, appends 3, puts 2, cas 2. */
  readonly mix?: Readonly<Partial<Record<Order["kind"], number>>>;
  /** Each clerk waits so long between the return of one operation and the call of the next. Default 20 to 60 ms. */
  readonly thinkMs?: readonly [min: number, max: number];
  /** No clerk does more; default 60. */
  readonly limit?: number;
}

const MIX = { get: 4, append: 3, put: 2, cas: 2 } as const;

interface Client {
  readonly load: Load;
  readonly clerk: number;
  left: number;
  isStopped: boolean;
  /** What it knows of each key: what it saw there last. */
  readonly seen: Map<string, string>;
  current: Recorded | null;
}

/** Keeps clerks at work: what each does next is drawn, and called some time after the last one returned. */
export class LoadGenerator {
  readonly #clients = new Map<number, Client>();

  constructor(
    private readonly cluster: Cluster & { token(): string },
    private readonly sim: Simulation,
    private readonly begin: (clerk: number, order: Order) => Recorded,
  ) {}

  start(load: Load): () => void {
    const clients = load.clerks.map((clerk): Client => {
      return { load, clerk, left: load.limit ?? 60, isStopped: false, seen: new Map(), current: null };
    });
    for (const client of clients) {
      this.#clients.set(client.clerk, client);
      this.#plan(client);
    }
    return () => {
      for (const client of clients) client.isStopped = true;
    };
  }

  stop(): void {
    for (const client of this.#clients.values()) client.isStopped = true;
  }

  /** An operation returned, of whatever clerk. */
  returned(operation: Recorded): void {
    const client = this.#clients.get(operation.client);
    if (client?.current !== operation) return;
    const { order, returned } = operation;
    if (order.kind === "put") client.seen.set(order.key, order.value);
    else if (order.kind === "append") client.seen.set(order.key, (client.seen.get(order.key) ?? "") + order.value);
    else client.seen.set(order.key, returned?.value ?? "");
    this.#plan(client);
  }

  #plan(client: Client): void {
    client.current = null;
    if (client.isStopped || client.left-- <= 0) return;
    const [minMs, maxMs] = client.load.thinkMs ?? [20, 60];
    // Not before the window is over in which the last one returned.
    const waitMs = Math.max(1, this.cluster.int(`think ${client.clerk}`, minMs, maxMs));
    this.sim.at(this.sim.nowUs + waitMs * 1000, () => {
      if (!client.isStopped) client.current = this.begin(client.clerk, this.#next(client));
    });
  }

  #next({ clerk, load, seen }: Client): Order {
    const { cluster } = this;
    const key = cluster.pick(`key ${clerk}`, load.keys);
    const mix = { ...(load.mix ?? MIX) };
    const kinds = (["get", "append", "put", "cas"] as const).flatMap((kind) =>
      new Array<typeof kind>(mix[kind] ?? 0).fill(kind),
    );
    const kind = cluster.pick(`operation ${clerk}`, kinds);
    if (kind === "get") return { kind, key };
    const value = cluster.token();
    return kind === "cas" ? { kind, key, expected: seen.get(key) ?? "", value } : { kind, key, value };
  }
}
