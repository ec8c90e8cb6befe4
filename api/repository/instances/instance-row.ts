/** An instance as people see it: without credentials, with what its newest `instance` probe said. */
export interface InstanceRow {
  id: number
  name: string
  address: string
  port: number
  database: string
  agent: { id: string; name: string }
  host: { id: number; name: string }
  hasActor: boolean
  addedAt: Date
  /** Age of the agent's newest heartbeat. */
  agentAgeSeconds: number | null
  /** The newest run of the probe `instance`. */
  dataAt: Date | null
  dataAgeSeconds: number | null
  state: string | null
  stateReason: string | null
  version: string | null
  inRecovery: boolean | null
  startedAt: Date | null
  systemIdentifier: string | null
}
