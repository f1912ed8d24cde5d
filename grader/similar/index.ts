/** Which submissions are alike, names, comments, types and the order of functions apart: a place to look, never a verdict. */
export { MAX_COMPARED } from "./compare.ts";
export { type Fingerprints, fingerprintsOf, type SourceText } from "./fingerprints.ts";
export { similarityPage } from "./report/page.ts";
export { similarityJson, similarityLines } from "./report/text.ts";
export { type Share, shareIn } from "./share.ts";
export { LOOK_FROM, type Similarity, type Subject, similarity } from "./similarity.ts";
