import 'reflect-metadata'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Pkcs10CertificateRequestGenerator } from '@peculiar/x509'
import { createTestDatabase } from '../../deploy/test/database.ts'
import { connectRepository, type Sql } from '../repository/index.ts'
import { createAgentClient, fetchPinnedCa, type AgentClient } from './agent-client.ts'
import { createClient, type Client } from './client.ts'
import { readConfig } from './config.ts'
import { startApi, type Api } from './start-api.ts'

export interface TestApi extends AsyncDisposable {
  api: Api
  home: string
  /** Speaks as the admin token. */
  admin: Client
  sql: Sql
  logged: { event: string; fields: Record<string, unknown> }[]
}

/** The real api on real listeners, over a database of its own or the one given. */
export async function startTestApi(
  options: { url?: string; env?: Record<string, string> } = {},
): Promise<TestApi> {
  await using stack = new AsyncDisposableStack()
  const url = options.url ?? stack.use(await createTestDatabase()).url
  const home = await mkdtemp(join(tmpdir(), 'trunkline-api-'))
  stack.defer(() => rm(home, { recursive: true, force: true }))
  const config = readConfig({
    TRUNKLINE_HOME: home,
    TRUNKLINE_REPOSITORY_URL: url,
    TRUNKLINE_LISTEN: '127.0.0.1:0',
    TRUNKLINE_AGENT_LISTEN: '127.0.0.1:0',
    TRUNKLINE_PUBLIC_URL: 'http://trunkline.test',
    ...options.env,
  })
  const logged: TestApi['logged'] = []
  const log = (event: string, fields: Record<string, unknown> = {}) =>
    void logged.push({ event, fields })
  const api = stack.use(await startApi({ config, log, now: () => new Date() }))
  const sql = connectRepository({ url, max: 3, deadlineMs: 20_000, applicationName: 'test' })
  stack.defer(() => sql.end())
  await until('the api is ready', async () => (await fetch(`${api.url}/readyz`)).ok)
  const admin = createClient(api.url, { token: api.adminToken })
  const owned = stack.move()
  const dispose = () => owned.disposeAsync()
  return { api, home, admin, sql, logged, [Symbol.asyncDispose]: dispose }
}

/** Asks again and again, for at most half a minute. */
export async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 30_000
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`waited in vain until ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** A key on the agent's side and the request for its certificate. */
export async function newCertificateRequest(): Promise<{ key: string; csr: string }> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const csr = await Pkcs10CertificateRequestGenerator.create({
    name: 'CN=ignored',
    keys,
    signingAlgorithm: algorithm,
  })
  const der = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey))
  const body = der.toString('base64').replaceAll(/.{64}/g, '$&\n')
  return {
    key: `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\n`,
    csr: csr.toString('pem'),
  }
}

export interface TestAgent extends Disposable {
  id: string
  client: AgentClient
  credentials: { ca: string; cert: string; key: string }
}

/** Enrols an agent as one does on another host: token, pin, request, certificate. */
export async function enrolTestAgent(
  { api, admin }: TestApi,
  hostName = 'db1',
): Promise<TestAgent> {
  const made = await admin['agent-tokens'].$post({ json: {} })
  if (!made.ok) throw new Error(`no token: ${(await made.json()).detail}`)
  const { token, caPin } = await made.json()
  const ca = await fetchPinnedCa({ url: api.agentUrl, pin: caPin })
  const { key, csr } = await newCertificateRequest()
  using stranger = createAgentClient({ url: api.agentUrl, ca })
  const enrolled = await stranger.enrol.$post({
    json: { token, csr, hostName, machineId: `machine-of-${hostName}` },
  })
  if (!enrolled.ok) throw new Error(`not enrolled: ${(await enrolled.json()).detail}`)
  const { agentId, certificate } = await enrolled.json()
  const credentials = { ca, cert: certificate, key }
  const client = createAgentClient({ url: api.agentUrl, ...credentials })
  return { id: agentId, client, credentials, [Symbol.dispose]: () => client.close() }
}

/** Adds an instance while the agent says that all is well with it. */
export async function addTestInstance(
  { admin }: TestApi,
  agent: TestAgent,
  json: { uri: string; name?: string; actorUri?: string } = {
    uri: 'postgres://monitor:secret@127.0.0.1:5432/postgres',
    actorUri: 'postgres://actor:hidden@127.0.0.1:5432/postgres',
    name: 'shop',
  },
): Promise<number> {
  const adding = admin.instances.$post({ json: { ...json, agentId: agent.id } })
  await answerCheck(agent, { ok: true, problems: [] })
  const added = await adding
  if (!added.ok) throw new Error(`not added: ${(await added.json()).detail}`)
  return (await added.json()).id
}

/** Takes the agent's next question and answers it. */
export async function answerCheck(
  { client }: TestAgent,
  answer: { ok: boolean; problems: { problem: string; mend: string | null }[] },
): Promise<unknown> {
  for (let tries = 0; tries < 20; tries += 1) {
    const work = await client.work.$get({ query: { wait: '5', version: String(tries) } })
    if (!work.ok) throw new Error((await work.json()).detail)
    const [request] = (await work.json()).requests
    if (request === undefined) continue
    await client.requests[':id'].answer.$post({
      param: { id: request.id },
      json: { ...answer, serverVersion: '18.0', systemIdentifier: '1' },
    })
    return request
  }
  throw new Error('the agent was asked nothing')
}
