import { defineAll, defineLazily } from "../../define.ts";
import type { RawHook } from "../../hook.ts";
import type { Buffers } from "../../peer/buffers.ts";
import type { Timers } from "../timers.ts";
import { abortClasses } from "./abort.ts";
import { atob, btoa } from "./base64.ts";
import { structuredClone } from "./clone.ts";
import { DOMException } from "./dom-exception.ts";
import { eventClasses } from "./event.ts";
import { textClasses } from "./text.ts";

/** Reports an exception that no caller could catch. */
export type Failed = (where: string, error: unknown) => void;

interface WebParts {
  readonly buffers: Buffers;
  readonly hook: RawHook;
  readonly timers: Timers;
  readonly failed: Failed;
}

/** Installs those globals that Node has from the web platform. */
export function installWeb(parts: WebParts): void {
  defineAll(globalThis, { DOMException, atob, btoa, structuredClone });
  defineLazily(globalThis, ["TextDecoder", "TextEncoder"], () => textClasses(parts.buffers, parts.hook));
  defineLazily(globalThis, ["Event", "CustomEvent", "EventTarget", "AbortController", "AbortSignal"], () => {
    const events = eventClasses(parts.failed);
    return { ...events, ...abortClasses(events, parts.timers) };
  });
}
