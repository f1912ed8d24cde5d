import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type BatchResult, batchResultSchema } from "../../grader/batch/model/batch-result.ts";
import { folderWith, grade, ROOT } from "../cli/run-cli.ts";
import { hasFullSandbox, leftOut } from "../sandbox/confine/available.ts";
import { type Attack, type Files, raftFile, type World } from "./attack.ts";
import { descendantsOf, harmful, processesWith, startTimes } from "./observe.ts";
import { BUILTINS } from "./tables/builtins.ts";
import { DATA } from "./tables/data.ts";
import { ESCAPES } from "./tables/escapes.ts";
import { LIMITS } from "./tables/limits.ts";
import { ARCHIVES, SOURCES } from "./tables/sources.ts";
import { TEXTS } from "./tables/texts.ts";

const ATTACKS: readonly Attack[] = [...ESCAPES, ...BUILTINS, ...DATA, ...TEXTS, ...LIMITS, ...SOURCES];
/** Tighter than the defaults, as most of the time goes into attacks that reach them. */
const POLICY = "limits:\n  cpuMs: 500\n  memoryMb: 256\n";
const HONEST = ["honest-right", "honest-wrong"];

interface Done {
  readonly code: number | null;
  /** All that was said and written. */
  readonly texts: Readonly<Record<string, string>>;
  readonly results: ReadonlyMap<string, BatchResult>;
  readonly lines: ReadonlyMap<string, string>;
  readonly left: { readonly processes: readonly string[]; readonly temporary: readonly string[] };
}

let world: World;
let connections = 0;
let course = "";
let together: Done;
let alone: Done;

async function play(out: string, sources: readonly string[], temporary: string): Promise<Done> {
  const at = join(course, out);
  const seen = new Map<string, string>();
  mkdirSync(temporary);
  const args = [
    "batch",
    "lab2a",
    ...sources,
    "--out",
    at,
    "--only",
    "initial-election",
    "--runs",
    "1",
    "--workers",
    "2",
  ];
  let look: NodeJS.Timeout | undefined;
  const {
    code,
    out: said,
    err,
  } = await grade([...args, "--seed-file", join(course, "seed"), "--config", join(course, "policy.yaml")], {
    env: { TMPDIR: temporary },
    onStart: ({ pid }) => {
      look = setInterval(() => {
        for (const [child, started] of startTimes(descendantsOf(pid as number))) seen.set(child, started);
      }, 100);
    },
  });
  clearInterval(look);
  // What ends with its parent needs a moment to do so.
  const living = () => [...startTimes([...seen.keys()])].filter(([pid, started]) => seen.get(pid) === started);
  for (let waitedMs = 0; waitedMs < 3_000 && living().length > 0; waitedMs += 50) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(seen.size, "processes of the batch were seen").toBeGreaterThan(3);
  const texts: Record<string, string> = { stdout: said, stderr: err };
  for (const name of readdirSync(at)) texts[name] = readFileSync(join(at, name), "utf8");
  const lines = (texts["results.jsonl"] ?? "").trimEnd().split("\n");
  const results = lines.map((line) => batchResultSchema.parse(JSON.parse(line)));
  return {
    code,
    texts,
    results: new Map(results.map((result) => [result.origin, result])),
    lines: new Map(results.map((result, i) => [result.origin, lines[i] as string])),
    left: { processes: living().map(([pid]) => pid), temporary: readdirSync(temporary) },
  };
}

function write(folder: string, files: Files): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

const folderOf = ({ id, folder }: Attack) => join(course, "s", folder ?? id);

function resultOf(path: string): BatchResult {
  const result = together.results.get(path);
  if (result === undefined) throw new Error(`there is no result of ${path}`);
  return result;
}

