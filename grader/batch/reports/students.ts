import type { BatchResult, MemberResult } from "../model/batch-result.ts";
import { ReportError, type ReportInput } from "./format.ts";

const SHOWN = 3;

/** One student with what they have: what learning platforms want a line for. */
export interface Student {
  readonly result: BatchResult;
  /** Undefined where nobody is named. */
  readonly member: MemberResult | undefined;
  readonly name: string;
  readonly studentId: string;
  readonly email: string;
  /** All columns of their line in the roster. */
  readonly roster: Readonly<Record<string, string>>;
  /** Null: none yet, or nothing was handed in and nobody said what that is worth. */
  readonly final: number | null;
}

/** All students of all results, the members of groups one by one. */
export function* studentsOf({ results, missingAs }: Pick<ReportInput, "results" | "missingAs">): Generator<Student> {
  for (const result of results) {
    const { members = [] } = result;
    for (const one of members.length === 0 ? [undefined] : members) {
      const member: MemberResult = one ?? {};
      const isMissing = result.status === "not-handed-in";
      yield {
        result,
        member: one,
        name: member.name ?? result.name,
        studentId: member.studentId ?? "",
        email: member.email ?? "",
        roster: member.roster ?? (members.length <= 1 ? (result.roster ?? {}) : {}),
        final: isMissing
          ? (missingAs ?? null)
          : member.points === undefined
            ? result.points.final
            : member.points.final,
      };
    }
  }
}

/**
 * The students that a platform can tell. A few that it cannot, such as one who left the course, are named and left out.
 *
 * @param keyOf what the platform knows one by; empty where there is none. @param why by what it does, in words.
 * @param advice what to do about it, in words.
 * @throws ReportError where most would be lost.
 */
export function studentsKnownBy(
  keyOf: (student: Student) => string,
  input: ReportInput,
  why: string,
  advice: string,
): readonly Student[] {
  const students = [...studentsOf(input)];
  const unknown = students.filter((student) => keyOf(student) === "");
  if (unknown.length === 0) return students;
  const isMost = unknown.length * 2 > students.length;
  const ids = unknown.map(({ result }) => result.id);
  const some = isMost && ids.length > SHOWN ? `${ids.slice(0, SHOWN).join(", ")}, …` : ids.join(", ");
  const problem = `${why}, and ${unknown.length} of ${students.length} have none`;
  if (isMost) throw new ReportError(`${problem} (${some}); ${advice}`);
  input.onRemark(`${problem} and are left out: ${some}; to have them, ${advice}`);
  return students.filter((student) => keyOf(student) !== "");
}

/** First and last name, from the roster's own columns, else the whole name as the last one. */
export function namesOf({ roster, name }: Student): { readonly first: string; readonly last: string } {
  const [first, last] = [roster["first name"] ?? roster.first_name, roster["last name"] ?? roster.last_name];
  return first === undefined || last === undefined ? { first: "", last: name } : { first, last };
}
