import { makeStyle, type Style, wantsColours } from "../../report/style.ts";

/** The streams a command writes to. A closed pipe is no error: what is written after that goes nowhere. */
export interface Stdio {
  readonly out: TextStream;
  readonly err: TextStream;
  /** Called once when standard output was closed by its reader. */
  onClosed(listener: () => void): void;
}

export interface TextStream {
  readonly isTerminal: boolean;
  readonly columns: number | undefined;
  readonly style: Style;
  write(text: string): void;
}

export function openStdio(): Stdio {
  let isClosed = false;
  const listeners: (() => void)[] = [];
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (isClosed) return;
    isClosed = true;
    if (error.code !== "EPIPE") process.stderr.write(`error: standard output cannot be written: ${error.message}\n`);
    for (const listener of listeners) listener();
  });
  // Nobody is left to tell.
  process.stderr.on("error", () => {});
  return {
    out: textStream(process.stdout, () => isClosed),
    err: textStream(process.stderr, () => false),
    onClosed: (listener) => {
      if (isClosed) listener();
      else listeners.push(listener);
    },
  };
}

function textStream(stream: NodeJS.WriteStream, isClosed: () => boolean): TextStream {
  const colours = wantsColours(stream, process.env);
  return {
    isTerminal: stream.isTTY === true && process.env.TERM !== "dumb",
    get columns() {
      return stream.columns;
    },
    style: makeStyle(colours),
    write: (text) => {
      if (!isClosed()) stream.write(text);
    },
  };
}
