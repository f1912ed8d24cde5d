import type { Intake, Member } from "../../../grader/batch/intake/index.ts";
import { openReport } from "../../../grader/batch/reports/index.ts";
import type { Property } from "../../../grader/check/failure.ts";
import type { GradingResult, RunResult, Verdict } from "../../../grader/run/result.ts";
import { folderWith } from "../../cli/run-cli.ts";
import { fakeIntake, grading, playBatch, scenarios } from "../fake-batch.ts";

export const POLICY = `
late: { deadline: 2026-03-01T00:00:00Z, freeDays: 1, usedColumn: used, latestDays: 3, penaltyPerDay: 0.25 }
scenarios: [{ match: ${scenarios[1]?.id}, visibility: after-due }]
`;

/** Names as people really have them, or write them to see what happens. */
const NAMES = [
  '"Bobby" O\'Neil, Jr.',
  '=HYPERLINK("http://x","y")',
  "+49 30 1",
  "-2",
  "@SUM(A1)",
  "two\nlines\r\nthree\tcells",
  "مرحبا \u202etxt.exe",
  "\u001b[31mred\u0007",
  "x".repeat(300),
  "<b>&amp;</b> `code` [link](http://x) | bar ![i](x)",
  "山田 太郎",
  "; =1+1",
];

const VERDICTS: readonly Verdict[] = [
  "passed",
  "failed",
  "crashed",
  "hung",
  "out-of-memory",
  "output-limit",
  "nondeterministic",
  "skipped",
  "internal-error",
];

function member(number: number, name: string, used = "0"): Member {
  const id = String(111_000 + number);
  const roster = {
    student: name,
    id,
    "sis user id": `s${number}`,
    "sis login id": `login${number}`,
    section: "L01",
    "lab 2 (4711)": "",
    identifier: `Participant ${9000 + number}`,
    username: `login${number}`,
    orgdefinedid: `00${number}`,
    "last modified (grade)": "-",
    used,
  };
  return { name, studentId: id, email: `u${number}@uni.example`, roster };
}

const folder = () => folderWith({ "raft.ts": "" });

function one(
  id: string,
  number: number,
  name: string,
  more: Partial<Intake> & { folder?: string; ungradable?: string } = {},
): Intake {
  const who = member(number, name);
  return fakeIntake(id, {
    name: name.replaceAll("\n", " "),
    members: [who],
    ...(who.roster && { roster: who.roster }),
    submittedAt: "2026-02-28T10:00:00.000Z",
    ...more,
  });
}

function run(verdict: Verdict): RunResult {
  return {
    seed: 7,
    verdict,
    ...(verdict === "failed" && { property: "liveness" as const }),
    message: `it came to ${verdict} <&> \`\`\`\n# no heading`,
    places: [{ file: "raft.ts", line: 3, column: 5, function: "tick" }],
    console: ["\u001b[2Jconsole | `x`"],
    virtualMs: 1500,
    rpcs: 3,
    bytes: 4,
    traceHash: "0",
    replay: `grade replay ${scenarios[0]?.id}@7`,
    timing: { wallMs: 1 },
  };
}

const gradings = new Map<string, (id: string) => GradingResult>();

/** A grading in which the first scenario came to this, and the second, which is hidden until the deadline, failed. */
function withVerdict(id: string, verdict: Verdict): GradingResult {
  const result = grading(id, [verdict, "failed"]);
  return {
    ...result,
    scenarios: result.scenarios.map((scenario, index) =>
      index > 0 || verdict === "passed"
        ? scenario
        : {
            ...scenario,
            message: `after ${scenarios[1]?.id}: ${scenario.message}`,
            runs: verdict === "skipped" ? [] : [run(verdict)],
          },
    ),
  };
}

/** Every verdict and state, odd names, groups, and lateness. */
function intakes(): Intake[] {
  const all: Intake[] = [];
  const add = (intake: Intake, grade?: (id: string) => GradingResult) => {
    all.push(intake);
    if (grade !== undefined) gradings.set(intake.id, grade);
  };
  for (const [index, verdict] of VERDICTS.entries()) {
    add(one(`v-${verdict}`, index, `Verdict ${verdict}`, { folder: folder() }), (id) => withVerdict(id, verdict));
  }
  for (const [index, name] of NAMES.entries()) {
    add(one(`n-${String(index).padStart(2, "0")}`, 20 + index, name, { folder: folder() }), (id) => grading(id, []));
  }
  add(one("ungradable", 40, "Un Gradable", { ungradable: "raft.ts:1:2: <oops> `x`" }));
  add({
    ...one("missing", 41, "Mis Sing"),
    open: async () => ({ ungradable: "nothing was handed in", notHandedIn: true, notes: [] }),
  });
  const { submittedAt: _, ...untimed } = one("late-open", 42, "Late Open", { folder: folder(), markedLate: true });
  add(untimed, (id) => grading(id, []));
  add(one("late-2", 43, "Late Two", { folder: folder(), submittedAt: "2026-03-02T12:00:00.000Z" }), (id) =>
    grading(id, []),
  );
  add(one("late-9", 44, "Late Nine", { folder: folder(), submittedAt: "2026-03-09T12:00:00.000Z" }), (id) =>
    grading(id, []),
  );
  const members = [member(50, "Ana"), member(51, "Ben", "1")];
  add(
    fakeIntake("group", { name: "Ana & Ben", members, folder: folder(), submittedAt: "2026-03-02T12:00:00.000Z" }),
    (id) => grading(id, []),
  );
  const unsafe = ["state-machine-safety" as const];
  add(one("capped", 45, "Cap Ped", { folder: folder() }), (id) =>
    grading(id, ["passed", "passed"], { unsafe, cap: [0.5], passesAnyway: true }),
  );
  const seenByHidden = [undefined, "durability"] as unknown as readonly Property[];
  add(one("capped-by-hidden", 46, "Cap Hidden", { folder: folder() }), (id) =>
    grading(id, ["passed", "failed"], { unsafe: seenByHidden, cap: [0.25], passesAnyway: true }),
  );
  add(one("submission_77", 47, "Grade Scope", { folder: folder() }), (id) => grading(id, []));
  return all;
}

/** Grades all of them, and opens what a report is made from. */
export async function oddBatch() {
  const out = folderWith();
  await playBatch({
    out,
    intakes: intakes(),
    policy: POLICY,
    retries: 0,
    due: "2026-03-04T00:00:00.000Z",
    gradeOne: async ({ id }) => (gradings.get(id) ?? grading)(id, []),
  });
  const remarks: string[] = [];
  const batch = openReport(out, (line) => remarks.push(line));
  const input = {
    lab: batch.lab,
    results: batch.results,
    isDue: false,
    onRemark: (line: string) => remarks.push(line),
  };
  return { out, batch, input, remarks };
}
