import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type BatchResult, batchResultSchema } from "../../grader/batch/model/batch-result.ts";
import { POINTS } from "../../labs/raft/points.ts";
import { folderWith, grade, ROOT } from "../cli/run-cli.ts";
import { slowness } from "../cpu.ts";
import { hasFullSandbox, leftOut } from "../sandbox/confine/available.ts";
import { type Attack, type Files, raftFile, type World } from "./attack.ts";
import { descendantsOf, harmful, peakMemoryOf, processesWith, startTimes } from "./observe.ts";
import { BUDGETS } from "./tables/budgets.ts";
import { BUILTINS } from "./tables/builtins.ts";
import { COMPILING } from "./tables/compiling.ts";
import { DATA } from "./tables/data.ts";
import { DEEPER } from "./tables/deeper.ts";
import { ESCAPES } from "./tables/escapes.ts";
import { FLOODS } from "./tables/floods.ts";
import { LIMITS } from "./tables/limits.ts";
import { ARCHIVES, SOURCES } from "./tables/sources.ts";
import { TEXTS } from "./tables/texts.ts";

const ATTACKS: readonly Attack[] = [
  ...ESCAPES,
  ...DEEPER,
  ...BUILTINS,
  ...DATA,
  ...TEXTS,
  ...LIMITS,
  ...BUDGETS,
  ...FLOODS,
  ...SOURCES,
  ...COMPILING,
];
/**
 * Each attack is played where the limit it is after lies far below the others, so that a busy machine cannot change which
 * one it reaches first. Those that run for ever are many, and cost what their limit is; all others must stay within it.
 */
const LIMITS_FOR = {
  time: `limits: { cpuMs: ${Math.round(600 * slowness())}, wallMs: 15000, memoryMb: 1024 }\n`,
  memory: "limits: { cpuMs: 20000, wallMs: 100000, memoryMb: 256 }\n",
  output: "limits: { cpuMs: 20000, wallMs: 100000, memoryMb: 1024 }\n",
  // On a busy machine threads compute little, while peers that sleep do so as long as ever: the other budget is far above.
  "CPU budget": "limits: { cpuMs: 1500, wallMs: 15000, memoryMb: 1024, runCpuMs: 3000, runWallMs: 100000 }\n",
  "wall budget": "limits: { cpuMs: 1500, wallMs: 15000, memoryMb: 1024, runCpuMs: 80000, runWallMs: 3000 }\n",
};
type Kind = keyof typeof LIMITS_FOR;
const kindOf = ({ verdict, budget }: Attack): Kind =>
  budget !== undefined
    ? (`${budget} budget` as const)
    : verdict === "out-of-memory"
      ? "memory"
      : verdict === "output-limit"
        ? "output"
        : "time";
const KINDS = Object.keys(LIMITS_FOR) as Kind[];
const HONEST = ["honest-right", "honest-wrong"];

interface Done {
  readonly code: number | null;
  /** All that was said and written. */
  readonly texts: Readonly<Record<string, string>>;
  readonly results: ReadonlyMap<string, BatchResult>;
  readonly lines: ReadonlyMap<string, string>;
  /** What the grader itself, all its threads, had in memory at most. */
  readonly graderBytes: number;
  readonly left: { readonly processes: readonly string[]; readonly temporary: readonly string[] };
}

let world: World;
let connections = 0;
let course = "";
const together = {} as Record<Kind, Done>;
const alone = {} as Record<Kind, Done>;

async function play(kind: Kind, name: string, sources: readonly string[]): Promise<Done> {
  const at = outFolderOf(name, kind);
  const temporary = `${at}-tmp`;
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
  let graderBytes = 0;
  const {
    code,
    out: said,
    err,
  } = await grade([...args, "--seed-file", join(course, "seed"), "--config", join(course, `${kind}.yaml`)], {
    env: { TMPDIR: temporary },
    onStart: ({ pid }) => {
      look = setInterval(() => {
        graderBytes = peakMemoryOf(pid as number) ?? graderBytes;
        for (const [child, started] of startTimes(descendantsOf(pid as number))) seen.set(child, started);
      }, 100);
    },
  });
  clearInterval(look);
  // What ends with its parent needs a moment to do so.
  const living = () => [...startTimes([...seen.keys()])].filter(([pid, started]) => seen.get(pid) === started);
  for (let waitedMs = 0; waitedMs < 30_000 && living().length > 0; waitedMs += 50) {
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
    graderBytes,
    left: { processes: living().map(([pid]) => pid), temporary: readdirSync(temporary) },
  };
}

function write(folder: string, files: Files): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

const outFolderOf = (name: string, kind: Kind) => join(course, `${name}-${kind}`);
const folderOf = (attack: Attack) => join(course, kindOf(attack), attack.folder ?? attack.id);

function resultOf(path: string): BatchResult {
  const result = KINDS.map((kind) => together[kind].results.get(path)).find((found) => found !== undefined);
  if (result === undefined) throw new Error(`there is no result of ${path}`);
  return result;
}

