/**
 * Names, query texts and messages come from watched databases: whatever could move the cursor, colour the screen or
 * turn the reading direction is shown as an escape instead.
 */
export function cleanText(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu, (character) => {
      if (character === '\n') return '\\n'
      if (character === '\t') return ' '
      return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`
    })
}

/** Columns a terminal needs for it: two for emoji and East Asian wide characters. */
export function textWidth(text: string): number {
  let width = 0
  for (const { segment } of new Intl.Segmenter().segment(text))
    width += isWide.test(segment) ? 2 : 1
  return width
}

/** The text cut to `width` columns, the cut shown by an ellipsis. */
export function cutText(text: string, width: number): string {
  if (textWidth(text) <= width) return text
  let cut = ''
  let used = 0
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    const more = isWide.test(segment) ? 2 : 1
    if (used + more > width - 1) break
    cut += segment
    used += more
  }
  return `${cut}…`
}

const isWide =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u
