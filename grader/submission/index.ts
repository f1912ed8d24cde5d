/** Intake of one submission: a folder in; code that a peer host can evaluate, and places in the student's files, out. */
export { type Bundle, bundleSubmission } from "./bundle.ts";
export { CheckCache } from "./check-cache.ts";
export { chooseMain } from "./main-file.ts";
export { openSubmission, remarksOn, type Submission } from "./open.ts";
export { joinSourceMappers, makeSourceMapper, type SourceMapper } from "./source-mapper.ts";
export { isSkipped } from "./sources.ts";
export { COMPILER_RAN, type RunCompiler, typeCheck } from "./type-check.ts";
export { UngradableError } from "./ungradable.ts";
