import 'reflect-metadata'
import { generateKeyPairSync, randomUUID, sign, webcrypto } from 'node:crypto'
import { mkdtempSync, writeFileSync, mkdirSync } from 'node:fs'
import { createServer } from 'node:https'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import {
  BasicConstraintsExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'
import type {
  ActionNews,
  AgentConfig,
  AgentRequest,
  Batch,
  Dispatch,
  Heartbeat,
  Sample,
} from '@trunkline/api/agent-client'
import { homePaths } from './home.ts'

/**
 * An api that keeps what it is sent in memory and can be told to fail. For faults only: what the real one does is
 * tested against the real one.
 */
export interface FakeApi extends AsyncDisposable {
  url: string
  /** A home that is enrolled with it. */
  home: string
  samples: Sample[]
  heartbeats: Heartbeat[]
  answers: { id: string; body: unknown }[]
  news: { id: string; news: ActionNews }[]
  /** What the next polls give. */
  requests: AgentRequest[]
  actions: Dispatch[]
  config: AgentConfig
  /** How long a poll without work is held. */
  pollMs: number
  setInstances(instances: AgentConfig['instances']): void
  /** A status instead of an answer, for the requests it is given for. */
  fault: (
    path: string,
    body: unknown,
  ) => { status: number; headers?: Record<string, string> } | undefined
  signRunbook(document: string): { document: string; signature: string }
}

export async function startFakeApi(): Promise<FakeApi> {
  const { ca, server, agent } = await makeCertificates()
  const runbookKeys = generateKeyPairSync('ed25519')
  const api: Omit<FakeApi, 'url' | 'home' | typeof Symbol.asyncDispose> = {
    samples: [],
    heartbeats: [],
    answers: [],
    news: [],
    requests: [],
    actions: [],
    config: { agentId: randomUUID(), hostId: 1, version: '0', instances: [] },
    pollMs: 500,
    setInstances(instances) {
      api.config = { ...api.config, instances, version: randomUUID() }
    },
    fault: () => undefined,
    signRunbook(document) {
      const bytes = Buffer.from(document)
      const signature = sign(null, bytes, runbookKeys.privateKey)
      return { document: bytes.toString('base64'), signature: signature.toString('base64') }
    },
  }
  const listener = createServer(
    { ...server, ca: ca.cert, requestCert: true, rejectUnauthorized: true },
    (request, response) => void answer(api, request, response),
  )
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const { port } = listener.address() as AddressInfo
  const url = `https://127.0.0.1:${port}`
  const home = mkdtempSync(join(tmpdir(), 'trunkline-agent-'))
  const paths = homePaths(home)
  mkdirSync(home, { recursive: true, mode: 0o700 })
  writeFileSync(paths.ca, ca.cert)
  writeFileSync(paths.certificate, agent.cert)
  writeFileSync(paths.key, agent.key)
  writeFileSync(paths.runbookKey, runbookKeys.publicKey.export({ type: 'spki', format: 'pem' }))
  writeFileSync(paths.identity, JSON.stringify({ server: url, agentId: api.config.agentId }))
  return Object.assign(api, {
    url,
    home,
    async [Symbol.asyncDispose]() {
      api.pollMs = 0
      listener.closeAllConnections()
      await new Promise((resolve) => listener.close(resolve))
    },
  })
}

type State = Omit<FakeApi, 'url' | 'home' | typeof Symbol.asyncDispose>

async function answer(api: State, request: IncomingMessage, response: ServerResponse) {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  const bytes = Buffer.concat(chunks)
  const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes
  const body: unknown = text.length > 0 ? JSON.parse(text.toString()) : undefined
  const { pathname, searchParams } = new URL(request.url ?? '/', 'https://api')
  const path = pathname.replace('/agent/v1', '')
  const fault = api.fault(path, body)
  if (fault) return response.writeHead(fault.status, fault.headers).end('{"title":"fault"}')
  const json = await route(api, path, path === '/work' ? searchParams.get('version') : body)
  response.setHeader('content-type', 'application/json').end(JSON.stringify(json))
}

async function route(api: State, path: string, body: unknown): Promise<unknown> {
  if (path === '/samples') return takeBatch(api, body as Batch)
  if (path === '/config') return api.config
  if (path === '/heartbeat') {
    api.heartbeats.push(body as Heartbeat)
    return { configVersion: api.config.version }
  }
  if (path === '/work') return work(api, body)
  const id = path.split('/')[2] ?? ''
  if (path.startsWith('/requests/')) {
    api.answers.push({ id, body })
    api.requests = api.requests.filter((one) => one.id !== id)
    return { accepted: true }
  }
  api.news.push({ id, news: body as ActionNews })
  api.actions = api.actions.filter(({ actionId }) => actionId !== id)
  return { state: 'running' }
}

async function work(api: State, knownVersion: unknown) {
  const found = () => ({
    configVersion: api.config.version,
    requests: api.requests,
    actions: api.actions,
  })
  for (const startedAt = Date.now(); Date.now() < startedAt + api.pollMs;) {
    const { requests, actions } = found()
    if (requests.length + actions.length > 0 || api.config.version !== knownVersion) break
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return found()
}

/** As the real one: what is not behind the last sequence is known already. */
function takeBatch(api: State, { samples }: Batch) {
  const last = api.samples.at(-1)?.sequence ?? 0
  api.samples.push(...samples.filter(({ sequence }) => sequence > last))
  return { lastSequence: api.samples.at(-1)?.sequence ?? 0, refused: [] }
}

async function makeCertificates() {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const make = () => webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const [caKeys, serverKeys, agentKeys] = await Promise.all([make(), make(), make()])
  const notAfter = new Date(Date.now() + 7 * 86_400_000)
  const root = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=fake authority',
    keys: caKeys,
    notAfter,
    signingAlgorithm: algorithm,
    extensions: [new BasicConstraintsExtension(true, undefined, true)],
  })
  async function issue(subject: string, keys: webcrypto.CryptoKeyPair) {
    const certificate = await X509CertificateGenerator.create({
      subject,
      issuer: root.subject,
      publicKey: keys.publicKey,
      signingKey: caKeys.privateKey,
      notAfter,
      signingAlgorithm: algorithm,
      extensions: [new SubjectAlternativeNameExtension([{ type: 'dns', value: 'trunkline-api' }])],
    })
    const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey))
    const key = `-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----\n`
    return { cert: certificate.toString('pem'), key }
  }
  return {
    ca: { cert: root.toString('pem') },
    server: await issue('CN=fake api', serverKeys),
    agent: await issue('CN=fake agent', agentKeys),
  }
}
