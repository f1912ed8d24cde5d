/**
 * What the trusted process and one that plays whole runs say to each other, in frames: `load` as to any host, not answered;
 * `order`, answered by `passed` or `not-passed`.
 */
import { FrameReader, WireError } from "./frame-reader.ts";
import { FrameWriter, PREFIX_BYTES } from "./frame-writer.ts";

/** One run that is to be played whole, with the peers that are audited in it. */
export interface WholeRunOrder {
  /** Counts the orders; the answer repeats it. */
  readonly number: number;
  readonly scenarioId: string;
  readonly seed: number;
  readonly audit: readonly number[];
}

/** All that is taken from the process that played it. */
export type WholeRunAnswer =
  | {
      readonly kind: "passed";
      readonly virtualUs: number;
      readonly rpcs: number;
      readonly bytes: number;
      readonly traceHash: string;
    }
  /** It failed, or an audit differed, or something went wrong: why is not asked. */
  | { readonly kind: "not-passed" };

/** Every answer is shorter, its prefix included. */
export const ANSWER_BYTES_MAX = 256;

/** Other numbers than those of the frames that peer hosts know. */
const Kind = { order: 16, passed: 17, notPassed: 18 } as const;
const HASH = /^[0-9a-f]{64}$/;

const writer = new FrameWriter();

// Each call of an `encode…` function gives a whole frame, length included, which holds until the next call.

export function encodeWholeRunOrder({ number, scenarioId, seed, audit }: WholeRunOrder): Uint8Array {
  writer.begin(Kind.order);
  writer.number(number);
  writer.text(scenarioId);
  writer.number(seed);
  writer.uint32(audit.length);
  for (const peer of audit) writer.uint32(peer);
  return writer.end();
}

export function encodeWholeRunAnswer(orderNumber: number, answer: WholeRunAnswer): Uint8Array {
  writer.begin(answer.kind === "passed" ? Kind.passed : Kind.notPassed);
  writer.number(orderNumber);
  if (answer.kind === "passed") {
    for (const figure of [answer.virtualUs, answer.rpcs, answer.bytes]) writer.number(figure);
    writer.text(answer.traceHash);
  }
  return writer.end();
}

/** Decodes the body of an order; null when the body is of another kind. Throws WireError. */
export function decodeWholeRunOrder(body: Uint8Array): WholeRunOrder | null {
  const reader = new FrameReader(body);
  if (reader.byte() !== Kind.order) return null;
  const [number, scenarioId, seed] = [
    reader.integer("the number of an order"),
    reader.text(),
    reader.integer("a seed"),
  ] as const;
  const audit = Array.from({ length: reader.count(4) }, () => reader.uint32());
  reader.end();
  return { number, scenarioId, seed, audit };
}

/**
 * Decodes an answer to that order, prefix included, of which nothing is trusted; null while it is not whole. Throws WireError
 * for anything but one answer.
 */
export function decodeWholeRunAnswer(bytes: Uint8Array, orderNumber: number): WholeRunAnswer | null {
  if (bytes.length > ANSWER_BYTES_MAX) throw new WireError(`an answer of ${bytes.length} bytes is too long`);
  if (bytes.length < PREFIX_BYTES) return null;
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  if (size > ANSWER_BYTES_MAX) throw new WireError(`an answer of ${size} bytes is too long`);
  if (bytes.length < PREFIX_BYTES + size) return null;
  if (bytes.length > PREFIX_BYTES + size) throw new WireError("something follows an answer");
  const reader = new FrameReader(bytes.subarray(PREFIX_BYTES));
  const kind = reader.byte();
  if (kind !== Kind.passed && kind !== Kind.notPassed) throw new WireError(`there is no answer of kind ${kind}`);
  const answered = reader.integer("the number of an order");
  if (answered !== orderNumber) throw new WireError(`order ${answered} is answered instead of ${orderNumber}`);
  const answer = kind === Kind.notPassed ? NOT_PASSED : readPassed(reader);
  reader.end();
  return answer;
}

function readPassed(reader: FrameReader): WholeRunAnswer {
  const virtualUs = reader.integer("virtual time");
  const rpcs = reader.integer("the number of calls");
  const bytes = reader.integer("the number of bytes");
  const traceHash = reader.text();
  if (!HASH.test(traceHash)) throw new WireError("a trace hash is none");
  return { kind: "passed", virtualUs, rpcs, bytes, traceHash };
}

export const NOT_PASSED: WholeRunAnswer = { kind: "not-passed" };
