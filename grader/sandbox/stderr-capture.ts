import type { Readable } from "node:stream";

/** Keeps the last part of what a host writes to standard error, and counts all of it. */
export class StderrCapture {
  /** The last of what came, and how long it is. */
  private kept: string[] = [];
  private keptBytes = 0;
  private bytes = 0;
  private readonly closed: Promise<void>;

  constructor(stream: Readable | null, maxBytes: number, onOverflow: () => void) {
    this.closed = new Promise((resolve) => {
      if (stream === null) return resolve();
      stream.setEncoding("latin1");
      stream.on("data", (chunk: string) => {
        this.bytes += chunk.length;
        this.keep(chunk);
        if (this.bytes > maxBytes) onOverflow();
      });
      stream.once("close", resolve);
      stream.once("error", () => resolve());
    });
  }

  text(): string {
    return Buffer.from(this.kept.join("").slice(-KEPT_BYTES), "latin1").toString("utf8");
  }

  /** Cut now and then only: a host may write a byte at a time. */
  private keep(chunk: string): void {
    this.kept.push(chunk);
    this.keptBytes += chunk.length;
    if (this.keptBytes < 2 * KEPT_BYTES) return;
    this.kept = [this.kept.join("").slice(-KEPT_BYTES)];
    this.keptBytes = KEPT_BYTES;
  }

  /** Waits until the stream is read to its end, at most so long. */
  async drained(graceMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, graceMs);
    });
    await Promise.race([this.closed, late]);
    clearTimeout(timer);
  }

  /**
   * What the host's own watchdog printed when the host was stuck: one line `{"stuck":["at …", …],"peer":2}`, the last one if
   * there are several. It comes from the untrusted side: a help for the reader, never evidence.
   */
  stuck(): { readonly stackLines: readonly string[]; readonly peer?: number } {
    for (const line of this.text().split("\n").reverse()) {
      if (!line.startsWith('{"stuck":')) continue;
      try {
        const { stuck, peer } = JSON.parse(line) as { stuck: unknown; peer: unknown };
        if (!Array.isArray(stuck)) continue;
        const stackLines = stuck.filter((frame) => typeof frame === "string").slice(0, 30);
        const isPeer = typeof peer === "number" && Number.isInteger(peer) && peer >= 0 && peer < PEERS_MAX;
        return { stackLines, ...(isPeer && { peer }) };
      } catch {
        // Cut off in the middle: an earlier line may be whole.
      }
    }
    return { stackLines: [] };
  }
}

/** No cluster has more. */
const PEERS_MAX = 64;

const KEPT_BYTES = 64 * 1024;
