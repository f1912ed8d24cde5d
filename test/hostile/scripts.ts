import { digestOf } from "../../grader/check/log/digest.ts";
import { orderOf } from "../../grader/harness/kv/operations.ts";
import { tellSteps } from "../../grader/report/story-text.ts";
import { textOf } from "../../grader/search/interned.ts";
import { hashOf } from "../../grader/shrink/hash.ts";
import type { Script } from "../../grader/shrink/script.ts";
import { signatureOf } from "../../grader/shrink/signature.ts";
import { parseScript } from "../../grader/shrink/text/parse.ts";
import { Processes } from "../../grader/shrink/text/processes.ts";
import { shown, tokensOf } from "../../grader/shrink/text/tokens.ts";
import { stepText, writeScript } from "../../grader/shrink/text/write.ts";
import { labs, languagesOf } from "../../labs/index.ts";
import { quiet } from "./inputs.ts";

const LANGUAGES = languagesOf(labs);

/** Its method has whatever name a submission called. */
const storyOf = (text: string): Script => ({
  lab: "lab2",
  groups: [{ role: "peer", size: 3 }],
  seed: 1,
  steps: [{ do: "deliver", ref: { what: "request", from: 0, to: 1, method: text } }],
});

/** What reads scenario files, and what tells them. */
export const SCRIPT_USES: Readonly<Record<string, (text: string) => unknown>> = {
  parseScript: (text) =>
    [
      ...[text, `peers 3\nstart 0 ${text}`, `peers 3\ndeliver ${text} 0 -> 1`],
      `lab lab3\nservers 3\nclerks 1\ncall clerk 0 put ${text} ${text}`,
    ].map((file) => quiet(() => parseScript(file, LANGUAGES))),
  orderOf: (text) => [orderOf(text, [text]), orderOf("get", [text]), orderOf("put", [text, text, text])],
  tokensOf: (text) => quiet(() => tokensOf(text, 1)),
  shown: (text) => shown(text),
  hashOf: (text) => hashOf(Buffer.from(text)),
  textOf: (text) => textOf(Buffer.from(text)),
  digestOf,
  signatureOf: (text) =>
    signatureOf({
      verdict: "crashed",
      crash: { peer: 0, timeUs: 0, where: text, name: text, message: text, stack: text },
    }),
  tellSteps: (text) => tellSteps(storyOf(text), [{ traceFrom: 0 }], []),
  writeScript: (text) => writeScript(storyOf(text), [text], [text]),
  stepText: (text) => storyOf(text).steps.map((step) => stepText(step, new Processes([]))),
};
