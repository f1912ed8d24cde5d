import { writeSync } from "node:fs";
import { isatty, WriteStream } from "node:tty";
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

/**
 * Standard output and error, for any thread: what is written is out when `write` returns, so that no end of a thread or
 * process loses it, and no other thread has a part in it, as it would have in Node's own streams.
 */
export function openStdio(): Stdio {
  let isClosed = false;
  const listeners: (() => void)[] = [];
  // Nobody is left to tell.
  const err = textStream(STDERR_FD, () => {});
  const out = textStream(STDOUT_FD, (error) => {
    isClosed = true;
    if (error.code !== "EPIPE") err.write(`error: standard output cannot be written: ${error.message}\n`);
    // Not in the midst of what writes.
    setImmediate(() => {
      for (const listener of listeners) listener();
    });
  });
  return {
    out,
    err,
    onClosed: (listener) => {
      if (isClosed) listener();
      else listeners.push(listener);
    },
  };
}

/** `onError` is called once; nothing is written after that. */
function textStream(fd: number, onError: (error: NodeJS.ErrnoException) => void): TextStream {
  const terminal = isatty(fd) ? new WriteStream(fd) : null;
  const isTTY = terminal !== null;
  let isClosed = false;
  return {
    isTerminal: isTTY && process.env.TERM !== "dumb",
    get columns() {
      return terminal?.getWindowSize()[0];
    },
    style: makeStyle(wantsColours({ isTTY }, process.env)),
    write: (text) => {
      if (isClosed) return;
      try {
        writeAll(fd, Buffer.from(text));
      } catch (error) {
        isClosed = true;
        onError(error as NodeJS.ErrnoException);
      }
    },
  };
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      // Whoever shares it has made it non-blocking, and its reader is behind.
      Atomics.wait(IDLE, 0, 0, FULL_PAUSE_MS);
    }
  }
}

const STDOUT_FD = 1;
const STDERR_FD = 2;
const IDLE = new Int32Array(new SharedArrayBuffer(4));
const FULL_PAUSE_MS = 5;
