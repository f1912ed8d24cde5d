/** Where debuggers look first. */
export const INSPECT_PORT = 9229;
