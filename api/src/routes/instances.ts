import { createRoute, z } from '@hono/zod-openapi'
import { access } from '../access.ts'
import { addedInstanceSchema, instanceSchema, newInstanceSchema } from '../schemas/instance.ts'
import { numberedParams, pageOf } from '../schemas/paging.ts'
import { answers, changeAnswers, createAnswers, jsonBody } from '../schemas/problem.ts'
import { addInstance, listAgents, removeInstance } from '../../repository/index.ts'
import type { CheckAnswer, Connection } from '../agents/wire.ts'
import { checkConnection } from '../ask-agent.ts'
import { actorOf } from '../client-address.ts'
import { parseConnectionUri } from '../connection-uri.ts'
import { instanceContext } from '../instance-secrets.ts'
import type { Needs } from '../needs.ts'
import { notFound, ProblemError } from '../problem-error.ts'
import { readFleet } from '../read-fleet.ts'
import { newRoutes } from '../routing.ts'
import type { Instance } from '../schemas/instance.ts'
import { isUniqueViolation } from '../unique-violation.ts'

/** The servers that are watched. */
export function instancesRoutes({ sql, sealer }: Needs) {
  const show = async (id: number): Promise<Instance> => {
    const [instance] = await readFleet({ sql }, { id })
    if (!instance) throw notFound(`instance ${id}`)
    return instance
  }
  return newRoutes()
    .openapi(listInstancesRoute, async (c) =>
      c.json({ items: await readFleet({ sql }), next: null }, 200),
    )
    .openapi(showInstanceRoute, async (c) => c.json(await show(c.req.valid('param').id), 200))
    .openapi(addInstanceRoute, async (c) => {
      const { uri, actorUri, name, agentId: wantedAgent } = c.req.valid('json')
      const connection = parseConnectionUri(uri)
      const actorConnection = actorUri === undefined ? null : actorFor(connection, actorUri)
      const agentId = await chooseAgent({ sql }, wantedAgent)
      const actor = actorConnection && rolePart(actorConnection)
      const advice = await check({ sql, sealer }, { agentId, connection, actor })
      const id = await store(
        { sql, sealer },
        {
          name: name ?? `${connection.address}:${connection.port}`,
          agentId,
          connection,
          actorConnection,
          actor: actorOf(c),
        },
      )
      return c.json({ ...(await show(id)), advice }, 201)
    })
    .openapi(removeInstanceRoute, async (c) => {
      const { id } = c.req.valid('param')
      if (!(await removeInstance({ sql }, { id, actor: actorOf(c) })))
        throw notFound(`instance ${id}`)
      return c.json({ removed: true }, 200)
    })
}

type Advice = CheckAnswer['problems']

function rolePart({ user, password }: Connection) {
  return { user, password }
}

function actorFor(connection: Connection, actorUri: string): Connection {
  const actor = parseConnectionUri(actorUri, 'actorUri')
  if (actor.address === connection.address && actor.port === connection.port) return actor
  throw new ProblemError({
    status: 400,
    detail: 'The actorUri must name the same host and port as the uri.',
  })
}

async function chooseAgent(
  { sql }: Pick<Needs, 'sql'>,
  wanted: string | undefined,
): Promise<string> {
  const agents = await listAgents({ sql })
  const byAge = agents.toSorted((a, b) => a.enrolledAt.getTime() - b.enrolledAt.getTime())
  const agent = wanted === undefined ? byAge[0] : agents.find(({ id }) => id === wanted)
  if (agent) return agent.id
  if (wanted !== undefined) throw notFound(`agent ${wanted}`)
  const mend = 'npx trunkline agent token'
  const problem = 'No agent is enrolled that could watch it.'
  throw new ProblemError({ status: 422, detail: problem, more: { problems: [{ problem, mend }] } })
}

/** What the agent advises; refuses what it could not watch, or not mend as the role for runbooks. */
async function check(...asked: Parameters<typeof checkConnection>): Promise<Advice> {
  const { ok, problems } = await checkConnection(...asked)
  if (ok) return problems
  const detail = problems[0]?.problem ?? 'The agent could not connect to the instance.'
  throw new ProblemError({ status: 422, detail, more: { problems } })
}

async function store(
  { sql, sealer }: Pick<Needs, 'sql' | 'sealer'>,
  instance: {
    name: string
    agentId: string
    connection: Connection
    actorConnection: Connection | null
    actor: string
  },
): Promise<number> {
  const { name, agentId, connection, actorConnection, actor } = instance
  const { password, ...endpoint } = connection
  const seal = (secret: string | null | undefined, role: 'monitor' | 'actor') =>
    secret == null ? null : sealer.seal(secret, instanceContext(connection, role))
  try {
    return await addInstance(
      { sql },
      {
        ...endpoint,
        name,
        agentId,
        actor,
        passwordSealed: seal(password, 'monitor'),
        actorUser: actorConnection?.user ?? null,
        actorPasswordSealed: seal(actorConnection?.password, 'actor'),
      },
    )
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    const detail = `There is an instance named ${name} or at ${endpoint.address}:${endpoint.port} already.`
    throw new ProblemError({ status: 409, detail })
  }
}

const listInstancesRoute = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/instances',
  summary: 'List the instances',
  responses: answers('By name.', pageOf(instanceSchema)),
})

const showInstanceRoute = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/instances/{id}',
  summary: 'Show an instance',
  request: { params: numberedParams },
  responses: answers('The instance.', instanceSchema),
})

const addInstanceRoute = createRoute({
  ...access('admin'),
  method: 'post',
  path: '/instances',
  summary: 'Add an instance, after its agent could connect to it',
  request: { body: jsonBody(newInstanceSchema) },
  responses: createAnswers('Added.', addedInstanceSchema),
})

const removeInstanceRoute = createRoute({
  ...access('admin'),
  method: 'delete',
  path: '/instances/{id}',
  summary: 'Stop watching an instance',
  request: { params: numberedParams },
  responses: changeAnswers('Removed; its history stays.', z.object({ removed: z.boolean() })),
})
