import { connect } from 'node:tls'
import { request } from 'node:https'
import { gzipSync } from 'node:zlib'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAgentClient, fetchPinnedCa } from '../agent-client.ts'
import {
  addTestInstance,
  answerCheck,
  enrolTestAgent,
  newCertificateRequest,
  startTestApi,
  until,
  type TestAgent,
  type TestApi,
} from '../api.fixture.ts'
import { openAuthority } from './ca.ts'
import { issueAgentCertificate } from './issue-agent-certificate.ts'

let its: TestApi
let agent: TestAgent

beforeAll(async () => {
  its = await startTestApi()
  agent = await enrolTestAgent(its)
})
afterAll(async () => {
  agent[Symbol.dispose]()
  await its[Symbol.asyncDispose]()
})

const status = async (asked: Promise<{ status: number }>) => (await asked).status
const beat = {
  version: '0.1.0',
  startedAt: '2026-11-20T12:00:00Z',
  sentAt: new Date().toISOString(),
  workerRestarts: 0,
  spoolBytes: 10,
  spoolOldestSeconds: 0,
  droppedSamples: 0,
}

describe('enrolment', () => {
  const token = async (json: { host?: string } = {}) => {
    const made = await its.admin['agent-tokens'].$post({ json })
    if (!made.ok) throw new Error('no token')
    return (await made.json()).token
  }
  const enrol = async (json: { token: string; csr?: string; hostName?: string }) => {
    using stranger = createAgentClient({ url: its.api.agentUrl, ca: agent.credentials.ca })
    const { csr } = await newCertificateRequest()
    const answer = await stranger.enrol.$post({
      json: { csr, hostName: 'db9.example.net', machineId: randomUUID(), ...json },
    })
    return { status: answer.status, body: await answer.json() }
  }

  test('shows its authority to who has the right pin, and to nobody else', async () => {
    const url = its.api.agentUrl
    expect(await fetchPinnedCa({ url, pin: its.api.caPin })).toBe(agent.credentials.ca)
    const wrong = `sha256:${'0'.repeat(64)}`
    await expect(fetchPinnedCa({ url, pin: wrong })).rejects.toThrow('do not enrol with it')
    await expect(fetchPinnedCa({ url, pin: 'abc' })).rejects.toThrow('the pin must be')
  })

  test('lets one agent in by a token, of many that use it at once', async () => {
    const once = await token()
    const all = await Promise.all(Array.from({ length: 8 }, () => enrol({ token: once })))
    expect(all.map((one) => one.status).toSorted((a, b) => a - b)).toEqual([
      200,
      ...Array(7).fill(401),
    ])
    expect((await enrol({ token: once })).body).toMatchObject({
      title: 'Not signed in',
      detail: expect.stringContaining('has been used'),
    })
  })

  test('refuses a token that ran out, is for another host, or was never made', async () => {
    const old = await token()
    await its.sql`update pem.enrolment_token set expires_at = now() - interval '1 second'
                   where used_at is null`
    expect((await enrol({ token: old })).status).toBe(401)
    const bound = await token({ host: 'db?.example.*' })
    expect((await enrol({ token: bound, hostName: 'web1.example.net' })).status).toBe(401)
    expect((await enrol({ token: bound, hostName: 'DB9.example.net' })).status).toBe(200)
    expect((await enrol({ token: 'x'.repeat(43) })).status).toBe(401)
    const underscore = await token({ host: 'db_1' })
    expect((await enrol({ token: underscore, hostName: 'dbx1' })).status).toBe(401)
  })

  test('does not use a token up for a request it refuses', async () => {
    const kept = await token()
    expect((await enrol({ token: kept, csr: 'nonsense' })).status).toBe(400)
    expect((await enrol({ token: kept, csr: 'x'.repeat(9_000) })).status).toBe(400)
    expect((await enrol({ token: kept })).status).toBe(200)
  })

  test('numbers the agents of one name', async () => {
    await enrol({ token: await token(), hostName: 'twin' })
    await enrol({ token: await token(), hostName: 'twin' })
    const listed = await its.admin.agents.$get()
    if (!listed.ok) throw new Error('no agents')
    const names = (await listed.json()).items.map(({ name }) => name)
    expect(names.filter((name) => name.startsWith('twin'))).toEqual(['twin', 'twin (2)'])
  })
})

