/**
 * What it takes to get from a platform's download to its upload: for each platform makes a download of many hand-ins, grades
 * it by one run of one scenario, makes the upload, and counts its lines. Then what all reports of many take, from a journal
 * in which every scenario failed, without grading anything.
 *
 *   node scripts/platform-figures.mjs [--hand-ins 300] [--platforms moodle,canvas,…] [--reports 300] [--keep <dir>]
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = fileURLToPath(new URL("..", import.meta.url));
const cli = join(root, "dist/cli.js");
const WORK = "export class Raft {}\n";
const DATE = "Mar 1, 2026 202 PM";

/** Of each platform: the files of hand-in `n`, the roster that goes with the download, and what is uploaded. */
const PLATFORMS = {
  moodle: {
    file: (n) => `Student ${n}_${n}_assignsubmission_file_/raft.ts`,
    header: "Identifier,Full name,Email address",
    line: (n) => `Participant ${n},Student ${n},u${n}@uni.example`,
    formats: ["moodle", "moodle-feedback"],
  },
  canvas: {
    file: (n) => `student${n}_${n}_${900_000 + n}_raft.ts`,
    header: "Student,ID,SIS User ID,SIS Login ID,Section,Lab 2 (4711)",
    line: (n) => `"Student, ${n}",${n},s${n},u${n},L1,`,
    formats: ["canvas"],
  },
  blackboard: {
    file: (n) => `Lab 2_u${n}_attempt_2026-03-01-14-02-11_raft.ts`,
    header: '"Last Name","First Name","Username","Lab 2 [Total Pts: 100 Score] |4711"',
    line: (n) => `"${n}","Student","u${n}",""`,
    formats: ["blackboard"],
  },
  brightspace: {
    file: (n) => `${n}-25 - Student ${n} - ${DATE}/raft.ts`,
    header: "OrgDefinedId,Username,Last Name,First Name,End-of-Line Indicator",
    line: (n) => `#0${n},#u${n},${n},Student,#`,
    formats: ["brightspace"],
  },
  gradescope: {
    file: (n) => `submission_${n}/raft.ts`,
    beside: (all) => ({
      "submission_metadata.yml": all
        .map((n) => `submission_${n}:\n  :submitters:\n  - :name: Student ${n}\n    :email: u${n}@uni.example\n`)
        .join(""),
    }),
    formats: ["gradescope-autograder", "gradescope"],
  },
  autolab: { file: (n) => `u${n}@uni.example_lab2_1_raft.ts`, formats: ["autolab", "autolab-feedback"] },
  nbgrader: {
    file: (n) => `u${n}/lab2/raft.ts`,
    beside: (all) => Object.fromEntries(all.map((n) => [`u${n}/lab2/timestamp.txt`, "2026-02-01 10:00:00 UTC\n"])),
    formats: ["nbgrader"],
  },
  "github-classroom": {
    file: (n) => `lab2-u${n}/raft.ts`,
    isRepository: true,
    header: "identifier,github_username,github_id,name",
    line: (n) => `${n},u${n},${n},Student ${n}`,
    formats: ["github-classroom", "github"],
  },
};

const { values } = parseArgs({
  options: {
    "hand-ins": { type: "string", default: "300" },
    platforms: { type: "string", default: Object.keys(PLATFORMS).join(",") },
    reports: { type: "string", default: "300" },
    keep: { type: "string" },
  },
});
const folder = values.keep ?? mkdtempSync(join(tmpdir(), "platform-figures-"));
try {
  for (const name of values.platforms.split(",").filter(Boolean)) figures(name, Number(values["hand-ins"]));
  if (values.reports !== "0") reports(Number(values.reports));
} finally {
  if (values.keep === undefined) rmSync(folder, { recursive: true, force: true });
}

function figures(name, count) {
  const { file, beside, header, line, formats, isRepository = false } = PLATFORMS[name];
  const all = Array.from({ length: count }, (_, at) => 10_001 + at);
  const place = join(folder, name);
  write(join(place, "download"), {
    ...Object.fromEntries(all.map((n) => [file(n), `${WORK}// ${n}\n`])),
    ...beside?.(all),
  });
  if (isRepository) for (const n of all) commitAll(join(place, "download", dirname(file(n))));
  if (header !== undefined) write(place, { "roster.csv": `${[header, ...all.map(line)].join("\n")}\n` });
  const batch = grade(place, [
    ...["batch", "lab2", "download", "--out", "grades", "--only", "lab2a/initial-election", "--runs", "1"],
    ...["--workers", "1", "--no-sandbox", "--time-zone", "UTC"],
    ...(header === undefined ? [] : ["--roster", "roster.csv"]),
  ]);
  const graded = readFileSync(join(place, "grades/results.jsonl"), "utf8").split('"status":"graded"').length - 1;
  console.log(`${name}: ${graded} of ${count} graded, ${seconds(batch)}`);
  for (const format of formats) {
    const took = grade(place, ["report", "grades", "--format", format, "--to", `${format}.out`]);
    console.log(`  ${format}: ${sizeOf(join(place, `${format}.out`))}, ${seconds(took)}`);
  }
}

