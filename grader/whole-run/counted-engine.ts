import { countResult } from "../host/wire/entries.ts";
import { Intake } from "../host/wire.ts";
import type { PeerHost, Window, WindowResult } from "../sim/peer-host.ts";

/** An engine as a kernel in the same process sees it, kept to the limits that it would meet behind the wire. */
export class CountedEngine implements PeerHost {
  private intake = new Intake();

  constructor(private readonly engine: PeerHost) {}

  reset(): void {
    this.intake = new Intake();
    this.engine.reset();
  }

  /** Throws WireError where the wire would refuse the answer, or change it. */
  exchange(window: Window): WindowResult {
    const result = this.engine.exchange(window);
    countResult(result, this.intake);
    return result;
  }
}
