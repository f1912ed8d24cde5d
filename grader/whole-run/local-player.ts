import { scenarioOf } from "../../labs/index.ts";
import { AuditedHost } from "../audit/audited-host.ts";
import { SoloPeer } from "../audit/solo-peer.ts";
import { playScenario } from "../harness/run-scenario.ts";
import { canAskForRejections } from "../host/engine/rejections.ts";
import { Engine, type EngineOptions } from "../host/engine.ts";
import { NOT_PASSED, type WholeRunAnswer, type WholeRunOrder } from "../host/wire/whole-run.ts";
import type { PeerHost, Window, WindowResult } from "../sim/peer-host.ts";
import { CountedEngine } from "./counted-engine.ts";

/**
 * Plays runs of one submission whole in this process: kernel, checkers, peers and audits together. The submission can change
 * anything here, so whoever asks believes one answer only, that a run passed, and only where nobody is deceived by it but
 * the submission's author.
 */
export class LocalPlayer {
  private readonly engine: Engine;
  private readonly host: CountedEngine;
  /** An engine for audits of each peer, by its number; none of them plays a run. */
  private readonly auditors: PeerHost[] = [];

  /**
   * Peers have the realms of those that had their number in earlier lives and runs, where these left nothing in it: most of a run's time
   * would go into making realms, and warming up in each. `onWindow` is told when an engine begins a window, of audits too, and when it has
   * ended it. Throws UnreadableSubmission.
   */
  constructor(
    options: EngineOptions,
    private readonly onWindow: () => void = () => {},
  ) {
    this.engine = new Engine({ ...options, renewsRealms: true });
    this.host = new CountedEngine(new ToldEngine(this.engine, onWindow));
  }

  /** Whatever goes wrong is no pass, and neither is what takes long: it is played with the boundary then, to its end. */
  play({ scenarioId, seed, audit }: WholeRunOrder): WholeRunAnswer {
    // Rejections that come between two runs would be nobody's.
    if (!canAskForRejections) return NOT_PASSED;
    try {
      const solos = audit.map((peer) => new SoloPeer(peer, () => this.auditor(peer)));
      const host = solos.length === 0 ? this.host : new AuditedHost(this.host, solos);
      const { verdict, virtualMs, rpcs, bytes, traceHash } = playScenario(scenarioOf(scenarioId), seed, host, {
        isImpatient: true,
      });
      const isSame = verdict === "passed" && solos.every((solo) => solo.finish().kind === "same");
      return isSame ? { kind: "passed", virtualUs: Math.round(virtualMs * 1000), rpcs, bytes, traceHash } : NOT_PASSED;
    } catch {
      return NOT_PASSED;
    }
  }

  private auditor(peer: number): PeerHost {
    const auditor = this.auditors[peer] ?? new ToldEngine(this.engine.another(), this.onWindow);
    this.auditors[peer] = auditor;
    return auditor;
  }
}

/** An engine of which somebody is told when a window begins, and when it has ended. */
class ToldEngine implements PeerHost {
  constructor(
    private readonly engine: Engine,
    private readonly onWindow: () => void,
  ) {}

  reset(): void {
    this.engine.reset();
  }

  exchange(window: Window): WindowResult {
    this.onWindow();
    try {
      return this.engine.exchange(window);
    } finally {
      this.onWindow();
    }
  }
}
