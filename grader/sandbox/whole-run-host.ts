import type { Socket } from "node:net";
import {
  decodeWholeRunAnswer,
  encodeWholeRunOrder,
  type WholeRunAnswer,
  type WholeRunOrder,
} from "../host/wire/whole-run.ts";
import { encodeLoad, type Load, WireError } from "../host/wire.ts";
import type { HostHandle, HostKeeper } from "./keeper.ts";

/**
 * Has a run played whole by a process, and waits for the answer in the thread of its keeper, to which the run is one window.
 * Gives null when the process is lost, or says anything but one answer to this order.
 *
 * @param load for a process that has no code yet
 */
export async function playWholeRun(
  keeper: HostKeeper,
  handle: HostHandle,
  load: Load | null,
  order: WholeRunOrder,
): Promise<WholeRunAnswer | null> {
  const channel = keeper.socketOf(handle);
  if (channel === null) return null;
  const { socket, gone } = channel;
  keeper.table.beginRun(handle.slot);
  keeper.table.turn(handle.slot);
  try {
    // Frames hold until the next one is made; the socket may take longer.
    if (load !== null) socket.write(encodeLoad(load).slice());
    socket.write(encodeWholeRunOrder(order).slice());
    return await Promise.race([answerFrom(socket, order.number), gone.then(() => null)]);
  } finally {
    keeper.table.turn(handle.slot);
  }
}

/** What comes before the answer, or after it until the next order, makes it no answer. */
function answerFrom(socket: Socket, orderNumber: number): Promise<WholeRunAnswer | null> {
  return new Promise((resolve) => {
    let bytes = new Uint8Array(0);
    const settle = (answer: WholeRunAnswer | null) => {
      socket.off("data", hear).off("close", close).pause();
      resolve(answer);
    };
    const close = () => settle(null);
    const hear = (chunk: Buffer) => {
      const longer = new Uint8Array(bytes.length + chunk.length);
      longer.set(bytes);
      longer.set(chunk, bytes.length);
      bytes = longer;
      const answer = decodedOrNot(bytes, orderNumber);
      if (answer !== undefined) settle(answer);
    };
    socket.on("data", hear).on("close", close).resume();
    if (socket.destroyed) close();
  });
}

/** Null: it is none, and will be none; undefined: it is not whole. */
function decodedOrNot(bytes: Uint8Array, orderNumber: number): WholeRunAnswer | null | undefined {
  try {
    return decodeWholeRunAnswer(bytes, orderNumber) ?? undefined;
  } catch (error) {
    if (error instanceof WireError) return null;
    throw error;
  }
}
