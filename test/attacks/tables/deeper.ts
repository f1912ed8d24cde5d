import { type Attack, ESCAPE, escaped, raftFile } from "../attack.ts";

/**
 * Provokes errors in the constructor, by hostile values, and of the `pure` calls also where there is hardly any stack left.
 * One that the host had thrown would lead to the host's own Function, and so out of the realm.
 */
const provokes = (pure: string, others: string, end: string) =>
  raftFile({
    top: `
const ways = new Set();
let followed = 0;
const follow = (name, error) => {
  followed++;
  for (let at = error; at !== null && at !== undefined; at = Object.getPrototypeOf(at)) {
    try {
      const out = at.constructor.constructor("return globalThis")();
      if (out.process !== undefined) ways.add(name);
    } catch {}
  }
};`,
    init: `
      const thrower = { get x() { throw new Error("mine"); } };
      const hostile = [undefined, null, 1n, Symbol("x"), () => 1, thrower, new Proxy({}, { ownKeys() { throw 1; } }), NaN];
      const attempt = (name, call, value) => { try { call(value); } catch (error) { follow(name, error); } };
      const [pure, others] = [{ ${pure} }, { ${others} }];
      for (const [name, call] of Object.entries({ ...pure, ...others })) for (const value of hostile) attempt(name, call, value);
      for (const [name, call] of Object.entries(pure)) {
        let left = 40;
        const dig = () => {
          try { dig(); } catch {}
          if (left-- > 0) attempt(name + " without stack", call, { x: [1] });
        };
        dig();
      }
      ${end}`,
    members: "hi() { return 1; }",
  });

/** Out of the realm too: ends of the process, its memory and threads, the files of a batch, and what there is to be learnt. */
export const DEEPER: readonly Attack[] = [
  {
    id: "escape-segmentation-fault",
    // A function of V8's own takes its arguments for strings, unseen.
    files: escaped(`(() => {
      builtin("node:v8").setFlagsFromString("--allow-natives-syntax");
      return new (escape().Function)("return %StringAdd(1, 2)")();
    })()`),
    verdict: "crashed",
    message: /^the peer host ended by itself \(SIG(SEGV|TRAP|ABRT|ILL)\)$/,
  },
  {
    id: "escape-break",
    files: escaped(`(() => {
      builtin("node:v8").setFlagsFromString("--allow-natives-syntax");
      return new (escape().Function)("%SystemBreak()")();
    })()`),
    verdict: "crashed",
    message: /^the peer host ended by itself \(SIGTRAP\)$/,
  },
  {
    id: "escape-exit-137",
    // The exit code of a process that the system killed.
    files: escaped("escape().process.reallyExit(137)"),
    verdict: "crashed",
    message: /^the peer host ended by itself \(SIGKILL\)/,
  },
  {
    id: "escape-growing-shared-memory",
    files: escaped(`(() => {
      const out = escape();
      const memory = new out.SharedArrayBuffer(0, { maxByteLength: 3_000_000_000 });
      for (let bytes = 20_000_000; ; bytes += 20_000_000) {
        memory.grow(bytes);
        new out.Uint8Array(memory, bytes - 20_000_000).fill(1);
      }
    })()`),
    verdict: "out-of-memory",
  },
  {
    id: "escape-exit-0-in-a-thread",
    // Whoever does not get so far crashes; the thread's exit code is nobody's.
    files: raftFile({
      top: ESCAPE,
      init: `
        const out = escape();
        const flag = new out.Int32Array(new out.SharedArrayBuffer(4));
        const code = "const { workerData: flag } = require('node:worker_threads'); Atomics.store(flag, 0, 1); Atomics.notify(flag, 0); process.exit(0);";
        new (builtin("node:worker_threads").Worker)(code, { eval: true, workerData: flag });
        out.Atomics.wait(flag, 0, 0, 5_000);
        if (flag[0] !== 1) throw new Error("there was no thread");
        const nothing = new out.Int32Array(new out.SharedArrayBuffer(4));
        out.Atomics.wait(nothing, 0, 0, 300);`,
    }),
    verdict: "failed",
    property: "liveness",
  },
  {
    id: "escape-writes-results",
    files: ({ outFolder }) =>
      escaped(`(() => {
        const fs = builtin("node:fs");
        const out = ${JSON.stringify(outFolder)};
        const seen = new Set();
        const attempt = (action) => { try { action(); seen.add("done"); } catch (error) { seen.add(error.code); } };
        // Again and again, since the files are written anew.
        for (let round = 0; round < 200; round++) {
          for (const name of ["results.jsonl", "journal.jsonl", "gradebook.csv", "seed", "lock"]) {
            attempt(() => fs.writeFileSync(out + "/" + name, "{}"));
            attempt(() => fs.appendFileSync(out + "/" + name, "{}"));
            attempt(() => fs.unlinkSync(out + "/" + name));
            attempt(() => fs.symlinkSync("/dev/null", out + "/" + name));
            attempt(() => fs.renameSync("/code/host.js", out + "/" + name));
          }
          attempt(() => fs.rmSync(out, { recursive: true }));
          attempt(() => fs.mkdirSync(out, { recursive: true }));
        }
        return [...seen].sort().join();
      })()`),
    verdict: "crashed",
    message: /did it: (ENOENT|EROFS|ENOENT,EROFS) \(/,
  },
  {
    id: "errors-of-the-realm",
    files: provokes(
      `encode, decode, clearTimeout, structuredClone, random: (x) => crypto.getRandomValues(x), url: (x) => new URL(x),
        text: (x) => new TextDecoder(x).decode(x), base64: (x) => atob(x), date: (x) => new Date(x).toISOString()`,
      "setTimeout: (x) => setTimeout(x, x), setImmediate, queueMicrotask, log: (x) => console.log(x), intl: (x) => new Intl.DateTimeFormat(x)",
      'throw new Error("followed " + (followed > 100 ? "many" : followed) + " errors, out by: " + [...ways].join());',
    ),
    verdict: "crashed",
    message: /followed many errors, out by: +\(/,
  },
  {
    id: "errors-of-the-interface",
    // What is told first is the misuse; whoever found a way out, or no error, would hang.
    files: provokes(
      "",
      `apply, save: (x) => persister.save(x), saveBoth: (x) => persister.save(new Uint8Array(1), x),
        method: (x) => peers[0].call(x, x), args: (x) => peers[0].call("hi", x)`,
      "if (ways.size > 0 || followed < 4) for (;;);",
    ),
    verdict: "failed",
    property: "api",
    message: /apply: message is undefined/,
  },
  {
    id: "escape-looks-for-what-is-expected",
    // What there is of the grader: its code, its arguments, its modules, and the stacks that lead back into it.
    files: escaped(`(() => {
      const fs = builtin("node:fs");
      const texts = [escape().process.argv.join(), new (escape().Error)().stack];
      const look = (path) => {
        if (fs.statSync(path).isDirectory()) for (const name of fs.readdirSync(path)) look(path + "/" + name);
        else texts.push(path, fs.readFileSync(path, "utf8"));
      };
      look("/code");
      const words = ["initial-election", "election-safety", "state-machine-safety", "durability", "labs/raft", "scenarios"];
      return texts.length + " texts: " + words.filter((word) => texts.some((text) => text.includes(word))).join();
    })()`),
    verdict: "crashed",
    message: /did it: \d\d texts: +\(/,
  },
];
