import type { CheckAnswer, Connection } from '@trunkline/api/agent-client'
import { downStateOf, failureOf, nobodyListens, sqlstateOf } from './failure.ts'

type Problem = CheckAnswer['problems'][number]

/** Why a connection failed, in one sentence, and the SQL or command that mends it. */
export function connectProblem(error: unknown, connection: Connection): Problem {
  const sqlstate = sqlstateOf(error)
  const bySqlstate = sqlstate === null ? undefined : problems[sqlstate]?.(connection)
  return bySqlstate ?? byState(error, connection)
}

const problems: Record<string, (connection: Connection) => Problem> = {
  '28P01': ({ user, password }) => ({
    problem: password
      ? `The password for the role ${quoteName(user)} is wrong, or there is no such role.`
      : `The server wants a password for the role ${quoteName(user)}, and none was given.`,
    mend: `ALTER ROLE ${quoteName(user)} LOGIN PASSWORD '…';`,
  }),
  '28000': ({ user, database }) => ({
    problem: `The server lets nobody in as the role ${quoteName(user)} from this host to the database ${quoteName(database)}: no line of pg_hba.conf matches, or the role does not exist or may not log in.`,
    mend: `In pg_hba.conf: host ${hbaName(database)} ${hbaName(user)} <address of this host>/32 scram-sha-256; then SELECT pg_reload_conf();`,
  }),
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

function byState(error: unknown, { address, port }: Connection): Problem {
  const at = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
  const says = failureOf(error).message
  const state = downStateOf(error)
  if (nobodyListens(error)) {
    return {
      problem: `PostgreSQL is not listening on ${at}.`,
      mend: 'Start it, or set listen_addresses and port in postgresql.conf and restart it.',
    }
  }
  if (isCode(error, 'ENOTFOUND') || isCode(error, 'EAI_AGAIN')) {
    return { problem: `This host finds no address for the name ${address}.`, mend: null }
  }
  if (state === 'starting')
    return { problem: `PostgreSQL on ${at} is starting.`, mend: 'Try again shortly.' }
  if (state === 'unreachable') {
    return {
      problem: `Nothing answers on ${at}: ${says}`,
      mend: 'Look for a firewall between this host and that one, and whether the host is up.',
    }
  }
  return { problem: `PostgreSQL on ${at} cannot be used: ${says}`, mend: null }
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
