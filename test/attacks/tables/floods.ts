import { type Attack, ESCAPE, type Files, raftFile } from "../attack.ts";

/**
 * In the host's own realm: takes the channel over and answers each window itself, correctly but for what it says that peer
 * after peer did, in the greatest frames that are let through, as fast as they are taken. `effects(to)` writes them and
 * gives how many there are; `entries` is how many entries there are of them.
 */
function takeover(process: NodeJS.Process, peers: number, effects: (to: Frame) => number, entries: number): void {
  const { readSync, writeSync } = process.getBuiltinModule("node:fs");
  const frame: Frame = {
    bytes: Buffer.alloc(24 << 20),
    at: 0,
    calls: 0,
    u8: (value) => {
      frame.bytes[frame.at++] = value;
    },
    u32: (value) => {
      frame.at = frame.bytes.writeUInt32LE(value, frame.at);
    },
    f64: (value) => {
      frame.at = frame.bytes.writeDoubleLE(value, frame.at);
    },
    data: (value) => {
      frame.u32(value.length);
      frame.bytes.set(value, frame.at);
      frame.at += value.length;
    },
  };
  const send = () => {
    frame.bytes.writeUInt32LE(frame.at - 4, 0);
    for (let sent = 0; sent < frame.at; ) sent += writeSync(4, frame.bytes, sent, frame.at - sent);
  };
  const read = (size: number) => {
    const taken = Buffer.alloc(size);
    for (let got = 0; got < size; ) got += readSync(3, taken, got, size - got, null);
    return taken;
  };
  /** The end of the last window, which is when the next one begins. */
  let endUs = 6_000;
  /** Ends the window that is under way, with nothing in it. */
  const begin = () => {
    frame.at = 4;
    frame.u8(5);
    frame.f64(endUs);
    frame.f64(endUs);
  };
  begin();
  frame.u32(0);
  send();
  for (;;) {
    const body = read(read(4).readUInt32LE(0));
    // Inputs: kind, time, peer and incarnation, and then what belongs to the kind.
    let at = 25;
    const take = (size: number) => {
      at += size;
      return at - size;
    };
    const inputs: { timeUs: number; peer: number; incarnation: number; invokeId: number }[] = [];
    for (let left = body.readUInt32LE(21); left > 0; left--) {
      const kind = body[take(1)];
      const timeUs = body.readDoubleLE(take(8));
      const [peer, incarnation] = [body.readUInt32LE(take(4)), body.readUInt32LE(take(4))];
      const invokeId = kind === 4 ? body.readDoubleLE(take(8)) : -1;
      if (kind === 2) take(12);
      if (kind === 3) take(8);
      for (let data = kind === 2 || kind === 4 ? 2 : kind === 3 ? (body[take(1)] as number) : 0; data > 0; data--) {
        take(body.readUInt32LE(take(4)));
      }
      inputs.push({ timeUs, peer, incarnation, invokeId });
    }
    const startUs = endUs;
    endUs = Math.min(body.readDoubleLE(1), startUs + 1_000);
    begin();
    const mine = inputs.filter(({ timeUs }) => timeUs < endUs);
    frame.u32(mine.length + entries);
    const entry = (timeUs: number, peer: number, incarnation: number, cause: number) => {
      frame.f64(timeUs);
      frame.u32(peer);
      frame.u32(incarnation);
      frame.u8(cause);
    };
    for (const { timeUs, peer, incarnation, invokeId } of mine) {
      entry(timeUs, peer, incarnation, 0);
      frame.u32(invokeId < 0 ? 0 : 1);
      if (invokeId < 0) continue;
      frame.u8(6);
      frame.f64(invokeId);
      frame.data(Buffer.from([0xc0]));
    }
    for (let i = 0; i < entries; i++) {
      entry(endUs - 1, peers - 1, 1, 1);
      const count = frame.at;
      frame.u32(0);
      frame.bytes.writeUInt32LE(effects(frame), count);
    }
    send();
  }
}

/** A frame that is being written. */
interface Frame {
  readonly bytes: Buffer;
  at: number;
  calls: number;
  u8(value: number): void;
  u32(value: number): void;
  f64(value: number): void;
  data(value: Uint8Array): void;
}

