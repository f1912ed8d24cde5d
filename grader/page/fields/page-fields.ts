import { type PageFields, STEP } from "../types.ts";
import type { FieldHistory, FieldStep } from "./history.ts";

/** Where a record of the trace stands among the events of a page. */
export type EventOf = (record: number) => number;

/**
 * The fields as a page has them: steps `first` to before `last` of a history, and at the first one all that was there before.
 * Only paths and texts that occur in them are told.
 */
export function pageFields(
  history: FieldHistory,
  eventOf: EventOf,
  events: number,
  first: number,
  last: number,
): PageFields {
  const { steps } = history;
  const table = new Tables(history);
  const columns: { -readonly [Name in keyof PageFields["steps"]]: number[] } = {
    ...{ from: [], events: [], peer: [], kind: [], isCut: [], count: [], path: [], text: [] },
  };
  let lastFrom = 0;
  const add = (
    from: number,
    to: number,
    { peer, isCut, changes }: Omit<FieldStep, "from" | "to" | "begins">,
    kind: number,
  ) => {
    columns.from.push(from - lastFrom);
    lastFrom = from;
    columns.events.push(Math.max(0, to - from));
    columns.peer.push(peer);
    columns.kind.push(kind);
    columns.isCut.push(isCut ? 1 : 0);
    columns.count.push(changes.length / 2);
    for (let at = 0; at < changes.length; at += 2) {
      columns.path.push(table.path(changes[at] as number));
      columns.text.push(table.text(changes[at + 1] as number));
    }
  };
  const start = first === 0 ? 0 : eventOf((steps[first] as FieldStep).from);
  if (first > 0) {
    for (const [peer, state] of history.statesBefore(first))
      add(start, start, { peer, isCut: false, changes: [...state].flat() }, STEP.base);
  }
  for (const step of steps.slice(first, last))
    add(eventOf(step.from), eventOf(step.to), step, step.begins ? STEP.boot : STEP.change);
  const isWhole = last === steps.length && history.end === Number.POSITIVE_INFINITY;
  const end = last < steps.length ? eventOf((steps[last] as FieldStep).from) : eventOf(history.end);
  return { ...table.told, steps: columns, known: [start, isWhole ? events : end] };
}

/** Paths and texts, numbered anew in the order in which they are used. */
class Tables {
  private readonly parents: number[] = [-1];
  private readonly keys: number[] = [0];
  private readonly texts: string[] = [];
  private readonly pathIds = new Map<number, number>([[0, 0]]);
  private readonly textIds = new Map<number, number>();

  constructor(private readonly history: FieldHistory) {
    this.text(0);
  }

  get told(): Pick<PageFields, "parents" | "keys" | "texts"> {
    const { parents, keys, texts } = this;
    return { parents, keys, texts };
  }

  path(of: number): number {
    const known = this.pathIds.get(of);
    if (known !== undefined) return known;
    const parent = this.path(this.history.parents[of] as number);
    const key = this.text(this.history.keys[of] as number);
    const path = this.parents.push(parent) - 1;
    this.keys.push(key);
    this.pathIds.set(of, path);
    return path;
  }

  text(of: number): number {
    if (of < 0) return -1;
    const known = this.textIds.get(of);
    if (known !== undefined) return known;
    const id = this.texts.push(this.history.texts[of] as string) - 1;
    this.textIds.set(of, id);
    return id;
  }
}
