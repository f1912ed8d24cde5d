import { join } from "node:path";
import { expect } from "vitest";
import { openSubmission } from "../../../grader/submission/open.ts";
import { UngradableError } from "../../../grader/submission/ungradable.ts";
import { raftForm } from "../../submission/folder.ts";
import { openDescriptors } from "../../submission/meanwhile.ts";
import { filesOf, makeSources, RAFT, reasonOf, take } from "./fixture.ts";

/**
 * Hands a folder in, beside one of somebody else, who loses nothing by it: it is taken, or `reason` is said of it, however the
 * folders are named. `make` makes what is odd about the folder.
 */
export async function expectTaken(make: (folder: string) => void, reason: RegExp | null): Promise<void> {
  const folder = makeSources({ "subs/bob/raft.ts": RAFT, "subs/alice/raft.ts": RAFT });
  make(join(folder, "subs/bob"));
  const before = openDescriptors();
  for (const names of [["subs"], ["subs/alice", "subs/bob"]]) {
    const [alice, bob] = await take(folder, names);
    const opened = await bob?.open();
    if (opened === undefined) throw new Error("bob was not found");
    if (reason === null) expect(filesOf(opened)["raft.ts"]).toBe(RAFT);
    else expect(reasonOf(opened)).toMatch(reason);
    expect(filesOf((await alice?.open()) as never)).toEqual({ "raft.ts": RAFT });
  }
  // Whoever grades the folder itself is told of it too, or it is graded.
  try {
    openSubmission(join(folder, "subs/bob"), raftForm);
  } catch (error) {
    if (!(error instanceof UngradableError)) throw error;
    expect(error.message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  }
  expect(openDescriptors()).toBeLessThanOrEqual(before);
}
