import type { ReportFormat } from "../format.ts";
import { studentPage } from "../page/student-page.ts";

/** A page for each submission that a browser shows as it is. */
export const html: ReportFormat = {
  name: "html",
  about: "a page for each submission, for a browser: one file, without scripts",
  kind: "each",
  parts: [
    { ending: ".html", render: (result, { lab, isDue, storyOf }) => studentPage(lab, result, isDue, { storyOf }) },
  ],
};
