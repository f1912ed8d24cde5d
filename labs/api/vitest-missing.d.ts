/** What stands for `vitest` where it is not installed yet, so that an editor has nothing to complain of; see tsconfig.json. */
// biome-ignore-all lint/suspicious/noExplicitAny: its own types come with it
export const test: any;
export const it: any;
export const expect: any;
export const describe: any;
export const vi: any;
export const beforeAll: any;
export const beforeEach: any;
export const afterAll: any;
export const afterEach: any;
