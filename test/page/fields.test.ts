import { describe, expect, it } from "vitest";
import { FieldHistory } from "../../grader/page/fields/history.ts";
import { PAGE_BYTES_MAX, tracePage } from "../../grader/page/trace-page.ts";
import { Fields } from "../../grader/page/viewer/model/fields.ts";
import type { FieldChange } from "../../grader/sim/trace.ts";
import { encode } from "../../labs/api/codec.ts";
import { dataOf, dice, record, runOf } from "./made-up.ts";

const BEGINS = 1;
const IS_CUT = 2;
const ENDS = 4;

function change(
  from: number,
  peer: number,
  flags: number,
  made: unknown[],
  changes: unknown[],
  to = from + 1,
): FieldChange {
  return { from, to, peer, bytes: encode([flags, made, changes]) };
}

/** A peer's first reading: its term and a log of so many entries. */
function first(from: number, peer: number, term: number, log = 0): FieldChange {
  const made = [0, "term", 0, "log", ...Array.from({ length: log }, (_, i) => [2, i]).flat()];
  const entries = Array.from({ length: log }, (_, i) => [3 + i, `"${i}"`]).flat();
  return change(from, peer, BEGINS, made, [0, "Raft {}", 1, String(term), 2, `[${log}]`, ...entries]);
}

const logs = (events: number) => Array.from({ length: events }, (_, i) => record(i, "log", i % 2, { text: "x" }));
const pageOf = (fields: readonly FieldChange[] | string, events = 10, marks: { timeUs: number }[] = []) =>
  dataOf(
    tracePage(
      runOf(logs(events), { peers: 2, fields, marks: marks.map((one) => ({ kind: "violation", text: "v", ...one })) }),
      { script: "", style: "" },
    ),
  );
const fieldsOf = (changes: readonly FieldChange[], events = 10) =>
  new Fields(pageOf(changes, events).fields as never, 2);

/** What a peer's object holds after an event: names below each other, with their texts. */
function shown(fields: Fields, peer: number, event: number): Record<string, string> | null {
  const moment = fields.at(peer, event);
  if (moment === null) return null;
  const all: Record<string, string> = {};
  const go = (path: number, name: string) => {
    all[name] = fields.textOf(moment.state, path) ?? "?";
    for (const child of fields.childrenIn([moment.state], path)) go(child, `${name}.${fields.nameOf(child)}`);
  };
  go(0, "this");
  return all;
}

describe("fields on a page", () => {
  it("are those of the step that an event belongs to, for each peer", () => {
    const fields = fieldsOf([
      first(0, 0, 1, 1),
      first(2, 1, 7),
      change(4, 0, 0, [2, 1], [1, "2", 2, "[2]", 4, '"b"'], 7),
      change(8, 0, 0, [], [4, null, 2, "[1]"]),
    ]);
    expect(shown(fields, 0, 3)).toEqual({
      this: "Raft {}",
      "this.term": "1",
      "this.log": "[1]",
      "this.log.[0]": '"0"',
    });
    expect(shown(fields, 0, 5)).toMatchObject({ "this.term": "2", "this.log": "[2]", "this.log.[1]": '"b"' });
    expect(shown(fields, 0, 9)).toEqual({
      this: "Raft {}",
      "this.term": "2",
      "this.log": "[1]",
      "this.log.[0]": '"0"',
    });
    expect(shown(fields, 1, 1)).toBeNull();
    expect(shown(fields, 1, 9)).toMatchObject({ "this.term": "7" });
    expect([4, 5, 6, 7].map((event) => fields.beginOf(0, event))).toEqual([4, 4, 4, 7]);
    const [now, before] = [fields.at(0, 5), fields.at(0, 3)] as [
      NonNullable<ReturnType<Fields["at"]>>,
      NonNullable<ReturnType<Fields["at"]>>,
    ];
    const { own, above } = fields.changed(now.state, before.state);
    expect([...own].map((path) => fields.nameOf(path)).sort()).toEqual(["[1]", "log", "term"]);
    expect([...above].map((path) => fields.nameOf(path)).sort()).toEqual(["", "log"]);
    expect(fields.lineOf(now.state, 0, 80)).toBe('Raft { term: 2, log: [2] "0", "b" }');
  });

  it("begin anew when a peer boots, and are gone with what they lay in", () => {
    const fields = fieldsOf([
      first(0, 0, 1, 3),
      change(2, 0, 0, [], [2, null]),
      change(3, 0, BEGINS | IS_CUT, [0, "other"], [0, "Node {}", 1, "1"]),
    ]);
    expect(shown(fields, 0, 2)).toEqual({ this: "Raft {}", "this.term": "1" });
    expect(shown(fields, 0, 3)).toEqual({ this: "Node {}", "this.other": "1" });
    expect([fields.at(0, 2)?.isCut, fields.at(0, 3)?.isCut]).toEqual([false, true]);
  });

  it("can be looked at in any order", () => {
    const roll = dice();
    const changes = [first(0, 0, 0, 40), first(1, 1, 0, 40)];
    for (let from = 2; from < 1_500; from++) {
      const at = 3 + roll(40);
      const gone = roll(5) === 0;
      changes.push(change(from, from % 2, from % 400 === 0 ? BEGINS : 0, ...again(from, at, gone)));
    }
    const fields = fieldsOf(changes, 1_500);
    const history = new FieldHistory(changes, 2);
    for (const event of [1_499, 3, 700, 701, 400, 1_200, 900, 0, 1_498]) {
      const expected = history.statesBefore(event + 1);
      for (const peer of [0, 1]) {
        const texts = [...(fields.at(peer, event)?.state.keys() ?? [])].length;
        expect(texts).toBe(expected.get(peer)?.size ?? 0);
      }
    }
  });

  it("say why they are not there", () => {
    const data = pageOf("the fields of the peers are not known, since <b>");
    expect([data.fields, data.left]).toEqual([undefined, ["the fields of the peers are not known, since <b>"]]);
    expect(pageOf([]).fields).toBeUndefined();
  });
});

