import { isatty, ReadStream } from "node:tty";

const STDIN_FD = 0;

/** Keys as they are pressed, one by one; null without a terminal. */
export function openKeyboard(onKey: (key: string) => void): { close(): void } | null {
  if (!isatty(STDIN_FD)) return null;
  const stream = new ReadStream(STDIN_FD);
  stream.setRawMode(true);
  stream.setEncoding("utf8");
  stream.on("data", (text) => {
    for (const key of keysOf(String(text))) onKey(key);
  });
  // A terminal that was closed presses no more keys.
  stream.on("error", () => {});
  return {
    close: () => {
      stream.setRawMode(false);
      stream.destroy();
    },
  };
}

/** Arrows and the like come as several characters, and are nobody's command. */
function keysOf(text: string): readonly string[] {
  return text.startsWith("\u001b") && text.length > 1 ? [] : [...text];
}
