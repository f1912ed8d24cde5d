import { expect, test } from "vitest";
import { Exchanges, exchangeText, outcomesText } from "../../grader/explain/exchanges.ts";
import { numbersOf, scalarsOf } from "../../grader/explain/fields.ts";
import { stepsOf } from "../../grader/explain/steps.ts";
import { counted, listed, named, peersText } from "../../grader/explain/words.ts";
import type { TraceKind, TraceRecord } from "../../grader/sim/trace.ts";
import { encode } from "../../labs/api/codec.ts";

const record = (timeUs: number, kind: TraceKind, peer: number, text = ""): TraceRecord => ({
  ...{ timeUs, kind, peer, other: -1, id: 1, text, bytes: null },
});

/** As `peer input: effects`, and what the world did. */
function shape(records: readonly TraceRecord[]): string[] {
  return [...stepsOf(records)].map((item) =>
    item.kind === "world"
      ? `${item.record.kind} ${item.record.text}`
      : `${item.peer} ${item.input?.kind ?? "timer"}: ${item.effects.map(({ kind }) => kind).join(" ")}`,
  );
}

test("a trace is the steps of its peers: an input and what came of it, or what a timer did", () => {
  const records = [
    record(1, "boot", 0),
    record(1, "boot", 1),
    record(5, "save", 0),
    record(5, "call", 0),
    record(5, "observed", 0),
    record(5, "call", 0),
    record(6, "deliver-request", 1),
    record(6, "reply", 1),
    record(6, "deliver-request", 1),
  ];
  expect(shape(records)).toEqual([
    "0 boot: ",
    "1 boot: ",
    "0 timer: save call observed",
    "0 timer: call",
    "1 deliver-request: reply",
    "1 deliver-request: ",
  ]);
});

test("what the network does stands beside the step, and so does a crash, which may be told before the last effect", () => {
  const records = [
    record(5, "call", 0),
    record(5, "lost", 0, "ask"),
    record(5, "call", 0),
    record(5, "fault", 0, "crash after call"),
    record(5, "call", 0),
    record(6, "call", 1),
  ];
  expect(shape(records)).toEqual(["0 timer: call call call", "lost ask", "fault crash after call", "1 timer: call"]);
  expect([...stepsOf(records)].map((item) => item.kind === "step" && item.isCut)).toEqual([true, false, false, false]);
});

test("fields are read where they are plain, and nothing is made of the rest", () => {
  const bytes = encode({ term: 3, ok: true, who: null, name: "x", list: [{ term: 1 }, { term: 2, more: [9] }] });
  expect(scalarsOf(bytes, ["term", "ok", "who", "name", "absent"])).toEqual([3, true, null, "other", undefined]);
  expect(scalarsOf(encode([1]), ["term"])).toBeNull();
  expect(scalarsOf(Uint8Array.of(0xc1), ["term"])).toBeNull();
  expect(numbersOf(bytes, "list", "term")).toEqual([1, 2]);
  expect(numbersOf(encode({ list: [{ term: [7] }] }), "list", "term")).toBeNull();
  expect(numbersOf(encode({ list: [{ other: 1 }] }), "list", "term")).toBeNull();
  expect(numbersOf(encode({ list: 3 }), "list", "term")).toBeNull();
});

test("exchanges are told by link, the busiest first, with what is said most and how it is answered", () => {
  const exchanges = new Exchanges();
  for (let i = 0; i < 3; i++) {
    exchanges.called(2, 0, "append", i < 2 ? "term 1" : "term 2", 100, i);
    exchanges.answered(2, 0, "append", i < 2 ? "refused" : "lost", 10, i);
  }
  exchanges.called(1, 0, "vote", "", 20, 5);
  const [first, second] = exchanges.busiest(2);
  expect(first && `${exchangeText(first)}: ${outcomesText(first)}`).toBe(
    "peer 2 → 0  append ×3, term 1 ×2, others ×1: refused ×2, lost ×1",
  );
  expect(second && `${exchangeText(second)}: ${outcomesText(second)}`).toBe("peer 1 → 0  vote ×1: no answer");
  expect(exchanges.byMethod()).toEqual([
    { method: "append", calls: 3, bytes: 330 },
    { method: "vote", calls: 1, bytes: 20 },
  ]);
});

test("words", () => {
  expect([peersText([]), peersText([3]), peersText([4, 1, 4]), peersText([2, 0, 1])]).toEqual([
    "nobody",
    "peer 3",
    "peers 1 and 4",
    "peers 0, 1 and 2",
  ]);
  expect([named(2), named(2, 3), listed(["a"]), counted(1, "entry", "entries"), counted(2, "vote")]).toEqual([
    "peer 2",
    "peer 2 (boot 3)",
    "a",
    "1 entry",
    "2 votes",
  ]);
});