/** Makes a folder a repository with all that is in it, committed before any deadline. */
function commitAll(folder) {
  const GIT_COMMITTER_DATE = "2026-02-01T10:00:00Z";
  const who = ["-c", "user.name=Student", "-c", "user.email=student@uni.example"];
  for (const words of [
    ["init", "--quiet"],
    ["add", "."],
    [...who, "commit", "--quiet", "--date", GIT_COMMITTER_DATE, "-m", "Hand in"],
  ]) {
    const { status, stderr } = spawnSync("git", words, {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, GIT_COMMITTER_DATE },
    });
    if (status !== 0) throw new Error(`git ${words.join(" ")}: ${stderr}`);
  }
}

/** All formats, of a journal in which every scenario of the lab failed with all that can be told of it. */
function reports(count) {
  const place = join(folder, "reports");
  write(join(place, "in/ana"), { "raft.ts": WORK });
  grade(place, ["batch", "lab2", "in", "--out", "grades", "--runs", "1", "--workers", "1", "--no-sandbox", "--anyway"]);
  const path = join(place, "grades/journal.jsonl");
  const lines = readFileSync(path, "utf8").trim().split("\n");
  const entries = lines.map((text) => JSON.parse(text).entry);
  const one = entries.find(({ kind }) => kind === "result");
  const run = one.result.grading.scenarios.flatMap(({ runs }) => runs).find(({ verdict }) => verdict !== "passed");
  const scenarios = one.result.grading.scenarios.map((scenario) => ({
    ...scenario,
    verdict: run.verdict,
    runs: [run],
  }));
  const results = Array.from({ length: count }, (_, at) => {
    const id = `student_${10_001 + at}`;
    const roster = {
      identifier: `Participant ${at}`,
      username: `u${at}`,
      orgdefinedid: `${at}`,
      "sis login id": `u${at}`,
    };
    const members = [{ name: `Student ${at}`, studentId: `${10_001 + at}`, email: `u${at}@uni.example`, roster }];
    return { ...one, result: { ...one.result, id, members, grading: { ...one.result.grading, scenarios } } };
  });
  writeFileSync(path, [...entries.filter(({ kind }) => kind === "batch"), ...results].map(journalLine).join(""));
  const help = grade(place, ["report", "--help"]).out;
  const formats = /--format <name> +for people: ([\s\S]*?)\n {2}--to/.exec(help)[1].replace("for platforms:", "");
  let total = 0;
  for (const format of formats.split(/[\s,;]+/).filter(Boolean)) {
    const took = grade(place, [
      "report",
      "grades",
      "--format",
      format,
      "--to",
      `${format}.out`,
      "--column",
      "Lab 2 |1",
    ]);
    total += took.cpuMs;
    console.log(`report of ${count}, ${format}: ${sizeOf(join(place, `${format}.out`))}, ${seconds(took)}`);
  }
  console.log(`all reports of ${count}: ${(total / 1000).toFixed(1)} s of CPU time`);
}

/** As grader/batch/journal/line.ts writes them. */
function journalLine(entry) {
  const payload = JSON.stringify(entry);
  const sum = createHash("sha256").update(payload).digest("hex").slice(0, 16);
  return `{"sha256":"${sum}","length":${Buffer.byteLength(payload)},"entry":${payload}}\n`;
}

function grade(cwd, words) {
  const beforeMs = performance.now();
  const timed = spawnSync("bash", ["-c", 'TIMEFORMAT="%U %S"; time "$@"', "grade", process.execPath, cli, ...words], {
    cwd,
    encoding: "utf8",
  });
  const lines = timed.stderr.trim().split("\n");
  const [user, system] = lines.pop().split(" ").map(Number);
  if (timed.status !== 0) throw new Error(`grade ${words.join(" ")}: ${timed.status}\n${timed.stdout}${timed.stderr}`);
  for (const said of lines.filter(Boolean)) console.log(`  said: ${said.slice(0, 200)}`);
  return { out: timed.stdout, wallMs: performance.now() - beforeMs, cpuMs: (user + system) * 1000 };
}

function write(place, files) {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(place, name)), { recursive: true });
    writeFileSync(join(place, name), text);
  }
}

function sizeOf(path) {
  try {
    return `${readdirSync(path).length} files`;
  } catch {
    const bytes = readFileSync(path);
    return path.includes("zip") || bytes.subarray(0, 2).toString() === "PK"
      ? `${bytes.length} bytes of zip`
      : `${bytes.toString().trim().split("\n").length} lines`;
  }
}

function seconds({ wallMs, cpuMs }) {
  return `${(cpuMs / 1000).toFixed(1)} s of CPU time, ${(wallMs / 1000).toFixed(1)} s by the clock`;
}
