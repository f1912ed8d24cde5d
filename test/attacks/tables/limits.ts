import { type Attack, type Parts, raftFile } from "../attack.ts";

const of = (id: string, verdict: Attack["verdict"], parts: Parts, more: Partial<Attack> = {}): Attack => ({
  id,
  files: raftFile(parts),
  verdict,
  ...more,
});

/** Too much of something: each has its limit's verdict, never that of a wrong answer. */
export const LIMITS: readonly Attack[] = [
  of("loop", "hung", { init: "for (;;);" }),
  of("loop-that-catches", "hung", { init: "for (;;) try { for (;;); } catch {} finally { continue; }" }),
  of("loop-at-load", "hung", { top: "for (;;);" }),
  of("loop-in-a-handler", "hung", {
    init: "setTimeout(() => { for (const peer of peers) peer.call('hi', {}); }, 50);",
    members: "hi() { for (;;); }",
  }),
  of("loop-in-get-state", "hung", { getState: "for (;;);" }),
  of("promise-loop", "hung", { init: "(async () => { for (;;) await null; })();" }),
  of("microtask-loop", "hung", { init: "const again = () => queueMicrotask(again); again();" }),
  of("thenable-loop", "hung", { init: "const again = { then(done) { done(again); } }; Promise.resolve(again);" }),
  of("regular-expression", "hung", { init: "/^(a+)+$/.test('a'.repeat(60) + '!');" }),
  of("sort-without-end", "hung", { init: "[3, 1, 2].sort(() => { for (;;); });" }),
  of(
    "immediate-storm",
    "failed",
    {
      // For one second of virtual time.
      init: "let left = 20_000; const again = () => { for (let i = 0; i < 3; i++) setImmediate(() => {}); if (left-- > 0) setImmediate(again); }; again();",
    },
    { property: "liveness" },
  ),
  of("immediate-explosion", "out-of-memory", {
    init: "const again = () => { setImmediate(again); setImmediate(again); }; again();",
  }),
  of("memory-objects", "out-of-memory", { init: "const all = []; for (;;) all.push({ all, more: [all.length] });" }),
  of("memory-strings", "out-of-memory", {
    init: "const all = []; for (let i = 0; ; i++) all.push(decode(encode(i + 'x'.repeat(3_000_000))));",
  }),
  of("memory-buffers", "out-of-memory", {
    init: "const all = []; for (;;) all.push(new Uint8Array(20_000_000).fill(1));",
  }),
  of("memory-small-buffers", "out-of-memory", {
    init: "const all = []; for (;;) all.push(new Uint8Array(4096).fill(1));",
  }),
  of("memory-map", "out-of-memory", { init: "const all = new Map(); for (let i = 0; ; i++) all.set(i, [i]);" }),
  of("memory-by-timers", "out-of-memory", {
    init: "const all = []; setInterval(() => all.push(new Uint8Array(30_000_000).fill(1)), 5);",
  }),
  of("huge-array", "crashed", { init: "new Array(-1);" }, { message: /Invalid array length/ }),
  of("huge-string", "crashed", { init: "'x'.repeat(2 ** 30);" }, { message: /Invalid string length/ }),
  of("console-flood", "output-limit", { init: "for (;;) console.log('hello');" }),
  of("console-huge-line", "output-limit", { init: "for (;;) console.error('x'.repeat(5_000_000));" }),
  of("call-flood", "output-limit", {
    init: "const long = 'x'.repeat(10_000); for (;;) peers[0].call('hi', long);",
    members: "hi() { return 1; }",
  }),
  of("save-flood", "output-limit", { init: "for (;;) persister.save(new Uint8Array(1_000_000));" }),
  of("apply-flood", "output-limit", {
    init: "const long = 'x'.repeat(10_000); for (let index = 1; ; index++) apply({ kind: 'command', index, command: long });",
  }),
  of("reply-too-large", "output-limit", {
    init: "setTimeout(() => { for (const peer of peers) peer.call('hi', {}); }, 50);",
    members: "hi() { return new Uint8Array(50_000_000); }",
  }),
  of("misuse-flood", "output-limit", {
    init: "setTimeout(() => { for (;;) peers[0].call('nothing'.repeat(2_000), 1); }, 50);",
  }),
  of("rejection-storm", "out-of-memory", { init: "for (;;) Promise.reject(new Error('x'.repeat(16_000)));" }),
  of(
    "rejections",
    "crashed",
    { init: "for (let i = 0; i < 1_000; i++) Promise.reject(new Error('unhandled'));" },
    { message: /unhandled/ },
  ),
  of(
    "stack-overflow",
    "crashed",
    { init: "const again = () => again() + 1; again();" },
    { message: /Maximum call stack size exceeded/ },
  ),
  of(
    "stack-overflow-in-get-state",
    "crashed",
    { getState: "return this.getState();" },
    { message: /Maximum call stack size exceeded/ },
  ),
  of(
    "stack-overflow-caught",
    "failed",
    {
      init: "const again = () => { try { again(); } catch {} try { peers[0].call('hi', {}); } catch {} }; again();",
      members: "hi() { return 1; }",
    },
    { property: "liveness" },
  ),
];