// Without the full sandbox there is nothing to be tried.
describe.skipIf(!hasFullSandbox)(`attacks on a batch, ${ATTACKS.length + ARCHIVES.length} of them${leftOut}`, () => {
  beforeAll(async () => {
    course = folderWith({ seed: "0123456789abcdef0123\n", "policy.yaml": POLICY, secret: "the-secret-of-the-course" });
    mkdirSync(join(course, "planted"), { mode: 0o777 });
    const server = createServer(() => connections++).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    world = {
      secretFile: join(course, "secret"),
      secret: "the-secret-of-the-course",
      plantedFile: join(course, "planted", "file"),
      port: (server.address() as AddressInfo).port,
      marker: `attack-${process.pid}`,
      graderPid: process.pid,
    };
    cpSync(join(ROOT, "reference"), join(course, "s/honest-right"), { recursive: true });
    write(join(course, "s/honest-wrong"), raftFile({}));
    for (const attack of ATTACKS) {
      const folder = folderOf(attack);
      mkdirSync(folder);
      write(folder, typeof attack.files === "function" ? attack.files(world) : (attack.files ?? {}));
      attack.prepare?.(folder, world);
    }
    for (const { name, bytes } of ARCHIVES) writeFileSync(join(course, "s", name), bytes());
    together = await play("together", [join(course, "s")], join(course, "tmp-together"));
    alone = await play(
      "alone",
      HONEST.map((name) => join(course, "s", name)),
      join(course, "tmp-alone"),
    );
    server.close();
  }, 900_000);

  test.each(ATTACKS)("$id: $verdict", (attack) => {
    const result = resultOf(folderOf(attack));
    const [scenario] = result.grading?.scenarios ?? [];
    const property = scenario?.runs.at(-1)?.property;
    const isUngradable = attack.verdict === "ungradable";
    expect(
      { status: result.status, verdict: scenario?.verdict, property },
      scenario?.message ?? scenario?.runs.at(-1)?.message,
    ).toEqual({ status: isUngradable ? "ungradable" : "graded", verdict: attack.verdict, property: attack.property });
    const message = scenario?.runs.at(-1)?.message ?? scenario?.message ?? "";
    if (attack.message !== undefined) expect(message).toMatch(attack.message);
    expect(result.points).toMatchObject({ raw: 0, final: 0 });
    expect(result.sandbox).toBe("full");
  });

  test.each(ARCHIVES)("$name: ungradable", ({ name, message }) => {
    const result = resultOf(join(course, "s", name));
    expect(result).toMatchObject({ status: "ungradable", points: { final: 0 } });
    expect(result.grading?.ungradable).toMatch(message);
  });

  test("the batch comes to its end, with a verdict for everybody", () => {
    expect(together.code).toBe(0);
    expect(together.results.size).toBe(ATTACKS.length + ARCHIVES.length + HONEST.length);
    expect(together.texts["attention.txt"]).toBe(alone.texts["attention.txt"]);
  });

  test("nobody else's grade changes: the honest ones' lines are those of a batch of their own", () => {
    for (const name of HONEST) {
      const path = join(course, "s", name);
      expect(together.lines.get(path)).toBe(alone.lines.get(path));
    }
    expect(alone.results.get(join(course, "s/honest-right"))?.points.final).toBe(3);
    expect(alone.results.get(join(course, "s/honest-wrong"))?.points.final).toBe(0);
  });

  test("no process and no file is left behind", () => {
    expect(together.left).toEqual({ processes: [], temporary: [] });
    expect(processesWith(world.marker)).toEqual([]);
    expect(Object.keys(together.texts).sort()).toEqual(Object.keys(alone.texts).sort());
    expect(existsSync(join(course, "together/work"))).toBe(false);
  });

  test("nothing outside is read, written or reached", () => {
    for (const [name, text] of Object.entries(together.texts)) {
      expect(text, name).not.toContain(world.secret);
      expect(text, name).not.toContain("root:x:0");
    }
    expect(existsSync(world.plantedFile)).toBe(false);
    expect(connections).toBe(0);
  });

  test("no text steers a terminal, a spreadsheet, a log or a reader", () => {
    for (const [name, text] of Object.entries(together.texts)) {
      // Where the batch lies is the grader's own word.
      expect(harmful(name, text.replaceAll(course, "")), name).toEqual([]);
    }
  });
});
