import { Decoder, EncodeError, Encoder, type Utf8 } from "../../../../labs/api/codec.ts";
import { MESSAGE_BYTES_MAX } from "../../limits.ts";
import { wrongType } from "../define.ts";
import { Op, type RawHook } from "../hook.ts";

const INITIAL_BYTES = 4096;

/**
 * Encodes and decodes for a realm. The host does it as long as all goes well, since its code is warm; what it refuses is
 * done again here, by the same code, so that errors belong to the realm and name what is wrong.
 */
export class Buffers {
  private inbox: Uint8Array | null = null;
  private outbox: Uint8Array | null = null;
  private ownEncoder: Encoder | null = null;
  private readonly utf8: Utf8;

  constructor(private readonly hook: RawHook) {
    this.utf8 = {
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
  }

  /** Encodes a value for the operation that follows, and gives its length. Throws EncodeError. */
  send(value: unknown, rootName: string): number {
    const length = this.hook(Op.encode, value) as number;
    return length >= 0 ? length : this.sendSlowly(value, rootName);
  }

  /** `encode` of the student API. */
  encode(value: unknown): Uint8Array {
    const length = this.hook(Op.encode, value) as number;
    return length >= 0 ? (this.hook(Op.takeEncoded) as Uint8Array) : this.encoder().copy(value, "value");
  }

  /** `decode` of the student API. */
  decode(bytes: unknown): unknown {
    if (!(bytes instanceof Uint8Array)) throw wrongType("bytes", "Uint8Array", bytes);
    const value = this.hook(Op.decode, bytes);
    if (value !== undefined) return value;
    const inbox = this.reserveInbox(bytes.length);
    inbox.set(bytes);
    return new Decoder(this.utf8).read(inbox, 0, bytes.length);
  }

  /** The text's bytes, as `TextEncoder` gives them. */
  encodeText(text: string): Uint8Array {
    const needed = text.length * 3;
    // A getter may ask for this in the middle of an encoding, whose bytes must stay as they are.
    let outbox = this.outbox;
    if (outbox === null || outbox.length < needed || this.ownEncoder?.busy) {
      outbox = this.share(new Uint8Array(Math.max(needed, INITIAL_BYTES)));
    }
    return outbox.slice(0, this.hook(Op.writeUtf8, text, 0) as number);
  }

  /** Makes room in the inbox. */
  reserveInbox(sizeBytes: number): Uint8Array {
    if (this.inbox === null || this.inbox.length < sizeBytes) {
      this.inbox = new Uint8Array(Math.max(sizeBytes, INITIAL_BYTES, 2 * (this.inbox?.length ?? 0)));
      this.hook(Op.inbox, this.inbox);
    }
    return this.inbox;
  }

  private sendSlowly(value: unknown, rootName: string): number {
    const encoder = this.encoder();
    if (encoder.busy) {
      throw new EncodeError(rootName, "encoded by one of its own getters", "send data without such getters");
    }
    const length = encoder.write(value, rootName);
    if (encoder.bytes !== this.outbox) this.share(encoder.bytes);
    this.hook(Op.encoded, length);
    return length;
  }

  private encoder(): Encoder {
    if (this.ownEncoder === null) {
      // A string asks for three bytes a character before it is known to be ASCII.
      const reserve = (neededBytes: number) => {
        if (neededBytes > 16 * MESSAGE_BYTES_MAX) this.hook(Op.tooLarge, "a message", neededBytes);
      };
      this.ownEncoder = new Encoder(this.utf8, INITIAL_BYTES, reserve);
    }
    return this.ownEncoder;
  }

  private share(outbox: Uint8Array): Uint8Array {
    this.outbox = outbox;
    this.hook(Op.outbox, outbox);
    return outbox;
  }
}
