import { closeSync, existsSync, fstatSync, openSync, read, readdirSync, readFileSync, writeSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { packageRoot } from "../../../grader/sandbox/dist-file.ts";
import { HostTable } from "../../../grader/sandbox/host-table.ts";
import { type HostHandle, HostKeeper } from "../../../grader/sandbox/keeper.ts";
import { DEFAULT_LIMITS, type HostLimits, hostHeapMb } from "../../../grader/sandbox/limits.ts";
import { descendantsOf } from "../../attacks/observe.ts";
import { folderWith, grade, raftWith, until } from "../../cli/run-cli.ts";
import { hasFullSandbox, leftOut, sandbox } from "./available.ts";

const MB = 1024 * 1024;
const script = fileURLToPath(new URL("fixtures/attacker.mjs", import.meta.url));

interface Attacker {
  readonly keeper: HostKeeper;
  readonly table: HostTable;
  readonly host: HostHandle;
  readonly marker: string;
}

const attackers: Attacker[] = [];
let count = 0;

function attack(name: string, limits: Partial<HostLimits> = {}, targets: Record<string, unknown> = {}): Attacker {
  const table = new HostTable();
  const marker = `attack-${process.pid}-${count++}`;
  const nodeFlags = [`--title=${marker}`, "--single-threaded-gc", `--max-old-space-size=${hostHeapMb(DEFAULT_LIMITS)}`];
  const keeper = new HostKeeper(table, {
    limits: { ...DEFAULT_LIMITS, ...limits },
    program: { script, nodeFlags },
    confinement: sandbox.confinement,
  });
  const [host] = keeper.start(1) as [HostHandle];
  const attacker = { keeper, table, host, marker };
  attackers.push(attacker);
  writeSync(host.toHost, JSON.stringify({ name, ...targets }));
  table.turn(host.slot);
  return attacker;
}

/** What an attack that the attacker survives came to. */
async function told(name: string, targets: Record<string, unknown> = {}): Promise<string> {
  const { host } = attack(name, {}, targets);
  const bytes = Buffer.alloc(4096);
  const length = await new Promise<number>((resolve, reject) => {
    read(host.fromHost, bytes, (error, length) => (error ? reject(error) : resolve(length)));
  });
  return bytes.toString("utf8", 0, length).trim();
}

async function lossOf(name: string, limits: Partial<HostLimits> = {}) {
  const { table, host } = attack(name, limits);
  for (let waitedMs = 0; waitedMs < 60_000; waitedMs += 10) {
    const loss = table.loss(host.slot);
    if (loss !== null) return loss;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("the host did not end");
}

/** Processes that have the text among their arguments. */
function processesWith(marker: string): string[] {
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    return readOr(`/proc/${pid}/cmdline`).includes(marker);
  });
}

function isHost(pid: number): boolean {
  return readOr(`/proc/${pid}/cmdline`).includes("/code/host.js");
}

