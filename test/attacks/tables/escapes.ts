import { encodeResult } from "../../../grader/host/wire.ts";
import type { Entry } from "../../../grader/sim/peer-host.ts";
import { encode } from "../../../labs/api/codec.ts";
import { type Attack, ESCAPE, escaped, raftFile } from "../attack.ts";

/** Puts every frame that the host writes in an attacker's hands: `forge(frame)` gives what is written instead. */
const SPEAKS_FOR_THE_HOST = (forge: string) => ({
  top: `${ESCAPE}
function takeOver(forge) {
  const fs = builtin("node:fs");
  const { writeSync } = fs;
  fs.writeSync = (fd, bytes, offset, length) => {
    if (fd !== 4) return writeSync(fd, bytes, offset, length);
    const frame = forge(fs, bytes.slice(offset, offset + length));
    for (let at = 0; at < frame.length; ) at += writeSync(fd, frame, at, frame.length - at);
    return length;
  };
  builtin("node:module").syncBuiltinESMExports();
}
`,
  init: `takeOver((fs, frame) => { ${forge} });`,
});

/** Says that these peers lead, in a frame that ends when the host's own does: what to put into `SPEAKS_FOR_THE_HOST`. */
function claimLeaders(...peers: readonly number[]): string {
  const value = encode({ term: 1, isLeader: true });
  const entries = peers.map((peer): Entry => {
    return { timeUs: 0, peer, incarnation: 1, cause: "input", effects: [{ kind: "observed", value }] };
  });
  const bytes = encodeResult({ entries, endUs: 1, nextWakeUs: 1 });
  return `
    const forged = new (escape().Uint8Array)([${bytes}]);
    forged.set(frame.slice(5, 21), 5);
    return forged;`;
}

