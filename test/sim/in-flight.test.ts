import { describe, expect, test } from "vitest";
import { IN_FLIGHT_BYTES_MAX, InFlight, OPEN_CALLS_MAX, SAVED_BYTES_MAX } from "../../grader/sim/in-flight.ts";
import type { NetworkModel } from "../../grader/sim/network.ts";
import {
  type Effect,
  type Entry,
  HostLost,
  type PeerHost,
  type Window,
  type WindowResult,
} from "../../grader/sim/peer-host.ts";
import { processesOf } from "../../grader/sim/role.ts";
import { Simulation } from "../../grader/sim/simulation.ts";
import { Tape } from "../../grader/sim/tape.ts";
import { Trace } from "../../grader/sim/trace.ts";
import { collectGarbage } from "../memory.ts";
import { type Actions, type Script, ScriptedHost } from "./scripted-host.ts";

const MB = 1024 * 1024;
/** One array for all, as what is counted is what a message says that it holds. Few, as all of it is hashed. */
const LARGE = new Uint8Array(2 * MB);
const SMALL = new Uint8Array(1);

function world(peers: PeerHost | ((peer: number) => Script), network: NetworkModel = {}) {
  const nothing = () => {};
  const events = {
    booted: nothing,
    crashed: nothing,
    sent: nothing,
    heard: nothing,
    observed: nothing,
    endedIn: nothing,
  };
  const sim = new Simulation({
    processes: processesOf([{ role: "peer", size: 3 }]),
    host: typeof peers === "function" ? new ScriptedHost(peers) : peers,
    tape: new Tape(1),
    trace: new Trace(),
    events: { ...events, upcall: nothing, log: nothing, exception: nothing, misuse: nothing },
  });
  sim.network.model = network;
  for (const peer of sim.peers) sim.boot(peer);
  return sim;
}

/** Peer 0 does something every so many microseconds. */
function every(us: number, act: (actions: Actions) => void, others: Script = {}) {
  const again = (actions: Actions) => {
    act(actions);
    actions.timer(us, "again");
  };
  return (peer: number): Script => (peer === 0 ? { ...others, onBoot: again, onTimer: again } : others);
}

/** What ends the run within so many virtual seconds, and when. */
function endOf(sim: Simulation, seconds: number): string {
  try {
    sim.runUntil(seconds * 1e6);
  } catch (error) {
    if (error instanceof HostLost) return `${error.verdict}: ${error.message}`;
    throw error;
  }
  return "nothing";
}

const BYTES =
  /^output-limit: the arguments and replies on their way passed 32 MB, .*; the last was a call of keep by peer 0$/;
const call = (args: Uint8Array) => (actions: Actions) => void actions.call(1, "keep", args);
const answer = (reply: Uint8Array): Script => ({
  onRequest: (act, { requestId }) => act.effect({ kind: "reply", requestId, reply }),
});
/** So many large messages may be on their way. */
const FITTING = Math.floor(IN_FLIGHT_BYTES_MAX / LARGE.length);

