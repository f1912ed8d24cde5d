/** A condition variable: who waits is woken by the next broadcast, and looks again whether what it waits for is there. */
export class Condition {
  private wake = () => {};
  private woken = this.next();

  wait(): Promise<void> {
    return this.woken;
  }

  broadcast(): void {
    const { wake } = this;
    this.woken = this.next();
    wake();
  }

  private next(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Waits for whichever comes first. */
export function within<T>(ms: number, promise: Promise<T>): Promise<T | "late"> {
  return Promise.race([promise, sleep(ms).then(() => "late" as const)]);
}
