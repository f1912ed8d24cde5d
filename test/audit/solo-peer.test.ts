import { expect, test } from "vitest";
import { AuditedHost } from "../../grader/audit/audited-host.ts";
import { type AuditManner, SoloPeer } from "../../grader/audit/solo-peer.ts";
import { clusterSizeOf, type PlayOptions, playScenario } from "../../grader/harness/run-scenario.ts";
import type { Engine } from "../../grader/host/engine.ts";
import { HostLost, type PeerHost } from "../../grader/sim/peer-host.ts";
import { bundleSubmission, openSubmission } from "../../grader/submission/index.ts";
import { lab2 } from "../../labs/raft/index.ts";
import { boot, engineFor, invoke, raft, window } from "../host/fixture.ts";
import { SCENARIOS } from "../wrong/play.ts";

const reference = await bundleSubmission(openSubmission("reference", lab2.form));

function audited(
  code: string,
  peers: readonly number[],
  open = () => engineFor(code) as PeerHost,
  manner?: AuditManner,
) {
  return new AuditedHost(
    engineFor(code),
    peers.map((peer) => new SoloPeer(peer, open, manner)),
  );
}

const WAYS: [string, PlayOptions, AuditManner][] = [
  ["as ever", {}, {}],
  ["in realms of earlier lives", {}, { renewsRealms: true }],
  ["step by step", {}, { isStepwise: true }],
  ["in narrow windows", { windowUs: 143 }, {}],
  ["entry by entry", { oneEntry: true }, { isStepwise: true }],
];
const BUSY = ["lab2c/churn-unreliable", "lab2c/figure-8", "lab2a/one-way-links", "lab2d/late-snapshots"];

test.each(WAYS)("a peer does alone what it did in the run, played %s", (_, options, manner) => {
  for (const id of BUSY) {
    const scenario = SCENARIOS.get(id);
    if (scenario === undefined) throw new Error(`there is no scenario ${id}`);
    const peers = Array.from({ length: clusterSizeOf(scenario, 77) }, (_, peer) => peer);
    const host = audited(reference.code, peers, undefined, manner);
    expect(playScenario(scenario, 77, host, options).verdict).toBe("passed");
    expect(host.finish()).toEqual(peers.map((peer) => ({ kind: "same", peer })));
  }
});

test.each([
  [{}, undefined],
  [{ renewsRealms: true }, true],
])("realms of earlier lives are asked for where they may be used, and only there: %o", (manner: AuditManner, asked) => {
  const resets: unknown[] = [];
  const engine = engineFor(raft(""));
  const open = (): PeerHost => ({
    reset: (renewsRealms) => {
      resets.push(renewsRealms);
      engine.reset(renewsRealms);
    },
    exchange: (part) => engine.exchange(part),
  });
  const host = audited(raft(""), [0], open, manner);
  host.reset();
  host.exchange(window(1_000, boot()));
  expect(host.finish()).toEqual([{ kind: "same", peer: 0 }]);
  expect(resets).toEqual([asked]);
});

test("an audit leaves the run as it is", () => {
  const scenario = SCENARIOS.get("lab2a/re-election");
  if (scenario === undefined) throw new Error("there is no such scenario");
  const plain = playScenario(scenario, 5, engineFor(reference.code));
  expect(playScenario(scenario, 5, audited(reference.code, [0, 1, 2]))).toEqual(plain);
});

test("what the grader asks for at a moment comes after the timers that were over by then", () => {
  const code = raft("setTimeout(() => { this.late = true; }, 5);", "ask() { console.log(this.late); return null; }");
  const host = audited(code, [0]);
  host.reset();
  const texts = [window(5_001, boot()), window(5_001, invoke(5_000, "ask"))]
    .flatMap((part) => host.exchange(part).entries)
    .flatMap((entry) => entry.effects)
    .flatMap((effect) => (effect.kind === "log" ? [effect.text] : []));
  expect(texts).toEqual(["true"]);
  expect(host.finish()).toEqual([{ kind: "same", peer: 0 }]);
});

test("a timer that fires alone after the last thing that happened in the run is found", () => {
  const host = audited(raft(""), [0], () => engineFor(raft("setTimeout(() => {}, 900);")));
  host.reset();
  host.exchange(window(1_000, boot()));
  host.exchange(window(1_000_000));
  expect(host.finish()).toMatchObject([{ kind: "different", difference: { timeUs: 900_000 } }]);
});