describe('who is let in', () => {
  const paths = [
    ['POST', '/agent/v1/renew'],
    ['GET', '/agent/v1/config'],
    ['GET', '/agent/v1/work'],
    ['POST', '/agent/v1/samples'],
    ['POST', '/agent/v1/heartbeat'],
    ['POST', `/agent/v1/requests/${randomUUID()}/answer`],
    ['POST', `/agent/v1/actions/${randomUUID()}/news`],
    ['GET', '/'],
  ] as const

  const ask = (options: { method: string; path: string; cert?: string; key?: string }) =>
    new Promise<number | undefined>((resolve, reject) => {
      const url = new URL(options.path, its.api.agentUrl)
      const { ca } = agent.credentials
      const asked = request(url, { ...options, ca, agent: false }, (answer) => {
        answer.resume()
        resolve(answer.statusCode)
      })
      asked.on('error', reject).end()
    })

  test.for(paths)('%s %s is for certificates alone', async ([method, path]) => {
    expect(await ask({ method, path })).toBe(401)
  })

  test('a certificate of another authority is none', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'trunkline-other-ca-'))
    const other = await openAuthority(folder, new Date())
    const { key, csr } = await newCertificateRequest()
    const issued = await issueAgentCertificate(other, { agentId: agent.id, csr, now: new Date() })
    const stranger = { cert: issued.certificate, key, method: 'GET', path: '/agent/v1/config' }
    expect(await ask(stranger)).toBe(401)
  })

  test('a certificate of ours that is not in the repository is none', async () => {
    const authority = await openAuthority(join(its.home, 'keys'), new Date())
    const { key, csr } = await newCertificateRequest()
    const now = new Date()
    const { certificate } = await issueAgentCertificate(authority, { agentId: agent.id, csr, now })
    expect(await ask({ cert: certificate, key, method: 'GET', path: '/agent/v1/config' })).toBe(401)
  })

  test("the server's own certificate does not make an agent", async () => {
    const { readFile } = await import('node:fs/promises')
    const cert = await readFile(join(its.home, 'keys/server.crt'), 'utf8')
    const key = await readFile(join(its.home, 'keys/server.key'), 'utf8')
    expect(await ask({ cert, key, method: 'GET', path: '/agent/v1/config' })).toBe(401)
  })

  test('a revoked certificate is refused at its next request, on the same connection too', async () => {
    const revoked = await enrolTestAgent(its, 'revoked')
    expect(await status(revoked.client.config.$get())).toBe(200)
    await its.sql`update pem.agent_certificate set revoked_at = now() where agent_id = ${revoked.id}`
    expect(await status(revoked.client.config.$get())).toBe(401)
    revoked[Symbol.dispose]()
  })

  test('a removed agent is refused; one that still watches instances is not removed', async () => {
    const removed = await enrolTestAgent(its, 'removed')
    const remove = () => its.admin.agents[':id'].$delete({ param: { id: removed.id } })
    const uri = 'postgres://m@10.9.9.9/postgres'
    const id = await addTestInstance(its, removed, { uri, name: 'of the removed' })
    expect(await status(remove())).toBe(409)
    await its.admin.instances[':id'].$delete({ param: { id: String(id) } })
    expect(await status(removed.client.config.$get())).toBe(200)
    expect(await status(remove())).toBe(200)
    expect(await status(removed.client.config.$get())).toBe(401)
    expect(await status(remove())).toBe(404)
    removed[Symbol.dispose]()
  })

  test('a renewed certificate serves, and the old one for ten minutes more', async () => {
    const renewing = await enrolTestAgent(its, 'renewing')
    const { key, csr } = await newCertificateRequest()
    const answer = await renewing.client.renew.$post({ json: { csr } })
    if (!answer.ok) throw new Error('not renewed')
    const { agentId, certificate: cert } = await answer.json()
    expect(agentId).toBe(renewing.id)
    using renewed = createAgentClient({
      url: its.api.agentUrl,
      ca: renewing.credentials.ca,
      cert,
      key,
    })
    expect(await status(renewed.config.$get())).toBe(200)
    expect(await status(renewing.client.config.$get())).toBe(200)
    await its.sql`update pem.agent_certificate set replaced_at = now() - interval '11 minutes'
                   where replaced_at is not null`
    expect(await status(renewed.config.$get())).toBe(200)
    expect(await status(renewing.client.config.$get())).toBe(401)
    renewing[Symbol.dispose]()
  })

  describe('a certificate that has run out', () => {
    const lastWeek = new Date(Date.now() - 8 * 86_400_000)
    const expired = async (folder: string) => {
      const authority = await openAuthority(folder, lastWeek)
      const { key, csr } = await newCertificateRequest()
      const wanted = { agentId: agent.id, csr, now: lastWeek }
      const { certificate: cert, serial, notAfter } = await issueAgentCertificate(authority, wanted)
      await its.sql`insert into pem.agent_certificate (serial, agent_id, not_after)
                    values (${serial}, ${agent.id}, ${notAfter})`
      const { ca } = agent.credentials
      return { serial, csr, client: createAgentClient({ url: its.api.agentUrl, ca, cert, key }) }
    }

    test('is good for the next one, and for nothing else', async () => {
      const { client, csr, serial } = await expired(join(its.home, 'keys'))
      using _ = client
      expect(await status(client.config.$get())).toBe(401)
      expect(await status(client.renew.$post({ json: { csr } }))).toBe(200)
      await its.sql`update pem.agent_certificate set revoked_at = now() where serial = ${serial}`
      expect(await status(client.renew.$post({ json: { csr } }))).toBe(401)
    })

    test('of another authority is good for nothing', async () => {
      const { client, csr } = await expired(await mkdtemp(join(tmpdir(), 'trunkline-other-ca-')))
      using _ = client
      expect(await status(client.renew.$post({ json: { csr } }))).toBe(401)
    })
  })

  test('an old TLS version is refused', async () => {
    const { hostname: host, port } = new URL(its.api.agentUrl)
    const { ca } = agent.credentials
    const refused = new Promise((resolve) => {
      const options = {
        host,
        port: Number(port),
        ca,
        maxVersion: 'TLSv1.2',
        servername: 'localhost',
      }
      connect(options as never).on('error', resolve)
    })
    expect(String(await refused)).toMatch(/protocol version|EPROTO|alert/i)
  })
})