describe("messages on their way are a budget of the run:", () => {
  test("arguments that were delivered are kept no longer, also when nobody ever answers", () => {
    const sim = world(every(2_000, call(LARGE)));
    expect(endOf(sim, 0.08)).toBe("nothing");
    expect(sim.calls.rpcs).toBeGreaterThan(2 * FITTING);
  });

  test("nor are those of copies, nor replies", () => {
    const sim = world(every(4_000, call(LARGE), answer(LARGE)), { duplicate: 0.5 });
    expect(endOf(sim, 0.16)).toBe("nothing");
    expect(sim.calls.rpcs).toBeGreaterThan(2 * FITTING);
  });

  test("arguments that are lost are not kept at all", () => {
    const sim = world(every(2_000, call(LARGE)));
    sim.network.partition([[0], [1, 2]]);
    expect(endOf(sim, 0.04)).toBe("nothing");
    sim.network.partition([]);
    sim.network.model = { drop: 1 };
    expect(endOf(sim, 0.08)).toBe("nothing");
    sim.network.model = {};
    sim.crash(sim.peers[1] as never);
    expect(endOf(sim, 0.12)).toBe("nothing");
    expect(sim.calls.rpcs).toBeGreaterThan(3 * FITTING);
  });

  test("those that wait for a paused peer", () => {
    const sim = world(every(2_000, call(LARGE)));
    sim.runUntil(1_000);
    sim.pause(sim.peers[1] as never);
    expect(endOf(sim, 5)).toMatch(BYTES);
    expect(sim.calls.rpcs).toBe(FITTING);
  });

  test("they are free again when the peer goes on, or crashes", () => {
    const sim = world(every(2_000, call(LARGE)));
    for (let round = 1; round <= 4; round++) {
      sim.runUntil(round * 25_000);
      sim.pause(sim.peers[1] as never);
      sim.runUntil(round * 25_000 + 18_000);
      if (round % 2 === 0) sim.resume(sim.peers[1] as never);
      else {
        sim.crash(sim.peers[1] as never);
        sim.runUntil(round * 25_000 + 20_000);
        sim.boot(sim.peers[1] as never);
      }
    }
    expect(sim.calls.rpcs).toBeGreaterThan(3 * FITTING);
  });

  test("those that a rule holds, until it lets them go", () => {
    const sim = world(every(2_000, call(LARGE)));
    sim.network.rules.push({ decide: () => "hold" });
    for (let round = 1; round <= 3; round++) {
      sim.runUntil(round * 20_000);
      sim.calls.release();
    }
    expect(endOf(sim, 5)).toMatch(BYTES);
    expect(sim.calls.rpcs).toBeGreaterThan(2 * FITTING);
  });

  test.each(["releaseOne", "dropOne"] as const)("those that a rule holds, until each is gone by %s", (gone) => {
    const sim = world(every(2_000, call(LARGE)));
    const rule = { decide: () => "hold" as const };
    sim.network.rules.push(rule);
    for (let round = 1; round <= 3; round++) {
      sim.runUntil(round * 20_000);
      for (const { id } of sim.calls.listHeld(rule)) sim.calls[gone](rule, id);
    }
    expect(endOf(sim, 5)).toMatch(BYTES);
    expect(sim.calls.rpcs).toBeGreaterThan(2 * FITTING);
  });

  test("those that are under way for long, and replies likewise", () => {
    expect(endOf(world(every(2_000, call(LARGE)), { delayMs: [500, 500] }), 5)).toMatch(BYTES);
    const sim = world(every(2_000, call(SMALL), answer(LARGE)));
    sim.network.rules.push({ decide: ({ kind }) => (kind === "reply" ? { delayMs: 500 } : "pass") });
    expect(endOf(sim, 5)).toMatch(/; the last was a reply to keep by peer 1$/);
  });

  test("small ones count for the memory that each may keep", () => {
    const counts = new InFlight();
    const fitting = Math.floor(IN_FLIGHT_BYTES_MAX / (2048 + SMALL.length));
    const send = () => counts.sent(0, "request", "keep", SMALL.length);
    for (let i = 0; i < fitting; i++) send();
    expect(send).toThrow(HostLost);
    for (let i = 0; i < 10; i++) counts.gone(SMALL.length);
    for (let i = 0; i < 9; i++) send();
    expect(send).toThrow(HostLost);
  });
});

/** Peer 0 makes so many calls of peer 1 every 10 ms; each is answered at once, or not, as the number of the request says. */
class CallingHost implements PeerHost {
  #nextUs = 5_000;
  #calls = 0;

  constructor(
    private readonly burst: number,
    private readonly answers: (requestId: number) => boolean,
    private readonly method = (_call: number) => "keep",
  ) {}

  reset(): void {}

