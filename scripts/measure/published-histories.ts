import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { KeyOperation, Value } from "../../grader/check/linearizability/index.ts";

/** Names the folder of histories with known verdicts, of other projects; they are not part of this one. */
export const VARIABLE = "CONSENSUS_LABS_HISTORIES";

/** A history of another project, with what is known of it. */
export interface Published {
  readonly name: string;
  readonly isLinearizable: boolean;
  readonly history: readonly KeyOperation[];
}

interface Event {
  readonly process: string;
  readonly type: string;
  readonly f: string;
  /** As text; absent where it is nil. */
  readonly value: string | undefined;
  readonly key: string;
}

/** The folder of published histories; null where the environment names none. */
export function publishedFolder(): string | null {
  const folder = process.env[VARIABLE];
  if (folder === undefined || folder === "") return null;
  if (!existsSync(join(folder, "etcd"))) throw new Error(`${VARIABLE}: no folder "etcd" in ${folder}`);
  return folder;
}

/** A compare-and-set register, nil at first; 102 histories. */
export function readEtcd(folder: string): Published[] {
  const verdicts = readFileSync(join(folder, "etcd/expected.csv"), "utf8").trim().split("\n");
  return verdicts.map((line) => {
    const [number = "", verdict] = line.split(",");
    const name = `etcd_${number.padStart(3, "0")}.log`;
    const lines = readFileSync(join(folder, "etcd", name), "utf8").split("\n");
    return { name, isLinearizable: verdict === "true", history: historyOf(lines.flatMap(etcdEvent)) };
  });
}

/** Get, put and append by key, with "" at first. */
export function readKv(folder: string): Published[] {
  return readdirSync(join(folder, "kv")).map((name) => {
    const history = historyOf(ednEvents(join(folder, "kv", name)));
    return { name, isLinearizable: name.includes("ok"), history };
  });
}

/** A compare-and-set register, nil at first; what failed did not happen. */
export function readKnossos(folder: string): Published[] {
  return ["good", "bad"].flatMap((verdict) =>
    readdirSync(join(folder, "knossos", verdict)).map((name) => {
      const events = ednEvents(join(folder, "knossos", verdict, name)).map((event) => ({
        ...event,
        type: event.type.replace("fail", "never"),
      }));
      return { name, isLinearizable: verdict === "good", history: historyOf(events) };
    }),
  );
}

function etcdEvent(line: string): Event[] {
  const [, process, type, f, value] = /- (\S+)\s+:(\w+)\s+:(\w+)\s+(.*?)\s*$/.exec(line) ?? [];
  if (process === undefined || type === undefined || f === undefined) return [];
  return [{ process, type, f, value: value === "nil" ? undefined : value, key: "register" }];
}

function ednEvents(path: string): Event[] {
  const text = readFileSync(path, "utf8").replace(/^\s*;.*$/gm, "");
  return [...text.matchAll(/\{[^{}]*\}/g)].flatMap(([map]) => ednEvent(map));
}

function ednEvent(map: string): Event[] {
  const field = (name: string) => new RegExp(`:${name} (?::?(\\w+)|"([^"]*)"|(\\[[^\\]]*\\]))`).exec(map)?.slice(1);
  const text = (name: string) => field(name)?.find((part) => part !== undefined);
  const [process, type, f] = [text("process"), text("type"), text("f")];
  if (process === undefined || type === undefined || f === undefined || process === "nemesis") return [];
  const value = /:value nil/.test(map) ? undefined : text("value");
  return [{ process, type, f, value, key: text("key") ?? "register" }];
}

/** A mutable operation while its history is read. */
type Draft = { -readonly [K in "returned"]: KeyOperation[K] } & Record<string, unknown>;

function historyOf(events: readonly Event[]): KeyOperation[] {
  const history: Draft[] = [];
  const open = new Map<string, Draft>();
  for (const [at, event] of events.entries()) {
    if (event.type === "invoke") {
      const draft = called(event, at);
      history.push(draft);
      open.set(event.process, draft);
      continue;
    }
    const draft = open.get(event.process);
    if (draft === undefined) throw new Error(`event ${at}: ${event.process} has called nothing`);
    open.delete(event.process);
    if (event.type === "never" || (event.type === "fail" && draft.kind === "get")) {
      history.splice(history.indexOf(draft), 1);
    } else if (event.type !== "info") {
      draft.returned = { at, ...returnOf(event, draft) } as Draft["returned"];
    }
  }
  return history as unknown as KeyOperation[];
}

function called({ process, f, value, key }: Event, call: number): Draft {
  const base = { client: Number(process), call, key, returned: null };
  if (f === "read" || f === "get") return { ...base, kind: "get" };
  if (f === "cas") {
    const [expected, written] = (value ?? "").replace(/[[\]]/g, "").split(" ");
    return { ...base, kind: "cas", expected, value: written };
  }
  return { ...base, kind: f === "append" ? "append" : "put", value: value ?? "" };
}

function returnOf({ type, value, f }: Event, { kind }: Draft): { value?: Value; swapped?: boolean } {
  if (kind === "cas") return { swapped: type === "ok" };
  return kind === "get" ? { value: value ?? (f === "get" ? "" : null) } : {};
}
