import { cellProblems, commitsCountUntil, type IntakeOptions, type Policy } from "../../batch/index.ts";
import type { IntakeWords } from "./intake-words.ts";

/** What staff says of where submissions come from, and what the policy says, as intake is told them. */
export function intakeOptions(
  { roster, idColumn, anyway, ref, deadline, followLinks, timeZone }: IntakeWords,
  policy: Policy,
  more: Pick<IntakeOptions, "mainFile" | "workDir" | "outDir" | "onRemark" | "onTakenFor">,
): IntakeOptions {
  return {
    ...more,
    limits: policy.intake,
    followLinks: followLinks === true,
    ...(timeZone !== undefined && { timeZone }),
    ...(roster !== undefined && { roster }),
    ...(idColumn !== undefined && { idColumn }),
    ...(anyway !== undefined && { anyway }),
    cellProblems: (columns) => cellProblems(policy, columns),
    deadlineOf: (time, rosters) => commitsCountUntil(policy, time, rosters),
    ...(ref !== undefined && { ref }),
    ...(deadline !== undefined && { deadline }),
  };
}
