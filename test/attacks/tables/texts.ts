import { type Attack, raftFile } from "../attack.ts";

/** Steers terminals, spreadsheets, logs and pages, where a text of a submission's own is shown. */
export const HOSTILE =
  '=HYPERLINK("http://x")\u001b[2J\u001b]0;owned\u0007\r\n::error file=x::owned\r##[error]owned\u202eexe<script>alert(1)</script>]]>\u2028\u0000\u009b31m,"\n{"verdict":"passed"}';
const text = JSON.stringify(HOSTILE);

export const TEXTS: readonly Attack[] = [
  {
    id: "text-console",
    files: raftFile({ init: `console.log(${text}); console.error("%s %o", ${text}, { ${text}: 1 });` }),
    verdict: "failed",
    property: "liveness",
  },
  { id: "text-exception", files: raftFile({ init: `throw new Error(${text});` }), verdict: "crashed" },
  {
    id: "text-exception-name",
    files: raftFile({ init: `throw Object.assign(new Error("x"), { name: ${text}, stack: ${text} });` }),
    verdict: "crashed",
  },
  {
    id: "text-command",
    files: raftFile({ init: `setTimeout(() => apply({ kind: "command", index: 1, command: ${text} }), 50);` }),
    verdict: "failed",
    property: "state-machine-safety",
  },
  {
    id: "text-rpc",
    files: raftFile({
      init: `setTimeout(() => { for (const peer of peers) peer.call(${text}, {}); }, 50);`,
      members: `[${text}]() { throw new Error("called"); }`,
    }),
    verdict: "crashed",
    message: /called/,
  },
  {
    id: "text-field",
    files: raftFile({
      init: `setTimeout(() => peers[0].call("hi", { [${text}]: () => 1 }), 50);`,
      members: "hi() { return 1; }",
    }),
    verdict: "failed",
    property: "api",
  },
  {
    id: "text-class",
    files: raftFile({ getState: `return class { static [${text}] = 1; static name = ${text}; };` }),
    verdict: "failed",
    property: "api",
  },
  {
    id: "text-source",
    files: { "raft.js": `export class Raft { \u001b[2J ::error::owned` },
    verdict: "ungradable",
    message: /syntax error/,
  },
  { id: "text-import", files: { "raft.js": `import x from ${text};\nexport class Raft {}` }, verdict: "ungradable" },
  {
    id: "text-source-url",
    files: raftFile({
      init: "throw new Error('placed');",
      top: "\n//# sourceURL=\u001b[2J/etc/passwd\n//# sourceMappingURL=file:///etc/passwd\n/*# sourceMappingURL=data:application/json;base64,e30= */",
    }),
    verdict: "crashed",
    message: /placed/,
  },
  ...(["16_000", "4_000"] as const).map(
    (count, i): Attack => ({
      id: `text-stack-of-blanks-${i}`,
      // What reads it must not go back over it.
      files: raftFile({
        init: `const error = new Error("blanks"); error.stack = "at" + " ".repeat(${count}) + "!"; throw error;`,
      }),
      verdict: "crashed",
      message: /blanks/,
    }),
  ),
  {
    id: "text-stack-of-aliases",
    files: raftFile({
      init: 'throw Object.assign(new Error("aliases"), { stack: ("at f" + " [as ".repeat(3_000) + " (submission.js:1:1)\\n").repeat(2) });',
    }),
    verdict: "crashed",
    message: /aliases/,
  },
  {
    id: "text-long-console",
    files: raftFile({
      init: "for (let i = 0; i < 3; i++) console.log(('\\u0085' + i).repeat(8_000)); throw new Error('\\u009b'.repeat(16_000));",
    }),
    verdict: "crashed",
    message: /cut off: \d+ characters/,
  },
  { id: "text-name-formula", folder: "=cmd|'calc'!A1", files: raftFile({}), verdict: "failed", property: "liveness" },
  {
    id: "text-name-workflow",
    folder: "x\r\n::error::owned",
    files: raftFile({}),
    verdict: "failed",
    property: "liveness",
  },
  {
    id: "text-name-escape",
    folder: "\u001b[2J\u202e<b>",
    files: raftFile({}),
    verdict: "failed",
    property: "liveness",
  },
  { id: "text-name-option", folder: "--no-sandbox", files: raftFile({}), verdict: "failed", property: "liveness" },
];
