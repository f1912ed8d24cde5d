import { gunzipSync } from "node:zlib";
import type { PageData, TracedRun } from "../../grader/page/types.ts";
import type { FieldChange, TraceKind, TraceRecord } from "../../grader/sim/trace.ts";
import { encode } from "../../labs/api/codec.ts";

/** One record of a made-up trace. */
export function record(timeUs: number, kind: TraceKind, peer: number, more: Partial<TraceRecord> = {}): TraceRecord {
  return { timeUs, kind, peer, other: -1, id: -1, text: "", bytes: null, ...more };
}

export function runOf(records: readonly TraceRecord[], more: Partial<TracedRun> = {}): TracedRun {
  return {
    ...{ run: "lab2b/backup@7", title: "backup", about: "about", headline: "failed: liveness", hasPassed: false },
    ...{ story: [], peers: 3, marks: [], records },
    ...more,
  };
}

/** The data of a page, as its script unpacks it. */
export function dataOf(page: string): PageData {
  const [, packed = ""] = /<script type="text\/plain" id="data">([^<]*)<\/script>/.exec(page) ?? [];
  return JSON.parse(gunzipSync(Buffer.from(packed, "base64")).toString("utf8"));
}

/** Always the same numbers from 0 to below `limit`. */
export function dice(seed = 1): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

/** One call from peer 0 to 1, delivered and answered. */
export function exchange(call: number, timeUs: number, args: unknown, reply: unknown, to = 1): TraceRecord[] {
  const one = { text: "ask", call };
  return [
    record(timeUs, "call", 0, { ...one, other: to, id: call, bytes: encode(args) }),
    record(timeUs + 1, "deliver-request", to, { ...one, other: 0, id: 100 + call, bytes: encode(args) }),
    record(timeUs + 1, "reply", to, { id: 100 + call, bytes: encode(reply) }),
    record(timeUs + 2, "deliver-reply", 0, { ...one, other: to, id: call, bytes: encode(reply) }),
  ];
}

/** A run of a leader that tells four others of commands, for as many events. */
export function longRun(events: number): TraceRecord[] {
  const roll = dice();
  const records: TraceRecord[] = [];
  const log: { term: number; command: number }[] = [];
  let call = 0;
  for (let timeUs = 0; records.length < events; timeUs += 1_000 + roll(20_000)) {
    const term = 1 + Math.floor(records.length / 6_000);
    if (roll(4) === 0) {
      log.push({ term, command: roll(1e9) });
      const state = encode({ currentTerm: term, votedFor: 0, log: log.slice(-120) });
      records.push(record(timeUs, "save", 0, { text: "state", bytes: state }));
    }
    for (const to of [1, 2, 3, 4]) {
      const args = {
        term,
        leaderId: 0,
        prevLogIndex: log.length,
        entries: log.slice(-roll(3)),
        leaderCommit: log.length,
      };
      records.push(...exchange(++call, timeUs + to * 10, args, { term, success: roll(9) > 0 }, to));
    }
  }
  return records.slice(0, events);
}

/** Fields of five peers: a term, a log of two hundred entries that grows at its end, and a table of who has how much. */
export function fieldsFor(records: readonly TraceRecord[], evil = ""): FieldChange[] {
  const roll = dice(7);
  const names = ["currentTerm", "log", "match", ...(evil === "" ? [] : [evil])];
  const begun = new Set<number>();
  return records.flatMap(({ peer }, from): FieldChange[] => {
    if (peer < 0 || peer > 4) return [];
    const change = (flags: number, made: unknown[], changes: unknown[]) => [
      { from, to: from + 1, peer, bytes: encode([flags, made, changes]) },
    ];
    if (!begun.has(peer)) {
      begun.add(peer);
      const [first, log] = [names.length + 1, Array.from({ length: 200 }, (_, i) => i)];
      const made = [
        ...names.flatMap((name) => [0, name]),
        ...log.flatMap((i) => [2, i]),
        ...[0, 1, 2, 3, 4].flatMap((of) => [3, of]),
      ];
      const texts = [0, "Raft {}", 1, "1", 2, "[200]", 3, "[5]", ...(evil === "" ? [] : [4, evil])];
      return change(1, made, [
        ...texts,
        ...log.flatMap((i) => [first + i, `"command ${i}"`]),
        ...[0, 1, 2, 3, 4].flatMap((of) => [first + 200 + of, "0"]),
      ]);
    }
    if (roll(3) > 0) return [];
    return change(0, [], [1, String(Math.floor(from / 500)), names.length + 1 + 200 + roll(5), String(roll(9))]);
  });
}
