import { describe, expect, test } from "vitest";
import { isAtRest, type KeptHost } from "../../grader/sandbox/kept-host.ts";
import { UNKNOWN_USAGE } from "../../grader/sandbox/usage.ts";

/** What the rule looks at of a host that was measured, or never was. */
function hostOf(cpuMs: number | null): KeptHost {
  return { latest: { ...UNKNOWN_USAGE, cpuMs }, looksAtRest: 0, turns: 0 } as KeptHost;
}

/** How many of so many looks measure it, when it is asked nothing meanwhile. */
function measuredOf(looks: number, host: KeptHost, turns: number): number {
  let measured = 0;
  for (let i = 0; i < looks; i++) if (!isAtRest(host, turns)) measured++;
  return measured;
}

describe("a host that is asked nothing", () => {
  test("is measured once in eight looks", () => expect(measuredOf(80, hostOf(40), 0)).toBe(10));

  test("is measured at each look while nothing is known of it, as it is being started", () =>
    expect(measuredOf(10, hostOf(null), 0)).toBe(10));
});

describe("a host that is asked something", () => {
  test("is measured at each look of a window", () => expect(measuredOf(10, hostOf(40), 7)).toBe(10));

  test("is measured once after windows that came and went between two looks", () => {
    const host = hostOf(40);
    measuredOf(3, host, 0);
    expect(measuredOf(3, host, 50)).toBe(1);
  });
});
