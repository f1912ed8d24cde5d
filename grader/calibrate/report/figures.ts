import type { Estimate } from "../statistics.ts";

/** A share in whole percent; what is not quite all or nothing never looks like it. */
export function percent(share: number): string {
  if (share > 0 && share < 0.01) return "<1 %";
  if (share < 1 && share > 0.99) return ">99 %";
  return `${Math.round(share * 100)} %`;
}

/** A small chance, with two digits that count: `0.037 %`, `2.9 %`, `< 0.001 %`. */
export function chance(share: number): string {
  if (share === 0) return "0 %";
  if (share < 1e-5) return "<0.001 %";
  return `${Number((share * 100).toPrecision(2))} %`;
}

/** An interval in percent: `0–3.7 %`. */
export function range({ low, high }: Pick<Estimate, "low" | "high">): string {
  const digits = (share: number) => String(Number((share * 100).toPrecision(2)));
  return `${digits(low)}–${digits(high)} %`;
}
