import { parentPort, workerData } from "node:worker_threads";
import { HostTable } from "./host-table.ts";
import { type HostHandle, HostKeeper } from "./keeper.ts";
import type { KeeperCommand, KeeperThreadData } from "./standalone.ts";

/** A keeper in a thread of its own, for callers that block in the thread that started it. See `standalone.ts`. */
const { table, mailbox, limits, program, confinement } = workerData as KeeperThreadData;
const keeper = new HostKeeper(new HostTable(table), { limits, program, confinement });
const answer = new Int32Array(mailbox);

parentPort?.on("message", async (command: KeeperCommand) => {
  switch (command.kind) {
    case "start":
      reply(startOne());
      break;
    case "end":
      await keeper.end(command.handle);
      break;
    case "close":
      await keeper.endAll();
      parentPort?.close();
      break;
  }
});

function startOne(): HostHandle {
  try {
    return keeper.start(1)[0] as HostHandle;
  } catch {
    return { slot: -1, pid: 0, toHost: -1, fromHost: -1 };
  }
}

/** The caller sleeps on the first word until it is 1. */
function reply({ slot, pid, toHost, fromHost }: HostHandle): void {
  answer.set([slot, pid, toHost, fromHost], 1);
  Atomics.store(answer, 0, 1);
  Atomics.notify(answer, 0);
}
