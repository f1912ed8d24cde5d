/** Packages for students: what staff's commands need of it. */
export { freshStudentPackage } from "./fresh-package.ts";
export { type Kept, releaseKit } from "./release.ts";
export { ReleaseError } from "./release-error.ts";
export { isClone } from "./student-package.ts";
