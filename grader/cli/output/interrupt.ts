import { EXIT } from "../exit-code.ts";

/** Lets a command end in good order when the user interrupts it; a second time ends it at once. */
export function interruptible(): { readonly signal: AbortSignal; abort(): void } {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal);
  return { signal: controller.signal, abort: () => controller.abort() };
}
