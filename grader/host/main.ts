/**
 * The peer host as a process: frames come in at file descriptor 3, answers go out at 4, and both block. It ends when its
 * parent closes the pipe. It is not trusted, since the submission runs in it: whoever starts it limits and watches it.
 */
import { dirname, join } from "node:path";
import type { Worker } from "node:worker_threads";
import { HostLost, type WindowResult } from "../sim/peer-host.ts";
import { UnreadableSubmission } from "./engine/program.ts";
import { canAskForRejections } from "./engine/rejections.ts";
import { Engine } from "./engine.ts";
import { readOwnLimits } from "./own-limits.ts";
import { loadRealmTexts, type RealmTexts } from "./realm-texts.ts";
import {
  decodeToHost,
  encodeLost,
  encodeReady,
  encodeResult,
  FrameStream,
  type FrameToHost,
  type Load,
  type Watchdog,
} from "./wire.ts";

const READ_FD = 3;
const WRITE_FD = 4;
const FRAME_BYTES_MAX = 256 * 1024 * 1024;

/** Remembered at once: a process whose parent is gone gets another. */
const parent = process.ppid;
/** Where the script lies. This code itself has no path: call sites that a peer is given would tell it (scripts/bundles.mjs). */
const here = dirname(process.argv[1] as string);
const stream = new FrameStream(READ_FD, WRITE_FD, FRAME_BYTES_MAX);
/** Where the keeper cannot see what this process uses. */
const limits = readOwnLimits(process.argv[2]);
/**
 * The first is odd while a window is run, one more at each begin and end; the second is the peer that is at work then; the
 * third counts the runs. The watchdog looks at them.
 */
const progress = new Int32Array(new SharedArrayBuffer(12));
let watchdog: Worker | null = null;

serve().then(() => process.exit(0));

async function serve(): Promise<void> {
  const texts = loadRealmTexts(join(here, "realm"));
  let engine: Engine | null = null;
  for (let body = stream.read(); body !== null; body = stream.read()) {
    const frame = decodeToHost(body);
    switch (frame.kind) {
      case "load":
        engine = load(frame, texts);
        stream.write(encodeReady());
        startWatchdog(frame.watchdog);
        break;
      case "reset":
        Atomics.add(progress, 2, 1);
        engine?.reset(frame.renewsRealms);
        break;
      case "window":
        if (engine === null) throw new Error("a window came before any submission");
        stream.write(encodeResult(runWindow(engine, frame)));
        // Rejections are reported when Node gets a turn; they then come with the peer's next entry.
        if (!canAskForRejections) await new Promise((resolve) => setImmediate(resolve));
        break;
    }
  }
}

function load(submission: Load, texts: RealmTexts): Engine {
  try {
    return new Engine({ ...submission, ...texts, onLost: endAs, ownsProcess: true, atWork: progress.subarray(1) });
  } catch (error) {
    // Whoever built it had the engine read it; it took less stack there than here.
    const [verdict, reason] =
      error instanceof UnreadableSubmission
        ? (["crashed", error.message] as const)
        : (["internal-error", error] as const);
    return endAs(new HostLost(verdict, `the bundle cannot be loaded: ${reason}`));
  }
}

function runWindow(engine: Engine, { window }: FrameToHost & { kind: "window" }): WindowResult {
  Atomics.add(progress, 0, 1);
  try {
    return engine.exchange(window);
  } catch (error) {
    if (error instanceof HostLost) return endAs(error);
    return endAs(
      new HostLost("internal-error", `the peer host failed: ${error instanceof Error ? error.stack : error}`),
    );
  } finally {
    Atomics.add(progress, 0, 1);
  }
}

function endAs(lost: HostLost): never {
  stream.write(encodeLost(lost.verdict, lost.message));
  process.exit(0);
}

/** Begins before the first window, where a constructor can hang, and while nobody waits for it. Without it a hang is found all the same, only not its place. */
function startWatchdog(kind: Watchdog): void {
  if (watchdog !== null || kind === "none") return;
  // Only here: loading it is a fifth of what a host takes to start, and those of audits have no watchdog.
  const { Worker } = process.getBuiltinModule("node:worker_threads");
  watchdog = new Worker(join(here, `${kind}.js`), { workerData: { progress: progress.buffer, parent, limits } });
  watchdog.on("error", () => {});
  watchdog.unref();
}
