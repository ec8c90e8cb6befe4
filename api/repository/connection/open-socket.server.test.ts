import 'reflect-metadata'
import { execFileSync } from 'node:child_process'
import { chownSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { X509CertificateGenerator, SubjectAlternativeNameExtension } from '@peculiar/x509'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startPostgres, type TestPostgres } from '../../../deploy/test/postgres.ts'
import { connectRepository } from './connect-repository.ts'

let server: TestPostgres
let folder: string
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

beforeAll(async () => {
  server = await startPostgres()
  folder = mkdtempSync(join(tmpdir(), 'trunkline-tls-'))
  // For the name, not for the address: so that verify-ca and verify-full differ.
  const { certificate, key } = await selfSigned('localhost')
  const other = await selfSigned('localhost')
  writeFileSync(join(folder, 'root.crt'), certificate)
  writeFileSync(join(folder, 'other.crt'), other.certificate)
  giveToServer('server.crt', certificate)
  giveToServer('server.key', key)
})

afterAll(async () => {
  await server[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

async function selfSigned(name: string): Promise<{ certificate: string; key: string }> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    signingAlgorithm: algorithm,
    notAfter: new Date(Date.now() + 3_600_000),
    extensions: [new SubjectAlternativeNameExtension([{ type: 'dns', value: name }])],
  })
  const der = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)).toString(
    'base64',
  )
  return {
    certificate: certificate.toString('pem'),
    key: `-----BEGIN PRIVATE KEY-----\n${der}\n-----END PRIVATE KEY-----\n`,
  }
}

function giveToServer(name: string, text: string): void {
  const file = join(server.dataDir, name)
  const { uid, gid } = statSync(server.dataDir)
  writeFileSync(file, text, { mode: 0o600 })
  chownSync(file, uid, gid)
}

/** Whether the connection is encrypted. */
async function isEncrypted(parameters: string, host = '127.0.0.1'): Promise<unknown> {
  const url = server.url.replace('127.0.0.1', host)
  const sql = connectRepository({
    url: `${url}?${parameters}`,
    max: 1,
    deadlineMs: 5_000,
    applicationName: 'test',
  })
  try {
    const [row] = await sql`select ssl from pg_stat_ssl where pid = pg_backend_pid()`
    return row?.['ssl']
  } finally {
    await sql.end()
  }
}

describe('a server without TLS', () => {
  test('serves who prefers it or does without', async () => {
    expect(await isEncrypted('sslmode=prefer')).toBe(false)
    expect(await isEncrypted('sslmode=disable')).toBe(false)
  })

  test('is refused by who requires it', async () => {
    await expect(isEncrypted('sslmode=require')).rejects.toThrow(
      'does not offer TLS, but sslmode=require demands it',
    )
  })
})

describe('a server with TLS', () => {
  beforeAll(async () => {
    execFileSync('sh', ['-c', 'echo "ssl = on" >> "$0"/postgresql.auto.conf', server.dataDir])
    await server.stop()
    await server.start()
  })

  test.each([
    ['sslmode=disable', false],
    ['sslmode=prefer', true],
    ['sslmode=require', true],
    ['sslmode=require&sslrootcert=ROOT', true],
    ['sslmode=verify-ca&sslrootcert=ROOT', true],
  ])('%s is encrypted: %s', async (parameters, encrypted) => {
    expect(await isEncrypted(parameters.replace('ROOT', join(folder, 'root.crt')))).toBe(encrypted)
  })

  test('is verified by name with verify-full', async () => {
    const parameters = `sslmode=verify-full&sslrootcert=${join(folder, 'root.crt')}`
    expect(await isEncrypted(parameters, 'localhost')).toBe(true)
    await expect(isEncrypted(parameters)).rejects.toThrow('TLS failed')
  })

  test.each(['verify-ca', 'verify-full', 'require'])(
    'of another root is refused by %s',
    async (mode) => {
      const parameters = `sslmode=${mode}&sslrootcert=${join(folder, 'other.crt')}`
      await expect(isEncrypted(parameters, 'localhost')).rejects.toThrow('TLS failed')
    },
  )
})
