/** Everything on the page is made here: texts become text, and never markup. */
type Child = Node | string | null;

export interface Attributes {
  readonly [name: string]: string | number | boolean | undefined | ((event: Event) => void);
}

/** An element with attributes, listeners (`onclick`) and children. `true` is an attribute without a value. */
export function el<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  for (const child of children) if (child !== null) element.append(child);
  return element;
}

export function button(text: string, title: string, onClick: () => void): HTMLButtonElement {
  // A word says what it does; a sign needs words.
  const label = /[a-z]/.test(text) ? undefined : title;
  return el("button", { type: "button", title, "aria-label": label, onclick: onClick }, text);
}
