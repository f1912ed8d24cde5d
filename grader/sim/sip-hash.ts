/** A 64-bit word in two halves of 32 bits. */
export interface Word64 {
  high: number;
  low: number;
}

/**
 * SipHash-2-4 of Aumasson and Bernstein: a keyed hash of short texts. Who does not know the key can tell neither the key
 * nor any other output from outputs, however many he sees, and it takes a fraction of the time of a cryptographic hash.
 *
 * @param key 16 bytes
 * @returns a function that hashes a text's UTF-16 units, low byte first. The word it gives is used again by the next call.
 */
export function sipHash(key: Uint8Array): (text: string) => Word64 {
  const view = new DataView(key.buffer, key.byteOffset, 16);
  const [k0l, k0h, k1l, k1h] = [0, 4, 8, 12].map((at) => view.getInt32(at, true)) as [number, number, number, number];
  const word: Word64 = { high: 0, low: 0 };

  return (text) => {
    // Four words of 64 bits: `h` is the upper half of each, `l` the lower one.
    let v0l = k0l ^ 0x70736575;
    let v0h = k0h ^ 0x736f6d65;
    let v1l = k1l ^ 0x6e646f6d;
    let v1h = k1h ^ 0x646f7261;
    let v2l = k0l ^ 0x6e657261;
    let v2h = k0h ^ 0x6c796765;
    let v3l = k1l ^ 0x79746573;
    let v3h = k1h ^ 0x74656462;
    const units = text.length;
    const blocks = (units >> 2) + 1;
    for (let block = 0; block <= blocks; block++) {
      let ml = 0;
      let mh = 0;
      let rounds = 2;
      const at = block * 4;
      if (block === blocks) {
        v2l ^= 0xff;
        rounds = 4;
      } else if (at + 4 <= units) {
        ml = text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16);
        mh = text.charCodeAt(at + 2) | (text.charCodeAt(at + 3) << 16);
      } else {
        // The last block ends with the length in bytes.
        mh = units << 25;
        if (at < units) ml = text.charCodeAt(at);
        if (at + 1 < units) ml |= text.charCodeAt(at + 1) << 16;
        if (at + 2 < units) mh |= text.charCodeAt(at + 2);
      }
      v3l ^= ml;
      v3h ^= mh;
      for (; rounds > 0; rounds--) {
        let t = (v0l >>> 0) + (v1l >>> 0);
        v0h = (v0h + v1h + (t > 0xffff_ffff ? 1 : 0)) | 0;
        v0l = t | 0;
        t = (v1l << 13) | (v1h >>> 19);
        v1h = ((v1h << 13) | (v1l >>> 19)) ^ v0h;
        v1l = t ^ v0l;
        t = v0l;
        v0l = v0h;
        v0h = t;
        t = (v2l >>> 0) + (v3l >>> 0);
        v2h = (v2h + v3h + (t > 0xffff_ffff ? 1 : 0)) | 0;
        v2l = t | 0;
        t = (v3l << 16) | (v3h >>> 16);
        v3h = ((v3h << 16) | (v3l >>> 16)) ^ v2h;
        v3l = t ^ v2l;
        t = (v0l >>> 0) + (v3l >>> 0);
        v0h = (v0h + v3h + (t > 0xffff_ffff ? 1 : 0)) | 0;
        v0l = t | 0;
        t = (v3l << 21) | (v3h >>> 11);
        v3h = ((v3h << 21) | (v3l >>> 11)) ^ v0h;
        v3l = t ^ v0l;
        t = (v2l >>> 0) + (v1l >>> 0);
        v2h = (v2h + v1h + (t > 0xffff_ffff ? 1 : 0)) | 0;
        v2l = t | 0;
        t = (v1l << 17) | (v1h >>> 15);
        v1h = ((v1h << 17) | (v1l >>> 15)) ^ v2h;
        v1l = t ^ v2l;
        t = v2l;
        v2l = v2h;
        v2h = t;
      }
      v0l ^= ml;
      v0h ^= mh;
    }
    word.low = (v0l ^ v1l ^ v2l ^ v3l) >>> 0;
    word.high = (v0h ^ v1h ^ v2h ^ v3h) >>> 0;
    return word;
  };
}
