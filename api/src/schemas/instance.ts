import { z } from '@hono/zod-openapi'
import { areaNames, instanceStates } from './instance-words.ts'
import { agentRef, time } from './paging.ts'
import { mendableSchema } from './problem.ts'

export const areaSchema = z
  .object({
    /** The highest level of the area's firing alerts; 0 none. */
    level: z.int().min(0).max(3),
    /** `unknown`: its rules have no fresh sample, or can say nothing here, so no alert does not mean all is well. */
    health: z.enum(['ok', 'stale', 'unknown']),
    alerts: z.int(),
  })
  .openapi('Area')

export const instanceStateSchema = z.enum(instanceStates)

export const instanceSchema = z
  .object({
    id: z.int(),
    name: z.string(),
    address: z.string(),
    port: z.int(),
    database: z.string(),
    agent: agentRef,
    host: z.object({ id: z.int(), name: z.string() }),
    state: instanceStateSchema,
    /** Why, when `state` is not `up`: what the agent's last attempt to connect was told. */
    stateReason: z.string().nullable(),
    health: z.enum(['ok', 'stale', 'unmonitored', 'no_data']),
    dataAt: time.nullable(),
    dataAgeSeconds: z.number().nullable(),
    version: z.string().nullable(),
    role: z.enum(['primary', 'standby']).nullable(),
    startedAt: time.nullable(),
    systemIdentifier: z.string().nullable(),
    /** A role for runbooks is set; the agent could connect as it, with what runbooks need, when the instance was added. */
    hasActor: z.boolean(),
    addedAt: time,
    areas: z.object(
      Object.fromEntries(areaNames.map((area) => [area, areaSchema])) as Record<
        (typeof areaNames)[number],
        typeof areaSchema
      >,
    ),
  })
  .openapi('Instance')

/** An instance that was just added, with what its agent advises although it can be watched. */
export const addedInstanceSchema = instanceSchema
  .extend({ advice: z.array(mendableSchema) })
  .openapi('AddedInstance')

export const newInstanceSchema = z.object({
  /** postgres://user:password@address:port/database?sslmode=… */
  uri: z.string().min(1).max(2_000),
  name: z.string().trim().min(1).max(200).optional(),
  /** Absent: the agent enrolled first. */
  agentId: z.uuid().optional(),
  /** The role runbooks run as, in a URI to the same server. */
  actorUri: z.string().min(1).max(2_000).optional(),
})

export type Instance = z.infer<typeof instanceSchema>
export type AreaName = (typeof areaNames)[number]
export type Area = z.infer<typeof areaSchema>
