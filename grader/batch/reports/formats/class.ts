import { classPage } from "../class/page.ts";
import { classView } from "../class/view.ts";
import type { ReportFormat } from "../format.ts";

/** The class at a glance, for staff: one page. */
export const classFormat: ReportFormat = {
  name: "class",
  about: "the class at a glance, as one page for staff",
  ending: ".html",
  kind: "whole",
  render: (input) => classPage(classView(input)),
};
