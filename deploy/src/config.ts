import type { z } from 'zod'
import { readConfigFile, type FileEntry } from './config-file.ts'
import { flagOf, settingNames, settings, type Setting, type SettingName } from './settings.ts'

type Settings = typeof settings
type Values = {
  readonly [Name in SettingName]:
    | z.output<Settings[Name]['schema']>
    | (Settings[Name] extends { preset: string } ? never : undefined)
}

/** The settings of one home, each with where it came from. */
export interface Config {
  readonly home: string
  readonly values: Values
  readonly texts: Readonly<Partial<Record<SettingName, string>>>
  readonly origins: Readonly<Record<SettingName, string>>
  /** Things that look wrong and change nothing, one sentence each. */
  readonly warnings: readonly string[]
}

export interface ConfigSources {
  home: string
  flags: Readonly<Partial<Record<SettingName, string>>>
  env: Readonly<Record<string, string | undefined>>
  file: { path: string; text: string } | null
  readSecret: (path: string) => string
}

/** Every problem of a configuration at once, one line each. */
export class ConfigError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.name = 'ConfigError'
    this.problems = problems
  }
}

/** Flag over environment over file over default. Pure but for `readSecret`. */
export function resolveConfig(sources: ConfigSources): Config {
  const file =
    sources.file === null ? { entries: new Map(), problems: [] } : readConfigFile(sources.file)
  const problems = [...file.problems]
  const values: Record<string, unknown> = {}
  const texts: Partial<Record<SettingName, string>> = {}
  const origins: Record<string, string> = {}
  for (const name of settingNames) {
    const found = find(name, { ...sources, entries: file.entries })
    origins[name] = found?.origin ?? 'default'
    if (found === undefined) continue
    if (found.problem !== undefined) problems.push(`${found.origin}: ${found.problem}`)
    const parsed = settings[name].schema.safeParse(found.text)
    if (parsed.success) values[name] = parsed.data
    else if (found.problem === undefined)
      problems.push(
        `${found.origin}: ${flagOf(name).slice(2)} ${parsed.error.issues[0]?.message ?? 'is not valid'}`,
      )
    texts[name] = found.text
  }
  problems.push(...mailProblems(texts))
  if (problems.length > 0) throw new ConfigError(problems)
  return {
    home: sources.home,
    // Each value came out of its own setting's schema, and settings with a preset always have one.
    values: values as Values,
    texts,
    origins: origins as Config['origins'],
    warnings: unknownVariables(sources.env),
  }
}

interface Found {
  text: string
  origin: string
  problem?: string
}

/** Where one setting comes from, the strongest first. */
function find(
  name: SettingName,
  from: ConfigSources & { entries: ReadonlyMap<string, FileEntry> },
): Found | undefined {
  const setting: Setting = settings[name]
  const flag = from.flags[name]
  if (flag !== undefined) return { text: flag, origin: flagOf(name) }
  const variable = from.env[setting.env]
  if (variable !== undefined && variable !== '') return { text: variable, origin: setting.env }
  const secret = from.env[`${setting.env}_FILE`]
  if (setting.secret && secret)
    return fromSecretFile(secret, `${setting.env}_FILE`, from.readSecret)
  const entry = from.entries.get(name)
  if (entry !== undefined) return { text: entry.text, origin: entry.origin }
  const pointer = from.entries.get(`${name}File`)
  if (pointer !== undefined) return fromSecretFile(pointer.text, pointer.origin, from.readSecret)
  return setting.preset === undefined ? undefined : { text: setting.preset, origin: 'default' }
}

function fromSecretFile(path: string, origin: string, read: ConfigSources['readSecret']): Found {
  try {
    return { text: read(path).trim(), origin }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { text: '', origin, problem: `the file cannot be read: ${reason}` }
  }
}

function mailProblems(texts: Partial<Record<SettingName, string>>): string[] {
  const given = (['smtpUrl', 'mailFrom', 'mailTo'] as const).filter(
    (name) => texts[name] !== undefined,
  )
  if (given.length === 0 || given.length === 3) return []
  return [
    'TRUNKLINE_SMTP_URL, TRUNKLINE_MAIL_FROM and TRUNKLINE_MAIL_TO belong together: set all three or none of them',
  ]
}

/** The environment is not only ours, so an unknown name there is told and not refused. */
function unknownVariables(env: ConfigSources['env']): string[] {
  const known = new Set([
    'TRUNKLINE_HOME',
    ...Object.values<Setting>(settings).flatMap(({ env: name, secret }) =>
      secret ? [name, `${name}_FILE`] : [name],
    ),
  ])
  return Object.keys(env)
    .filter((name) => name.startsWith('TRUNKLINE_') && !known.has(name))
    .map((name) => `${name} is not a setting of this version; it changes nothing`)
}
