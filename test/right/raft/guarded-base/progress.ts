import { ENTRIES_PATIENCE_MS, SNAPSHOT_PATIENCE_MS } from "./timing.ts";

/** The most requests with entries that are on their way to one follower. */
const MAX_IN_FLIGHT = 3;

interface Sent {
  readonly lastIndex: number;
  readonly atMs: number;
}

/**
 * What a leader knows of a follower, and in which of three ways it sends to it. `probe`: one empty request at a time, to
 * find out where the logs part. `stream`: entries, some requests ahead of the answers. `snapshot`: one is on its way.
 */
export class Progress {
  match = 0;
  mode: "probe" | "stream" | "snapshot" = "probe";
  /** When it answered last. */
  heardMs = Date.now();
  /** A probe is on its way. */
  private isPaused = false;
  private inFlight: Sent[] = [];
  private snapshotEnd = 0;
  private snapshotMs = 0;

  constructor(public next: number) {}

  get hasRoom(): boolean {
    if (this.mode === "probe") return !this.isPaused;
    return this.mode === "stream" && this.inFlight.length < MAX_IN_FLIGHT;
  }

  sentProbe(): void {
    this.isPaused = true;
  }

  sentEntries(lastIndex: number): void {
    this.inFlight.push({ lastIndex, atMs: Date.now() });
    this.next = lastIndex + 1;
  }

  sentSnapshot(index: number): void {
    this.mode = "snapshot";
    this.snapshotEnd = index;
    this.snapshotMs = Date.now();
  }

  /** The logs are equal up to there. Says whether that is news. */
  matched(index: number): boolean {
    const isNews = index > this.match;
    this.match = Math.max(this.match, index);
    this.next = Math.max(this.next, this.match + 1);
    this.inFlight = this.inFlight.filter(({ lastIndex }) => lastIndex > this.match);
    if (this.mode === "probe" || (this.mode === "snapshot" && this.match >= this.snapshotEnd)) this.stream();
    return isNews;
  }

  /** The follower has another entry than the leader at `refused`; `candidate` may be one that both have. */
  refused(refused: number, candidate: number): void {
    if (refused <= this.match || this.mode === "snapshot") return;
    if (this.mode === "stream") {
      this.probeFrom(this.match + 1);
    } else if (refused === this.next - 1) {
      this.probeFrom(Math.max(this.match, Math.min(candidate, refused - 1)) + 1);
    }
  }

  /** A request with entries up to there was lost, or its answer. */
  lostEntries(lastIndex: number): void {
    if (this.mode === "stream" && this.inFlight.some((sent) => sent.lastIndex === lastIndex))
      this.probeFrom(this.match + 1);
  }

  lostSnapshot(index: number): void {
    if (this.mode === "snapshot" && index === this.snapshotEnd) this.probeFrom(this.match + 1);
  }

  /** It answered a heartbeat: it is there, so that what it has not answered for long is lost. */
  heard(): void {
    this.isPaused = false;
    const now = Date.now();
    const oldest = this.inFlight[0];
    const isLate = oldest !== undefined && now - oldest.atMs > ENTRIES_PATIENCE_MS;
    if (this.mode === "stream" && isLate) this.probeFrom(this.match + 1);
    if (this.mode === "snapshot" && now - this.snapshotMs > SNAPSHOT_PATIENCE_MS) this.probeFrom(this.match + 1);
  }

  private stream(): void {
    this.mode = "stream";
    this.inFlight = [];
    this.next = this.match + 1;
  }

  private probeFrom(next: number): void {
    this.mode = "probe";
    this.isPaused = false;
    this.inFlight = [];
    this.next = next;
  }
}
