import type { Duration, ProbeName } from '@trunkline/probes'
import type { RunbookName } from './runbooks/list.ts'

/** What a rule's SQL may read besides probes: the agents' heartbeats and the outcome of the newest run of each probe. */
export type StateTable = 'agent' | 'probe_run'
export type LevelName = 'info' | 'warning' | 'critical'

/**
 * A condition over `pemdata` and `pemhistory`, and what to say and do when it holds. Plain data, no functions.
 *
 * `sql` is evaluated for the whole fleet at once. It returns the identity columns, `value` (float8, never
 * thresholded in the SQL), `collected_at` when its rows come from samples, and whatever the message and the runbooks
 * name. Time comes from the rows' `collected_at` or from `pem.now()`, never from `now()`, so that a rule can be run
 * on the past. The engine leaves out removed instances and adds the columns `instance`, `host` and `agent`: their names.
 */
export interface Rule {
  /** Its number in the catalogue, as in `C01`. */
  code: string
  summary: string
  /** Its column of the overview. */
  area:
    | 'availability'
    | 'connections'
    | 'replication'
    | 'storage'
    | 'locks'
    | 'vacuum'
    | 'backup'
    | 'agent'
  /** An alert's `health` follows the age of these probes' newest runs on its instance. */
  reads: readonly (ProbeName | StateTable)[]
  scope: 'host' | 'instance' | 'database' | 'relation' | 'session' | 'filesystem'
  role: 'any' | 'primary' | 'standby'
  sql: string
  /** Columns that make two rows the same alert. Value, level and text are never among them. */
  identity: readonly string[]
  /** Of `value`: `s`, `By`, `%`, `{session}` … Empty: it only ranks the levels, and people are not shown it. */
  unit: string
  levels: Partial<Record<LevelName, Level>>
  /** How long the condition must stay away before the alert is resolved. Default: at once. */
  keepFiring?: Duration
  /**
   * When a living agent has nothing to say of what an alert is about: keep it as it is, clear it, or raise this level
   * (for rules whose identity is `instance_id` alone). An agent that is away, or an error, never changes an alert.
   */
  onNoData: 'keep' | 'clear' | LevelName
  /** While one of these fires for the same instance (or its agent), this rule's alerts are kept but not told. */
  mutedBy: readonly string[]
  /**
   * SQL for the instances it can say nothing of, as `instance_id`: there, silence of this rule does not mean that all
   * is well, and its area is shown as unknown.
   */
  blindTo?: string
  /** `{{ column }}` or `{{ column | duration }}`, `| bytes`, `| percent`, `| count`, `| time`. */
  message: string
  /** SQL with `$column` parameters taken from the row; its rows are kept with the transition. At most 20. */
  evidence?: string
  whatToDo: string
  runbooks: readonly Proposal[]
  cases: readonly [RuleCase, ...RuleCase[]]
}

/** A runbook that may mend it, with the row's column for each parameter. A column that is null: not for this row. */
export interface Proposal {
  runbook: RunbookName
  parameters: Record<string, string>
  /** A column that must be true. */
  when?: string
}

/**
 * Entered at `above` or more, kept down to `clear`, left only below it: a value that never falls below 0 never leaves
 * `clear: 0`. With `below` the other way round. An alert also ends when its row is gone.
 */
export type Level =
  | { above: number; clear: number; for: Duration }
  | { below: number; clear: number; for: Duration }

/** Rows over time, and the state expected at times. Run on a real PostgreSQL. */
export interface RuleCase {
  says: string
  /**
   * Samples by table. Rows with one `at` are one sample of that probe on their instance; like an agent, the runner takes
   * it again at the probe's interval until the next one given. Columns left out are null. Columns of time may be
   * written as a `Duration` since the start of the case, also a negative one. Where `role` is not `any`, each instance
   * needs a row of `instance` with `in_recovery`: that is what makes it a primary or a standby.
   */
  rows: Partial<Record<ProbeName | StateTable, readonly CaseRow[]>>
  /** Samples without rows, so that what was there before is known to be gone. */
  empty?: Partial<Record<ProbeName, readonly Duration[]>>
  /** From then on a table's samples are not taken again: the agent, or the probe, has stopped. */
  stops?: Partial<Record<ProbeName | StateTable, Duration>>
  expect: Record<Duration, LevelName | 'normal' | 'pending' | 'recovering'>
}

export type CaseRow = { at: Duration } & Record<string, string | number | boolean | null>
