import type { CheckAnswer, Connection } from '@trunkline/api/agent-client'
import { downStateOf, failureOf, nobodyListens, sqlstateOf } from './failure.ts'
import { readGreeting } from './greeting.ts'
import { DeadlineError } from './session.ts'

type Problem = CheckAnswer['problems'][number]

/** Why a connection failed, in one sentence, and the SQL or command that mends it. */
export async function connectProblem(error: unknown, connection: Connection): Promise<Problem> {
  const sqlstate = sqlstateOf(error)
  const bySqlstate = sqlstate === null ? undefined : problems[sqlstate]?.(connection, error)
  const isUnclear =
    sqlstate === null && (error instanceof DeadlineError || !byState(error, connection))
  const byAsking = isUnclear ? await byGreeting(error, connection) : undefined
  return bySqlstate ?? byAsking ?? byState(error, connection) ?? unusable(error, connection)
}

const problems: Record<string, (connection: Connection, error: unknown) => Problem> = {
  '28P01': ({ user, password }) => ({
    problem: password
      ? `The password for the role ${quoteName(user)} is wrong, or there is no such role.`
      : `The server wants a password for the role ${quoteName(user)}, and none was given.`,
    mend: `ALTER ROLE ${quoteName(user)} LOGIN PASSWORD '…'; or, if there is no such role: ${newRole(user)}`,
  }),
  '28000': notLetIn,
  '3D000': ({ database }) => ({
    problem: `The database ${quoteName(database)} does not exist.`,
    mend: `CREATE DATABASE ${quoteName(database)}; or name another one at the end of the address.`,
  }),
  '42501': ({ user, database }) => ({
    problem: `The role ${quoteName(user)} may not connect to the database ${quoteName(database)}.`,
    mend: `GRANT CONNECT ON DATABASE ${quoteName(database)} TO ${quoteName(user)};`,
  }),
  '53300': () => ({
    problem: 'The server has no free connection slot for this role.',
    mend: 'End sessions that are not needed, or raise max_connections or the CONNECTION LIMIT of the role.',
  }),
}

/** One SQLSTATE says three things; they are told apart by where in the server it was said, and by its words if English. */
function notLetIn({ user, database }: Connection, error: unknown): Problem {
  const name = quoteName(user)
  const says = failureOf(error).message
  if (says.endsWith('is not permitted to log in'))
    return { problem: `The role ${name} may not log in.`, mend: `ALTER ROLE ${name} LOGIN;` }
  if (/^role .* does not exist$/s.test(says))
    return { problem: `There is no role ${name}.`, mend: newRole(user) }
  if (isFrom(error, 'InitializeSessionUserId')) {
    return {
      problem: `The role ${name} does not exist or may not log in.`,
      mend: `ALTER ROLE ${name} LOGIN; or, if there is no such role: ${newRole(user)}`,
    }
  }
  return {
    problem: `The server lets nobody in as the role ${name} from this host to the database ${quoteName(database)}: no line of pg_hba.conf matches, or the one that does refuses.`,
    mend: `In pg_hba.conf: host ${hbaName(database)} ${hbaName(user)} <address of this host>/32 scram-sha-256; then SELECT pg_reload_conf();`,
  }
}

/** What a failure says of the server without asking it again. */
function byState(error: unknown, connection: Connection): Problem | undefined {
  const at = placeOf(connection)
  const state = downStateOf(error)
  if (nobodyListens(error)) {
    return {
      problem: `PostgreSQL is not listening on ${at}.`,
      mend: 'Start it, or set listen_addresses and port in postgresql.conf and restart it.',
    }
  }
  if (isCode(error, 'ENOTFOUND') || isCode(error, 'EAI_AGAIN')) {
    return { problem: `This host finds no address for the name ${connection.address}.`, mend: null }
  }
  if (state === 'starting')
    return { problem: `PostgreSQL on ${at} is starting.`, mend: 'Try again shortly.' }
  if (state !== 'unreachable') return undefined
  return {
    problem: `Nothing answers on ${at}: ${failureOf(error).message}`,
    mend: 'Look for a firewall between this host and that one, and whether the host is up.',
  }
}

/** A connection that broke off or hangs says nothing about why: what is at the port does. */
async function byGreeting(error: unknown, connection: Connection): Promise<Problem | undefined> {
  const at = placeOf(connection)
  const { sslmode } = connection
  const greeting = await readGreeting(connection, greetingDeadlineMs)
  if (greeting === 'other') {
    return {
      problem: `What answers on ${at} is no PostgreSQL.`,
      mend: "Name PostgreSQL's port: SHOW port; there.",
    }
  }
  if (greeting === 'no TLS' && sslmode !== 'prefer' && sslmode !== 'disable') {
    return {
      problem: `PostgreSQL on ${at} speaks no TLS, and sslmode=${sslmode} wants it.`,
      mend: 'Set ssl = on in postgresql.conf with a certificate, then SELECT pg_reload_conf(); or add it with ?sslmode=prefer',
    }
  }
  if (greeting === 'TLS' && sslmode.startsWith('verify-')) {
    return {
      problem: `The certificate of PostgreSQL on ${at} cannot be trusted: ${failureOf(error).message}`,
      mend: 'Give the server one of an authority that this host trusts and for the name it is added by, or add it with ?sslmode=require',
    }
  }
  return undefined
}

const greetingDeadlineMs = 2_000

function unusable(error: unknown, connection: Connection): Problem {
  const says = failureOf(error).message
  return {
    problem: `PostgreSQL on ${placeOf(connection)} cannot be used: ${says}`,
    mend: "Look for the reason in the server's log.",
  }
}

function placeOf({ address, port }: Connection): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

function newRole(user: string): string {
  return `CREATE ROLE ${quoteName(user)} LOGIN PASSWORD '…';`
}

function isFrom(error: unknown, routine: string): boolean {
  return error instanceof Error && 'routine' in error && error.routine === routine
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

/** A name as SQL wants it: quoted where it is not plain. */
export function quoteName(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`
}

function hbaName(name: string): string {
  return /^[A-Za-z0-9_]+$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`
}
