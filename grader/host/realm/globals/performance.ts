import { define } from "../define.ts";

/** Installs `performance`: time since the peer booted, by its own clock. */
export function installPerformance(epochMs: number, bootUs: () => number, nowUs: () => number): void {
  const timeOrigin = () => epochMs + bootUs() / 1000;
  class Performance {
    now(): number {
      return (nowUs() - bootUs()) / 1000;
    }

    get timeOrigin(): number {
      return timeOrigin();
    }

    toJSON(): object {
      return { timeOrigin: timeOrigin() };
    }
  }
  define(Performance.prototype, Symbol.toStringTag, "Performance");
  define(globalThis, "performance", new Performance());
}