/** Out of the realm, in the middle of the host process: what is left is the sandbox, and that nothing is decided there. */
export const ESCAPES: readonly Attack[] = [
  {
    id: "escape-file",
    files: ({ secretFile }) => escaped(`builtin("node:fs").readFileSync(${JSON.stringify(secretFile)}, "utf8")`),
    verdict: "crashed",
    message: /denied: ENOENT/,
  },
  {
    id: "escape-passwd",
    files: escaped(`builtin("node:fs").readFileSync("/etc/passwd", "utf8")`),
    verdict: "crashed",
    message: /denied: ENOENT/,
  },
  {
    id: "escape-grader-sources",
    files: () => escaped(`builtin("node:fs").readdirSync(${JSON.stringify(process.cwd())}).join()`),
    verdict: "crashed",
    message: /denied: ENOENT/,
  },
  {
    id: "escape-write",
    files: ({ plantedFile }) => escaped(`builtin("node:fs").writeFileSync(${JSON.stringify(plantedFile)}, "x")`),
    verdict: "crashed",
    message: /denied: (ENOENT|EROFS)/,
  },
  {
    id: "escape-write-tmp",
    files: escaped(`["/tmp/x", "/dev/shm/x", "/x", "/code/x", "/code/host.js"].map((path) => {
      try { builtin("node:fs").writeFileSync(path, "x"); return "wrote"; } catch (error) { return error.code; }
    }).join()`),
    verdict: "crashed",
    message: /did it: (ENOENT|EROFS)(,(ENOENT|EROFS|EACCES)){4}/,
  },
  {
    id: "escape-process",
    files: ({ marker }) =>
      escaped(`(() => {
        const { error } = builtin("node:child_process").spawnSync("/usr/bin/node", ["-e", "setInterval(() => {}, 1e6)", "${marker}"]);
        if (error) throw error;
      })()`),
    verdict: "crashed",
    message: /denied: EPERM/,
  },
  {
    id: "escape-signal",
    files: ({ graderPid }) =>
      escaped(`[${graderPid}, -1, 1, escape().process.ppid].map((pid) => {
        try { escape().process.kill(pid, "SIGKILL"); return "sent"; } catch (error) { return error.code; }
      }).join()`),
    verdict: "crashed",
    message: /did it: (EPERM|ESRCH)(,(EPERM|ESRCH)){3}/,
  },
  {
    id: "escape-network",
    files: ({ port }) =>
      escaped(`(() => {
        const tcp = escape().process.binding("tcp_wrap");
        const code = new tcp.TCP(tcp.constants.SOCKET).connect(new tcp.TCPConnectWrap(), "127.0.0.1", ${port});
        if (code < 0) throw Object.assign(new Error(), { code: builtin("node:util").getSystemErrorName(code) });
      })()`),
    verdict: "crashed",
    message: /denied: EPERM/,
  },
  {
    id: "escape-environment",
    files: escaped(`Object.keys(escape().process.env).sort().join()`),
    verdict: "crashed",
    message: /did it: LC_ALL,PWD,TZ/,
  },
  {
    id: "escape-exit-0",
    files: escaped("escape().process.exit(0)"),
    verdict: "crashed",
    message: /ended by itself \(exit code 0\)/,
  },
  {
    id: "escape-real-exit",
    files: escaped("escape().process.reallyExit(0)"),
    verdict: "crashed",
    message: /ended by itself \(exit code 0\)/,
  },
  { id: "escape-abort", files: escaped("escape().process.abort()"), verdict: "crashed", message: /SIGABRT/ },
  {
    id: "escape-closes-the-pipes",
    // What is opened takes the number that was closed: else a thread of the host might, which opens its own meanwhile.
    files: escaped(
      `[3, 4].map((fd) => { builtin("node:fs").closeSync(fd); return builtin("node:fs").openSync("/"); }).join()`,
    ),
    verdict: "crashed",
    // Node ends so when the host cannot write its answer; it aborts where what it needs itself was closed.
    message: /^the peer host ended by itself \((exit code 1|SIGABRT)\)$/,
  },
  {
    id: "escape-reads-the-input",
    files: escaped(`(() => { for (;;) builtin("node:fs").readSync(3, new (escape().Uint8Array)(65536)); })()`),
    verdict: "hung",
  },
  {
    id: "escape-sleeps",
    files: escaped(
      `(() => { const words = new (escape().Int32Array)(new (escape().SharedArrayBuffer)(4)); escape().Atomics.wait(words, 0, 0, 3_000); for (;;); })()`,
    ),
    verdict: "hung",
  },
  {
    id: "escape-output",
    files: escaped(
      `(() => { for (;;) try { builtin("node:fs").writeSync(2, "::error::pwned\\u001b[2J".repeat(100)); } catch {} })()`,
    ),
    verdict: "output-limit",
  },
  {
    id: "escape-buffers",
    files: escaped(`(() => { const all = []; for (;;) all.push(escape().Buffer.alloc(20_000_000, 1)); })()`),
    verdict: "out-of-memory",
  },
  {
    id: "escape-garbage-frame",
    files: escaped(`builtin("node:fs").writeSync(4, new (escape().Uint8Array)(10_000).fill(255))`),
    verdict: "output-limit",
    message: /more than 20 MB/,
  },
  {
    id: "escape-endless-frame",
    files: escaped(`(() => {
      const fs = builtin("node:fs");
      fs.writeSync(4, new (escape().Uint8Array)([0, 0, 0, 1, 5]));
      for (;;) fs.writeSync(4, new (escape().Uint8Array)(1_000_000));
    })()`),
    verdict: "crashed",
    message: /broke the protocol/,
  },
  {
    id: "escape-forged-frame",
    files: raftFile(SPEAKS_FOR_THE_HOST(claimLeaders(0))),
    verdict: "failed",
    property: "election-safety",
    message: /peer 0 .*leads term 1, and has got a message from nobody/,
  },
  {
    id: "escape-forged-other-peer",
    files: raftFile({
      ...SPEAKS_FOR_THE_HOST(""),
      init: `if (me === 2) ${SPEAKS_FOR_THE_HOST(claimLeaders(1)).init}`,
    }),
    verdict: "failed",
    property: "election-safety",
    message: /peer 1 .*leads term 1, and has got a message from nobody/,
  },
  {
    id: "escape-forged-loss",
    files: raftFile(SPEAKS_FOR_THE_HOST("return new (escape().Uint8Array)([6, 0, 0, 0, 6, 4, 0, 0, 0, 0]);")),
    verdict: "crashed",
    message: /says that it failed/,
  },
  {
    id: "escape-forged-long-text",
    files: raftFile(
      SPEAKS_FOR_THE_HOST(`
        const text = new (escape().Uint8Array)(20_000_000).fill(120);
        const view = new DataView(text.buffer);
        view.setUint32(0, text.length - 4, true);
        text[4] = 6;
        text[5] = 3;
        view.setUint32(6, text.length - 10, true);
        return text;`),
    ),
    verdict: "crashed",
    message: /^the peer process broke the protocol$/,
  },
  {
    id: "escape-forged-ready",
    files: raftFile(SPEAKS_FOR_THE_HOST("return new (escape().Uint8Array)([1, 0, 0, 0, 4]);")),
    verdict: "crashed",
    message: /^the peer process broke the protocol$/,
  },
  {
    id: "escape-forged-peers",
    files: raftFile(SPEAKS_FOR_THE_HOST(claimLeaders(77))),
    verdict: "crashed",
    message: /^the peer process broke the protocol$/,
  },
  {
    id: "escape-patches-the-host",
    files: raftFile({
      top: ESCAPE,
      init: `
        const out = escape();
        for (const type of [out.Object, out.Array, out.Map, out.Uint8Array, out.DataView, out.Reflect, out.Atomics, out.Math]) {
          for (const owner of [type, type.prototype ?? {}]) {
            for (const name of Object.getOwnPropertyNames(owner)) {
              try { if (typeof owner[name] === "function" && name !== "constructor") owner[name] = () => true; } catch {}
            }
          }
        }`,
    }),
    verdict: "crashed",
    message: /^the peer process broke the protocol$/,
  },
];
