import { define } from "./define.ts";

/**
 * Functions whose source text lies in one of these texts, or holds one, show none of it: `toString` gives what it gives for a built-in
 * function. For code of ours in the realm that a student could otherwise read the solution of another lab from.
 */
export function hideTexts(texts: readonly string[]): void {
  const original = Function.prototype.toString;
  const apply = Reflect.apply;
  const { includes } = String.prototype;
  const hiding = {
    toString(this: (...args: never[]) => unknown): string {
      const text: string = apply(original, this, []);
      for (let i = 0; i < texts.length; i++) {
        const hidden = texts[i] as string;
        if (apply(includes, hidden, [text]) || apply(includes, text, [hidden]))
          return `function ${nameOf(this)}() { [native code] }`;
      }
      // This function itself is one of them.
      return this === hiding.toString ? "function toString() { [native code] }" : text;
    },
  };
  define(Function.prototype, "toString", hiding.toString);
}

function nameOf(value: object): string {
  const name: unknown = Object.getOwnPropertyDescriptor(value, "name")?.value;
  return typeof name === "string" ? name : "";
}
