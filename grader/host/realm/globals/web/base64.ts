import { DOMException } from "./dom-exception.ts";

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

export function btoa(data: string): string {
  const text = String(data);
  let result = "";
  for (let i = 0; i < text.length; i += 3) {
    const codes = [text.charCodeAt(i), text.charCodeAt(i + 1) || 0, text.charCodeAt(i + 2) || 0] as const;
    if (codes.some((code) => code > 0xff)) throw new DOMException("Invalid character", "InvalidCharacterError");
    const bits = (codes[0] << 16) | (codes[1] << 8) | codes[2];
    const digits = [bits >> 18, (bits >> 12) & 63, (bits >> 6) & 63, bits & 63].map((value) => DIGITS[value]).join("");
    const missing = Math.max(0, i + 3 - text.length);
    result += digits.slice(0, 4 - missing) + "=".repeat(missing);
  }
  return result;
}

export function atob(data: string): string {
  const invalid = () => new DOMException("The string to be decoded is not correctly encoded.", "InvalidCharacterError");
  let text = String(data).replace(/[\t\n\f\r ]/g, "");
  if (text.length % 4 === 0) text = text.replace(/==?$/, "");
  if (text.length % 4 === 1) throw invalid();
  let result = "";
  let bits = 0;
  let count = 0;
  for (const digit of text) {
    const value = DIGITS.indexOf(digit);
    if (value < 0) throw invalid();
    bits = ((bits << 6) | value) & 0xffffff;
    count += 6;
    if (count >= 8) {
      count -= 8;
      result += String.fromCharCode((bits >> count) & 0xff);
    }
  }
  return result;
}
