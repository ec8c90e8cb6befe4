import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { answering, deadAddress, runIn } from './run.fixture.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'trunkline-agents-'))
  writeFileSync(join(home, 'admin-token'), 'token')
})
afterEach(() => rmSync(home, { recursive: true }))

const run = (argv: string[], listen = '127.0.0.1:1') =>
  runIn(home, argv, { TRUNKLINE_LISTEN: listen })
const pin = `sha256:${'0'.repeat(64)}`
const enrolAt = (server: string) =>
  run(['agent', 'enrol', '--server', server, '--token', 't', '--ca-pin', pin])

describe('agent enrol', () => {
  test('69 with one sentence that names the setting when agents cannot get in there', async () => {
    const address = await deadAddress()
    const dead = await enrolAt(`https://${address}`)
    expect(dead.code).toBe(69)
    expect(dead.err).toBe(
      `https://${address} refuses connections: nothing listens there. Give the address of TRUNKLINE_AGENT_LISTEN, which the server prints with \`agent token\`.\n`,
    )
    await using pages = await answering({ status: 200, body: {} })
    const plain = await enrolAt(`https://${pages.address}`)
    expect(plain.code).toBe(69)
    expect(plain.err).toContain('may be the address of the pages')
    expect(plain.err.trim().split('\n')).toHaveLength(1)
  })

  test('2 for an address without https', async () => {
    const { code, err } = await enrolAt('http://127.0.0.1:1')
    expect(code).toBe(2)
    expect(err).toContain('It must begin with https://')
  })
})

describe('agent token', () => {
  const made = { token: 't', expiresAt: '2026-01-31T12:00:00Z', caPin: 'sha256:0' }
  test.each([
    ['https://127.0.0.1:7481', 'No other host reaches 127.0.0.1'],
    ['https://trunkline.example.org:7481', undefined],
  ])('for %s says so when no other host can use it', async (server, note) => {
    await using api = await answering({ status: 201, body: { ...made, server } })
    const { code, out } = await run(['agent', 'token'], api.address)
    expect(code).toBe(0)
    expect(out).toContain(`agent enrol --server ${server} --token t --ca-pin sha256:0`)
    expect(out.includes('TRUNKLINE_AGENT_LISTEN=0.0.0.0:7481')).toBe(note !== undefined)
    expect(out).toContain(note ?? '')
  })
})

describe('agent remove', () => {
  const items = [
    { id: 'a1', name: 'db1' },
    { id: 'a2', name: 'db2' },
    { id: 'a3', name: 'db2' },
  ]
  test.each([
    ['db1', 'a1', 'Agent db1 is shut out.\n'],
    ['a3', 'a3', 'Agent db2 is shut out.\n'],
    ['db2', null, 'a2 db2, a3 db2'],
    ['db9', null, 'There is no agent "db9"; there are: a1 db1, a2 db2'],
  ])('%s: %s', async (which, id, says) => {
    const asked: string[] = []
    const body = { items, next: null, removed: true }
    await using api = await answering({ status: 200, body, asked })
    const { code, out, err } = await run(['agent', 'remove', which], api.address)
    expect(code).toBe(id === null ? 1 : 0)
    expect(out + err).toContain(says)
    const removed = asked.filter((one) => one.startsWith('DELETE'))
    expect(removed).toEqual(id === null ? [] : [`DELETE /api/v1/agents/${id}`])
  })
})
