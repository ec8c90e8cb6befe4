import type { Command } from 'commander'
import type { Config } from '../config.ts'
import { loadConfig } from '../home.ts'
import { settingNames, settings, type Setting, type SettingName } from '../settings.ts'
import { jsonOption, type Cli } from './context.ts'
import { table } from './table.ts'
import { addSettingFlags } from './up.ts'

type Flags = Partial<Record<SettingName, string>>

export function addConfigCommands(program: Command, cli: Cli): void {
  const group = program.command('config').description('see and check the settings')
  const load = (flags: Flags) =>
    loadConfig({ home: program.opts<{ home?: string }>().home, flags, env: cli.env })

  const check = group
    .command('check')
    .description('check file, environment and flags; exit 78 if something is wrong')
  addSettingFlags(check)
  check.action((flags: Flags) => {
    const config = load(flags)
    for (const warning of config.warnings) cli.line(`note: ${warning}`)
    cli.line(`The configuration of ${config.home} is good.`)
  })

  const print = group
    .command('print')
    .description('print the settings in force, passwords masked')
    .option('--origin', 'say where each comes from')
    .option(...jsonOption)
  addSettingFlags(print)
  print.action(({ origin, json, ...flags }: Flags & { origin?: true; json?: true }) => {
    const rows = rowsOf(load(flags))
    cli.show({ json: json === true }, { items: rows }, () =>
      table(
        origin ? ['setting', 'value', 'origin'] : ['setting', 'value'],
        rows.map(({ name, value, origin: from }) => [name, value, from]),
      ),
    )
  })
}

function rowsOf(config: Config): { name: string; value: string | null; origin: string }[] {
  const set = settingNames.map((name) => {
    const setting: Setting = settings[name]
    const text = config.texts[name]
    return {
      name,
      value: text === undefined ? null : setting.secret ? maskPasswords(text) : text,
      origin: config.origins[name],
    }
  })
  return [{ name: 'home', value: config.home, origin: 'home' }, ...set]
}

/** `smtp://user:secret@host` → `smtp://user:***@host`; also in lists, and in `?password=`. */
function maskPasswords(text: string): string {
  return text
    .replace(/(:\/\/[^/@:\s]*):[^/@\s]*@/g, '$1:***@')
    .replace(/([?&](?:password|token|key|secret)=)[^&,\s]*/gi, '$1***')
}
