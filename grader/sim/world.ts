import type { Network } from "./network.ts";
import type { PeerRecord } from "./peer.ts";
import type { Micros } from "./peer-host.ts";
import type { QueuedInput } from "./queued-input.ts";
import type { Tape } from "./tape.ts";
import type { Trace } from "./trace.ts";

/** What the parts of the kernel share: time, the peers, the network, and what is on its way. The simulation is one. */
export interface World {
  nowUs: Micros;
  readonly peers: readonly PeerRecord[];
  readonly tape: Tape;
  readonly trace: Trace;
  readonly network: Network;
  push(input: QueuedInput): void;
  /** The peer's memory is gone at this very moment. */
  crash(peer: PeerRecord): void;
}
