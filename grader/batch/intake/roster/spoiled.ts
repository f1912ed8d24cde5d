/** What spreadsheets make of ids when they take them for numbers or days, and in which words that is told. */
const SHAPES: readonly (readonly [shape: RegExp, what: string])[] = [
  [/^\d(?:[.,]\d{1,20})?E\+?\d{1,3}$/i, "a long number that Excel shortened"],
  [/^\d{1,15}[.,]0{1,9}$/, "a number that a spreadsheet gave a fraction"],
  [
    /^\d{1,2}[-. ](?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:[-. ]\d{2,4})?$/i,
    "a day that Excel made of something else",
  ],
  [/^(?:\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{4}-\d\d-\d\d)$/, "a day that Excel made of something else"],
  [/^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[-. ]\d{2,4}$/i, "a month that Excel made of something else"],
  [/^\d{1,3}(?:[,.'\u2019 \u00a0\u202f]\d{3}){1,12}$/, "a number with marks between its thousands"],
  [/^\d{15}0{2,9}$/, "a long number of which Excel kept 15 digits"],
  [/^(?:#{2,200}|#[A-Z/0]{2,8}[!?]|#N\/A)$/, "what a spreadsheet shows in place of a value"],
];

/** What an id looks like when a spreadsheet spoiled it, in words; null when it does not. */
export function spoiledAs(id: string): string | null {
  return SHAPES.find(([shape]) => shape.test(id))?.[1] ?? null;
}

/** How a spreadsheet would have come from the one id to the other, in words; null when it would not. */
export function spoiledFrom(id: string, original: string): string | null {
  if (/^\d{1,40}$/.test(id) && /^0\d{1,40}$/.test(original) && withoutZeros(original) === id) {
    return "without the zeros in front, which Excel takes away";
  }
  if (!/^\d{6,40}$/.test(original) || spoiledAs(id) === null) return null;
  if (!/E/i.test(id) && id.replace(/\D/g, "") === original) return "with marks between its thousands";
  // As many digits as are left must be the same ones, rounded.
  const written = id.replace(",", ".");
  const [mantissa = ""] = written.toUpperCase().split("E");
  const digits = [...withoutZeros([...mantissa.replace(".", "")].reverse().join(""))].length;
  const rounded = (value: number) => Number(value.toPrecision(digits));
  if (digits < 1 || digits > 21 || Number.isNaN(Number(written))) return null;
  return rounded(Number(written)) === rounded(Number(original)) ? "as a spreadsheet shows long numbers" : null;
}

function withoutZeros(digits: string): string {
  const start = [...digits].findIndex((digit) => digit !== "0");
  return start < 0 ? "" : digits.slice(start);
}
