import type { KvCluster } from "../../../grader/harness/kv/cluster.ts";
import { MEAN_MS, REQUESTS_PER_SERVER } from "../limits.ts";
import { type Draft, draft, first, keysOf, others } from "./support.ts";

/** Five clerks on a network that loses messages. */
export function unreliable(id: string, maxStateBytes?: number): Draft {
  return draft({
    id,
    title: maxStateBytes === undefined ? "requests and replies are lost and delayed" : "snapshots on a bad network",
    servers: 5,
    clerks: 5,
    ...(maxStateBytes !== undefined && { maxStateBytes }),
    about: `Five clerks on a network that loses a tenth of all requests and a tenth of all replies, and delays the others${
      maxStateBytes === undefined ? "." : "; the servers take snapshots."
    }`,
    setup: (s) => s.network({ unreliable: true }),
    run: (c) => {
      c.load({ clerks: c.clerks, keys: keysOf(3), limit: 20 });
      c.sleep(4_000);
      c.settle();
    },
  });
}

/** One clerk, one operation after the other, as fast as it goes. */
export function speed(id: string, maxStateBytes?: number): Draft {
  return draft({
    id,
    title: `how fast it goes${maxStateBytes === undefined ? "" : " with snapshots"}`,
    servers: 3,
    clerks: 1,
    ...(maxStateBytes !== undefined && { maxStateBytes }),
    about: `One clerk appends a hundred times, one after the other; that takes ${MEAN_MS} ms an operation at most, on the mean.`,
    run: (c) => {
      const clerk = first(c.clerks);
      c.leaderWithin();
      c.ended([c.get(clerk, "k")]);
      const sinceUs = c.nowUs;
      const timesUs = Array.from({ length: SPEED_OPERATIONS }, () => {
        const operation = c.append(clerk, "k");
        c.ended([operation]);
        return (operation.returned?.at ?? 0) - (operation.callUs ?? 0);
      });
      const meanMs = timesUs.reduce((sum, us) => sum + us, 0) / SPEED_OPERATIONS / 1000;
      const otherwise = {
        property: "efficiency",
        check: "speed",
        expected: `${SPEED_OPERATIONS} operations, one after the other and without any fault, to take ${MEAN_MS} ms each on the mean, at most`,
        seen: `${meanMs.toFixed(1)} ms`,
        cite: "the stage's handout, 3A: what is tested",
        hint: "What does an operation wait for that is in the log of a majority already?",
      } as const;
      c.expectAtMost(meanMs, MEAN_MS, otherwise, sinceUs);
      c.settle();
    },
  });
}

const SPEED_OPERATIONS = 100;

/** Keys that somebody may think of as something else. */
const ODD_KEYS = ["", "constructor", "__proto__"];
/** Characters that somebody may put between words; the last ones stand otherwise in a JSON text. */
const SEPARATORS = " ,;:|/=-_#&'";
const SEPARATED_KEY = `${SEPARATORS}"\\\t\n`;

/** Keys that look like none, a key that was never written, empty values, and one operation done twice. */
function useOddWords(c: KvCluster, clerk: number): void {
  for (const key of ODD_KEYS) {
    c.ended([c.get(clerk, key)]);
    c.ended([c.cas(clerk, key, "")]);
    c.ended([c.get(clerk, key)]);
  }
  const value = c.token();
  for (let i = 0; i < 2; i++) c.ended([c.begin(clerk, { kind: "append", key: "twice", value })]);
  c.ended([c.get(clerk, "twice")]);
  c.ended([c.begin(clerk, { kind: "put", key: "twice", value: "" })]);
  c.ended([c.get(clerk, "twice")]);
}

/** A key and a value with all separators in them, and a key of nothing but white space, which is no empty one. */
function useSeparators(c: KvCluster, clerk: number): void {
  c.ended([c.put(clerk, "")]);
  for (const key of [SEPARATED_KEY, " "]) c.ended([c.get(clerk, key)]);
  const separated = SEPARATORS + c.token();
  c.ended([c.begin(clerk, { kind: "put", key: SEPARATED_KEY, value: separated })]);
  c.ended([c.get(clerk, SEPARATED_KEY)]);
  c.ended([c.cas(clerk, SEPARATED_KEY, separated)]);
  c.ended([c.get(clerk, SEPARATED_KEY)]);
}

/** A cas that expects nothing where something stands, one of what stands there already, and one that leaves nothing. */
function swapOddWords(c: KvCluster, clerk: number): void {
  const [value = ""] = c.ended([c.get(clerk, "k")]);
  c.ended([c.cas(clerk, "k", "")]);
  c.ended([c.begin(clerk, { kind: "cas", key: "k", expected: "not that", value })]);
  c.ended([c.begin(clerk, { kind: "cas", key: "k", expected: value, value: "" })]);
  c.ended([c.get(clerk, "k")]);
}

/** What clerks ask for while a leader is known: each finds it first. */
function countRequests(c: KvCluster): void {
  c.ended(c.clerks.map((clerk) => c.get(clerk, "k")));
  const sinceUs = c.nowUs;
  const sent = () => c.clerks.reduce((sum, clerk) => sum + c.rpcsFrom(clerk), 0);
  const before = sent();
  for (let i = 0; i < 20; i++) c.ended(c.clerks.map((clerk) => c.append(clerk, "k")));
  const mean = (sent() - before) / (20 * c.clerks.length);
  const atMost = REQUESTS_PER_SERVER * c.servers.length;
  const otherwise = {
    property: "efficiency",
    check: "requests",
    expected: `a clerk to need no more than ${atMost} requests an operation on the mean, as there is a leader and nothing is lost`,
    seen: `${mean.toFixed(1)}`,
    cite: "the stage's handout, 3A: what is tested",
    hint: "Whom does a clerk ask next when a server says that it does not lead, and whom when the next operation comes?",
  } as const;
  c.expectAtMost(mean, atMost, otherwise, sinceUs);
}

