/**
 * Plays whole runs of one submission, as a process: orders come in at file descriptor 3, where answers go out, and both block.
 * It is not trusted, since the submission runs in it: whoever starts it limits and watches it, and believes only that a run
 * passed. It ends when its parent closes the channel.
 */
import { dirname, join } from "node:path";
import { Worker } from "node:worker_threads";
import type { EngineOptions } from "../host/engine.ts";
import { readOwnLimits } from "../host/own-limits.ts";
import { loadRealmTexts } from "../host/realm-texts.ts";
import { decodeWholeRunOrder, encodeWholeRunAnswer, NOT_PASSED, type WholeRunAnswer } from "../host/wire/whole-run.ts";
import { decodeToHost, FrameStream } from "../host/wire.ts";
import { LocalPlayer } from "./local-player.ts";

const CHANNEL_FD = 3;
const FRAME_BYTES_MAX = 256 * 1024 * 1024;

/** Remembered at once: a process whose parent is gone gets another. */
const parent = process.ppid;
/** Where the script lies. This code itself has no path: call sites that a peer is given would tell it (scripts/bundles.mjs). */
const here = dirname(process.argv[1] as string);
const stream = new FrameStream(CHANNEL_FD, CHANNEL_FD, FRAME_BYTES_MAX);
/** As in a peer host, but for a thread in this process: the keeper takes a run that is played whole for one window. */
const progress = new Int32Array(new SharedArrayBuffer(12));
let orderNumber = 0;

// A submission that hangs never sees that nobody waits any more.
const orphanWatch = new Worker(join(here, "orphan.js"), {
  workerData: { parent, progress: progress.buffer, limits: readOwnLimits(process.argv[2]) },
  trackUnmanagedFds: false,
});
orphanWatch.on("error", () => {});
orphanWatch.unref();

serve();
process.exit(0);

function serve(): void {
  const texts = loadRealmTexts(join(here, "realm"));
  let player: LocalPlayer | null = null;
  for (let body = stream.read(); body !== null; body = stream.read()) {
    const order = decodeWholeRunOrder(body);
    if (order === null) {
      const frame = decodeToHost(body);
      // A submission that does not load, or is beyond a limit, is told of elsewhere.
      if (frame.kind === "load") player = playerOf({ ...frame, ...texts, onLost: end, ownsProcess: true });
      continue;
    }
    orderNumber = order.number;
    Atomics.add(progress, 2, 1);
    answer(player?.play(order) ?? NOT_PASSED);
  }
}

/** It counts when a window begins, and when it ends. */
function playerOf(options: EngineOptions): LocalPlayer {
  return new LocalPlayer(options, () => Atomics.add(progress, 0, 1));
}

function answer(given: WholeRunAnswer): void {
  stream.write(encodeWholeRunAnswer(orderNumber, given));
}

function end(): never {
  answer(NOT_PASSED);
  process.exit(0);
}
