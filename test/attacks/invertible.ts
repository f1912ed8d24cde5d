/**
 * How the seeds of runs and peers must not be made: the words that a peer's random stream begins with, from the run's seed
 * and a key, by mixing steps each of which can be undone. `seedFrom` undoes them.
 */

/** Plain functions, as their texts also stand in submissions. */
export function wordsFrom(seed: number, key: string): [number, number] {
  const finish = (value: number) => {
    let x = Math.imul(value ^ (value >>> 16), 0x7feb352d);
    x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
    return x ^ (x >>> 16);
  };
  const top = finish(Math.floor(seed / 0x1_0000_0000) ^ 0x27d4eb2f);
  let a = finish(seed ^ top ^ 0x9e3779b9);
  let b = finish(top ^ Math.imul(a, 0x85ebca6b));
  for (let i = 0; i < key.length; i++) {
    a = Math.imul(a ^ key.charCodeAt(i), 0x85ebca77);
    a ^= a >>> 15;
    b = Math.imul(b ^ key.charCodeAt(i), 0xc2b2ae3d);
    b ^= b >>> 13;
  }
  const first = finish(a ^ Math.imul(b, 0x2c1b3c6d)) >>> 0;
  return [first, finish(b ^ first ^ key.length) >>> 0];
}

/** The seed from which `wordsFrom` made these words. */
export function seedFrom(words: readonly number[], key: string): number {
  const [first = 0, second = 0] = words;
  // Each round of Newton's method doubles how many bits of an odd number's inverse are right.
  const divide = (value: number, factor: number) => {
    let inverse = factor;
    for (let round = 0; round < 5; round++) inverse = Math.imul(inverse, 2 - Math.imul(factor, inverse));
    return Math.imul(value, inverse);
  };
  const unshift = (value: number, by: number) => {
    let x = value;
    for (let known = by; known < 32; known += by) x = value ^ (x >>> by);
    return x;
  };
  const unfinish = (value: number) =>
    unshift(divide(unshift(divide(unshift(value, 16), 0x846ca68b), 15), 0x7feb352d), 16);
  let b = unfinish(second) ^ first ^ key.length;
  let a = unfinish(first) ^ Math.imul(b, 0x2c1b3c6d);
  for (let i = key.length - 1; i >= 0; i--) {
    a = divide(unshift(a, 15), 0x85ebca77) ^ key.charCodeAt(i);
    b = divide(unshift(b, 13), 0xc2b2ae3d) ^ key.charCodeAt(i);
  }
  const top = unfinish(b) ^ Math.imul(a, 0x85ebca6b);
  const low = (unfinish(a) ^ top ^ 0x9e3779b9) >>> 0;
  return ((unfinish(top) ^ 0x27d4eb2f) >>> 0) * 0x1_0000_0000 + low;
}
