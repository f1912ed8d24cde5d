import * as z from "zod";
import { PROPERTIES } from "../../check/failure.ts";

/** What can be named first when a run does not pass: the property, or the verdict where there is none. */
export const FINDINGS = [
  ...PROPERTIES,
  "crashed",
  "hung",
  "out-of-memory",
  "output-limit",
  "nondeterministic",
] as const;
export type Finding = (typeof FINDINGS)[number];

const text = z.string().min(1);

/** One change of one file: `find` must stand in it exactly once. */
const edit = z.strictObject({ file: text, find: text, replace: z.string() });
export type Edit = z.infer<typeof edit>;

/** One submission of a corpus: a patch of the base when it has edits, else the folder that bears its id. */
const entry = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/, "small letters, digits, dots and hyphens only"),
    summary: text,
    source: text.optional(),
    /** Wrong ones: the first suite that must fail it. Absent: any may. */
    stage: text.optional(),
    /** Wrong ones: what a run that does not pass may say. Absent: anything. */
    expects: z.array(z.enum(FINDINGS)).min(1).optional(),
    /** Right ones: which rule of the lab it makes use of. */
    needs: text.optional(),
    edits: z.array(edit).min(1).optional(),
    /** The mistake cannot be seen in any legal schedule: listed, with the argument in `why`, and not played. */
    effect: z.literal("none").optional(),
    why: text.optional(),
    /** No grading can be relied on to find it: told apart, and its survival is no survival. */
    weak: z.boolean().optional(),
    /** False: the mistake shows in stages before its own too. */
    "stage-before": z.boolean().optional(),
  })
  .refine((value) => value.effect === undefined || value.why !== undefined, {
    message: "an entry with `effect: none` says in `why` how that is",
    path: ["why"],
  });
export type Entry = z.infer<typeof entry>;

export const corpusFile = z.strictObject({
  /** The folder that the edits apply to, relative to the file. */
  base: text.optional(),
  /** Where the folders of the submissions without edits lie, relative to the file. Absent: beside it. */
  home: text.optional(),
  submissions: z.array(entry).min(1),
});