function readOr(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

// Without bubblewrap there is nothing to be tried.
describe.skipIf(!hasFullSandbox)(`attacks on the full sandbox${leftOut}`, () => {
  afterEach(async () => {
    for (const { keeper, marker } of attackers.splice(0)) {
      await keeper.endAll();
      // What ends with the tool around it needs a moment to do so.
      await until(() => processesWith(marker).length === 0, `no process of ${marker} is left`);
    }
  });

  describe("memory: out-of-memory, whatever it is taken with", () => {
    const kinds = [
      "objects on the heap",
      "buffers",
      "small typed arrays",
      "strings",
      "WebAssembly memory",
      "shared memory",
      "a worker with limits of its own",
    ];
    test.each(kinds)("%s", async (name) => {
      // Time is generous, so that a busy machine does not end it first.
      const loss = await lossOf(name, { windowCpuMs: 60_000, residentBytes: 250 * MB });
      expect(loss.verdict).toBe("out-of-memory");
    });

    test.each(["objects on the heap", "small typed arrays"])("%s, when nobody looks but the system", async (name) => {
      const resources = { ...DEFAULT_LIMITS.resources, dataBytes: 250 * MB };
      const loss = await lossOf(name, { windowCpuMs: 60_000, residentBytes: 20_000 * MB, resources });
      expect(loss.verdict).toBe("out-of-memory");
    });
  });

  describe("time: hung", () => {
    test.each([
      ["a loop that handles signals", { windowCpuMs: 500 }],
      ["threads that compute", { windowCpuMs: 500 }],
      ["a sleep without end", { windowWallMs: 500 }],
      ["a loop that handles signals", { windowCpuMs: 60_000, runCpuMs: 500 }],
    ])("%s, %o", async (name, limits) => {
      expect((await lossOf(name, limits)).verdict).toBe("hung");
    });

    test.each(["a loop that handles signals", "threads that compute"])(
      "%s, when nobody looks but the system",
      async (name) => {
        const resources = { ...DEFAULT_LIMITS.resources, cpuSeconds: 1 };
        const loss = await lossOf(name, { windowCpuMs: 60_000, resources });
        expect(loss).toMatchObject({
          verdict: "hung",
          message: expect.stringContaining("budget of CPU time of the run, 1 s"),
        });
      },
    );
  });

  test("output without end: output-limit", async () => {
    expect((await lossOf("standard error, asynchronously")).verdict).toBe("output-limit");
  });

  describe("an end of its own: crashed, whatever the exit code says", () => {
    test.each([
      ["exit 7", "exit code 7"],
      ["exit 137, as if it was killed", "ended by itself"],
      ["exit 152, as if its time was up", "ended by itself"],
      ["an exception", "exit code 1"],
      ["an abort", "SIGABRT"],
    ])("%s", async (name, message) => {
      expect(await lossOf(name)).toMatchObject({ verdict: "crashed", message: expect.stringContaining(message) });
    });
  });

  describe("processes, users and signals", () => {
    test("no process can be started", async () => {
      expect(await told("processes, detached")).toBe("EPERM");
    });

    test("threads are limited in number", async () => {
      const [workers = 100] = (await told("workers")).split(" ").map(Number);
      expect(workers).toBeLessThan(DEFAULT_LIMITS.resources.processes);
    });

    test("no signal can be sent, not even to itself", async () => {
      const answer = await told("signals", { graderPid: process.pid });
      expect(answer).toBe("EPERM EPERM EPERM EPERM EPERM");
      expect(await told("a stop of itself")).toBe("EPERM");
    });

    test("it is not root, and cannot become so", async () => {
      expect(Number(await told("who it is"))).not.toBe(0);
      expect(await told("another user")).toMatch(/^(EPERM|EINVAL) (EPERM|EINVAL)$/);
    });
  });

  describe("files and environment", () => {
    test("nothing can be written anywhere", async () => {
      const folder = folderWith();
      const answers = (await told("files everywhere", { folder })).split(" ");
      expect(answers.filter((code) => code !== "EROFS" && code !== "ENOENT")).toEqual([]);
      expect(answers).toHaveLength(7);
      expect(existsSync(join(folder, "planted"))).toBe(false);
    });

    test("nothing can be read but its own code", async () => {
      const files = [
        join(packageRoot(), "package.json"),
        join(packageRoot(), "dist/worker.js"),
        process.argv[1] as string,
      ];
      expect(await told("the machine's files", { files })).toBe(Array(7).fill("ENOENT").join(" "));
    });

    test("there is nothing else", async () => {
      const folders = (await told("what there is")).split(" ");
      expect(folders).toContain("code");
      for (const folder of ["etc", "home", "root", "proc", "sys", "var", "dev"]) expect(folders).not.toContain(folder);
    });

    test("the environment holds time zone, locale and folder", async () => {
      expect(await told("its environment")).toBe("LC_ALL PWD TZ");
    });

    test("file descriptors are limited in number", async () => {
      expect(await told("file descriptors without end")).toBe("EMFILE");
    });

    test("files that the grader has open are not inherited", async () => {
      const secret = openSync(join(folderWith({ secret: "x" }), "secret"), "r");
      const inodes = (await told("file descriptors that it was left")).split(" ");
      expect(inodes.length).toBeGreaterThan(3);
      expect(inodes).not.toContain(String(fstatSync(secret).ino));
      closeSync(secret);
    });
  });

  test("nothing outlives a grader that is killed", async () => {
    const submission = folderWith({ "raft.ts": raftWith("for (;;);") });
    let before: number[] = [];
    await grade(["lab2a", submission, "--sandbox", "--workers", "1"], {
      onStart: async (child) => {
        // The host, and a tool and a first process around it.
        while (before.filter(isHost).length < 3) {
          await new Promise((resolve) => setTimeout(resolve, 20));
          before = descendantsOf(child.pid as number);
        }
        child.kill("SIGKILL");
      },
    });
    expect(before.length).toBeGreaterThanOrEqual(3);
    for (let waitedMs = 0; waitedMs < 30_000 && before.some(isHost); waitedMs += 20) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(before.filter(isHost)).toEqual([]);
  });

  describe("network", () => {
    test("no socket can be made", async () => {
      const server = createServer().listen(0, "127.0.0.1");
      await new Promise((resolve) => server.once("listening", resolve));
      expect(await told("sockets", { port: (server.address() as AddressInfo).port })).toBe("EPERM EPERM EPERM");
      server.close();
    });

    test("no debugger can be opened", async () => {
      await told("a debugger for others");
      expect(await told("sockets", { port: 1 })).toBe("EPERM EPERM EPERM");
    });
  });
});
