import { isBuiltin } from "node:module";

/** The modules of Node that every realm has; a submission may import them with or without `node:`. */
export const REALM_MODULES: readonly string[] = [
  "node:assert",
  "node:assert/strict",
  "node:events",
  "node:timers",
  "node:timers/promises",
  "node:util",
];

const FILES = "a peer has no files; what must survive a crash goes through persister.save()";
const NETWORK = "a peer has no network of its own; other peers are reached with peers[i].call()";
const PROCESSES = "a peer is one single thread; use timers and promises instead";
const ENVIRONMENT = "a peer knows nothing of the machine it runs on; all it needs are its constructor's arguments";
const BYTES =
  "there is no Buffer; use Uint8Array, TextEncoder and TextDecoder, or encode and decode from consensus-labs";
const CLOCK = "time is virtual; `performance` and `Date` are globals";
const STREAMS = "there are no streams; use `node:events`, or async functions";

const ADVICE: readonly (readonly [names: readonly string[], advice: string])[] = [
  [["fs", "fs/promises", "path", "sqlite", "readline", "readline/promises"], FILES],
  [["net", "http", "https", "http2", "dgram", "dns", "dns/promises", "tls", "url", "querystring", "quic"], NETWORK],
  [["worker_threads", "child_process", "cluster"], PROCESSES],
  [["crypto"], "`crypto.getRandomValues` and `crypto.randomUUID` are globals, and need no import"],
  [
    ["process", "os", "vm", "module", "repl", "v8", "inspector", "inspector/promises", "sea", "tty", "wasi"],
    ENVIRONMENT,
  ],
  [["buffer", "string_decoder", "zlib", "punycode"], BYTES],
  [["perf_hooks"], CLOCK],
  [["stream", "stream/promises", "stream/web", "stream/consumers"], STREAMS],
  [["test", "test/reporters"], "tests belong into files of their own, which raft.ts does not import"],
  [["async_hooks", "diagnostics_channel", "trace_events", "domain"], "pass what is needed as an argument"],
];

/** The module's full name when every realm has it, else null. */
export function realmModule(specifier: string): string | null {
  const full = specifier.startsWith("node:") ? specifier : `node:${specifier}`;
  return REALM_MODULES.includes(full) ? full : null;
}

/** Whether a specifier names a module of Node that a realm does not have. */
export function isForeignBuiltin(specifier: string): boolean {
  return specifier.startsWith("node:") || isBuiltin(specifier);
}

/** What to use instead of a module of Node. */
export function adviceFor(specifier: string): string {
  const name = specifier.replace(/^node:/, "");
  const found = ADVICE.find(([names]) => names.includes(name) || names.includes(name.split("/")[0] ?? name));
  return found?.[1] ?? `a peer can import ${REALM_MODULES.join(", ")} and consensus-labs`;
}