/** The effects are JavaScript that has `to`; `large`, 4 MB of MessagePack; `state`, what `getState` gave. */
const flooding = (effects: string, entries = 1): Files =>
  raftFile({
    top: `${ESCAPE}
      const text = ${JSON.stringify(takeover.toString())};
      const effects = ${JSON.stringify(effects)};`,
    init: `
      if (me === 0) setTimeout(() => {
        const { process, Function, Buffer } = escape();
        const large = Buffer.alloc(4 << 20, 1);
        large[0] = 0xc6;
        large.writeUInt32BE(large.length - 5, 1);
        const state = Buffer.from(encode({ term: 0, isLeader: false }));
        const act = new Function("to", "large", "state", effects);
        new Function("return " + text)()(process, peers.length, (to) => act(to, large, state), ${entries});
      }, 5);`,
  });

const flood = (id: string, message: RegExp, effects: string, entries?: number): Attack => ({
  id,
  files: flooding(effects, entries),
  verdict: "output-limit",
  message,
});

const AT_ONCE = /too much at once: .* within one window passed 16 MB/;
const IN_ALL = /too much in all: .* within one run passed 256 MB/;
const LARGE_CALL = "to.u8(1); to.f64(++to.calls); to.u32(0); to.data([107]); to.data(large);";
const times = (count: number, effect: string) => `for (let i = 0; i < ${count}; i++) { ${effect} } return ${count};`;

/** What is well formed, and far too much: of values, and from a host that has escaped and has no meter. */
export const FLOODS: readonly Attack[] = [
  {
    id: "state-of-nested-lists",
    files: raftFile({
      top: "let chain = []; for (let i = 0; i < 150; i++) chain = [chain]; const junk = new Array(98_000).fill(chain);",
      getState: "return { term: 0, isLeader: false, junk };",
    }),
    verdict: "output-limit",
    message: /the observed state of .* MB is larger than 4 MB/,
  },
  {
    id: "state-of-many-items",
    files: raftFile({
      top: "const junk = new Array(1_000_000).fill(0);",
      getState: "return { junk, term: 0, isLeader: false };",
    }),
    verdict: "failed",
    property: "api",
    message: /getState\(\) returned data of more than 100000 items/,
  },
  {
    id: "command-of-nested-lists",
    files: raftFile({
      top: "let chain = []; for (let i = 0; i < 150; i++) chain = [chain]; const command = new Array(600).fill(chain);",
      init: "apply({ kind: 'command', index: 1, command });",
    }),
    verdict: "failed",
    property: "state-machine-safety",
    message: /applied the command \[\[\[+… at index 1, which nobody started/,
  },
  {
    id: "calls-without-an-answer",
    files: raftFile({
      top: "const big = new Uint8Array(3_000_000);",
      init: "setInterval(() => { if (me === 0) peers[1].call('keep', big); }, 2);",
      members: "keep() { return new Promise(() => {}); }",
    }),
    verdict: "output-limit",
    message: IN_ALL,
  },
  {
    id: "calls-that-are-answered",
    // Nothing is large, kept or slow: what each costs is the kernel's own work.
    files: raftFile({
      init: "setInterval(() => { for (let i = 0; i < 60; i++) peers[(me + 1) % peers.length].call('hi', i); }, 2);",
      members: "hi(i) { return i; }",
    }),
    verdict: "failed",
    property: "efficiency",
    message: /at most 10000 calls by one peer in a second/,
  },
  {
    id: "method-with-a-long-name",
    files: raftFile({ init: "peers[1].call('x'.repeat(1_000), 1);" }),
    verdict: "output-limit",
    message: /a method whose name of 1000 characters is longer than 256/,
  },
  flood("flood-of-tiny-effects", AT_ONCE, times(300_000, "to.u8(5); to.data(state);")),
  flood("flood-of-entries", AT_ONCE, "return 0;", 200_000),
  flood(
    "flood-of-one-large-value",
    /a call of 4 MB is larger than 4 MB/,
    "to.u8(1); to.f64(1); to.u32(0); to.data([107]); to.u32(large.length + 1); to.at += large.length + 1; return 1;",
  ),
  flood("flood-of-observations", IN_ALL, times(50_000, "to.u8(5); to.data(state);")),
  flood("flood-of-results", IN_ALL, times(3, "to.u8(6); to.f64(1e9 + ++to.calls); to.data(large);")),
  flood("flood-of-calls", IN_ALL, times(3, LARGE_CALL)),
  flood("flood-of-saves", IN_ALL, "to.u8(3); to.data(large); to.u8(1); to.data(large); return 1;"),
  flood("flood-of-log-lines", IN_ALL, times(200, "to.u8(7); to.u8(1); to.data(large.subarray(5, 65_541));")),
];