/** A change of one entry; where the peer begins anew, all of it. */
function again(from: number, at: number, gone: boolean): [unknown[], unknown[]] {
  if (from % 400 !== 0) return [[], [at, gone ? null : `"${from}"`]];
  const made = [0, "term", 0, "log", ...Array.from({ length: 40 }, (_, i) => [2, i]).flat()];
  return [made, [0, "Raft {}", 1, "9", 2, "[40]", ...Array.from({ length: 40 }, (_, i) => [3 + i, '"n"']).flat()]];
}

describe("what comes from a host", () => {
  const good = first(0, 0, 1);
  it.each([
    ["no encoding", Buffer.from("\u00c1nonsense")],
    ["nothing", Buffer.alloc(0)],
    ["something else", encode({ flags: 1 })],
    ["a list that is too short", encode([0, []])],
    ["more behind it", Buffer.concat([encode([0, [], []]), Buffer.from([0])])],
    ["a place below one that is not there", encode([0, [77, "x"], []])],
    ["a place of nothing", encode([0, [], [99, "x"]])],
    ["half a place", encode([0, [0], []])],
    ["half a change", encode([0, [], [0]])],
    ["a place that is no number", encode([0, ["0", "x"], []])],
    ["a negative place", encode([0, [-1, "x"], []])],
    ["a text that is too long", encode([0, [], [0, "x".repeat(5_000)]])],
    ["a text that is a list", encode([0, [], [0, []]])],
    [
      "deeper than anything that is told",
      encode([0, Array.from({ length: 20_000 }, (_, i) => [i + 1, "x"]).flat(), []]),
    ],
    ["very many items", encode([0, new Array(120_000).fill(0), []])],
  ])("ends what is known where it is %s", (_, bytes) => {
    const history = new FieldHistory([good, { from: 3, to: 4, peer: 0, bytes }, change(5, 0, 0, [], [1, "9"])], 2);
    expect([history.steps.length, history.end]).toEqual([1, 3]);
    const data = pageOf([good, { from: 3, to: 4, peer: 0, bytes }]);
    expect(data.fields?.known).toEqual([0, 3]);
    expect(data.left).toEqual([
      "the fields of the peers' objects but for the 3 events around the place that it opens at: there is too much in them",
    ]);
  });

  it("ends where the host says so, and belongs to peers that there are", () => {
    const history = new FieldHistory(
      [
        { ...good, peer: 2 },
        { ...good, peer: -1 },
        good,
        change(2, 0, ENDS, [], [1, "2"]),
        change(5, 0, 0, [], [1, "3"]),
      ],
      2,
    );
    expect([history.steps.length, history.end]).toEqual([2, 3]);
  });

  it("is text on the page, with nothing in it that steers", () => {
    const evil = "</script><img src=x>\u202e\u0000\u2028";
    const fields = fieldsOf([change(0, 0, BEGINS, [0, evil], [0, evil, 1, evil])]);
    const text = JSON.stringify(shown(fields, 0, 0));
    expect(text).toContain("<img src=x>");
    expect(text).not.toMatch(/[\u202e\u2028]|\\u0000/);
    const page = tracePage(runOf(logs(1), { fields: [change(0, 0, BEGINS, [0, evil], [0, evil])] }), {
      script: "",
      style: "",
    });
    expect(page).not.toContain("<img");
  });
});

describe("fields that do not fit", () => {
  it("are those around where the page opens, with all that was there before", () => {
    const roll = dice();
    const noise = () => `"${Array.from({ length: 38 }, () => roll(2 ** 32).toString(36)).join("")}"`;
    const changes = [first(0, 0, 1, 1)];
    for (let from = 1; from < 6_000; from++) changes.push(change(from, 0, 0, [], [3, noise()]));
    const data = pageOf(changes, 6_000, [{ timeUs: 3_600 }]);
    const [from, to] = data.fields?.known ?? [0, 0];
    expect(data.events.timeUs).toHaveLength(6_000);
    expect([from > 100, from < 3_600, to > 3_601, to < 5_900]).toEqual([true, true, true, true]);
    expect(data.left.join()).toMatch(/^the fields of the peers' objects but for the \d+ events around/);
    const fields = new Fields(data.fields as never, 2);
    expect(shown(fields, 0, from)).toMatchObject({ "this.term": "1" });
    expect([fields.isKnown(from - 1), fields.isKnown(to)]).toEqual([false, false]);
    expect(JSON.stringify(data).length).toBeGreaterThan(PAGE_BYTES_MAX);
  });
});
