import type { Micros } from "../sim/peer-host.ts";
import { beginningOf, dataText } from "../text/data-text.ts";

const SHOWN_CHARS = 40;

/** A moment in virtual time, as people read it: "2.104 s". */
export function seconds(timeUs: Micros): string {
  return `${(timeUs / 1_000_000).toFixed(3)} s`;
}

/** A peer, and which of its boots when it was restarted: "peer 3", "peer 3 (boot 2)". */
export function peerName(peer: number, incarnation: number): string {
  return incarnation > 1 ? `peer ${peer} (boot ${incarnation})` : `peer ${peer}`;
}

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
