import type { Topic, TraceWords } from "../explain/types.ts";
import type { TraceRecord } from "../sim/trace.ts";
import type { Style } from "./style.ts";

/** What is about something whatever the lab. */
const BY_KIND: Partial<Record<TraceRecord["kind"], Topic>> = {
  fault: "faults",
  note: "faults",
  boot: "faults",
  pause: "faults",
  resume: "faults",
  invoke: "clients",
  result: "clients",
  upcall: "log",
};

const HELD = "request ";
/** Requests that wait for their answer; the lines of answers do not say what they answer. */
const HANDLED_MAX = 100_000;

/** Says what the records of a trace are about, in their order: to be told apart at a glance. */
export class TopicReader {
  readonly #words: TraceWords | undefined;
  readonly #handled = new Map<string, string>();

  constructor(words: TraceWords | undefined) {
    this.#words = words;
  }

  /** Null where nobody says. */
  of({ kind, peer, id, text }: TraceRecord): Topic | null {
    const known = BY_KIND[kind];
    if (known !== undefined) return known;
    const key = `${peer} ${id}`;
    switch (kind) {
      case "save":
        return text === "state" ? "log" : "snapshots";
      case "observed":
        return this.#words?.observed ?? null;
      case "deliver-request":
        if (this.#handled.size < HANDLED_MAX) this.#handled.set(key, text);
        return this.#ofCall(text);
      case "reply": {
        const method = this.#handled.get(key);
        this.#handled.delete(key);
        return method === undefined ? null : this.#ofCall(method);
      }
      case "held":
        return this.#ofCall(text.startsWith(HELD) ? text.slice(HELD.length) : text);
      case "call":
      case "deliver-reply":
      case "lost":
        return this.#ofCall(text);
      default:
        return null;
    }
  }

  #ofCall(method: string): Topic | null {
    return this.#words?.topic?.(method) ?? null;
  }
}

const TOPICS: readonly Topic[] = ["elections", "log", "snapshots", "faults", "clients"];

/** Says which colour is what; null where there are none. */
export function topicsLine(style: Style): string | null {
  if (!style.isColoured) return null;
  return `${style.dim("colours: ")}${TOPICS.map((topic) => style.topic(topic, topic)).join(style.dim(", "))}`;
}
