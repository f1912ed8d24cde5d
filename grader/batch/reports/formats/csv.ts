import { gradebookCsv } from "../../outputs/gradebook.ts";
import { toRow } from "../../outputs/rows.ts";
import type { ReportFormat } from "../format.ts";

/** The gradebook, with the points of each stage. */
export const csv: ReportFormat = {
  name: "csv",
  about: "the gradebook with the points of each stage, a line for each student",
  ending: ".csv",
  kind: "whole",
  render: ({ results, isDue, missingAs }) => {
    const rows = [];
    for (const result of results) rows.push(toRow(result, isDue));
    return gradebookCsv(rows, { missingAs, withStages: true });
  },
};
