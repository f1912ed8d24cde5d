import { z } from "zod";

const place = z.object({ file: z.string(), line: z.int(), column: z.int() });
/** What comes back; checked, since it was made out of what a student wrote. */
export const buildAnswer = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("bundle"),
    bundle: z.object({
      code: z.string(),
      sourceMap: z.string(),
      filename: z.string(),
      inputs: z.array(z.string()).readonly(),
    }),
  }),
  z.object({ kind: z.literal("ungradable"), message: z.string(), place: z.optional(place) }),
  z.object({
    kind: z.literal("types"),
    problems: z.array(z.object({ ...place.shape, code: z.string(), message: z.string() })),
  }),
]);
export type BuildAnswer = z.infer<typeof buildAnswer>;