describe('what an agent sends', () => {
  test('a heartbeat makes it seen, with its clock compared', async () => {
    expect(await status(agent.client.heartbeat.$post({ json: beat }))).toBe(200)
    const listed = await its.admin.agents.$get()
    if (!listed.ok) throw new Error('no agents')
    const mine = (await listed.json()).items.find(({ id }) => id === agent.id)
    expect(mine).toMatchObject({ state: 'ok', spoolBytes: 10, version: '0.1.0' })
  })

  const sample = (instanceId: number, sequence: number) => ({
    sequence,
    probe: 'checkpoints',
    instanceId,
    // A second apart, as samples of one probe are; in the past, as they all are.
    collectedAt: new Date(Date.now() - 60_000 + sequence * 1_000).toISOString(),
    durationMs: 2,
    rowCount: 1,
    cutRows: 0,
    columns: {
      scheduled: [sequence],
      requested: [2],
      write_seconds: [0.5],
      sync_seconds: [0.1],
      written_bytes: [8192],
      since: ['2026-11-20T00:00:00Z'],
    },
  })

  test('samples are stored once, however often they are sent', async () => {
    const id = await addTestInstance(its, agent)
    const json = { spoolId: randomUUID(), samples: [sample(id, 1), sample(id, 2)] }
    for (let times = 0; times < 3; times += 1) {
      const answer = await agent.client.samples.$post({ json })
      expect([answer.status, await answer.json()]).toEqual([200, { lastSequence: 2, refused: [] }])
    }
    const rows = await its.sql`select * from pemhistory.checkpoints where instance_id = ${id}`
    expect(rows.length).toBe(2)
    const newest = await its.admin.samples[':probe'].$get({
      param: { probe: 'checkpoints' },
      query: { instance: String(id) },
    })
    if (!newest.ok) throw new Error((await newest.json()).detail)
    expect(await newest.json()).toMatchObject({
      probe: 'checkpoints',
      run: { ok: true },
      rows: [{ scheduled: 2, requested: 2, written_bytes: 8192 }],
    })
  })

  test("samples of another agent's instance are refused, the others stored", async () => {
    const other = await enrolTestAgent(its, 'db2')
    const uri = 'postgres://m@10.0.0.9:5432/postgres'
    const theirs = await addTestInstance(its, other, { uri, name: 'theirs' })
    const [mine] = await its.sql<{ id: number }[]>`
      select id from pem.instance where agent_id = ${agent.id} limit 1`
    if (!mine) throw new Error('no instance')
    const samples = [sample(theirs, 1), sample(mine.id, 2)]
    const answer = await agent.client.samples.$post({ json: { spoolId: randomUUID(), samples } })
    expect(await answer.json()).toEqual({
      lastSequence: 2,
      refused: [{ sequence: 1, reason: expect.any(String) }],
    })
    expect(
      await its.sql`select 1 from pemhistory.checkpoints where instance_id = ${theirs}`,
    ).toEqual([])
    other[Symbol.dispose]()
  })

  const post = (body: Buffer, headers: Record<string, string>) =>
    new Promise<number | undefined>((resolve, reject) => {
      const url = new URL('/agent/v1/samples', its.api.agentUrl)
      const options = { method: 'POST', ...agent.credentials, agent: false as const, headers }
      const asked = request(url, options, (answer) => {
        answer.resume()
        resolve(answer.statusCode)
      })
      asked.on('error', reject).end(body)
    })

  test('a few kilobytes that unzip to a gigabyte are cut at 16 MB', async () => {
    const bomb = gzipSync(Buffer.alloc(400 * 1_024 * 1_024))
    expect(bomb.length).toBeLessThan(1_000_000)
    const before = process.memoryUsage.rss()
    const headers = { 'content-encoding': 'gzip', 'content-type': 'application/json' }
    expect(await post(bomb, headers)).toBe(413)
    expect(process.memoryUsage.rss() - before).toBeLessThan(200 * 1_024 * 1_024)
  })

  test('what is not gzip, not JSON or not a batch is refused with 400', async () => {
    const json = { 'content-type': 'application/json' }
    expect(await post(Buffer.from('hello'), { ...json, 'content-encoding': 'gzip' })).toBe(400)
    expect(await post(Buffer.from('hello'), { ...json, 'content-encoding': 'br' })).toBe(400)
    expect(await post(Buffer.from('hello'), json)).toBe(400)
    expect(await post(Buffer.from('{}'), json)).toBe(400)
    expect(await post(Buffer.from('{}'), { 'content-type': 'text/plain' })).toBe(415)
  })
})

