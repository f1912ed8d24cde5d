import { EFFECT_KINDS, INPUT_KINDS, sizeOf } from "../sim/effects.ts";
import { type Entry, HostLost, type Input, type Micros, type PeerHost } from "../sim/peer-host.ts";
import { firstDifference, type SoloDifference } from "./difference.ts";

/** What the audit of one peer over one run came to. */
export type SoloFinding =
  | { readonly kind: "same"; readonly peer: number }
  | { readonly kind: "different"; readonly peer: number; readonly difference: SoloDifference }
  /** Its host was lost: the audit says nothing. */
  | { readonly kind: "lost"; readonly peer: number; readonly loss: HostLost };

/**
 * So much is gathered before the peer is run on: few exchanges, as windows can be as wide as one likes where all inputs
 * are known, and little memory, however long a run is and however much its peers send.
 */
const GATHERED_ENTRIES = 2_000;
const GATHERED_BYTES = 3 * 1024 * 1024;

/** How a peer is run alone. */
export interface AuditManner {
  /** Windows as in the run, instead of wide ones: slower, and each takes no longer than it did there. */
  readonly isStepwise?: boolean;
  /**
   * Its lives may have realms of earlier ones (`PeerHost.reset`), which is most of what an audit costs. That it did the same is then as
   * good, since the run's own peers had each a realm of its own; a difference is to be looked at without.
   */
  readonly renewsRealms?: boolean;
}

/** One peer, run once more and alone, on what it was given in a run; and the comparison of what it does with what it did. */
export class SoloPeer {
  private readonly inputs: Input[] = [];
  private readonly expected: Entry[] = [];
  private bytes = 0;
  private isInWindow = false;
  /** A peer that crashes at the very moment of its boot is dropped before it was ever booted: nothing is run until then. */
  private isBooted = false;
  /** The run has played all that falls before. */
  private horizonUs: Micros = 0;
  private soloUs: Micros = 0;
  private finding: SoloFinding | null = null;
  private host: PeerHost | null = null;

  /**
   * @param open gives a host that runs no other peer of this run, and never did; asked for it once
   */
  constructor(
    readonly peer: number,
    private readonly open: () => PeerHost,
    private readonly manner: AuditManner = {},
  ) {}

  /** Whether the host can be used for further audits. */
  get isHostUsable(): boolean {
    return this.host !== null && this.finding?.kind !== "lost";
  }

  /** The run begins. */
  reset(): void {
    this.attempt(() => {
      this.host = this.open();
      this.host.reset(this.manner.renewsRealms);
    });
  }

  /**
   * Takes note of an exchange of the run, out of which it picks its own: what went in, what came out, and the end of the
   * window; null when more of the window is to come.
   */
  note(inputs: readonly Input[], entries: readonly Entry[], untilUs: Micros | null): void {
    if (this.finding !== null) return;
    if (!this.isInWindow && this.isLate(inputs)) this.runOn();
    for (const input of inputs) {
      if (input.peer !== this.peer) continue;
      this.inputs.push(input);
      this.isBooted ||= input.kind === "boot";
      this.bytes += OVERHEAD_BYTES + sizeOf(input, INPUT_KINDS);
    }
    for (const entry of entries) {
      if (entry.peer !== this.peer) continue;
      this.expected.push(entry);
      this.bytes += entryBytes(entry);
    }
    this.isInWindow = untilUs === null;
    if (untilUs === null) return;
    this.horizonUs = Math.max(this.horizonUs, untilUs);
    const isMuch = this.expected.length >= GATHERED_ENTRIES || this.bytes >= GATHERED_BYTES;
    if (this.manner.isStepwise || isMuch) this.runOn();
  }

  /** The run is over. */
  finish(): SoloFinding {
    this.runOn();
    return this.finding ?? { kind: "same", peer: this.peer };
  }

  /** At one moment inputs come before timers, but not before those of a window that was over already. */
  private isLate(inputs: readonly Input[]): boolean {
    const last = this.expected.at(-1);
    if (inputs.length === 0 || last?.cause !== "timer") return false;
    const first = inputs.find(({ peer }) => peer === this.peer);
    return first !== undefined && last.timeUs >= first.timeUs;
  }

  private runOn(): void {
    const { inputs, expected, horizonUs } = this;
    if (
      this.finding !== null ||
      !this.isBooted ||
      (inputs.length === 0 && expected.length === 0 && horizonUs === this.soloUs)
    )
      return;
    const window = { untilUs: horizonUs, spanUs: Number.POSITIVE_INFINITY, maxEntries: 0, inputs };
    this.attempt(() => {
      const raws = expected.flatMap(({ raw }) => raw ?? []);
      const isComparable = this.host?.repeat !== undefined && raws.length === expected.length;
      const result = isComparable ? this.host?.repeat?.(window, raws) : this.host?.exchange(window);
      // Nearly always what was done is the same to the byte, and need not be looked at.
      if (result === null) return;
      const difference = firstDifference(expected, result?.entries ?? []);
      if (difference !== null) this.finding = { kind: "different", peer: this.peer, difference };
    });
    this.soloUs = horizonUs;
    inputs.length = 0;
    expected.length = 0;
    this.bytes = 0;
  }

  /** What happens to the host of an audit must not touch the run. */
  private attempt(action: () => void): void {
    try {
      action();
    } catch (error) {
      if (!(error instanceof HostLost)) throw error;
      this.finding = { kind: "lost", peer: this.peer, loss: error };
    }
  }
}

/** Every input, entry and effect counts for more than its data: small data may keep a piece of memory that others have left. */
const OVERHEAD_BYTES = 1024;

function entryBytes({ effects }: Entry): number {
  let bytes = OVERHEAD_BYTES;
  for (const effect of effects) bytes += OVERHEAD_BYTES + sizeOf(effect, EFFECT_KINDS);
  return bytes;
}
