import type { Probe } from '@trunkline/probes'
import type { Sql, TransactionSql } from 'postgres'
import type { Batch, Sample } from '../src/agents/wire.ts'
import { probeTable, type ProbeTable } from './probe-table.ts'
import { checkSample, type CheckedSample } from './samples/check-sample.ts'
import { notifySamples } from './samples/notify-samples.ts'
import { isOwnFault } from './samples/own-fault.ts'
import { writeRuns, type Run } from './samples/probe-runs.ts'
import { readContext, type Context } from './samples/read-context.ts'
import { sampleParameters, sampleStatement } from './samples/sample-statement.ts'

export interface WriteSamples {
  sql: Sql
  probes: Record<string, Probe>
  now: Date
}

export interface BatchAnswer {
  lastSequence: number
  refused: { sequence: number; reason: string }[]
}

/**
 * Stores an agent's batch and answers what it may forget. All or nothing, but for samples that never could be stored:
 * those are refused one by one. A batch that repeats changes nothing. Errors of the server are thrown.
 */
export async function writeSamples(
  { sql, probes, now }: WriteSamples,
  { agentId, spoolId, samples }: Batch & { agentId: string },
): Promise<BatchAnswer> {
  const batch: AgentBatch = { probes, now, agentId, spoolId, samples }
  try {
    return await sql.begin((tx) => store({ tx, batch, write: writeTogether }))
  } catch (error) {
    if (!isOwnFault(error)) throw error
    return sql.begin((tx) => store({ tx, batch, write: writeApart }))
  }
}

interface AgentBatch extends Batch {
  agentId: string
  probes: Record<string, Probe>
  now: Date
}

/** A sample on its way: checked rows to write, unless it failed or was refused. */
interface Entry extends Run {
  table?: ProbeTable
  checked?: CheckedSample
}

interface Writing {
  tx: TransactionSql
  entries: readonly Entry[]
  newestAt: Context['newestAt']
}

type Write = (writing: Writing) => Promise<void>

interface Store {
  tx: TransactionSql
  batch: AgentBatch
  write: Write
}

async function store({ tx, batch, write }: Store): Promise<BatchAnswer> {
  const { agentId, spoolId } = batch
  const context = await readContext(tx, batch)
  const isNew = (sample: Sample): boolean => sample.sequence > context.lastSequence
  const samples = new Map(batch.samples.filter(isNew).map((sample) => [sample.sequence, sample]))
  if (samples.size === 0) return { lastSequence: context.lastSequence, refused: [] }

  const refused: BatchAnswer['refused'] = []
  const entries: Entry[] = []
  for (const sample of samples.values()) {
    const entry = admit(sample, batch, context)
    if (typeof entry === 'string') refused.push({ sequence: sample.sequence, reason: entry })
    else entries.push(entry)
  }
  await write({ tx, entries, newestAt: context.newestAt })
  const lastSequence = Math.max(...samples.keys())
  await Promise.all([
    writeRuns(tx, agentId, entries),
    tx`
      update pem.agent_cursor set last_sequence = ${lastSequence}, updated_at = now()
       where agent_id = ${agentId} and spool_id = ${spoolId}`,
    notifySamples(tx, entries),
  ])
  refused.push(...refusedEntries(entries))
  return { lastSequence, refused: refused.toSorted((a, b) => a.sequence - b.sequence) }
}

/** Whose sample it is and whether its rows can be stored; a reason when it is of nothing this agent watches. */
function admit(sample: Sample, { probes, now }: AgentBatch, context: Context): Entry | string {
  const probe = Object.hasOwn(probes, sample.probe) ? probes[sample.probe] : undefined
  if (probe === undefined) return `there is no probe "${sample.probe}"`
  const isOfHost = probe.scope === 'host'
  const instanceId = isOfHost ? null : (sample.instanceId ?? null)
  if (!isOfHost && !context.instanceIds.has(instanceId ?? 0)) {
    return `instance ${instanceId ?? '(none)'} is not one this agent watches`
  }
  const hostId = isOfHost ? context.hostId : null
  // A clock that is ahead must not make the runs after it look old.
  const at = new Date(Math.min(Date.parse(sample.collectedAt), now.getTime()))
  const entry = { sample, at, instanceId, hostId, failure: sample.failure }
  if (sample.failure) return entry
  const table = probeTable(sample.probe, probe)
  const checked = checkSample(sample, { probe, table, target: hostId ?? instanceId ?? 0, now })
  return typeof checked === 'string' ? refuse(entry, checked) : { ...entry, table, checked }
}

const refusal = 'refused by the repository: '

function refuse(entry: Entry, reason: string): Entry {
  return {
    ...entry,
    failure: { sqlstate: null, message: (refusal + reason).slice(0, 2_000), hint: null },
  }
}

function refusedEntries(entries: readonly Entry[]): BatchAnswer['refused'] {
  return entries
    .filter(({ sample, failure }) => failure !== undefined && failure !== sample.failure)
    .map(({ sample, failure }) => ({
      sequence: sample.sequence,
      reason: failure?.message.slice(refusal.length) ?? '',
    }))
}

/** One statement a probe: the quick way. */
const writeTogether: Write = async ({ tx, entries, newestAt }) => {
  const newest = findNewest(entries, newestAt)
  const groups = Map.groupBy(entries, ({ sample }) => sample.probe)
  // In the order of names, so that two batches that write the same host's rows do not deadlock.
  const inOrder = [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1))
  await Promise.all(inOrder.map(([, group]) => writeGroup(tx, group, newest)))
}

/** One statement a sample, each in its savepoint: finds out which one is at fault, and stores the others. */
const writeApart: Write = async ({ tx, entries, newestAt }) => {
  const seen = new Map(newestAt)
  for (const entry of entries) {
    const newest = findNewest([entry], seen)
    try {
      await tx.savepoint((inner) => writeGroup(inner, [entry], newest))
      for (const sample of newest) seen.set(targetKey(sample), sample.collectedAt)
    } catch (error) {
      if (!isOwnFault(error)) throw error
      Object.assign(entry, refuse(entry, error.message), { checked: undefined })
    }
  }
}

/** Of each probe and target the sample that is now its newest, if any is newer than what is stored. */
function findNewest(
  entries: readonly Entry[],
  newestAt: ReadonlyMap<string, Date>,
): Set<CheckedSample> {
  const newest = new Map<string, CheckedSample>()
  for (const { checked } of entries) {
    if (checked === undefined) continue
    const key = targetKey(checked)
    const before = newest.get(key)?.collectedAt ?? newestAt.get(key)
    if (before === undefined || checked.collectedAt > before) newest.set(key, checked)
  }
  return new Set(newest.values())
}

async function writeGroup(
  tx: TransactionSql,
  entries: readonly Entry[],
  newest: ReadonlySet<CheckedSample>,
): Promise<void> {
  const samples = entries.flatMap(({ checked }) => checked ?? [])
  const table = entries.find((entry) => entry.table)?.table
  if (table === undefined || samples.length === 0) return
  await tx.unsafe(sampleStatement(table), sampleParameters(samples, newest), { prepare: true })
}

const targetKey = ({ probe, target }: CheckedSample): string => `${probe}\0${target}`
