import { describe, expect, test } from "vitest";
import { type HostExit, lossFromExit } from "../../grader/sandbox/exit-reason.ts";
import { DEFAULT_LIMITS } from "../../grader/sandbox/limits.ts";

const MB = 1024 * 1024;
const EXIT: HostExit = {
  code: 0,
  signal: null,
  stderr: "",
  isConfined: true,
  seen: { cpuMs: 100, residentBytes: 60 * MB },
  limits: DEFAULT_LIMITS,
  hadMemoryKill: false,
};
const LARGE = { cpuMs: 100, residentBytes: 400 * MB };
const LONG = { cpuMs: 599_000, residentBytes: 60 * MB };

describe("how a confined host ended", () => {
  test.each([
    ["an exit code", { code: 7 }, "crashed"],
    ["a segmentation fault", { code: 139 }, "crashed"],
    ["one after much memory was taken", { code: 139, seen: LARGE }, "out-of-memory"],
    ["an abort after much memory was taken", { code: 134, seen: LARGE }, "out-of-memory"],
    ["an exit code of its own after much memory was taken", { code: 1, seen: LARGE }, "crashed"],
    ["V8 says so", { code: 134, stderr: "FATAL ERROR: x - JavaScript heap out of memory" }, "out-of-memory"],
    ["C++ says so", { code: 134, stderr: "what():  std::bad_alloc" }, "out-of-memory"],
    ["SIGXCPU, after that much time", { code: 152, seen: LONG }, "hung"],
    ["the exit code of SIGXCPU, after no time", { code: 152 }, "crashed"],
    ["SIGKILL, after that much time", { code: 137, seen: LONG }, "hung"],
    [
      "SIGKILL, when the system killed something for want of memory",
      { code: 137, hadMemoryKill: true },
      "internal-error",
    ],
    ["the exit code of SIGKILL, when it did not", { code: 137 }, "crashed"],
    ["the exit code of SIGKILL, when nobody counts", { code: 137, hadMemoryKill: null }, "crashed"],
    ["a forbidden architecture", { code: 159 }, "crashed"],
    ["the tool around it was killed", { code: null, signal: "SIGKILL" as const }, "internal-error"],
  ])("%s: %o: %s", (_title, exit, verdict) => {
    expect(lossFromExit({ ...EXIT, ...exit }).verdict).toBe(verdict);
  });
});

test("only where nobody counts kills for want of memory, one that looks like it is played again before it counts", () => {
  expect(lossFromExit({ ...EXIT, code: 137, hadMemoryKill: null }).isDoubtful).toBe(true);
  for (const exit of [{ code: 137 }, { code: 7, hadMemoryKill: null }, { code: 152, hadMemoryKill: null }]) {
    expect(lossFromExit({ ...EXIT, ...exit }).isDoubtful).toBeUndefined();
  }
});

test("without a sandbox an exit code is nothing but that", () => {
  const loss = lossFromExit({ ...EXIT, isConfined: false, code: 137, hadMemoryKill: true, seen: LONG });
  expect(loss).toMatchObject({ verdict: "crashed", message: "the peer host ended by itself (exit code 137)" });
});

describe("how a plain host ended, which can signal itself", () => {
  const PLAIN_EXIT: HostExit = { ...EXIT, code: null, isConfined: false };

  test.each(["SIGKILL", "SIGTERM", "SIGINT", "SIGHUP"] as const)(
    "%s: the submission's doing when it comes twice",
    (signal) => {
      for (const hadMemoryKill of [false, null]) {
        const loss = lossFromExit({ ...PLAIN_EXIT, signal, hadMemoryKill });
        expect(loss).toMatchObject({ verdict: "crashed", isDoubtful: true });
        expect(loss.message).toContain(signal);
      }
    },
  );

  test("SIGKILL, when the system killed something for want of memory: the machine's", () => {
    const loss = lossFromExit({ ...PLAIN_EXIT, signal: "SIGKILL", hadMemoryKill: true });
    expect(loss.verdict).toBe("internal-error");
  });
});
