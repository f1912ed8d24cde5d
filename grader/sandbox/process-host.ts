import {
  decodeFromHost,
  encodeLoad,
  encodeReset,
  encodeWindow,
  type FrameFromHost,
  FrameStream,
  Intake,
  isFrameOf,
  type Load,
  type Watchdog,
  WireError,
  WireExcess,
} from "../host/wire.ts";
import { HostLost, type Micros, type PeerHost, type Window, type WindowResult } from "../sim/peer-host.ts";
import type { HostLoss, HostTable } from "./host-table.ts";
import type { HostHandle } from "./keeper.ts";
import { DEFAULT_LIMITS, type HostLimits } from "./limits.ts";

/** How long the keeper may take to say why a host ended. It reads what the host last wrote, and no more. */
const REASON_TIMEOUT_MS = 5_000;

/**
 * Peers in a process of their own, as the kernel sees them: each exchange writes one frame and blocks until the answer is
 * there. The keeper of that process must live in another thread. Whatever ends the process makes `HostLost` of the
 * exchange that is under way, and of every later one.
 */
export class ProcessHost implements PeerHost {
  private readonly stream: FrameStream;
  private lost: HostLost | null = null;
  /** What the next answer may hold: no entry before this moment, no peer beyond the cluster. */
  private fromUs: Micros = 0;
  private peers = 0;
  private intake = new Intake();
  private rawOf: ReadonlySet<number> = new Set();
  private takesFields = false;

  constructor(
    readonly handle: HostHandle,
    private readonly table: HostTable,
    limits: HostLimits = DEFAULT_LIMITS,
  ) {
    this.stream = new FrameStream(handle.fromHost, handle.toHost, limits.frameBytes);
  }

  /** Gives the host the submission that it is to run, once, and waits until it is ready. Throws `HostLost`. */
  load(load: Load, watchdog?: Watchdog): void {
    const answer = this.ask(encodeLoad(load, watchdog), 0);
    if (answer.kind !== "ready") throw this.lose(PROTOCOL_BROKEN);
  }

  /** `renewsRealms`: peers that boot once more may do so in the realm of their last life. */
  reset(renewsRealms = false): void {
    this.fromUs = 0;
    this.peers = 0;
    this.intake = new Intake();
    if (this.lost !== null) return;
    this.table.beginRun(this.handle.slot);
    try {
      this.stream.write(encodeReset(renewsRealms));
    } catch (error) {
      throw this.lose(this.reasonFor(error));
    }
  }

  /** What is asked next may lie before what was asked last: of peers by themselves, each in its own time. */
  rewind(): void {
    this.fromUs = 0;
  }

  /** Entries of these peers shall have the bytes that they come in. */
  keepRawOf(peers: Iterable<number>): void {
    this.rawOf = new Set(peers);
  }

  /** It was loaded so that it tells what changes in fields. */
  takeFields(): void {
    this.takesFields = true;
  }

  exchange(window: Window): WindowResult {
    // No answer is a repetition of nothing.
    return this.repeat(window, null) as WindowResult;
  }

  repeat(window: Window, raws: readonly Uint8Array[] | null): WindowResult | null {
    for (const input of window.inputs) if (input.kind === "boot") this.peers = input.processes.length;
    const answer = this.ask(encodeWindow(window), window.untilUs, raws);
    if (answer === null) {
      this.fromUs = raws?.length ? timeOf(raws.at(-1) as Uint8Array) : this.fromUs;
      return null;
    }
    if (answer.kind !== "result") throw this.lose(PROTOCOL_BROKEN);
    this.fromUs = answer.result.entries.at(-1)?.timeUs ?? this.fromUs;
    return answer.result;
  }

  /** One frame there, one frame back, under the eyes of the keeper; null when what comes back is a result of these entries. */
  private ask(frame: Uint8Array, untilUs: Micros): FrameFromHost;
  private ask(frame: Uint8Array, untilUs: Micros, raws: readonly Uint8Array[] | null): FrameFromHost | null;
  private ask(frame: Uint8Array, untilUs: Micros, raws: readonly Uint8Array[] | null = null): FrameFromHost | null {
    if (this.lost !== null) throw this.lost;
    this.table.turn(this.handle.slot);
    let answer: FrameFromHost | null;
    try {
      this.stream.write(frame);
      const body = this.stream.read();
      if (body === null) throw new ChannelClosed();
      const { fromUs, peers, intake, rawOf, takesFields } = this;
      const limits = { fromUs, untilUs, peers, intake, rawOf, takesFields };
      answer = raws !== null && isFrameOf(body, limits, raws) ? null : decodeFromHost(body, limits);
    } catch (error) {
      throw this.lose(this.reasonFor(error));
    }
    this.table.turn(this.handle.slot);
    if (answer?.kind === "lost") throw this.lose(this.ownWord(answer));
    return answer;
  }

  /** What a host says of its own end. Once code of the submission has run there, it cannot put the blame on the grader. */
  private ownWord({ verdict, message }: FrameFromHost & { kind: "lost" }): HostLoss {
    if (verdict !== "internal-error" || this.peers === 0) return { verdict, message, stackLines: [] };
    return { verdict: "crashed", message: `the peer process says that it failed: ${message}`, stackLines: [] };
  }

  private reasonFor(error: unknown): HostLoss {
    if (error instanceof WireExcess) return { verdict: "output-limit", message: error.message, stackLines: [] };
    const isCutOff = error instanceof WireError && error.message.includes("stream ends");
    const isClosed = error instanceof ChannelClosed || (error as NodeJS.ErrnoException).code === "EPIPE";
    if (isCutOff || isClosed) return this.table.awaitLoss(this.handle.slot, REASON_TIMEOUT_MS) ?? UNEXPLAINED;
    if (error instanceof WireError) return PROTOCOL_BROKEN;
    throw error;
  }

  private lose(loss: HostLoss): HostLost {
    this.lost = new ProcessLost(loss);
    return this.lost;
  }
}

/** A host that was lost as a process, with all that its keeper knows of why. */
class ProcessLost extends HostLost {
  constructor(readonly loss: HostLoss) {
    super(loss.verdict, loss.message, loss.stackLines);
  }
}

/** Why a host was lost, as plain data: an error's own fields would not pass between threads. */
export function lossOf(error: HostLost): HostLoss {
  if (error instanceof ProcessLost) return error.loss;
  const { verdict, message, stackLines } = error;
  return { verdict, message, stackLines };
}

/** When an entry was, which its bytes begin with. */
function timeOf(raw: Uint8Array): Micros {
  return new DataView(raw.buffer, raw.byteOffset).getFloat64(0, true);
}

class ChannelClosed extends Error {}

const PROTOCOL_BROKEN: HostLoss = {
  verdict: "crashed",
  message: "the peer process broke the protocol",
  stackLines: [],
};

const UNEXPLAINED: HostLoss = {
  verdict: "internal-error",
  message: "the peer host closed its channel, and nobody knows why",
  stackLines: [],
};
