import { beginningOf, dataText } from "../../text/data-text.ts";

const SHOWN_CHARS = 40;

/** An entry of the log in a few words. `command` is MessagePack, and of no account for a no-op. */
export function entryName(kind: "command" | "noop", command: Uint8Array): string {
  if (kind === "noop") return "a no-op";
  let text: string;
  try {
    text = beginningOf(dataText(command), SHOWN_CHARS);
  } catch {
    text = `${command.length} bytes that are not plain data`;
  }
  return `the command ${text}`;
}
