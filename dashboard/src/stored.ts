/** A choice kept in this browser. Storage may be forbidden: then it lasts as long as the page. */
export function readStored(name: string): string | null {
  try {
    return localStorage.getItem(`trunkline.${name}`)
  } catch {
    return null
  }
}

export function writeStored(name: string, value: string) {
  try {
    localStorage.setItem(`trunkline.${name}`, value)
  } catch {
    // Nothing is lost but the memory of a choice.
  }
}
