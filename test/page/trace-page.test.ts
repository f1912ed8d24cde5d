import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { PAGE_BYTES_MAX, tracePage } from "../../grader/page/trace-page.ts";
import { encode } from "../../labs/api/codec.ts";
import { dataOf, dice, exchange, longRun, record, runOf } from "./made-up.ts";

const VIEWER = { script: "globalThis.hasRun = true;", style: "body { color: red; }" };
const EVIL = `</script><script>alert(1)</script><img src=x onerror=alert(2)>\u2028\u202e"'&]]>--><!--\u0000`;

describe("a page", () => {
  it("lets the browser run and show nothing but its own script and style, and ask nobody", () => {
    const page = tracePage(runOf([]), VIEWER);
    const [, policy = ""] = /Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
    const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
    expect(policy.split("; ")).toEqual([
      "default-src 'none'",
      `script-src ${hash(VIEWER.script)}`,
      `style-src ${hash(VIEWER.style)}`,
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    expect(page).not.toMatch(/https?:|src=|href=|url\(/);
  });

  it("shows whatever a submission sends as text", () => {
    const calls = exchange(1, 1, { [EVIL]: [EVIL, new TextEncoder().encode(EVIL)] }, EVIL);
    const records = [
      record(0, "boot", 0, { text: EVIL, bytes: encode(EVIL) }),
      ...calls.map((one) => ({ ...one, text: EVIL })),
      record(9, "log", 1, { text: EVIL }),
      record(9, "observed", 1, { bytes: encode({ term: EVIL, isLeader: true }) }),
    ];
    const page = tracePage(
      runOf(records, {
        ...{ run: EVIL, title: EVIL, about: EVIL, headline: EVIL, story: [[EVIL, EVIL]] },
        marks: [{ kind: "violation", timeUs: 9, text: EVIL }],
      }),
      VIEWER,
    );
    expect(page.match(/<script/g)).toHaveLength(2);
    expect(page.match(/<\/script/g)).toHaveLength(2);
    expect(page).not.toMatch(/<img|<!--|[\u2028\u202e]/);
    const data = JSON.stringify(dataOf(page));
    expect(data).toContain("onerror=alert(2)");
    // Of what steers how text is shown, nothing is left.
    expect(data).not.toMatch(/\u202e|\\u202e|\u2028|\\u2028|\\u0000/);
  });

  it("opens for a run in which nothing happened", () => {
    const data = dataOf(tracePage(runOf([], { marks: [{ kind: "violation", timeUs: 5, text: "v" }] }), VIEWER));
    expect(data.events.timeUs).toEqual([]);
    expect(data.marks).toEqual([]);
    expect(data.left).toEqual([]);
  });

  it("marks the last event of that peer at that moment, or the last of all", () => {
    const records = [record(1, "log", 0), record(5, "log", 1), record(5, "log", 0), record(9, "log", 1)];
    const marks = [
      { kind: "violation", timeUs: 6, text: "v" },
      { kind: "departure", timeUs: 5, peer: 1, text: "d" },
    ] as const;
    const data = dataOf(tracePage(runOf(records, { marks }), VIEWER));
    expect(data.marks.map(({ kind, event }) => [kind, event])).toEqual([
      ["violation", 2],
      ["departure", 1],
    ]);
  });
});

describe("the size of a page", () => {
  it("holds a run of 55 000 events whole", () => {
    const page = tracePage(runOf(longRun(55_000), { peers: 5 }), VIEWER);
    const data = dataOf(page);
    expect(Buffer.byteLength(page)).toBeLessThan(PAGE_BYTES_MAX);
    expect(data.events.timeUs).toHaveLength(55_000);
    expect(data.gaps).toEqual([]);
  });

  it("is kept whatever the run was, and says what is left out", () => {
    const roll = dice();
    const noise = () => Array.from({ length: 12 }, () => roll(2 ** 32).toString(36)).join("");
    const records = Array.from({ length: 40_000 }, (_, i) => record(i, "log", i % 3, { text: noise() }));
    const page = tracePage(runOf(records), VIEWER);
    const data = dataOf(page);
    expect(Buffer.byteLength(page)).toBeLessThan(PAGE_BYTES_MAX);
    const kept = data.events.timeUs.length;
    const [[before, left]] = data.gaps as [[number, number]];
    expect([kept + left, data.left[0]]).toEqual([
      40_000,
      `${left} of 40000 events are left out, in the middle of the run`,
    ]);
    expect(before).toBeGreaterThan(0);
    // The end is there, where the answer is.
    expect(data.events.timeUs.reduce((sum, us) => sum + us, 0)).toBe(39_999);
  });

  it("is kept when each event is too large for it", () => {
    const state = new Uint8Array(8 * 1024 * 1024).fill(65);
    const records = Array.from({ length: 4 }, (_, i) =>
      record(i, "save", 0, { text: "state", bytes: state.with(i, 66) }),
    );
    const story = Array.from({ length: 500 }, () => ["<".repeat(5_000), ">".repeat(5_000)] as const);
    const page = tracePage(runOf(records, { story, about: "&".repeat(1e6) }), VIEWER);
    expect(Buffer.byteLength(page)).toBeLessThan(PAGE_BYTES_MAX);
    expect(dataOf(page).events.timeUs).toHaveLength(4);
  });
});
