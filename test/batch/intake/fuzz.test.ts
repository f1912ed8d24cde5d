import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import type { Opened } from "../../../grader/batch/intake/index.ts";
import { filesIn, makeSources, open, RAFT } from "./fixture.ts";
import { buildTar, longName } from "./tar-builder.ts";
import { buildZip } from "./zip-builder.ts";

const ROUNDS = 150;
const entries = [
  { name: "raft.ts", content: RAFT.repeat(20) },
  { name: "lib/", mode: 0o40755, type: "5" },
  { name: "lib/log.ts", content: "export const x = 1;\n".repeat(30) },
];

/** Numbers that are the same each time: a plain linear congruential generator. */
function dice(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Bytes changed, cut out, doubled; now and then the ones that say most. */
function damage(bytes: Buffer, draw: (below: number) => number): Buffer {
  let damaged = Buffer.from(bytes);
  for (let times = 1 + draw(4); times > 0; times--) {
    const at = draw(damaged.length);
    const length = 1 + draw(8);
    switch (draw(5)) {
      case 0:
        damaged[at] = draw(256);
        break;
      case 1:
        damaged.fill([0, 0xff, 0x2e, 0x2f][draw(4)] ?? 0, at, at + length);
        break;
      case 2:
        damaged = Buffer.concat([damaged.subarray(0, at), damaged.subarray(at + length)]);
        break;
      case 3:
        damaged = Buffer.concat([damaged.subarray(0, at), damaged.subarray(at, at + length), damaged.subarray(at)]);
        break;
      case 4:
        damaged.write("../", at, "latin1");
        break;
    }
  }
  return damaged;
}

it.each([
  ["zip", buildZip(entries)],
  ["tar", buildTar([...longName("raft.ts"), ...entries])],
  ["tgz", gzipSync(buildTar(entries))],
])("a damaged %s gives files or a reason, and nothing outside its own folder", async (kind, bytes) => {
  const draw = dice(7);
  const name = `subs/bob.${kind}`;
  const folder = makeSources({ [name]: bytes, "canary.txt": "alive" });
  let refused = 0;
  for (let round = 0; round < ROUNDS; round++) {
    writeFileSync(join(folder, name), damage(bytes, draw));
    const opened: Opened = await open(folder, name);
    if ("ungradable" in opened) {
      refused++;
      expect(opened.ungradable, `round ${round}`).toMatch(/^[^\n]{10,}$/);
    } else {
      expect(existsSync(join(opened.folder, "raft.ts"))).toBe(true);
    }
    const outside = Object.keys(filesIn(folder)).filter((path) => !path.startsWith("work/bob/files/"));
    expect(outside, `round ${round}`).toEqual(["canary.txt", name]);
  }
  expect(refused).toBeGreaterThan(ROUNDS / 4);
});
