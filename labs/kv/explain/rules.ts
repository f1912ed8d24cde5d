import { at, counted, listed } from "../../../grader/explain/words.ts";
import { keyText } from "../../../grader/text/key-text.ts";
import { labelsOf, type Operation } from "./operations.ts";
import type { StoreStory } from "./story.ts";

/** What the rules are told with. */
export interface Names {
  readonly servers: readonly number[];
  nameOf(process: number): string;
}

/** A rule of stores that an operation which has just returned can be seen to break: by whom, and how. */
export interface StoreRule {
  readonly id: string;
  readonly cite: string;
  readonly check: (
    operation: Operation,
    story: StoreStory,
    names: Names,
  ) => { readonly peer: number; readonly text: string } | null;
}

const SESSIONS = "Raft paper, section 8; Ongaro's dissertation, section 6.3";

/** "clerk 0's append of "v2;" to k". */
export function told({ clerk, kind, key, value }: Operation, { nameOf }: Names): string {
  return kind === "get"
    ? `${nameOf(clerk)}'s get of ${keyText(key)}`
    : `${nameOf(clerk)}'s ${kind} of ${JSON.stringify(value)} under ${keyText(key)}`;
}

/** What is written is in the logs of a majority by then, whoever looks. */
const answeredTooEarly: StoreRule = {
  id: "answered-before-it-was-committed",
  cite: "Raft paper, section 8: an operation is answered when it has been applied",
  check(operation, story, names) {
    const { kind, value, returned, loggedBy } = operation;
    if (returned === undefined || kind === "get" || (kind === "cas" && !returned.swapped)) return null;
    // Nothing that is written is seen in no log.
    if (value === "") return null;
    const isMajority = (servers: ReadonlySet<number>) => servers.size > names.servers.length / 2;
    // Where no log ever shows what is written, it is written in another way.
    if (isMajority(loggedBy) || !story.operations.some((one) => isMajority(one.loggedBy))) return null;
    const where = loggedBy.size === 0 ? "no server" : listed([...loggedBy].sort((a, b) => a - b).map(names.nameOf));
    const who = returned.from === null ? names.nameOf(operation.clerk) : names.nameOf(returned.from);
    const deed = returned.from === null ? "let return without an answer" : "answered";
    return {
      peer: returned.from ?? operation.clerk,
      text: `${who} ${deed} ${told(operation, names)}, when it stood in the saved log of ${where}: that is no majority of ${names.servers.length}`,
    };
  },
};

/** An append, or a put, that had returned before, and that nothing replaced. */
const answeredFromBehind: StoreRule = {
  id: "answered-from-an-old-state",
  cite: "Ongaro's dissertation, section 6.4: what a read must know",
  check(operation, story, names) {
    const { returned, callUs, kind, key } = operation;
    if (returned === undefined || kind !== "get") return null;
    const onKey = story.operations.filter((one) => one.key === key && one.kind !== "get");
    const missed = onKey.find((one) => {
      if ((one.kind !== "append" && one.kind !== "put") || one.returned === undefined || one.returned.timeUs >= callUs)
        return false;
      if (returned.found.includes(one.value)) return false;
      // Whatever replaces what stands there may have come after it.
      return onKey.every((other) => {
        if (other === one || other.kind === "append") return true;
        return other.returned !== undefined && other.returned.timeUs < one.callUs;
      });
    });
    if (missed?.returned === undefined) return null;
    const from = returned.from ?? operation.clerk;
    const indices = story.indicesOf(missed.value, from);
    const log =
      indices.length > 0
        ? `it had that in its log, at index ${indices[0]}`
        : "that is not in the log that it saved last";
    const lacks = `that lacks ${told(missed, names)}, which had returned at ${at(missed.returned.timeUs)}, before the get was called`;
    return {
      peer: from,
      text: `${names.nameOf(from)} answered ${told(operation, names)} from a state ${lacks}; ${log}`,
    };
  },
};

/** A value that holds what was written once twice. */
const appliedTwice: StoreRule = {
  id: "applied-twice",
  cite: SESSIONS,
  check(operation, story, names) {
    const { returned, kind } = operation;
    if (returned === undefined || (kind !== "get" && kind !== "cas")) return null;
    const doubled = story.operations.find((one) => {
      const { value, kind: how } = one;
      const first = value === "" || how === "get" ? -1 : returned.found.indexOf(value);
      if (first < 0 || !returned.found.includes(value, first + value.length)) return false;
      // What two operations write is rightly there twice.
      return story.operations.every((other) => other === one || other.value !== value);
    });
    if (doubled === undefined) return null;
    const from = returned.from ?? operation.clerk;
    const indices = story.indicesOf(doubled.value, from);
    const where = indices.length > 1 ? `, at indices ${listed(indices.map(String))}` : "";
    const tries =
      doubled.tries.length > 1 ? `; its clerk had asked for it ${counted(doubled.tries.length, "time")}` : "";
    return { peer: from, text: `${names.nameOf(from)} applied ${told(doubled, names)} more than once${where}${tries}` };
  },
};

/** Something in a request must say that it is another try of the same operation, and of no other one. */
const newRequestEachTry: StoreRule = {
  id: "retry-looks-new",
  cite: SESSIONS,
  check(operation, story, names) {
    const { tries, clerk } = operation;
    if (tries.length < 2 || operation.value === "") return null;
    const others = story.operations.filter((one) => one !== operation && one.clerk === clerk && one.tries.length > 0);
    if (others.length === 0) return null;
    const labels = tries.map((one) => new Map(labelsOf(one.args)));
    const [first = new Map<string, string>(), ...more] = labels;
    const constant = [...first].filter(([path, text]) => more.every((one) => one.get(path) === text));
    const tells = constant.some(([path, text]) =>
      others.some((other) => other.tries.some((one) => new Map(labelsOf(one.args)).get(path) !== text)),
    );
    if (tells) return null;
    const changed = [...first]
      .filter(([path, text]) => more.some((one) => one.get(path) !== text))
      .map(([path]) => path.slice(1));
    const by = changed.length === 0 ? "" : `; what differs from try to try is ${listed(changed.slice(0, 3))}`;
    return {
      peer: clerk,
      text: `nothing in the ${tries.length} requests of ${told(operation, names)} tells that they are tries of one operation, and of no other${by}`,
    };
  },
};

export const RULES: readonly StoreRule[] = [answeredTooEarly, answeredFromBehind, appliedTwice, newRequestEachTry];
