import type { Command } from 'commander'
import { CommandFailed, type Cli } from './context.ts'

export function addDemoCommand(program: Command, cli: Cli): void {
  program
    .command('demo')
    .description('show the whole product in three minutes, on a throwaway home')
    .option('--once', 'end after the demonstration; exit 0 only if every step happened')
    .action(async ({ once }: { once?: boolean }) => {
      const { demo } = await import('../demo/demo.ts')
      const missing = await demo({
        once: once === true,
        env: cli.env,
        say: cli.line,
        signal: cli.signal,
      })
      if (missing.length > 0)
        throw new CommandFailed(`Steps that did not happen: ${missing.join('; ')}.`)
    })
}
