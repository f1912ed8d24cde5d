import { Decoder, EncodeError, Encoder, type Utf8 } from "../../../../labs/api/codec.ts";
import { MESSAGE_BYTES_MAX } from "../../limits.ts";
import { wrongType } from "../define.ts";
import { Op, type RawHook } from "../hook.ts";

const INITIAL_BYTES = 4096;

/** The bytes that a realm shares with the host: what comes in, and what goes out. */
export class Buffers {
  inbox: Uint8Array;
  private outbox: Uint8Array;
  private readonly encoder: Encoder;
  private readonly decoder: Decoder;

  constructor(private readonly hook: RawHook) {
    const utf8: Utf8 = {
      write: (text, target, offset) => {
        // The host only knows the encoder's newest buffer, which is the one being written.
        if (target !== this.outbox) this.share(target);
        return hook(Op.writeUtf8, text, offset) as number;
      },
      read: (_bytes, start, end) => {
        const text = hook(Op.readUtf8, start, end);
        if (text === undefined) throw new TypeError("the encoded text is not UTF-8");
        return text as string;
      },
    };
    // A string asks for three bytes a character before it is known to be ASCII.
    const reserve = (neededBytes: number) => {
      if (neededBytes > 4 * MESSAGE_BYTES_MAX) hook(Op.tooLarge, "a message", neededBytes);
    };
    this.encoder = new Encoder(utf8, INITIAL_BYTES, reserve);
    this.decoder = new Decoder(utf8);
    this.outbox = this.encoder.bytes;
    this.share(this.outbox);
    this.inbox = this.createInbox(INITIAL_BYTES);
  }

  /** Makes room in the inbox. */
  reserveInbox(sizeBytes: number): Uint8Array {
    if (this.inbox.length < sizeBytes) this.inbox = this.createInbox(Math.max(sizeBytes, this.inbox.length * 2));
    return this.inbox;
  }

  /** Decodes what the host put into the inbox. */
  receive(length: number): unknown {
    return this.decoder.read(this.inbox, 0, length);
  }

  /** Encodes a value into the outbox and gives its length. Throws EncodeError. */
  send(value: unknown, rootName: string): number {
    const { encoder } = this;
    if (encoder.busy)
      throw new EncodeError(rootName, "encoded by one of its own getters", "send data without such getters");
    const length = encoder.write(value, rootName);
    if (encoder.bytes !== this.outbox) this.share(encoder.bytes);
    return length;
  }

  /** Copies bytes into the outbox, one after the other. */
  sendBytes(first: Uint8Array, second: Uint8Array | undefined): void {
    const needed = first.length + (second?.length ?? 0);
    if (this.outbox.length < needed) {
      if (needed > 4 * MESSAGE_BYTES_MAX) this.hook(Op.tooLarge, "saved state", needed);
      this.share(new Uint8Array(needed));
    }
    this.outbox.set(first);
    if (second !== undefined) this.outbox.set(second, first.length);
  }

  /** The outbox's first bytes, for comparison. */
  sent(length: number): Uint8Array {
    return this.outbox.subarray(0, length);
  }

  /** `encode` of the student API. */
  encode(value: unknown): Uint8Array {
    return this.encoder.copy(value, "value");
  }

  /** `decode` of the student API. */
  decode(bytes: unknown): unknown {
    if (!(bytes instanceof Uint8Array)) throw wrongType("bytes", "Uint8Array", bytes);
    this.reserveInbox(bytes.length).set(bytes);
    return this.receive(bytes.length);
  }

  /** The text's bytes, as `TextEncoder` gives them. */
  encodeText(text: string): Uint8Array {
    const needed = text.length * 3;
    // A getter may ask for this in the middle of an encoding, whose bytes must stay as they are.
    if (this.outbox.length < needed || this.encoder.busy) this.share(new Uint8Array(needed));
    return this.outbox.slice(0, this.hook(Op.writeUtf8, text, 0) as number);
  }

  private createInbox(sizeBytes: number): Uint8Array {
    const inbox = new Uint8Array(sizeBytes);
    this.hook(Op.inbox, inbox);
    return inbox;
  }

  private share(outbox: Uint8Array): void {
    this.outbox = outbox;
    this.hook(Op.outbox, outbox);
  }
}
