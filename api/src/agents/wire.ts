import { z } from '@hono/zod-openapi'

/** What passes between agents and the api. An agent's identity is never in a body: it comes from its certificate. */

const json: z.ZodType<unknown> = z.unknown()

/** One run of one probe: its rows by column, or why it failed. */
export const sampleSchema = z.object({
  /** Place in the agent's spool, growing by one. */
  sequence: z.int().positive(),
  probe: z.string().max(63),
  /** The instance; absent for probes of the host. */
  instanceId: z.int().optional(),
  collectedAt: z.iso.datetime(),
  durationMs: z.number().nonnegative(),
  rowCount: z.int().nonnegative(),
  cutRows: z.int().nonnegative().default(0),
  // Values are checked against the probe's columns where they are stored; here there are too many of them.
  columns: z.record(z.string().max(63), z.custom<unknown[]>(Array.isArray, 'must be an array')),
  failure: z
    .object({
      sqlstate: z.string().max(16).nullable(),
      message: z.string().max(2_000),
      hint: z.string().max(2_000).nullable(),
    })
    .optional(),
})

export const batchSchema = z.object({
  spoolId: z.uuid(),
  samples: z.array(sampleSchema).max(1_000),
})

/** Everything up to `lastSequence` is committed: the agent may forget it. */
export const batchAnswerSchema = z.object({
  lastSequence: z.int().nonnegative(),
  /** Samples that will never be stored, and why: counted by the agent, not sent again. */
  refused: z.array(z.object({ sequence: z.int(), reason: z.string() })),
})

export const heartbeatSchema = z.object({
  version: z.string().max(40),
  startedAt: z.iso.datetime(),
  sentAt: z.iso.datetime(),
  workerRestarts: z.int().nonnegative(),
  spoolBytes: z.number().nonnegative(),
  spoolOldestSeconds: z.number().nonnegative(),
  droppedSamples: z.number().nonnegative(),
})

export const connectionSchema = z.object({
  address: z.string().min(1).max(255),
  port: z.int().min(1).max(65_535),
  database: z.string().min(1).max(63),
  user: z.string().min(1).max(63),
  password: z.string().nullable(),
  sslmode: z.enum(['disable', 'prefer', 'require', 'verify-ca', 'verify-full']),
})

/** The role runbooks run as, at the same address and in the same database. */
const actorSchema = z.object({ user: z.string(), password: z.string().nullable() })

export const agentConfigSchema = z.object({
  agentId: z.uuid(),
  hostId: z.int(),
  /** Changes whenever anything here does; also the ETag. */
  version: z.string(),
  instances: z.array(
    z.object({
      id: z.int(),
      name: z.string(),
      connection: connectionSchema,
      actor: actorSchema.nullable(),
    }),
  ),
})

/** Asked of an agent over its long poll; answered by POST. */
export const requestSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('check_instance'),
    id: z.uuid(),
    connection: connectionSchema,
    /** Tried as well, when there is one. */
    actor: actorSchema.nullable(),
  }),
  z.object({
    kind: z.literal('run_probe'),
    id: z.uuid(),
    instanceId: z.int(),
    probe: z.string(),
  }),
])

/**
 * What `check_instance` found, of both roles. `problem` is one sentence; `mend` the SQL or command that mends it. What is said
 * although it is `ok` is advice.
 */
export const checkAnswerSchema = z.object({
  ok: z.boolean(),
  serverVersion: z.string().nullable(),
  systemIdentifier: z.string().nullable(),
  problems: z.array(z.object({ problem: z.string(), mend: z.string().nullable() })),
})

/** An action to run. `document`, `signature` are base64; the agent trusts only what verifies against its own key and list. */
export const dispatchSchema = z.object({
  actionId: z.uuid(),
  instanceId: z.int(),
  runbook: z.string(),
  document: z.string(),
  signature: z.string(),
  keyId: z.string(),
  parameters: z.record(z.string(), z.union([z.string(), z.number()])),
  dryRun: z.boolean(),
  startBefore: z.iso.datetime(),
})

/** The answer to the long poll; empty arrays after `wait` seconds without work. */
export const workSchema = z.object({
  configVersion: z.string(),
  requests: z.array(requestSchema),
  actions: z.array(dispatchSchema),
})

/** An action's news. `started` is sent after the claim is on the agent's disk, and only then. */
export const actionNewsSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('started'), at: z.iso.datetime() }),
  z.object({
    kind: z.literal('finished'),
    at: z.iso.datetime(),
    outcome: z.enum(['done', 'failed', 'refused', 'timed_out', 'lost']),
    /** What the preview showed, one array of rows per step. */
    preview: z.array(z.array(z.record(z.string(), json))),
    result: z.array(z.array(z.record(z.string(), json))),
    outputHead: z.string().max(65_536),
    outputTail: z.string().max(65_536),
    outputBytes: z.int().nonnegative(),
    error: z.string().max(4_000).nullable(),
  }),
])

export const enrolSchema = z.object({
  token: z.string().min(20).max(200),
  /** PKCS#10, PEM. Its subject is ignored. */
  csr: z.string().max(8_192),
  hostName: z.string().min(1).max(255),
  machineId: z.string().min(1).max(128),
})

export const enrolAnswerSchema = z.object({
  agentId: z.uuid(),
  certificate: z.string(),
  /** The root that signed both the server's and the agents' certificates' issuer chain, PEM. */
  ca: z.string(),
  /** Ed25519 public key (PEM) whose signature the agent will demand on runbooks. */
  runbookKey: z.string(),
})

export type Sample = z.infer<typeof sampleSchema>
export type Batch = z.infer<typeof batchSchema>
export type AgentConfig = z.infer<typeof agentConfigSchema>
export type Connection = z.infer<typeof connectionSchema>
export type AgentRequest = z.infer<typeof requestSchema>
export type Dispatch = z.infer<typeof dispatchSchema>
export type ActionNews = z.infer<typeof actionNewsSchema>
export type CheckAnswer = z.infer<typeof checkAnswerSchema>
export type Heartbeat = z.infer<typeof heartbeatSchema>
