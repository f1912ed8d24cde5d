export const HEARTBEAT_MS = 100;
export const ELECTION_TIMEOUT_MIN_MS = 400;
export const ELECTION_TIMEOUT_MAX_MS = 800;
/** How long a candidate waits for a vote before it asks again. */
export const VOTE_RETRY_MS = 150;

/** Fires once, a random election timeout after it was last restarted. */
export class ElectionTimer {
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly onTimeout: () => void) {}

  restart(): void {
    this.stop();
    const spreadMs = ELECTION_TIMEOUT_MAX_MS - ELECTION_TIMEOUT_MIN_MS;
    const delayMs = ELECTION_TIMEOUT_MIN_MS + Math.random() * spreadMs;
    this.timer = setTimeout(this.onTimeout, delayMs);
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}

/** Fires again and again while it is on. */
export class Ticker {
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly periodMs: number,
    private readonly onTick: () => void,
  ) {}

  start(): void {
    this.stop();
    this.timer = setInterval(this.onTick, this.periodMs);
  }

  stop(): void {
    clearInterval(this.timer);
  }
}