// Without the full sandbox there is nothing to be tried.
describe.skipIf(!hasFullSandbox)(`attacks on a batch, ${ATTACKS.length + ARCHIVES.length} of them${leftOut}`, () => {
  beforeAll(async () => {
    course = folderWith({
      seed: "0123456789abcdef0123\n",
      secret: "the-secret-of-the-course",
      "secret.d.ts": 'declare const secret: { "the-secret-of-the-course": 1 };\n',
    });
    mkdirSync(join(course, "planted"), { mode: 0o777 });
    const server = createServer(() => connections++).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    world = {
      secretFile: join(course, "secret"),
      secretTypes: join(course, "secret.d.ts"),
      outFolder: "",
      secret: "the-secret-of-the-course",
      plantedFile: join(course, "planted", "file"),
      port: (server.address() as AddressInfo).port,
      marker: `attack-${process.pid}`,
      graderPid: process.pid,
    };
    for (const kind of KINDS) {
      writeFileSync(join(course, `${kind}.yaml`), LIMITS_FOR[kind]);
      cpSync(join(ROOT, "reference/raft"), join(course, kind, "honest-right"), { recursive: true });
      write(join(course, kind, "honest-wrong"), raftFile({}));
    }
    for (const attack of ATTACKS) {
      const folder = folderOf(attack);
      const here = { ...world, outFolder: outFolderOf("together", kindOf(attack)) };
      mkdirSync(folder);
      write(folder, typeof attack.files === "function" ? attack.files(here) : (attack.files ?? {}));
      attack.prepare?.(folder, here);
    }
    for (const { name, bytes } of ARCHIVES) writeFileSync(join(course, "time", name), bytes());
    for (const kind of KINDS) {
      together[kind] = await play(kind, "together", [join(course, kind)]);
      const honest = HONEST.map((name) => join(course, kind, name));
      alone[kind] = await play(kind, "alone", honest);
    }
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
    if (attack.typeProblem !== undefined) {
      expect(result.grading?.typeProblems?.map((problem) => problem.message).join("\n")).toMatch(attack.typeProblem);
    }
  });

  test.each(ATTACKS)("$id gets no point, in a full sandbox, always", (attack) => {
    expect(resultOf(folderOf(attack))).toMatchObject({ points: { raw: 0, final: 0 }, sandbox: "full" });
  });

  test.each(ARCHIVES)("$name: ungradable", ({ name, message }) => {
    const result = resultOf(join(course, "time", name));
    expect(result).toMatchObject({ status: "ungradable", points: { final: 0 } });
    expect(result.grading?.ungradable).toMatch(message);
  });

  describe.each(KINDS)("the batch of those that are after the limit of %s", (kind) => {
    test("comes to its end, with a verdict for everybody", () => {
      const attacks = ATTACKS.filter((attack) => kindOf(attack) === kind).length;
      expect(together[kind].code).toBe(0);
      expect(together[kind].results.size).toBe(attacks + HONEST.length + (kind === "time" ? ARCHIVES.length : 0));
      expect(together[kind].texts["attention.txt"]).toBe(alone[kind].texts["attention.txt"]);
    });

    test("changes nobody else's grade: the honest ones' lines are those of a batch of their own, always", () => {
      for (const name of HONEST) {
        const path = join(course, kind, name);
        expect(together[kind].lines.get(path)).toBe(alone[kind].lines.get(path));
      }
      expect(alone[kind].results.get(join(course, kind, "honest-right"))?.points.final).toBe(
        POINTS.lab2a?.["lab2a/initial-election"],
      );
      expect(alone[kind].results.get(join(course, kind, "honest-wrong"))?.points.final).toBe(0);
    });

    test("keeps the grader itself small", () => {
      expect(together[kind].graderBytes).toBeGreaterThan(30e6);
      expect(together[kind].graderBytes).toBeLessThan(600e6);
    });

    test("leaves no process and no file behind", () => {
      expect(together[kind].left).toEqual({ processes: [], temporary: [] });
      expect(processesWith(world.marker)).toEqual([]);
      expect(Object.keys(together[kind].texts).sort()).toEqual(Object.keys(alone[kind].texts).sort());
      expect(existsSync(join(outFolderOf("together", kind), "work"))).toBe(false);
    });

    test("shows nothing from outside, always", () => {
      for (const [name, text] of Object.entries(together[kind].texts)) {
        expect(text, name).not.toContain(world.secret);
        expect(text, name).not.toContain("root:x:0");
        for (const folder of ["dist", "grader"]) expect(text, name).not.toContain(join(ROOT, folder, "/"));
      }
    });

    test("has no text that steers a terminal, a spreadsheet, a log or a reader", () => {
      for (const [name, text] of Object.entries(together[kind].texts)) {
        // Where the batch lies is the grader's own word.
        expect(harmful(name, text.replaceAll(course, "")), name).toEqual([]);
      }
    });
  });

  test("nothing outside is written or reached, always", () => {
    expect(existsSync(world.plantedFile)).toBe(false);
    expect(connections).toBe(0);
  });
});
