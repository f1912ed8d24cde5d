/** What commands need to know of sandboxes. */
export { describeHoles, describeSelfTest } from "../sandbox/confine/describe.ts";
export { prepareSandbox, type Sandbox } from "../sandbox/confine/sandbox.ts";
