import { appendFileSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Entry } from "../../grader/batch/journal/entries.ts";
import { Journal } from "../../grader/batch/journal/journal.ts";
import { decodeLine, encodeLine } from "../../grader/batch/journal/line.ts";
import { BatchError } from "../../grader/batch/store/batch-error.ts";
import { temporaryFolder } from "./fake-batch.ts";

const mark = (what: string): Entry => ({ kind: "regrade", what, ids: [what] });

function open(path: string, writer?: Parameters<typeof Journal.open>[1]["writer"]) {
  const entries: Entry[] = [];
  const damage: string[] = [];
  const journal = Journal.open(path, {
    onEntry: (entry) => entries.push(entry),
    onDamage: (message) => damage.push(message),
    ...(writer && { writer }),
  });
  return { journal, entries, damage };
}

describe("a line", () => {
  test("is JSON for any tool, and comes back as it was", () => {
    const line = encodeLine({ name: "ü\n\u0000" });
    expect(JSON.parse(line.toString()).entry).toEqual({ name: "ü\n\u0000" });
    expect(decodeLine(line.subarray(0, -1))).toEqual({ entry: { name: "ü\n\u0000" } });
  });

  test("holds nothing that steers a terminal, whatever the texts of others in it", () => {
    const text = "\u001b[2J\u009b31m\u202e\u2028\u007f";
    const line = encodeLine({ text });
    expect(line.toString()).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(decodeLine(line.subarray(0, -1))).toEqual({ entry: { text } });
  });

  test("is refused with any bit of it turned, or any end of it missing", () => {
    const line = encodeLine(mark("alice")).subarray(0, -1);
    for (let at = 0; at < line.length; at++) {
      const damaged = Buffer.from(line);
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      expect(decodeLine(damaged), `bit at ${at}`).toBeNull();
      expect(decodeLine(line.subarray(0, at)), `cut at ${at}`).toBeNull();
    }
  });
});

describe("a journal", () => {
  test("gives what was added, in order, also in the middle of a session", () => {
    const path = join(temporaryFolder(), "j");
    const first = open(path);
    const places = ["a", "b", "x".repeat(3_000_000)].map((what) => first.journal.append(mark(what)));
    expect(places.map((place) => first.journal.read(place))).toMatchObject([{ what: "a" }, { what: "b" }, {}]);
    first.journal.close();
    const again = open(path);
    expect(again.entries).toHaveLength(3);
    expect(again.entries[2]).toEqual(mark("x".repeat(3_000_000)));
  });

  test("cut off at any byte of its last line has the lines before, and takes new ones", () => {
    const path = join(temporaryFolder(), "j");
    const first = open(path);
    first.journal.append(mark("a"));
    const { offset, length } = first.journal.append(mark("b"));
    first.journal.close();
    const whole = readFileSync(path);
    for (let kept = 0; kept < length; kept++) {
      writeFileSync(path, whole);
      truncateSync(path, offset + kept);
      const torn = open(path);
      expect(torn.entries).toEqual([mark("a")]);
      expect(torn.damage).toEqual([]);
      torn.journal.append(mark("c"));
      torn.journal.close();
      const after = open(path);
      expect(after.entries).toEqual([mark("a"), mark("c")]);
      after.journal.close();
    }
  });

  test("passes over a damaged line in its middle, and says which", () => {
    const path = join(temporaryFolder(), "j");
    const first = open(path);
    for (const what of ["a", "b", "c"]) first.journal.append(mark(what));
    first.journal.close();
    writeFileSync(path, readFileSync(path, "utf8").replace('"what":"b"', '"what":"B"'));
    appendFileSync(path, "no line at all\n");
    const { entries, damage } = open(path);
    expect(entries).toEqual([mark("a"), mark("c")]);
    expect(damage).toEqual([
      expect.stringMatching(/^\S+j:2: the line is damaged and is passed over/),
      expect.stringMatching(/^\S+j:4: /),
    ]);
  });

  test("whose lines an editor ended in another way says so once", () => {
    const path = join(temporaryFolder(), "j");
    const first = open(path);
    for (const what of ["a", "b", "c", "d"]) first.journal.append(mark(what));
    first.journal.close();
    const lines = readFileSync(path, "utf8").split("\n");
    writeFileSync(path, [...lines.slice(0, 1), ...lines.slice(1, 4).map((line) => `${line}\r`), ""].join("\n"));
    const { entries, damage } = open(path);
    expect(entries).toEqual([mark("a")]);
    expect(damage).toEqual([
      expect.stringMatching(/^\S+j:2-4: 3 lines are damaged and are passed over; what they were/),
    ]);
  });

  test("a full disk is one clear error, and spoils nothing", () => {
    const path = join(temporaryFolder(), "j");
    let room = 400;
    const writer = {
      write: (fd: number, bytes: Uint8Array, offset: number, length: number) => {
        const count = Math.min(length, room);
        if (count === 0) throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
        room -= count;
        appendFileSync(fd, bytes.subarray(offset, offset + count));
        return count;
      },
      sync: () => {},
    };
    const { journal } = open(path, writer);
    const add = () => {
      for (let i = 0; i < 20; i++) journal.append(mark(`submission ${i}`));
    };
    expect(add).toThrow(BatchError);
    expect(add).toThrow(/journal .*: the disk is full\. All results so far are kept; make room and start .* again/);
    const kept = open(path).entries;
    expect(kept.length).toBeGreaterThan(1);
    room = 1_000;
    journal.append(mark("after"));
    const after = open(path);
    expect(after.entries).toEqual([...kept, mark("after")]);
    expect(after.damage).toEqual([]);
  });
});
