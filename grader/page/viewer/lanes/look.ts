import { el } from "../dom.ts";
import { EPOCH_COLOURS } from "../moment.ts";

/** Colours of the canvas, which are those of the style sheet. */
export interface Look {
  readonly text: string;
  readonly dim: string;
  readonly line: string;
  readonly panel: string;
  readonly focus: string;
  readonly request: string;
  readonly reply: string;
  readonly lost: string;
  readonly bad: string;
  readonly departure: string;
  readonly epochs: readonly string[];
}

export function lookOf(element: Element): Look {
  // A canvas is told which of a colour's two it is to take.
  const probe = el("span");
  element.append(probe);
  const of = (name: string) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const look = {
    ...{ text: of("text"), dim: of("dim"), line: of("line"), panel: of("panel"), focus: of("focus") },
    ...{ request: of("request"), reply: of("reply"), lost: of("lost"), bad: of("bad"), departure: of("departure") },
    epochs: Array.from({ length: EPOCH_COLOURS }, (_, i) => of(`e${i}`)),
  };
  probe.remove();
  return look;
}
