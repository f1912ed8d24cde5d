/** The most requests with entries that may be on their way to one follower. */
const MAX_IN_FLIGHT = 4;
/** How long a snapshot may be on its way to a follower that answers other requests. */
const SNAPSHOT_PATIENCE_MS = 1500;

/** One request, as its sender remembers it when the answer arrives. */
export interface Request {
  readonly number: number;
  /** What `epoch` was when it was sent. */
  readonly epoch: number;
  readonly firstIndex: number;
  readonly lastIndex: number;
}

/** What a leader knows of one follower, and what is on its way there. Made anew in each term that is led. */
export class Progress {
  /** Up to here the follower's log is known to equal the leader's. */
  matchIndex = 0;
  private requestsSent = 0;
  /** Goes up whenever `nextIndex` goes back: answers to what was sent before say nothing about the new guess. */
  private epoch = 0;
  private inFlight = new Map<number, Request>();
  /** One request at a time, until the follower has answered one. */
  private isProbing = false;
  /** Last index of the snapshot that is on its way; 0 when there is none. */
  private snapshotIndex = 0;
  private snapshotUntilMs = 0;

  /** @param nextIndex the next entry to send: a guess, raised as soon as the entries before it are sent. */
  constructor(public nextIndex: number) {}

  get hasRoom(): boolean {
    if (this.snapshotIndex > 0) return false;
    return this.inFlight.size < (this.isProbing ? 1 : MAX_IN_FLIGHT);
  }

  /** Entries `firstIndex` to `lastIndex` are sent: none when the last is the one before the first. */
  sent(firstIndex: number, lastIndex: number): Request {
    const request = { number: ++this.requestsSent, epoch: this.epoch, firstIndex, lastIndex };
    if (lastIndex >= firstIndex) {
      this.inFlight.set(request.number, request);
      this.nextIndex = lastIndex + 1;
    }
    return request;
  }

  /** A snapshot up to `index` is sent; what follows it waits. */
  sentSnapshot(index: number): void {
    this.snapshotIndex = index;
    this.snapshotUntilMs = Date.now() + SNAPSHOT_PATIENCE_MS;
    this.nextIndex = index + 1;
  }

  /** The follower's log equals the leader's up to `index`. Says whether that is news. */
  acknowledged(index: number): boolean {
    this.isProbing = false;
    for (const [number, { lastIndex }] of this.inFlight) {
      if (lastIndex <= index) this.inFlight.delete(number);
    }
    if (index >= this.snapshotIndex) this.snapshotIndex = 0;
    if (index <= this.matchIndex) return false;
    this.matchIndex = index;
    this.nextIndex = Math.max(this.nextIndex, index + 1);
    return true;
  }

  /** The consistency check of that request failed, and the follower's hint leads to `next`. */
  rejected(request: Request, next: number): void {
    if (request.epoch !== this.epoch) return;
    if (request.firstIndex - 1 <= this.matchIndex) return;
    if (this.snapshotIndex > 0 && Date.now() < this.snapshotUntilMs) return;
    this.goBackTo(next);
  }

  /** That request, or its answer, was lost. */
  lost(request: Request): void {
    if (!this.inFlight.has(request.number)) return;
    this.isProbing = true;
    this.goBackTo(Math.min(this.nextIndex, request.firstIndex));
  }

  snapshotLost(index: number): void {
    if (index !== this.snapshotIndex) return;
    this.goBackTo(index);
  }

  private goBackTo(index: number): void {
    this.epoch++;
    this.inFlight.clear();
    this.snapshotIndex = 0;
    this.nextIndex = Math.max(index, this.matchIndex + 1);
  }
}
