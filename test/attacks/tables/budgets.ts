import { type Attack, ESCAPE, type Parts, raftFile } from "../attack.ts";

const of = (id: string, budget: "CPU" | "wall", parts: Parts): Attack => ({
  id,
  files: raftFile(parts),
  verdict: "hung",
  message: budget === "CPU" ? /budget of CPU time of the run/ : /budget of wall time of the run/,
  budget,
});

/** Sleeps wall time, in which nothing is computed. */
const SLEEP = `${ESCAPE}
const out = escape();
const words = new out.Int32Array(new out.SharedArrayBuffer(4));
const sleep = (ms) => out.Atomics.wait(words, 0, 0, ms);
`;

const BURN = `
const burn = (rounds) => { let x = 1; for (let i = 0; i < rounds; i++) x = (x * 31 + i) | 0; return x; };
`;

/** What each of them does in a window is far below the limits of windows; there are many windows. */
export const BUDGETS: readonly Attack[] = [
  of("sleeps-in-every-window", "wall", {
    top: SLEEP,
    init: "if (me === 0) setInterval(() => { sleep(300); persister.save(new Uint8Array(1)); }, 2);",
  }),
  of("sleeps-in-short-windows", "wall", {
    top: SLEEP,
    init: "setInterval(() => { sleep(8); persister.save(new Uint8Array(1)); }, 2);",
  }),
  of("sleeps-while-observed", "wall", {
    top: SLEEP,
    init: "setInterval(() => {}, 2);",
    getState: "sleep(10); return { term: 0, isLeader: false };",
  }),
  of("burns-in-every-window", "CPU", {
    top: BURN,
    init: "setInterval(() => { burn(3e7); persister.save(new Uint8Array(1)); }, 2);",
  }),
  of("burns-while-observed", "CPU", {
    top: BURN,
    init: "setInterval(() => {}, 2);",
    getState: "burn(1e6); return { term: 0, isLeader: false };",
  }),
  of("burns-in-other-threads", "CPU", {
    top: SLEEP,
    init: `
      if (me === 0) for (let i = 0; i < 4; i++) new (builtin("worker_threads").Worker)("for (;;);", { eval: true });
      setInterval(() => { sleep(10); persister.save(new Uint8Array(1)); }, 2);`,
  }),
];
