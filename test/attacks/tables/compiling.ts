import { type Attack, raftFile, typedFile, type World } from "../attack.ts";

/** Asks the compiler for something outside, and says so in an error of its own file; the type would show what there is. */
const asks = (id: string, top: (world: World) => string, typeProblem: RegExp): Attack => ({
  id,
  files: (world) => typedFile(top(world)),
  verdict: "failed",
  property: "liveness",
  typeProblem,
});

const quoted = (world: World) => JSON.stringify(world.secretTypes);
/** The compiler's error would show what type that is. */
const shows = (type: string) => `export const shown: number = null as unknown as ${type};`;

/** What a source can make the compiler read, and what a peer can learn from the errors that it meets. */
export const COMPILING: readonly Attack[] = [
  asks("reference-passwd", () => '/// <reference path="/etc/passwd" />', /Could not resolve the path '\/etc\/passwd'/),
  asks(
    "reference-path",
    (world) => `/// <reference path=${quoted(world)} />\n${shows("typeof secret")}`,
    /File '\S+secret\.d\.ts' not found.*Cannot find name 'secret'/s,
  ),
  asks(
    "reference-path-relative",
    ({ secretTypes }) => `/// <reference path="${"../".repeat(20)}${secretTypes}" />\n${shows("typeof secret")}`,
    /File '\S+secret\.d\.ts' not found.*Cannot find name 'secret'/s,
  ),
  asks(
    "reference-types",
    ({ secretTypes }) => `/// <reference types="${"../".repeat(20)}${secretTypes}" />\n${shows("typeof secret")}`,
    /Cannot find type definition file for '\S+secret\.d\.ts'.*Cannot find name 'secret'/s,
  ),
  asks(
    "reference-types-of-node",
    () => `/// <reference types="node" />\n${shows("NodeJS.ProcessEnv")}`,
    /Cannot find type definition file for 'node'/,
  ),
  asks("import-type", (world) => shows(`typeof import(${quoted(world)})`), /Cannot find module '\S+secret\.d\.ts'/),
  asks(
    "import-type-of-the-grader",
    () => shows(`typeof import(${JSON.stringify(`${process.cwd()}/labs/index.ts`)})`),
    /Cannot find module '\S+\/labs\/index\.ts'/,
  ),
  {
    id: "enum-that-doubles",
    // The bundler works out what it is, and would need a terabyte.
    files: {
      "raft.ts": `enum E { a0 = "${"x".repeat(64)}", ${Array.from({ length: 40 }, (_, i) => `a${i + 1} = a${i} + a${i}`)} }
export class Raft { x = E.a40; }`,
    },
    verdict: "ungradable",
    message: /building it took more than/,
  },
  {
    id: "call-sites",
    // Structured ones, also by way of another `Error`, which Node asks the global for.
    files: raftFile({
      top: `
const files = new Set();
const prepare = (error, sites) => {
  for (const site of sites) files.add(String(site.getFileName())).add(String(site.getScriptNameOrSourceURL()));
  return "";
};
const Own = Error;
const look = () => {
  Own.prepareStackTrace = prepare;
  void new Own().stack;
  globalThis.Error = class extends Own { static prepareStackTrace = prepare; };
  try { null.x; } catch (error) { void error.stack; }
  globalThis.Error = Own;
  Own.prepareStackTrace = undefined;
};`,
      init: 'look(); setTimeout(() => { look(); throw new Own("files: " + [...files].filter((file) => file.includes("/") && !file.startsWith("node:")).join()); }, 100);',
    }),
    verdict: "crashed",
    message: /files: {1,2}\(/,
  },
  {
    id: "stacks-and-console",
    // Whatever file an error's stack leads to, from wherever a peer is called, and all that a console would show of it.
    files: raftFile({
      top: `
Error.stackTraceLimit = 1000;
const files = new Set();
let looks = 0;
const look = (error) => {
  looks++;
  for (const [, file] of String(error.stack).matchAll(/([^\\s(]*):\\d+:\\d+/g)) files.add(file);
};
const lookAtAll = () => {
  look(new Error());
  for (const action of [() => encode(() => 1), () => decode(new Uint8Array([193])), () => null.x, () => new URL("::"), () => structuredClone(Symbol())]) {
    try { action(); } catch (error) { look(error); console.error(error); }
  }
  console.trace("here");
};`,
      init: `
        lookAtAll();
        queueMicrotask(lookAtAll);
        setTimeout(() => peers[(me + 1) % peers.length].call("hi", {}).then(lookAtAll), 10);
        setTimeout(() => { throw new Error(looks + " looks: " + [...files].sort().join()); }, 500);`,
      members: "hi() { lookAtAll(); return 1; }",
      getState: "lookAtAll(); return { term: 0, isLeader: false };",
    }),
    verdict: "crashed",
    message: /\d\d looks: submission\.js \(/,
  },
];
