import type { BatchResult, MemberResult } from "../model/batch-result.ts";
import type { ReportInput } from "./format.ts";

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
