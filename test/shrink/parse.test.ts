import { describe, expect, test } from "vitest";
import type { Script } from "../../grader/shrink/script.ts";
import { parseScript, ScriptError } from "../../grader/shrink/text/parse.ts";
import { writeScript } from "../../grader/shrink/text/write.ts";
import { labs, languagesOf } from "../../labs/index.ts";

const LANGUAGES = languagesOf(labs);
const parse = (text: string) => parseScript(text, LANGUAGES);
const steps = (text: string) => parse(`peers 5\n${text}`).steps;

const KV = "lab lab3\nservers 3\nclerks 1\n";

function errorOf(text: string): string {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof ScriptError) return error.message;
    throw error;
  }
  return "no error";
}

function writtenAndRead(script: Script): Script {
  const notes = script.steps.map(() => "did\r\nboot 9");
  return parse(writeScript(script, ["a\nboot 9"], notes));
}

describe("a scenario file", () => {
  test("says who did what, one step a line", () => {
    expect(
      steps(`boot all          # everybody
timer 0
deliver requestVote 0 -> 2, crash after reply
deliver reply requestVote 2 -> 0
fail appendEntries 0 -> 3 nth 2
start leader {"key": "x # y"}
run 1500 ms
expect agree "x" 3`).slice(5),
    ).toEqual([
      { do: "timer", peer: 0 },
      {
        do: "deliver",
        ref: { what: "request", from: 0, to: 2, method: "requestVote" },
        crash: { when: "after", effect: "reply", nth: 1 },
      },
      { do: "deliver", ref: { what: "reply", from: 2, to: 0, method: "requestVote" } },
      { do: "fail", ref: { what: "request", from: 0, to: 3, method: "appendEntries", nth: 2 } },
      { do: "start", peer: "leader", command: { key: "x # y" } },
      { do: "run", ms: 1500 },
      { do: "expect", expect: { name: "agree", args: ["x", 3] } },
    ]);
  });

  test("may say how many there are before the lab, and again: the last one counts, in the place of the first", () => {
    expect(parse("peers 3\nlab paxos").groups).toEqual([{ role: "peer", size: 3 }]);
    expect(errorOf("peers 3\nlab lab3\nboot all")).toContain('here must be "servers" and how many there are');
    expect(parse(`${KV}servers 5`).groups).toEqual([
      { role: "server", size: 5 },
      { role: "clerk", size: 1 },
    ]);
  });

  test("is read back as it was written", () => {
    const script: Script = {
      lab: "lab2",
      breaks: "election-safety, one-leader-a-term",
      groups: [{ role: "peer", size: 4 }],
      seed: 2 ** 53 - 1,
      clocks: { 1: { offsetUs: -3_000, driftPpm: 200 } },
      options: { snapshotEvery: 5, snapshotBytes: 400 },
      steps: [
        { do: "boot", peer: 0 },
        { do: "boot", peer: 3, crash: { when: "before", effect: "upcall", nth: 13 } },
        { do: "timer", peer: 1, once: true, times: 14 },
        { do: "deliver", ref: { what: "request", from: 0, to: 1, method: "reply", nth: 3 }, again: true },
        { do: "deliver", ref: { what: "reply", from: 0, to: 1, method: 'a "b" -> #c\n' } },
        { do: "deliver", ref: { what: "request", from: 2, to: 1 } },
        { do: "lose" },
        { do: "lose", ref: { what: "reply", from: 2, to: 1 } },
        { do: "start", peer: 1, command: `command 7 ${"x".repeat(5_000)}` },
        { do: "start", peer: 1, command: null },
        { do: "start", peer: 1, command: "\u2028\u001b[2J" },
        { do: "snapshot", peer: 2 },
        { do: "kill", peer: 2 },
        { do: "at", us: 1_234_567 },
        { do: "fault", fault: "cut", from: 0, to: 1 },
        { do: "fault", fault: "disconnect", peer: 2 },
        { do: "fault", fault: "partition", groups: [[0, 1], [2]] },
        { do: "fault", fault: "heal" },
        { do: "run", ms: 2_000 },
        { do: "run", ms: 0.5 },
        { do: "expect", expect: { name: "leader-among", args: [[0, 1, 3]] } },
        { do: "expect", expect: { name: "not-applied", args: [true] } },
      ],
    };
    expect(writtenAndRead(script)).toEqual(script);
  });

  test("of slots is read back as it was written", () => {
    const script: Script = {
      ...{ lab: "paxos", groups: [{ role: "peer", size: 4 }], seed: 1 },
      steps: [
        { do: "start", peer: 1, slot: 0, command: "a" },
        { do: "start", peer: 2, slot: 7, command: [7], crash: { when: "after", effect: "save", nth: 1 } },
        { do: "done", peer: 3, slot: 12 },
      ],
    };
    expect(writtenAndRead(script)).toEqual(script);
  });

  test("of several roles names them, and says what clients are told to do", () => {
    const groups = [
      { role: "server", size: 3 },
      { role: "clerk", size: 2 },
    ];
    const [server, clerk] = [2, 4];
    const script: Script = {
      ...{ lab: "lab3", groups, seed: 3, clocks: { 4: { offsetUs: 2_000, driftPpm: 0 } } },
      options: { maxStateBytes: 300 },
      steps: [
        ...[0, 1, 2, 3, 4].map((peer) => ({ do: "boot", peer }) as const),
        { do: "timer", peer: server },
        { do: "call", peer: clerk, method: "cas", args: ["k", "", 'v1; "\n'] },
        { do: "call", peer: 3, method: "get", args: ["k".repeat(40)] },
        {
          do: "call",
          peer: 3,
          method: "put",
          args: ["k", "x".repeat(90)],
          crash: { when: "before", effect: "call", nth: 1 },
        },
        { do: "deliver", ref: { what: "request", from: clerk, to: server, method: "submit" } },
        { do: "deliver", ref: { what: "request", from: clerk, to: 0, method: "clerk" } },
        { do: "deliver", ref: { what: "reply", from: 0, to: 1, method: "raft.requestVote", nth: 2 } },
        { do: "kill", peer: 1 },
        { do: "fault", fault: "partition", groups: [[0, 1, 3], [2], [4]] },
        { do: "fault", fault: "cut", from: 4, to: 0 },
        { do: "crash", peer: clerk },
        { do: "expect", expect: { name: "leader-among", args: [[0, 2]] } },
        { do: "expect", expect: { name: "ended", args: [] } },
      ],
    };
    expect(writtenAndRead(script)).toEqual(script);
    expect(writeScript(script).split("\n").slice(0, 12)).toEqual([
      ...["lab lab3", "servers 3", "clerks 2", "seed 3", "clock clerk 1 offset 2 drift 0", "set maxStateBytes 300", ""],
      ...["boot all", "timer server 2", 'call clerk 1 cas "k" "" "v1; \\"\\n"'],
      ...[`call clerk 0 get "${"k".repeat(40)}"`, 'call clerk 0 put "k" "" padded to 90, crash before call'],
    ]);
  });

  test.each([
    ["", 'line 1, column 1: here must be "peers" and how many there are; the file ends'],
    ["boot 0", 'line 1, column 1: here must be "peers" and how many there are, before the first step; there is "boot"'],
    ["peers 5\nboot 5", 'line 2, column 6: here must be "all" or a peer, 0 to 4; there is "5"'],
    ["peers 5\nboot 1.5", 'line 2, column 6: here must be "all" or a peer, 0 to 4; there is "1.5"'],
    ["peers 5\n  timer", "line 2, column 8: here must be a peer, 0 to 4; the line ends"],
    ["peers 5\ndeliver requestVote 0 to 2", 'line 2, column 23: here must be "->"; there is "to"'],
    [
      "peers 5\ndeliver 0 -> 2 twice",
      'line 2, column 16: here must be the end of the line, or ", crash before save" or the like; there is "twice"',
    ],
    ["peers 5\nrun 3", "line 2, column 6: here must be a unit: s, ms; the line ends"],
    ["peers 5\nrun 99999 s", 'line 2, column 5: here must be a length of time of at most 600 s; there is "99999"'],
    ["peers 5\nstart 0 x", 'line 2, column 9: here must be a command, such as 7 or "x"; there is "x"'],
    ['peers 5\nstart 0 "x', 'line 2, column 9: "x is not a text as JSON writes it'],
    ["peers 5\nstart 0 [1, 2", 'line 2, column 9: "[1, 2" is not data as JSON writes it'],
    ["peers 5\nboot 0\npeers 3", 'line 3, column 1: "peers" must stand before the first step'],
    ["peers 5\ncrash 1, crash after save", 'line 2, column 8: here must be the end of the line; there is ","'],
    ["lab lab9\npeers 3", 'line 1, column 5: here must be a lab: lab2, lab3, paxos; there is "lab9"'],
    ["peers 25", 'line 1, column 7: here must be a number of peers, 1 to 24; there is "25"'],
    [
      "lab paxos\npeers 3\nsnapshot 0",
      'line 3, column 1: here must be a step: boot, crash, timer, kill, start, done, deliver, fail, lose, cut, uncut, disconnect, connect, pause, resume, partition, heal, run, at, expect; there is "snapshot"',
    ],
    [
      "lab lab3\nservers 3\nboot all",
      'line 3, column 1: here must be "clerks" and how many there are, before the first step; there is "boot"',
    ],
    [`${KV}timer 0`, 'line 4, column 7: here must be a process: server, clerk; there is "0"'],
    [`${KV}timer server 3`, 'line 4, column 14: here must be which server, 0 to 2; there is "3"'],
    [`${KV}kill clerk 0`, 'line 4, column 6: here must be a process: server; there is "clerk"'],
    [`${KV}call server 0 get "k"`, 'line 4, column 6: here must be a process: clerk; there is "server"'],
    [
      `${KV}call clerk 0 take "k"`,
      'line 4, column 14: here must be an operation: get, put, append, cas; there is "take"',
    ],
    [`${KV}call clerk 0 put "k"`, 'line 4, column 21: here must be the value, a text such as "x"; the line ends'],
    [`${KV}call clerk 0 get 7`, 'line 4, column 18: here must be the key, a text such as "x"; there is "7"'],
    ["peers 3\nboot 0, crash after 0th save", 'line 2, column 1: "0th" is no place in an order, such as 2nd'],
  ])("%j is refused with its place and what would be allowed", (text, message) => {
    expect(errorOf(text)).toBe(message);
  });

  test("names all that can stand there", () => {
    expect(errorOf("peers 3\nexpect leaders")).toContain("leader, leader-among, no-leader, terms-agree");
    expect(errorOf("peers 3\nboots 1")).toContain("boot, crash, timer");
  });

  test("of whatever letters is read, or refused on one line of moderate length", () => {
    const pieces = [
      "peers 3",
      "boot",
      "all",
      "deliver",
      "->",
      ",",
      "|",
      '"',
      "{",
      "[",
      "]",
      "1",
      "-1",
      "nth",
      "crash",
      "\\",
      "\u202e",
      "\u001b",
      "expect",
      "agree",
      " ",
      "\n",
      "\t",
      "#",
      "__proto__",
      "constructor",
      "9".repeat(400),
      "timer 0 times",
      "set __proto__ 1",
      "clock 1 offset",
      "padded to 99999999",
      "lab lab3\nservers 3\nclerks 1\n",
      "call clerk 0 put",
      "server",
    ];
    let state = 7;
    const next = (below: number) => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
      return state % below;
    };
    for (let file = 0; file < 1_500; file++) {
      const text = Array.from({ length: 1 + next(12) }, () => pieces[next(pieces.length)]).join(
        next(2) === 0 ? " " : "",
      );
      const message = errorOf(next(2) === 0 ? `peers 3\n${text}` : text);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there
      expect(message).not.toMatch(/[\n\u001b\u202e]/);
      expect(message.length).toBeLessThan(600);
    }
  });

  test("has bounds, beyond which it is refused before it takes memory", () => {
    expect(errorOf(`peers 3\n${"boot 0\n".repeat(50_001)}`)).toMatch(/more than 50000 steps/);
    expect(errorOf(`peers 3\nstart 0 "${"x".repeat(70_000)}"`)).toMatch(/the line is longer/);
    expect(errorOf(`#${"\n".repeat(4 * 1024 * 1024)}`)).toMatch(/the file is longer/);
    expect(errorOf('peers 3\nstart 0 "x" padded to 1000000')).toMatch(/1 to 100000/);
    expect(errorOf(`peers 3\nstart 0 ${"[".repeat(30_000)}${"]".repeat(30_000)}`)).toMatch(/cannot be sent/);
  });
});
