/** A `ref` of what is to be typed into next; `autofocus` only works for what the page was loaded with. */
export function focusThis(element: HTMLElement) {
  queueMicrotask(() => element.focus())
}
