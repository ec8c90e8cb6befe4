import { Option, type Command } from 'commander'
import { loadConfig } from '../home.ts'
import { flagOf, settingNames, settings, type SettingName } from '../settings.ts'
import type { Cli } from './context.ts'

export function addUpCommand(program: Command, cli: Cli): void {
  const command = program
    .command('up')
    .description('start the repository, api, engine and local agent, and keep them running')
    .option('--verbose', 'print what the parts log')
  addSettingFlags(command)
  command.action(
    async ({ verbose, ...flags }: Partial<Record<SettingName, string>> & { verbose?: true }) => {
      const { home } = program.opts<{ home?: string }>()
      const config = loadConfig({ home, flags, env: cli.env })
      const { up } = await import('../up/up.ts')
      await up({
        config,
        env: cli.env,
        verbose: verbose === true,
        say: cli.line,
        signal: cli.signal,
      })
    },
  )
}

/** One flag for each setting, from the same data that the file and the environment are read by. */
export function addSettingFlags(command: Command): void {
  for (const name of settingNames) {
    const { env, says } = settings[name]
    command.addOption(new Option(`${flagOf(name)} <value>`, `${says} ($${env})`))
  }
}
