import { styleText } from "node:util";
import type { Topic } from "../explain/types.ts";

type Format = Parameters<typeof styleText>[0];

/** How a text looks that goes to a person. */
export interface Style {
  good(text: string): string;
  bad(text: string): string;
  dim(text: string): string;
  strong(text: string): string;
  /** What a text is about; it says so itself, too. */
  topic(topic: Topic, text: string): string;
  /** Whether any of this shows. */
  readonly isColoured: boolean;
}

/** Told apart on dark and light grounds, and by those who do not tell red from green. */
const TOPIC_FORMATS: Readonly<Record<Topic, Format>> = {
  elections: "magenta",
  log: "cyan",
  snapshots: "blue",
  faults: ["bold", "yellow"],
  clients: "underline",
};

/** `colours` false: the text as it is. */
export function makeStyle(colours: boolean): Style {
  // The stream was asked already, by the caller: Node versions differ in what they ask themselves.
  const apply = (format: Format) => (text: string) =>
    colours ? styleText(format, text, { validateStream: false }) : text;
  return {
    good: apply("green"),
    bad: apply("red"),
    dim: apply("dim"),
    strong: apply("bold"),
    topic: (topic, text) => apply(TOPIC_FORMATS[topic])(text),
    isColoured: colours,
  };
}

/** Whether colours are wanted on a stream: not in a file or pipe, and not when NO_COLOR is set to anything. */
export function wantsColours(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean {
  return stream.isTTY === true && (env.NO_COLOR ?? "") === "" && env.TERM !== "dumb";
}
