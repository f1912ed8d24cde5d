import { stringify } from "csv-stringify/sync";
import { oneLine } from "../../text/printable.ts";
import type { MemberResult } from "../model/batch-result.ts";
import type { Row } from "./rows.ts";
import { pointsText } from "./text.ts";

export interface GradebookOptions {
  /** Points of who handed nothing in; absent: an empty field. */
  readonly missingAs?: number | undefined;
  /** Adds the points of each stage. */
  readonly withStages?: boolean;
}

/** One student's line is made of what was handed in, and of the student. */
interface Line {
  readonly row: Row;
  readonly member: MemberResult;
}

type Column = readonly [name: string, text: (line: Line) => string];

/**
 * A table for spreadsheets and gradebooks, a line for each student: the members of a group have one each. It may be shown to
 * students, so it names no scenario that is hidden. Behind our own columns stand those of the roster that say something else.
 */
export function gradebookCsv(rows: readonly Row[], options: GradebookOptions = {}): string {
  const lines = rows.flatMap((row) =>
    (row.members.length === 0 ? [{}] : row.members).map((member) => ({ row, member })),
  );
  const own = [
    ...ownColumns(
      options,
      rows.some(({ late }) => late !== undefined),
    ),
    ...(options.withStages === true ? stageColumns(rows, options) : []),
  ];
  const columns = [...own, ...rosterColumns(lines, own)];
  return stringify([
    columns.map(([name]) => harmless(name)),
    ...lines.map((line) => columns.map(([, text]) => harmless(text(line)))),
  ]);
}

/** @param hasLateness there are rules for it. */
function ownColumns({ missingAs }: GradebookOptions, hasLateness: boolean): Column[] {
  const isMissing = (row: Row) => row.status === "not-handed-in" && missingAs !== undefined;
  const lateOf = ({ row, member }: Line) => member.late ?? row.late;
  // No points are an empty field: a 0 would be taken for a grade.
  const figure = (value: number | null | undefined) => (value === null || value === undefined ? "" : pointsText(value));
  const pointsOf = ({ row, member }: Line) => (row.points.raw === null ? row.points : (member.points ?? row.points));
  return [
    ["id", ({ row }) => row.id],
    ["name", ({ row, member }) => member.name ?? row.name],
    ["student_id", ({ member }) => member.studentId ?? ""],
    ["email", ({ member }) => member.email ?? ""],
    ["submitted_at", ({ row }) => row.submittedAt ?? ""],
    ["days_late", (line) => figure(lateOf(line)?.days)],
    ...(hasLateness ? [["free_days_used", (line) => figure(lateOf(line)?.freeDaysUsed)] satisfies Column] : []),
    ["raw_points", ({ row }) => figure(row.points.raw)],
    ["safety_cap", ({ row }) => figure(row.points.raw === null ? null : (row.points.safetyCap ?? 0))],
    ["penalty", (line) => figure(pointsOf(line).penalty)],
    ["points", (line) => figure(isMissing(line.row) ? missingAs : pointsOf(line).final)],
    ["max_points", ({ row }) => figure(row.points.max)],
    ["status", ({ row }) => row.status],
    ["not_passed", ({ row }) => row.notPassedVisible.join(" ")],
    ["sandbox", ({ row }) => row.sandbox],
    [
      "notes",
      ({ row, member }) => [...questionOf({ row, member }), ...reasonOf(row), ...row.caps, ...row.notes].join("; "),
    ],
  ];
}

function questionOf({ row, member }: Line): string[] {
  const question = row.members.length > 1 ? member.question : row.question;
  return question === undefined ? [] : [question];
}

function reasonOf({ status, ungradable }: Row): string[] {
  return status === "ungradable" && ungradable !== undefined ? [`could not be graded: ${ungradable}`] : [];
}

function stageColumns(rows: readonly Row[], { missingAs }: GradebookOptions): Column[] {
  const ids = [...new Set(rows.flatMap(({ stages }) => [...stages.keys()]))].sort();
  return ids.flatMap((id): Column[] => {
    const missing = missingAs === undefined ? "" : pointsText(missingAs);
    const of = ({ row }: Line) => row.stages.get(id);
    return [
      [`${id}_points`, (line) => (line.row.status === "not-handed-in" ? missing : textOf(of(line)?.points))],
      [`${id}_max_points`, (line) => textOf(of(line)?.max)],
    ];
  });
}

function textOf(points: number | undefined): string {
  return points === undefined ? "" : pointsText(points);
}

/** Those of the roster but its path; one that has the name of ours, and the same in it everywhere, is there already. */
function rosterColumns(lines: readonly Line[], own: readonly Column[]): Column[] {
  const names = new Set(lines.flatMap((line) => Object.keys(rosterOf(line))));
  return [...names].flatMap((name): Column[] => {
    if (name === "path" || name === "") return [];
    const text = (line: Line) => rosterOf(line)[name] ?? "";
    const [, ours] = own.find(([other]) => other === (name === "id" ? "student_id" : name)) ?? [];
    if (ours === undefined) return [[name, text]];
    const isSame = lines.every((line) => text(line) === "" || text(line) === ours(line));
    return isSame ? [] : [[`roster_${name}`, text]];
  });
}

function rosterOf({ row, member }: Line): Readonly<Record<string, string>> {
  return member.roster ?? (row.members.length > 1 ? {} : row.roster);
}

/** What a spreadsheet that separates by semicolons would take for the beginning of a field, and of a formula. */
const INNER_FORMULA = /;(?= ?[=+\-@＝＋－＠])/g;

/** Spreadsheets take a field for a formula by how it begins, in wide letters too. */
export function harmless(field: string): string {
  const text = oneLine(field).replace(INNER_FORMULA, ",");
  // Platforms write it for nothing, and it begins nothing.
  if (text === "-") return text;
  return /^[=+\-@\t\r＝＋－＠|%]/.test(field) || /^[=+\-@＝＋－＠|%]/.test(text) ? `'${text}` : text;
}