test("long runs are compared piece by piece, and little is kept", () => {
  const code = raft("setInterval(() => persister.save(new Uint8Array(100_000)), 1);");
  const solo = engineFor(code);
  const widths: number[] = [];
  const counting: PeerHost = {
    reset: () => solo.reset(),
    exchange: (asked) => {
      const result = solo.exchange(asked);
      widths.push(result.entries.length);
      return result;
    },
  };
  const host = audited(code, [0], () => counting);
  host.reset();
  host.exchange(window(1_000, boot()));
  for (let ms = 2; ms <= 200; ms++) host.exchange(window(ms * 1_000));
  expect(host.finish()).toEqual([{ kind: "same", peer: 0 }]);
  expect(Math.max(...widths)).toBeLessThan(40);
  expect(widths.length).toBeLessThan(20);
});

test.each([false, true])(
  "a peer that crashed before it was booted has nothing to be run (step by step: %s)",
  (isStepwise) => {
    const code = raft("console.log('here')");
    // A host process knows how many peers there are once one was booted, and takes no entry of others.
    const strict = (): PeerHost => {
      const engine = engineFor(code);
      let isBooted = false;
      return {
        reset: () => engine.reset(),
        exchange: (asked) => {
          isBooted ||= asked.inputs.some(({ kind }) => kind === "boot");
          if (!isBooted) throw new HostLost("crashed", "there is no such peer");
          return engine.exchange(asked);
        },
      };
    };
    const host = audited(code, [0, 1], strict, { isStepwise });
    host.reset();
    host.exchange(window(1_000, { kind: "drop", timeUs: 0, peer: 0, incarnation: 1 }, { ...boot(), peer: 2 }));
    host.exchange(window(3_000, boot({ timeUs: 2_000, incarnation: 2 })));
    expect(host.finish()).toEqual([0, 1].map((peer) => ({ kind: "same", peer })));
  },
);

test("a host that is lost spoils the audit and not the run", () => {
  const open = (): PeerHost => ({
    reset: () => {},
    exchange: () => {
      throw new HostLost("hung", "it stood still");
    },
  });
  const code = raft("setTimeout(() => console.log('here'), 1);");
  const host = audited(code, [0, 1], open);
  host.reset();
  expect(host.exchange(window(5_000, boot(), boot({ peer: 1 }))).entries).toHaveLength(4);
  const loss = new HostLost("hung", "it stood still");
  expect(host.finish()).toEqual([0, 1].map((peer) => ({ kind: "lost", peer, loss })));
});

test("peers that share what lies outside their realms are found", () => {
  const shared: { turns: number } = { turns: 0 };
  const withChannel = (engine: Engine): PeerHost => ({
    reset: () => engine.reset(),
    // As if each entry of a peer could count the entries of all.
    exchange: (asked) => {
      const result = engine.exchange(asked);
      const entries = result.entries.map((entry) => ({
        ...entry,
        effects: [{ kind: "log", level: "log", text: String(++shared.turns) } as const],
      }));
      return { ...result, entries };
    },
  });
  const code = raft("setInterval(() => {}, 1);");
  const solo = new SoloPeer(1, () => withChannel(engineFor(code)));
  const host = new AuditedHost(withChannel(engineFor(code)), [solo]);
  host.reset();
  host.exchange(window(5_000, boot(), boot({ peer: 1 })));
  expect(host.finish()).toMatchObject([{ kind: "different", peer: 1, difference: { timeUs: 0 } }]);
});

test("what a host says is the same to the byte is not looked at, and what it does not is", () => {
  const code = raft("setTimeout(() => console.log('here'), 5);");
  const asked: number[] = [];
  const open = (isSame: boolean): PeerHost => {
    const engine = engineFor(code);
    return {
      reset: () => engine.reset(),
      exchange: () => {
        throw new Error("it has bytes to compare");
      },
      repeat: (part, raws) => {
        asked.push(raws.length);
        const { entries, ...rest } = engine.exchange(part);
        return isSame ? null : { ...rest, entries: entries.slice(0, -1) };
      },
    };
  };
  const withRaw = (host: PeerHost): PeerHost => ({
    reset: () => host.reset(),
    exchange: (part) => {
      const { entries, ...rest } = host.exchange(part);
      return { ...rest, entries: entries.map((entry) => ({ ...entry, raw: new Uint8Array(1) })) };
    },
  });
  for (const isSame of [true, false]) {
    const host = new AuditedHost(withRaw(engineFor(code)), [new SoloPeer(0, () => open(isSame))]);
    host.reset();
    host.exchange(window(9_000, boot()));
    expect(host.finish()[0]?.kind).toBe(isSame ? "same" : "different");
  }
  expect(asked).toEqual([2, 2]);
});
