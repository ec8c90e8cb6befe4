import { createEffect, onCleanup } from 'solid-js'

/** The document's title while a page is shown. */
export function createTitle(title: () => string) {
  createEffect(() => {
    document.title = `${title()} · Trunkline`
  })
  onCleanup(() => {
    document.title = 'Trunkline'
  })
}
