/**
 * What a sandbox is tried with: a program that does what a submission must not be able to do, and tells what it saw.
 * It says "ready" on standard output, waits for one line of JSON (`Targets`), and answers with one (`Seen`).
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readSync, writeFileSync, writeSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Attempt, Targets } from "./self-test.ts";

const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;
const CONNECT_TIMEOUT_MS = 2_000;

// A host has a thread beside, which counts against its limits too.
const worker = new Worker("setInterval(() => {}, 1000)", { eval: true });
worker.on("error", () => {});
worker.once("online", () => writeSync(STDOUT, "ready\n"));
const line = await readLine();
if (line !== "") writeSync(STDOUT, `${JSON.stringify(await tryAll(JSON.parse(line) as Targets))}\n`);
process.exit(0);

async function tryAll(targets: Targets): Promise<Record<Attempt, string>> {
  return {
    socket: await tryConnect(targets.port),
    spawn: await trySpawn(targets.processes),
    write: [targets.folder, "/", "/tmp", "/code", "/dev/shm", "/var/tmp"]
      .map((folder) =>
        attempt(() => {
          writeFileSync(join(folder, targets.fileToWrite), "written from inside a sandbox");
          return `wrote into ${folder}`;
        }),
      )
      .reduce(worst),
    read: ["/etc/passwd", "/old/etc/passwd", targets.fileToRead]
      .map((path) => attempt(() => `read ${readFileSync(path).length} bytes of ${path}`))
      .reduce(worst),
    environment: attempt(() => {
      // Set by the grader, and by the shell or tool in between; none tells of the machine.
      const names = Object.keys(process.env).filter((name) => !["TZ", "LC_ALL", "PWD", "SHLVL", "_"].includes(name));
      if (names.length === 0) throw new Error("empty");
      return `saw ${names.join(", ")}`;
    }),
    signal: attempt(() => {
      process.kill(targets.graderPid, "SIGURG");
      return `sent a signal to process ${targets.graderPid}`;
    }),
  };
}

/** What failed as it should is told as `blocked: <reason>`. */
function attempt(action: () => string): string {
  try {
    return action();
  } catch (error) {
    return blocked(error);
  }
}

function blocked(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return `blocked: ${code ?? message}`;
}

/** Starts processes until it is stopped, or there are so many. One that ended counts until this thread turns to it. */
async function trySpawn(count: number): Promise<string> {
  let started = 0;
  const refused = (error: unknown) => `${started === 0 ? "" : `started ${started}, then `}${blocked(error)}`;
  for (; started < count; started++) {
    try {
      // What it prints must not stand among the answers.
      const child = spawn(process.execPath, ["--version"], { stdio: [STDIN, STDERR, STDERR] });
      if (child.pid === undefined) return refused((await once(child, "error"))[0]);
    } catch (error) {
      return refused(error);
    }
  }
  return `started ${started} processes at a time`;
}

function worst(a: string, b: string): string {
  return a.startsWith("blocked") ? b : a;
}

function tryConnect(port: number): Promise<string> {
  return new Promise((resolve) => {
    try {
      const socket = connect({ host: "127.0.0.1", port, timeout: CONNECT_TIMEOUT_MS });
      socket.once("connect", () => resolve("connected to the grader's machine"));
      socket.once("timeout", () => resolve("blocked: no answer"));
      socket.once("error", (error: NodeJS.ErrnoException) => resolve(`blocked: ${error.code}`));
    } catch (error) {
      resolve(`blocked: ${(error as NodeJS.ErrnoException).code}`);
    }
  });
}

/** Waits until the worker is there: its thread must not be stopped from starting. */
async function readLine(): Promise<string> {
  await new Promise((resolve) => worker.once("online", resolve));
  const bytes = Buffer.alloc(4096);
  let length = 0;
  for (let read = 1; read > 0 && bytes[length - 1] !== 10; length += read) {
    read = readSync(STDIN, bytes, length, bytes.length - length, null);
  }
  return bytes.toString("utf8", 0, length).trim();
}
