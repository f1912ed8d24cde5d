/** How often a leader is heard: four heartbeats fit into the shortest election timeout, so that some may get lost. */
export const HEARTBEAT_MS = 125;
/** Election timeouts are random, so that split votes are rare and soon resolved (section 5.2). */
export const ELECTION_TIMEOUT_MIN_MS = 500;
export const ELECTION_TIMEOUT_MAX_MS = 1000;

/** Fires when no leader was heard for a random time, and again after each further one, until it is stopped. */
export class ElectionTimer {
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly onTimeout: () => void) {}

  /** Begins a new timeout, of a new random length. */
  restart(): void {
    clearTimeout(this.timer);
    const spread = ELECTION_TIMEOUT_MAX_MS - ELECTION_TIMEOUT_MIN_MS;
    this.timer = setTimeout(
      () => {
        this.restart();
        this.onTimeout();
      },
      ELECTION_TIMEOUT_MIN_MS + Math.random() * spread,
    );
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}

/** Ticks while this peer leads. */
export class HeartbeatTimer {
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly onTick: () => void) {}

  start(): void {
    this.stop();
    this.timer = setInterval(this.onTick, HEARTBEAT_MS);
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }
}
