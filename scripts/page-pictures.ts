/** What scripts/page-pictures.mjs makes. */

/** A submission that is right, its file in which a mistake is planted, and a run that fails with it. */
export interface PicturedRun {
  readonly base: string;
  readonly file: string;
  readonly edits: readonly (readonly [right: string, wrong: string])[];
  readonly run: string;
}

/** Of which page, where in it, and what of it: `hash` stands in the address, `keys` are pressed, then `prepare` is run in the page. */
export interface Picture {
  readonly file: string;
  readonly run: keyof typeof RUNS;
  readonly hash?: string;
  readonly keys?: readonly string[];
  readonly size?: { readonly width: number; readonly height: number };
  readonly prepare?: string;
  /** Only that element; else the window. */
  readonly element?: string;
}

/** The runs that pages are pictured of: a right submission, the mistake that is planted in it, and a run that fails with it. */
export const RUNS = {
  /** An entry of an earlier term is committed by counting copies, as in Figure 8. */
  raft: {
    base: "test/right/raft/loops",
    file: "raft.ts",
    edits: [
      [
        "    if (onMajority > this.commit && this.log.termAt(onMajority) === this.term) this.commitTo(onMajority);\n",
        "    if (onMajority > this.commit) this.commitTo(onMajority);\n",
      ],
    ],
    run: "lab2b/earlier-term-entries@739358755661434",
  },
  /** Who waits for a log index is told "done" by whatever is applied there. */
  store: {
    base: "reference/kv",
    file: "server.ts",
    edits: [
      [
        "const isIts = request?.clerk === waiter.request.clerk && request.serial === waiter.request.serial;",
        "const isIts = request !== null;",
      ],
      [
        "setInterval(() => this.releaseDeposed(), LOOK_EVERY_MS);",
        "setInterval(() => void this.releaseDeposed, LOOK_EVERY_MS);",
      ],
    ],
    run: "lab3a/usurped-index@1494536653461755",
  },
  /** A promise is kept in memory only. */
  paxos: {
    base: "reference/paxos",
    file: "paxos.ts",
    edits: [
      [
        '    slot.promised = ballot;\n    this.slots.save();\n    return { kind: "promised"',
        '    slot.promised = ballot;\n    return { kind: "promised"',
      ],
    ],
    run: "paxos-a/restarts@770964605861761",
  },
} as const satisfies Readonly<Record<string, PicturedRun>>;

/** Puts numbers to the parts that the tour names. */
const NUMBERED = `
  const parts = ["header", ".toolbar", ".strip", ".lanes", ".list", ".detail", ".moment"];
  for (const [at, part] of parts.entries()) {
    const { left, top } = document.querySelector(part).getBoundingClientRect();
    const badge = document.createElement("b");
    badge.textContent = String(at + 1);
    Object.assign(badge.style, {
      position: "fixed", left: Math.max(0, left - 13) + "px", top: Math.max(2, top - 4) + "px", width: "26px", height: "26px", font: "bold 16px/26px sans-serif",
      textAlign: "center", color: "#fff", background: "#a3005c", borderRadius: "13px", zIndex: 9,
    });
    document.body.append(badge);
  }
`;

export const PICTURES: readonly Picture[] = [
  { file: "docs/trace-page.webp", run: "raft" },
  { file: "docs/trace-page-dark.webp", run: "raft", hash: "theme=dark" },
  { file: "labs/trace-page/tour.webp", run: "raft", prepare: NUMBERED },
  { file: "labs/trace-page/tour-store.webp", run: "store", prepare: NUMBERED },
  { file: "labs/trace-page/tour-paxos.webp", run: "paxos", prepare: NUMBERED },
  { file: "labs/trace-page/store.webp", run: "store", keys: ["v"], element: ".lanes" },
  { file: "labs/raft/pictures/fix-opens.webp", run: "raft" },
  { file: "labs/raft/pictures/fix-moment.webp", run: "raft", size: { width: 1400, height: 1500 }, element: ".moment" },
  {
    file: "labs/raft/pictures/fix-violation.webp",
    run: "raft",
    keys: ["v"],
    size: { width: 1400, height: 1500 },
    element: ".moment",
  },
];
