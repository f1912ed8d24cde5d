import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { tracePage } from "../../grader/page/trace-page.ts";
import type { TracedRun } from "../../grader/page/types.ts";
import type { TraceRecord } from "../../grader/sim/trace.ts";
import { similarity, similarityPage } from "../../grader/similar/index.ts";
import { encode } from "../../labs/api/codec.ts";
import { oddBatch } from "../batch/reports/odd-batch.ts";
import { part, whole } from "../batch/reports/rendered.ts";
import { exchange, fieldsFor, longRun, record, runOf } from "../page/made-up.ts";
import { APART, sourcesIn, subject } from "../similar/classes.ts";
import { all, renamed } from "../similar/disguise.ts";

/** What would be seen to run, or to ask somebody, were it anything but text. */
export const EVIL = `</script></td><script>document.title='ran'</script><img src="http://127.0.0.1:9/x" onerror="document.title='ran'">\u202e"'&]]>--><!--`;

const dist = (name: string) => readFileSync(fileURLToPath(new URL(`../../dist/page/${name}`, import.meta.url)), "utf8");
const folder = mkdtempSync(join(tmpdir(), "pages-"));

/** Writes a page; gives its address. */
function written(name: string, page: string): string {
  const path = join(folder, `${name}.html`);
  writeFileSync(path, page);
  return pathToFileURL(path).href;
}

function traced(name: string, records: readonly TraceRecord[], more: Partial<TracedRun> = {}): string {
  const run = runOf(records, { peers: 5, ...more });
  return written(name, tracePage(run, { script: dist("script.js"), style: dist("style.css") }));
}

const marks: TracedRun["marks"] = [
  { kind: "departure", timeUs: 40_000, peer: 0, text: `peer 0 counts what is not there ${EVIL}` },
  { kind: "violation", timeUs: 60_000, text: `expected one, seen two ${EVIL}` },
];

/** Each page of a trace that is tested, by its name: its address. */
export function tracePages(): Record<"usual" | "long" | "empty" | "cut" | "hostile", string> {
  const [usual, long] = [longRun(600), longRun(55_000)];
  const note = "12345 earlier records are left out: the trace is too long to be kept";
  const evil = [
    record(0, "boot", 0, { text: EVIL, bytes: encode(EVIL), id: 1 }),
    ...exchange(1, 1, { [EVIL]: [EVIL, new TextEncoder().encode(EVIL)] }, EVIL).map((one) => ({ ...one, text: EVIL })),
    record(9, "log", 0, { text: EVIL }),
    record(9, "observed", 0, { bytes: encode({ term: EVIL, isLeader: true }) }),
    record(10, "fault", -1, { text: EVIL }),
  ];
  return {
    usual: traced("usual", usual, { marks, fields: fieldsFor(usual), story: [["seen", EVIL]] }),
    long: traced("long", long, { marks: [{ kind: "violation", timeUs: 9e9, text: "late" }], fields: fieldsFor(long) }),
    empty: traced("empty", [], { marks }),
    cut: traced("cut", [record(0, "note", -1, { text: note }), ...longRun(200)], {
      marks,
      fields: "the fields are not known",
    }),
    hostile: traced("hostile", evil, {
      ...{ run: EVIL, title: EVIL, about: EVIL, headline: EVIL, story: [[EVIL, EVIL]], marks },
      fields: fieldsFor(evil, EVIL.slice(0, 200)),
    }),
  };
}

/** The pages of a class with odd names, of some of its students, and of who is alike: by their names. */
export async function otherPages(): Promise<Record<string, string>> {
  const odd = await oddBatch();
  try {
    const pull = APART.get("pull") ?? new Map();
    const given = subject("skeleton", sourcesIn("skeleton/raft")).fingerprints;
    const alike = [subject("a", pull, { name: EVIL, points: 3 }), subject("b", all(renamed)(pull))];
    const students = ["v-failed", "n-09", "group", "missing"].map(
      (id) => [id, written(id, part(odd, "html", id))] as const,
    );
    return {
      class: written("class", whole(odd, "class")),
      similarity: written("similarity", similarityPage(similarity(alike, given))),
      ...Object.fromEntries(students),
    };
  } finally {
    odd.batch.close();
  }
}
