import { expect, test } from "vitest";
import { INITIAL, loadOfSource, quick, resultOf } from "../run/whole-run-fixture.ts";
import { ESCAPE, raft } from "./attack.ts";

const NOBODY_LEADS = raft({});
/** Each of these ends as it does with the boundary, to the letter. */
const ATTACKS: Record<string, string> = {
  "follows for ever": NOBODY_LEADS,
  "ends its process": raft({ top: ESCAPE, init: "escape().process.exit(0);" }),
  "aborts its process": raft({ top: ESCAPE, init: "escape().process.abort();" }),
  "kills its process": raft({
    top: ESCAPE,
    init: "const { process } = escape(); process.kill(process.pid, 'SIGSEGV');",
  }),
  "loops for ever": raft({ init: "if (me === 1) for (;;);" }),
  "loops in promises for ever": raft({
    init: "const again = () => Promise.resolve().then(again); if (me === 1) again();",
  }),
  "takes all memory": raft({ init: "const all = []; for (;;) all.push(new Float64Array(1e6).fill(1));" }),
  "takes it in one step": raft({ init: "new Array(2 ** 27).fill({});" }),
  "writes without end": raft({ init: "for (;;) console.log('x'.repeat(1000));" }),
  "sends frames that are none": raft({
    top: `${ESCAPE}const fs = builtin("fs");`,
    init: "for (const fd of [3, 4]) try { fs.writeSync(fd, new Uint8Array(2000).fill(7)); } catch {}",
  }),
  "patches what the kernel stands on": raft({
    top: ESCAPE,
    init: "escape().Array.prototype.push = () => { throw 1; };",
  }),
  "patches what checks": raft({
    top: ESCAPE,
    init: "const { Map } = escape(); Map.prototype.get = () => undefined; Map.prototype.has = () => false;",
  }),
  "throws what is nothing": raft({ init: "throw undefined;" }),
};

/** To take memory takes a while: its limit lies far below the others. */
const FOR_MEMORY = { limits: { windowCpuMs: 20_000, runCpuMs: 80_000, residentBytes: 256 * 1024 * 1024 } };

test.each(Object.entries(ATTACKS))("a submission that %s is judged as with the boundary", async (name, source) => {
  const load = loadOfSource(source);
  const limits = name.startsWith("takes") ? FOR_MEMORY : quick;
  const none = await resultOf(load, "none", INITIAL, limits);
  expect(none.isWhole).toBe(false);
  expect(none.verdict).not.toBe("passed");
  expect(none).toEqual(await resultOf(load, "process", INITIAL, limits));
});
