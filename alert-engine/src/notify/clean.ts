/**
 * Text from a database, safe to stand in one line of a header or a page: no line ends, no control or
 * direction-changing characters, no lone surrogates, at most `maxLength` characters.
 */
export function cleanLine(text: string, maxLength: number): string {
  const line = withoutControls(text).replaceAll(/\s+/gu, ' ').trim()
  return cut(line, maxLength)
}

/** The same for text of several lines: line ends and tabs stay. */
export function cleanText(text: string, maxLength: number): string {
  return cut(withoutControls(text.replaceAll(/\r\n?/g, '\n')), maxLength)
}

const controls = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu
// Joiners that emoji and some scripts need.
const kept = new Set(['\n', '\t', '\u200C', '\u200D'])

function withoutControls(text: string): string {
  return text.toWellFormed().replaceAll(controls, (mark) => (kept.has(mark) ? mark : ' '))
}

function cut(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text
  const characters = Array.from(text)
  return characters.length <= maxLength
    ? text
    : `${characters.slice(0, Math.max(0, maxLength - 1)).join('')}…`
}
