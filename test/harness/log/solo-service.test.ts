import { expect, test } from "vitest";
import { AppliedLog } from "../../../grader/check/log/applied-log.ts";
import { readSnapshot } from "../../../grader/harness/log/service.ts";
import { soloLogService } from "../../../grader/harness/log/solo-service.ts";
import { decode, encode } from "../../../labs/api/codec.ts";

test("the service of one peer takes the snapshots that the services of a run take, also after it was restored from one", () => {
  const log = new AppliedLog();
  log.booted(0, 1, 0, null);
  const service = soloLogService({ snapshotEvery: 2, snapshotBytes: 10 });
  const taken: (readonly [number, string, string])[] = [];
  let state = service.begin(new Uint8Array(0));
  for (const index of [1, 2, 3, 4]) {
    const command = `command ${index}`;
    log.started(encode(command));
    log.applied(0, 1, "command", index, encode(command), index);
    const after = service.after(state, 0, encode({ kind: "command", index, command }));
    state = after.state;
    if (after.call === null) continue;
    const [upTo, bytes] = decode(after.call.args) as [number, Uint8Array];
    taken.push([upTo, after.call.method, readSnapshot(bytes, 10)?.digest ?? ""]);
    // A peer that boots with it, and one that is handed it, go on where it ends.
    state = index === 2 ? service.begin(bytes) : state;
    const handed = service.after(
      service.begin(new Uint8Array(0)),
      0,
      encode({ kind: "snapshot", index, term: 1, snapshot: bytes }),
    );
    expect(handed).toEqual({ state: service.begin(bytes), call: null });
  }
  expect(taken).toEqual([
    [2, "snapshot", log.digestAt(2)],
    [4, "snapshot", log.digestAt(4)],
  ]);
});

test("it waits longer at later peers where a scenario says so, and takes none of what is no message", () => {
  const service = soloLogService({ snapshotEvery: 1, snapshotStagger: 1 });
  const first = encode({ kind: "noop", index: 1 });
  const start = service.begin(new Uint8Array(0));
  expect([0, 1].map((peer) => service.after(start, peer, first).call === null)).toEqual([false, true]);
  for (const message of [encode("nonsense"), encode({ kind: "noop", index: 2 })])
    expect(service.after(start, 0, message)).toEqual({ state: start, call: null });
});
