import type { Duration, ProbeName } from '@trunkline/probes'

/** R0 reads; R1 is reversible; R2 users notice, but bounded; R3 needs a second person. */
export type RiskClass = 'R0' | 'R1' | 'R2' | 'R3'

/**
 * A signed list of steps an agent may run. Plain data: the agent has the step kinds built in and
 * no other code is ever sent to it. Parameters reach SQL as bound values only.
 */
export interface Runbook {
  summary: string
  risk: RiskClass
  parameters: Record<string, Parameter>
  /** Longest time for all steps together, on the agent's clock. */
  deadline: Duration
  steps: readonly [Step, ...Step[]]
  /**
   * How the effect is proven afterwards, by samples: a query over `pemdata` that the engine runs with the parameters,
   * `$instance_id` and `$finished_at`. Its rows mean "not yet"; none within `within` of the end means it worked. The agent
   * runs `probe` right after the action, so that nobody waits for its interval.
   */
  verify: { probe: ProbeName; sql: string; within: Duration }
}

export interface Parameter {
  type: 'integer' | 'text' | 'timestamp'
  description: string
}

export type Step = SqlStep | StartStep

/**
 * One statement as the instance's action role, with `$name` parameters. The victim is re-checked in the same
 * statement as the effect. `preview` reads what would be hit; it is the dry run, and is recorded before the effect.
 *
 * Both return a row for what they found, with `problem`: a sentence saying why it cannot be done and what mends
 * it, or null. The effect adds `done`. No row: the victim is no longer there. Either way the action has failed.
 */
export interface SqlStep {
  kind: 'sql'
  says: string
  preview: string
  sql: string
}

/**
 * Starts an instance that refuses connections, by the command that the owner of the agent's host wrote down for it there;
 * nothing of that command ever comes from a runbook. Whatever answers at the instance's address, in whatever way, is
 * left alone. The dry run shows the command.
 */
export interface StartStep {
  kind: 'start'
  says: string
}
