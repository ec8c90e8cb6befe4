import { z } from '@hono/zod-openapi'
import { instanceSchema } from './instance.ts'
import { time } from './paging.ts'

export const agentSchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    host: z.object({ id: z.int(), name: z.string() }),
    version: z.string().nullable(),
    enrolledAt: time,
    lastSeenAt: time.nullable(),
    ageSeconds: z.number().nullable(),
    /** `unknown`: it has never sent a heartbeat. */
    state: z.enum(['ok', 'late', 'unknown']),
    spoolBytes: z.number().nullable(),
    spoolOldestSeconds: z.number().nullable(),
    droppedSamples: z.number().nullable(),
    workerRestarts: z.int().nullable(),
    clockSkewSeconds: z.number().nullable(),
  })
  .openapi('Agent')

export const newAgentTokenSchema = z.object({
  /** A glob over the host name that may use it, as in `db-*.example.net`. */
  host: z.string().min(1).max(255).default('*'),
  ttlSeconds: z.int().min(60).max(3_600).default(3_600),
})

export const agentTokenSchema = z
  .object({
    token: z.string(),
    expiresAt: time,
    /** `sha256:` and the hash of the CA's public key: what `--ca-pin` wants. */
    caPin: z.string(),
    server: z.string(),
  })
  .openapi('AgentToken')

const engineSchema = z.object({
  leader: z.string().nullable(),
  lastEvaluatedAt: time.nullable(),
  behindSeconds: z.number().nullable(),
})

export const overviewSchema = z
  .object({
    now: time,
    instances: z.array(instanceSchema),
    agents: z.array(agentSchema),
    counts: z.object({ critical: z.int(), warning: z.int(), info: z.int() }),
    engine: engineSchema,
  })
  .openapi('Overview')

export type Agent = z.infer<typeof agentSchema>
export type AgentToken = z.infer<typeof agentTokenSchema>
export type Overview = z.infer<typeof overviewSchema>