describe('work', () => {
  test('a question reaches a waiting agent within a second, with the secret opened for it alone', async () => {
    const idle = await agent.client.work.$get({ query: {} })
    if (!idle.ok) throw new Error('no work')
    const { configVersion } = await idle.json()
    const waiting = agent.client.work.$get({ query: { wait: '20', version: configVersion } })
    const uri = 'postgres://monitor:p%40ss@10.1.1.1:5433/shop'
    const actorUri = 'postgres://actor:hid%40den@10.1.1.1:5433/shop'
    const adding = its.admin.instances.$post({ json: { uri, actorUri, agentId: agent.id } })
    const askedAt = performance.now()
    const work = await waiting
    expect(performance.now() - askedAt).toBeLessThan(2_000)
    if (!work.ok) throw new Error('no work')
    const [question] = (await work.json()).requests
    expect(question).toMatchObject({
      kind: 'check_instance',
      connection: { address: '10.1.1.1', port: 5433, user: 'monitor', password: 'p@ss' },
      actor: { user: 'actor', password: 'hid@den' },
    })
    const stored = await its.sql<{ text: string }[]>`
      select encode(body_sealed, 'escape') as text from pem.agent_request where id = ${question?.id ?? ''}`
    expect(stored[0]?.text).not.toMatch(/p@ss|hid@den/)
    await agent.client.requests[':id'].answer.$post({
      param: { id: question?.id ?? '' },
      json: {
        ok: false,
        serverVersion: null,
        systemIdentifier: null,
        problems: [{ problem: 'The password is wrong.', mend: 'ALTER ROLE …' }],
      },
    })
    const refused = await adding
    expect(refused.status).toBe(422)
    expect(await refused.json()).toMatchObject({
      detail: 'The password is wrong.',
      problems: [{ problem: 'The password is wrong.', mend: 'ALTER ROLE …' }],
    })
  })

  test('what an agent advises although all is well comes with the instance that was added', async () => {
    const uri = 'postgres://postgres@10.1.1.3:5432/postgres'
    const advice = [{ problem: 'The role postgres is a superuser.', mend: 'CREATE ROLE …' }]
    const adding = its.admin.instances.$post({ json: { uri, agentId: agent.id } })
    expect(await answerCheck(agent, { ok: true, problems: advice })).toMatchObject({ actor: null })
    const added = await adding
    if (!added.ok) throw new Error((await added.json()).detail)
    const { id, ...rest } = await added.json()
    expect(rest).toMatchObject({ hasActor: false, advice })
    await its.admin.instances[':id'].$delete({ param: { id: String(id) } })
  })

  test('a new instance changes the configuration that a waiting agent hears of', async () => {
    const uri = 'postgres://monitor:secret@10.1.1.2:5432/postgres'
    const actorUri = 'postgres://actor:hidden@10.1.1.2:5432/postgres'
    const id = await addTestInstance(its, agent, { uri, actorUri, name: 'second' })
    const config = await agent.client.config.$get()
    if (!config.ok) throw new Error('no config')
    const { instances, version, agentId } = await config.json()
    expect(agentId).toBe(agent.id)
    expect(instances.find((one) => one.id === id)).toEqual({
      id,
      name: 'second',
      connection: {
        address: '10.1.1.2',
        port: 5432,
        database: 'postgres',
        user: 'monitor',
        password: 'secret',
        sslmode: 'prefer',
      },
      actor: { user: 'actor', password: 'hidden' },
    })
    const waiting = agent.client.work.$get({ query: { wait: '20', version } })
    await new Promise((resolve) => setTimeout(resolve, 100))
    const removed = await its.admin.instances[':id'].$delete({ param: { id: String(id) } })
    expect(removed.status).toBe(200)
    const work = await waiting
    if (!work.ok) throw new Error('no work')
    expect((await work.json()).configVersion).not.toBe(version)
  })

  test('a newer poll of the same agent ends the older one', async () => {
    const idle = await agent.client.work.$get({ query: {} })
    if (!idle.ok) throw new Error('no work')
    const { configVersion: version } = await idle.json()
    const older = agent.client.work.$get({ query: { wait: '30', version } })
    await new Promise((resolve) => setTimeout(resolve, 200))
    const newer = agent.client.work.$get({ query: { wait: '3', version } })
    expect(await status(older)).toBe(200)
    expect(await status(newer)).toBe(200)
  })

  test('an agent that hangs up waits no longer', async () => {
    const idle = await agent.client.work.$get({ query: {} })
    if (!idle.ok) throw new Error('no work')
    const { configVersion: version } = await idle.json()
    const gone = new AbortController()
    const poll = agent.client.work.$get(
      { query: { wait: '40', version } },
      { init: { signal: gone.signal } },
    )
    const waiting = async () => {
      const metrics = await (await fetch(`${its.api.url}/metrics`)).text()
      return /^trunkline_api_waiting_agents (\d+)$/m.exec(metrics)?.[1]
    }
    await until('it waits', async () => (await waiting()) === '1')
    gone.abort()
    await expect(poll).rejects.toThrow()
    await until('it is forgotten', async () => (await waiting()) === '0')
  })

  test('a question that nobody answers ends as unavailable', { timeout: 40_000 }, async () => {
    const uri = 'postgres://monitor@10.1.1.3/postgres'
    const answer = await its.admin.instances.$post({ json: { uri, agentId: agent.id } })
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toBe('10')
    await answerCheck(agent, { ok: true, problems: [] }).catch(() => undefined)
  })
})
