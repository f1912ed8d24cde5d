import type { PeerHost, Window, WindowResult } from "../sim/peer-host.ts";
import type { SoloFinding, SoloPeer } from "./solo-peer.ts";

/**
 * A host some of whose peers are audited while it plays a run: what they are given and what they do is handed on, and
 * neither the kernel nor the host notices. The kernel's cut at a crash needs no care here: the host knows of it only by
 * the `drop` that comes at the end of the window, and what a peer did until then is as much a function of its inputs.
 */
export class AuditedHost implements PeerHost {
  constructor(
    private readonly host: PeerHost,
    private readonly solos: readonly SoloPeer[],
  ) {}

  reset(): void {
    this.host.reset();
    for (const solo of this.solos) solo.reset();
  }

  exchange(window: Window): WindowResult {
    const result = this.host.exchange(window);
    const { entries, endUs, nextWakeUs } = result;
    const inputs = endUs < window.untilUs ? window.inputs.filter(({ timeUs }) => timeUs < endUs) : window.inputs;
    for (const solo of this.solos) solo.note(inputs, entries, nextWakeUs >= endUs ? endUs : null);
    return result;
  }

  /** The run is over: what came of the audits. */
  finish(): readonly SoloFinding[] {
    return this.solos.map((solo) => solo.finish());
  }
}