  exchange({ untilUs, spanUs, inputs }: Window): WindowResult {
    const entries: Entry[] = [];
    let endUs = untilUs;
    const add = (entry: Entry) => {
      entries.push(entry);
      if (entry.effects.length > 0) endUs = Math.min(endUs, entry.timeUs + spanUs);
    };
    const tick = (beforeUs: number) => {
      if (this.#nextUs >= Math.min(beforeUs, endUs)) return;
      const effects = Array.from({ length: this.burst }, (): Effect => {
        const callId = ++this.#calls;
        return { kind: "call", callId, to: 1, method: this.method(callId), args: SMALL };
      });
      add({ timeUs: this.#nextUs, peer: 0, incarnation: 1, cause: "timer", effects });
      this.#nextUs += 10_000;
    };
    for (const input of inputs) {
      tick(input.timeUs);
      if (input.timeUs >= endUs) break;
      const { timeUs, peer, incarnation } = input;
      const isAnswered = input.kind === "request" && this.answers(input.requestId);
      const effects: Effect[] = isAnswered ? [{ kind: "reply", requestId: input.requestId, reply: SMALL }] : [];
      add({ timeUs, peer, incarnation, cause: "input", effects });
    }
    tick(untilUs);
    return { entries, endUs, nextWakeUs: this.#nextUs };
  }
}

describe("so are open calls:", () => {
  test("those without an answer", () => {
    const sim = world(new CallingHost(400, () => true));
    sim.runUntil(1_000);
    sim.network.partition([[0], [1, 2]]);
    // Nulls come after 3.5 s in the mean: so many are open, and soon too many.
    expect(endOf(sim, 10)).toBe(`output-limit: more than ${OPEN_CALLS_MAX} calls were without an answer at once`);
  });

  test("those whose handler does not answer, also when the caller has its null", () => {
    const sim = world(new CallingHost(100, () => false));
    expect(endOf(sim, 30)).toBe(
      `output-limit: more than ${OPEN_CALLS_MAX} calls reached a handler that has not answered`,
    );
    expect(sim.nowUs).toBeGreaterThan(7_500_000);
  });

  test("not those that were answered, however many, and whatever call is older than they", () => {
    const sim = world(new CallingHost(200, (requestId) => requestId > 1));
    expect(endOf(sim, 5)).toBe("nothing");
    expect(sim.calls.rpcs).toBeGreaterThan(OPEN_CALLS_MAX);
  });

  test("and the names of methods", () => {
    const sim = world(
      new CallingHost(
        100,
        () => true,
        (call) => `method ${call}`,
      ),
    );
    expect(endOf(sim, 2)).toMatch(/^output-limit: the peers called more than 10000 different methods/);
    expect(sim.calls.rpcs).toBe(10_000);
  });
});

describe("what is saved", () => {
  const save = (state: Uint8Array, snapshot: Uint8Array | null) => (act: Actions) =>
    act.effect({ kind: "save", state, snapshot });

  test("is replaced by what is saved next", () => {
    expect(endOf(world(every(2_000, save(LARGE, LARGE))), 0.06)).toBe("nothing");
  });

  test("is a budget of all peers together", () => {
    const each = new Uint8Array(SAVED_BYTES_MAX / 4);
    const script = (peer: number): Script => ({ onBoot: save(each, peer === 2 ? each : null) });
    expect(endOf(world(script), 1)).toBe("nothing");
    const more = (peer: number): Script => ({ onBoot: save(each, peer > 0 ? each : null) });
    expect(endOf(world(more), 1)).toBe(
      "output-limit: the states and snapshots that the peers have saved passed 24 MB in all; the last was by peer 2",
    );
  });
});

test("results that nobody waits for are not kept", () => {
  let id = 1e9;
  const give = (act: Actions) => act.effect({ kind: "result", invokeId: ++id, value: new Uint8Array(4 * MB) });
  const sim = world(every(2_000, give));
  const before = process.memoryUsage().arrayBuffers;
  sim.runUntil(200_000);
  expect(id).toBeGreaterThan(1e9 + 90);
  collectGarbage();
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(250e6);
});
