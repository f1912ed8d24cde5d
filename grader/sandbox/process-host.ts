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
/** A pipe takes a page at least before who writes to it has to wait: systems give no more to users who have many. */
const PIPE_BYTES_MIN = 4_096;

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
  /** Windows that were handed in and whose answers are not read yet, each with its end and the length of its frame. */
  private readonly posted: { readonly untilUs: Micros; readonly bytes: number }[] = [];
  private postedBytes = 0;
  /** Answers that were read before anybody asked for them. */
  private readonly answered: WindowResult[] = [];

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
    if (this.lost === null) this.forgetPosted();
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

  /**
   * Hands in a window without waiting for its answer, which `answer` gives. Waits for earlier answers where this one might not go
   * into the pipe otherwise: a host that waits until its own answer is taken reads nothing.
   */
  post(window: Window): void {
    if (this.lost !== null) throw this.lost;
    for (const input of window.inputs) if (input.kind === "boot") this.peers = input.processes.length;
    const frame = encodeWindow(window);
    const bytes = frame.length;
    while (this.posted.length > 0 && this.postedBytes + bytes > PIPE_BYTES_MIN) this.answered.push(this.readPosted());
    if (this.posted.length === 0) this.table.turn(this.handle.slot);
    try {
      this.stream.write(frame);
    } catch (error) {
      throw this.lose(this.reasonFor(error));
    }
    this.posted.push({ untilUs: window.untilUs, bytes });
    this.postedBytes += bytes;
  }

  /** The answer to the window that was posted first of those without one. Throws `HostLost`. */
  answer(): WindowResult {
    return this.answered.shift() ?? this.readPosted();
  }

  /** Waits until it has nothing to do, and forgets what came of that. Throws `HostLost`. */
  forgetPosted(): void {
    if (this.lost !== null) throw this.lost;
    this.answered.length = 0;
    while (this.posted.length > 0) this.readPosted();
  }

  private readPosted(): WindowResult {
    if (this.lost !== null) throw this.lost;
    const { untilUs, bytes } = this.posted.shift() as (typeof this.posted)[number];
    this.postedBytes -= bytes;
    this.fromUs = 0;
    const answer = this.read(untilUs, null);
    // From now on it is at work on the next one.
    if (this.posted.length > 0) this.table.turn(this.handle.slot);
    if (answer?.kind !== "result") throw this.lose(PROTOCOL_BROKEN);
    return answer.result;
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
    try {
      this.stream.write(frame);
    } catch (error) {
      throw this.lose(this.reasonFor(error));
    }
    return this.read(untilUs, raws);
  }

  /** The next frame that comes back, at which a window ends. */
  private read(untilUs: Micros, raws: readonly Uint8Array[] | null): FrameFromHost | null {
    let answer: FrameFromHost | null;
    try {
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