/** Nothing goes wrong, or only the network is bad. */
export const CALM: readonly Draft[] = [
  draft({
    id: "lab3a/basic",
    title: "one clerk, no faults",
    servers: 5,
    clerks: 1,
    about:
      "One clerk does all four kinds of operations, one after the other. What it reads is what it wrote; a cas that does not find what it expects changes nothing. Keys may be any text, and what is done twice is done twice.",
    run: (c) => {
      const clerk = first(c.clerks);
      c.leaderWithin();
      c.ended([c.get(clerk, "a")]);
      c.ended([c.put(clerk, "a")]);
      c.ended([c.append(clerk, "a")]);
      const [value] = c.ended([c.get(clerk, "a")]);
      c.ended([c.cas(clerk, "a", "not that")]);
      c.ended([c.cas(clerk, "a", value ?? "")]);
      c.ended([c.append(clerk, "b")]);
      useOddWords(c, clerk);
      c.load({ clerks: [clerk], keys: ["a", "b"], limit: 30 });
      c.sleep(2_000);
      c.settle();
    },
  }),
  draft({
    id: "lab3a/concurrent",
    title: "five clerks at once, on keys of their own and on shared ones",
    servers: 5,
    clerks: 5,
    about:
      "Five clerks do operations at the same time, each on a key of its own and on keys of all. No faults. In the end each server leads once, and must have it all.",
    run: (c) => {
      c.leaderWithin();
      for (const clerk of c.clerks) c.load({ clerks: [clerk], keys: ["shared", "common", `own${clerk}`], limit: 20 });
      c.sleep(1_500);
      c.settle();
      c.readFromEach();
      const largest = Math.max(...c.servers.map((server) => c.snapshotSize(server)));
      c.expectAtMost(largest, 0, {
        property: "resource",
        check: "no-snapshot",
        expected: "no server to take a snapshot, as maxStateBytes is null",
        seen: `one of ${largest} bytes`,
        cite: "student API (consensus-labs/kv): KvOptions",
      });
    },
  }),
  unreliable("lab3a/unreliable"),
  draft({
    id: "lab3a/one-key",
    title: "everybody appends to one key, on a bad network",
    servers: 3,
    clerks: 5,
    about:
      "Five clerks append to one key, ten times each, while requests and replies are lost. Each text stands there once, and those of one clerk in their order.",
    setup: (s) => s.network({ unreliable: true, duplicate: 0.1, reorder: 0.1 }),
    run: (c) => {
      c.load({ clerks: c.clerks, keys: ["k"], mix: { append: 1, get: 0, put: 0, cas: 0 }, limit: 10 });
      c.sleep(5_000);
      c.settle();
    },
  }),
  draft({
    id: "lab3a/cas",
    title: "compare and swap by several clerks on one key",
    servers: 3,
    clerks: 3,
    about:
      'Three clerks swap the value of one key, at the same moments and on a bad network. Of those that expected the same value one at most has swapped it, and each is told what became of its own. To expect or to write "" is as good as anything else, and so are keys and values with spaces, commas, quotes and line breaks in them.',
    run: (c) => {
      c.leaderWithin();
      const clerk = first(c.clerks);
      for (let round = 0; round < 4; round++) {
        const [value = ""] = c.ended([c.get(clerk, "k")]);
        c.ended(c.clerks.map((each) => c.cas(each, "k", value)));
      }
      swapOddWords(c, clerk);
      useSeparators(c, clerk);
      c.check();
      c.network({ unreliable: true });
      c.load({
        clerks: c.clerks,
        keys: ["k"],
        mix: { cas: 4, get: 1, append: 1, put: 1 },
        thinkMs: [1, 30],
        limit: 20,
      });
      c.sleep(2_000);
      c.settle();
    },
  }),
  draft({
    id: "lab3a/overlapping-calls",
    title: "one clerk is called again before it has answered",
    servers: 3,
    clerks: 1,
    about:
      "One clerk gets eight calls at one moment, again and again, and its requests overtake each other. Each call gets the answer to its own operation.",
    run: (c) => {
      const clerk = first(c.clerks);
      c.leaderWithin();
      for (let round = 0; round < 5; round++) {
        c.network(round % 2 === 0 ? {} : { reorder: 0.4, delayMs: [0, 10] });
        c.ended([
          c.get(clerk, "a"),
          c.append(clerk, "a"),
          c.put(clerk, "b"),
          c.get(clerk, "b"),
          c.append(clerk, "c"),
          c.get(clerk, "c"),
          c.append(clerk, "a"),
          c.get(clerk, "a"),
        ]);
      }
      c.settle();
    },
  }),
  speed("lab3a/speed"),
  draft({
    id: "lab3a/redirects",
    title: "what a clerk asks for until it is done",
    servers: 5,
    clerks: 2,
    about: `Two clerks do operations while a leader is known, then under another one. On the mean they need no more than ${REQUESTS_PER_SERVER} requests a server for each.`,
    run: (c) => {
      const leader = c.leaderWithin();
      countRequests(c);
      c.crash(leader);
      c.leaderWithin(others(c, leader));
      countRequests(c);
      c.settle();
    },
  }),
];
