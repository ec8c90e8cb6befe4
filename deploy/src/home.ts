import { chmodSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { ConfigError, resolveConfig, type Config } from './config.ts'
import type { SettingName } from './settings.ts'

type Env = Readonly<Record<string, string | undefined>>

/** Where everything is kept: `--home`, `TRUNKLINE_HOME`, `$XDG_STATE_HOME/trunkline` or `~/.local/state/trunkline`. */
function findHome(flag: string | undefined, env: Env): string {
  const given = flag ?? env['TRUNKLINE_HOME']
  if (given !== undefined && given !== '') return resolve(given)
  const state = env['XDG_STATE_HOME']
  // The XDG specification says that a relative path there is to be ignored.
  if (state !== undefined && isAbsolute(state)) return join(state, 'trunkline')
  return join(env['HOME'] ?? homedir(), '.local', 'state', 'trunkline')
}

/** Makes the home if it is not there, and closes it to others: it holds keys. */
export function prepareHome(home: string): void {
  try {
    makeFolder(home)
    if ((statSync(home).mode & 0o077) !== 0) chmodSync(home, 0o700)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const what = `${home} cannot be the home of Trunkline (${reason}).`
    throw new ConfigError([`${what} Set TRUNKLINE_HOME to a folder that this user may make.`])
  }
}

/** Step by step: Node 24's own `recursive` never returns where the kernel answers ENOENT for a new name, as in /proc. */
function makeFolder(path: string): void {
  if (existsSync(path)) return
  makeFolder(dirname(path))
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    // Another start may have made it meanwhile.
    if (!existsSync(path)) throw error
  }
}

export interface Invocation {
  home?: string | undefined
  flags?: Partial<Record<SettingName, string>>
  env: Env
}

/** The configuration of the home that this command is about. */
export function loadConfig({ home: flag, flags = {}, env }: Invocation): Config {
  const home = findHome(flag, env)
  return resolveConfig({
    home,
    flags,
    env,
    file: readOptional(join(home, 'trunkline.yaml')),
    readSecret: (path) => readFileSync(path, 'utf8'),
  })
}

function readOptional(path: string): { path: string; text: string } | null {
  try {
    return { path, text: readFileSync(path, 'utf8') }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw new Error(
      `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      {
        cause: error,
      },
    )
  }
}
