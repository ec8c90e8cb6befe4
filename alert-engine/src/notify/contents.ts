import type { ClaimedNotification, NotificationBody } from '@trunkline/api/repository'
import { renderMessage, runbooks } from '@trunkline/rules'
import { cleanLine, cleanText } from './clean.ts'
import { valueText } from './value-text.ts'

/** What a message says, before it is laid out as text or as HTML. Every string is clean, none is escaped. */
export interface Contents {
  title: string
  /** What may be surprising: late, repeated, over already. */
  notes: string[]
  facts: [name: string, value: string][]
  advice: string
  actions: { title: string; lines: string[] }
  evidence: { columns: string[]; rows: string[][] }
  link: string | null
}

export interface RenderedFor {
  claimed: Pick<ClaimedNotification, 'alertId' | 'createdAt' | 'attempt' | 'alert' | 'actions'>
  body: NotificationBody
  now: Date
  publicUrl: string
}

const lateMs = 60_000

/** Says what, where, since when, how bad, what to do and what was done, as of `now`. */
export function contentsOf({ claimed, body, now, publicUrl }: RenderedFor): Contents {
  return {
    title: cleanLine(body.message, 500) || cleanLine(body.summary, 500),
    notes: notesOf({ claimed, body, now, publicUrl }),
    facts: factsOf(body),
    advice: body.kind === 'resolved' ? '' : paragraph(body.whatToDo),
    actions:
      body.kind === 'resolved'
        ? { title: 'What was run', lines: done(claimed) }
        : { title: 'Proposed, to try and to run from the page', lines: proposed(body) },
    evidence: evidenceOf(body),
    link:
      body.rule === 'test' ? null : `${publicUrl.replace(/\/+$/, '')}/alerts/${claimed.alertId}`,
  }
}

const levels = ['normal', 'info', 'warning', 'critical']

function notesOf({ claimed, body, now }: RenderedFor): string[] {
  const { alert, attempt } = claimed
  const delayMs = now.getTime() - claimed.createdAt.getTime()
  const isOver = body.kind !== 'resolved' && alert?.condition === 'normal'
  const isOther = body.kind !== 'resolved' && !isOver && alert && alert.level !== body.toLevel
  return [
    delayMs > lateMs ? `This message is delayed by ${duration(delayMs)}.` : '',
    attempt > 1 ? `This is attempt ${attempt}: you may have received this message before.` : '',
    isOver ? 'This alert has been resolved since.' : '',
    isOther ? `The level is ${levels[alert.level] ?? alert.level} now: ${alert.message}` : '',
    alert?.acknowledgedBy ? `Acknowledged by ${alert.acknowledgedBy}.` : '',
  ]
    .map((note) => cleanLine(note, 600))
    .filter((note) => note !== '')
}

function factsOf(body: NotificationBody): [string, string][] {
  const { raisedAt, dataAt, value, threshold, unit } = body
  const facts: [string, string | null][] = [
    ['Instance', body.instance?.name ?? null],
    ['Agent', body.instance ? null : (body.agent?.name ?? null)],
    ['Level', levelText(body)],
    ['Value', valueText(value, unit)],
    ['Threshold', valueText(threshold, unit)],
    ['Since', raisedAt === null ? null : timeText(raisedAt)],
    ['Resolved', body.kind === 'resolved' ? timeText(body.at) : null],
    ['Lasted', body.kind === 'resolved' && raisedAt !== null ? lasted(raisedAt, body.at) : null],
    ['Measured', dataAt === null ? null : timeText(dataAt)],
    ['Rule', `${body.code} ${body.rule}: ${body.summary}`],
  ]
  return facts.flatMap(([name, text]) => (text === null ? [] : [[name, cleanLine(text, 300)]]))
}

function levelText({ kind, fromLevel, toLevel, maxLevel }: NotificationBody): string {
  if (kind === 'resolved') return `resolved (was ${levels[maxLevel] ?? maxLevel} at worst)`
  const level = levels[toLevel] ?? String(toLevel)
  return kind === 'raised' ? level : `${level} (was ${levels[fromLevel] ?? fromLevel})`
}

function proposed({ runbooks: proposals }: NotificationBody): string[] {
  return proposals.map(({ runbook, parameters }) => {
    const given = Object.entries(parameters).map(([name, value]) => `${name} ${value}`)
    const summary = isRunbook(runbook) ? `: ${runbooks[runbook].summary}` : ''
    const values = given.length > 0 ? ` (${given.join(', ')})` : ''
    return cleanLine(`${runbook}${values}${summary}`, 500)
  })
}

function isRunbook(name: string): name is keyof typeof runbooks {
  return Object.hasOwn(runbooks, name)
}

/** A resolved is told the moment the alert is over, which is what an action run for it waits for to be verified. */
const ends: Record<string, string> = {
  succeeded: 'it worked, as verified by samples',
  verifying: 'it ran, and the alert is over',
  ineffective: 'it ran, without effect within its time',
  timed_out: 'it took too long',
  lost: 'nobody knows how it ended',
}

function done({ actions }: RenderedFor['claimed']): string[] {
  const run = actions.filter(
    ({ dryRun, state }) => !dryRun && state !== 'proposed' && state !== 'expired',
  )
  return run.map(({ runbook, requestedBy, state, error }) => {
    const end = ends[state] ?? state
    return cleanLine(`${runbook}, run by ${requestedBy}: ${end}${error ? ` (${error})` : ''}`, 500)
  })
}

function evidenceOf({ evidence }: NotificationBody): Contents['evidence'] {
  const columns = [...new Set(evidence.flatMap((row) => Object.keys(row)))]
  const rows = evidence.map((row) => columns.map((column) => cell(row[column])))
  return { columns: columns.map((column) => cleanLine(column.replaceAll('_', ' '), 63)), rows }
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return String(Number(value.toFixed(3)))
  return cleanLine(typeof value === 'string' ? value : JSON.stringify(value), 300)
}

/** Rules indent what they say; a paragraph of it is one line. */
function paragraph(text: string): string {
  return cleanText(text, 4_000)
    .split(/\n\s*\n/)
    .map((part) => part.replaceAll(/\s+/g, ' ').trim())
    .join('\n\n')
    .trim()
}

function timeText(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`
}

function lasted(from: string, to: string): string {
  return duration(Date.parse(to) - Date.parse(from))
}

function duration(ms: number): string {
  return renderMessage('{{ s | duration }}', { s: ms / 1_000 })
}
