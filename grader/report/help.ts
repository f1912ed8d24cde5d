import type { Wording } from "../harness/scenario.ts";

/** Help for what students of any lab often stumble over: what the message looks like, and what to say of it. */
const CONFUSIONS: Wording["help"] = [
  [
    /\bprocess is not defined/,
    "A peer has no `process`: it cannot look at the program around it or end it. Throw an Error to stop; print with console.log.",
  ],
  [
    /\bBuffer is not defined/,
    "A peer has no `Buffer`: use Uint8Array, TextEncoder and TextDecoder, or encode and decode of consensus-labs.",
  ],
  [/\brequire is not defined/, "A peer has no `require`: write an import statement at the top of the file."],
  [
    /\b(fetch|XMLHttpRequest|WebSocket) is not defined/,
    "A peer has no network of its own: peers[i].call(…) is the only way to another peer.",
  ],
  [
    /\b(Worker|SharedArrayBuffer|WebAssembly|WeakRef|FinalizationRegistry|Atomics) is not defined/,
    "A peer is one thread in virtual time: whatever would depend on real time, threads or memory is left out. Use timers and promises.",
  ],
  [
    /Maximum call stack size exceeded/,
    "A function calls itself without end, or two call each other: look at the places above.",
  ],
  [
    /Cannot access '[^']+' before initialization/,
    "A field or variable is used before the line that sets it has run: mind the order in the constructor.",
  ],
  [/reading 'call'/, "peers[i] was undefined: peers are numbered 0 … peers.length − 1."],
];

/** A line of help for a message, when it is one of the known confusions: of every lab, or of this one (`ofLab`). */
export function helpFor(message: string | undefined, ofLab: Wording["help"] = []): string | undefined {
  if (message === undefined) return undefined;
  return [...CONFUSIONS, ...ofLab].find(([pattern]) => pattern.test(message))?.[1];
}
