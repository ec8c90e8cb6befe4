import type { Contents } from './contents.ts'

/** For terminals and for phones: short lines, nothing to unfold. */
export function textOf({ title, notes, facts, advice, actions, evidence, link }: Contents): string {
  const width = Math.max(...facts.map(([name]) => name.length))
  const parts = [
    title,
    notes.join('\n'),
    facts.map(([name, value]) => `${`${name}:`.padEnd(width + 1)} ${value}`).join('\n'),
    section('What to do', advice),
    section(actions.title, list(actions.lines)),
    section('Evidence', list(evidence.rows.map((row) => line(evidence.columns, row)))),
    link ?? '',
  ]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

function section(name: string, text: string): string {
  return text === '' ? '' : `${name}\n${text}`
}

function list(lines: string[]): string {
  return lines.map((one) => `- ${one}`).join('\n')
}

function line(columns: string[], row: string[]): string {
  const cells = columns.map((column, index) => [column, row[index] ?? ''])
  return cells
    .filter(([, value]) => value !== '')
    .map(([column, value]) => `${column}: ${value}`)
    .join('; ')
}
