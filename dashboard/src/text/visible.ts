/**
 * Text that came from a monitored server (names, queries, errors), made safe to read: what would be invisible or
 * would turn the reading direction is shown as a symbol. It goes to the page as a text node only.
 */
export function visible(text: string, options: { lines?: boolean } = {}): string {
  return text.replace(hidden, (char) => {
    if (options.lines && (char === '\n' || char === '\t')) return char
    const code = char.codePointAt(0) ?? 0
    if (code < 0x20) return String.fromCodePoint(0x2400 + code)
    return code === 0x7f ? '␡' : `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`
  })
}

/** Whole numbers whole: they may be ids. Of others what is worth reading. */
function sayNumber(value: number): string {
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(6)))
}

/** Text of several lines as one, for a cell: a query is written over many lines and read in one. */
export function oneLine(text: string): string {
  return visible(text.replace(/\s+/g, ' ').trim())
}

/** C0 and C1 controls, zero-width and bidirectional characters, line separators, the byte order mark. */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const hidden = /[\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g

/** A value of a row, whatever its type, as text of one cell. */
export function sayValue(value: unknown): string {
  if (value === null || value === undefined) return '–'
  if (typeof value === 'string') return visible(value)
  if (typeof value === 'number') return sayNumber(value)
  return visible(JSON.stringify(value))
}
