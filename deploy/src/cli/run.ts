import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { z } from 'zod'
import { Refused, Unavailable } from '../api-access.ts'
import { ConfigError } from '../config.ts'
import { cleanText } from './clean-text.ts'
import { createCli, type CliContext } from './context.ts'
import { groups } from './groups.ts'

const exitCodes = { ok: 0, failed: 1, usage: 2, unavailable: 69, configuration: 78 } as const

const packageFile = new URL('../../package.json', import.meta.url)
const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(packageFile, 'utf8')))

/** Runs one command line and returns the exit code. Every failure is a sentence on standard error, never a stack. */
export async function runCli(context: CliContext): Promise<number> {
  const program = createProgram(context)
  try {
    await program.parseAsync([...context.argv], { from: 'user' })
    return exitCodes.ok
  } catch (error) {
    return tell(error, context)
  }
}

/** The commands, for running one and for holding the documents against them. */
export function createProgram(context: CliContext): Command {
  const program = new Command('trunkline')
    .description(
      'Watches PostgreSQL servers, tells the right person, and repairs what it may repair.',
    )
    .version(version, '--version')
    .option('--home <folder>', 'where state is kept ($TRUNKLINE_HOME)')
    .exitOverride()
    .configureOutput({ writeOut: context.write, writeErr: context.writeError })
    .configureHelp({ showGlobalOptions: true })
    .showSuggestionAfterError()
  const cli = createCli(context, program)
  for (const addCommands of groups) addCommands(program, cli)
  return program
}

function tell(error: unknown, { writeError, signal }: CliContext): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
  if (signal.aborted && error instanceof Error && error.name === 'AbortError')
    return exitCodes.failed
  writeError(`${linesOf(error).join('\n')}\n`)
  if (error instanceof ConfigError) return exitCodes.configuration
  return error instanceof Unavailable ? exitCodes.unavailable : exitCodes.failed
}

function linesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [cleanText(String(error))]
  const lines = error.message.split('\n').map(cleanText)
  if (!(error instanceof Refused)) return lines
  for (const { problem, mend } of error.problem.problems ?? []) {
    // The sentence above is often the only problem.
    if (problem !== error.message) lines.push(`  ${cleanText(problem)}`)
    if (mend !== null) lines.push(`    mend: ${cleanText(mend)}`)
  }
  for (const { path, message } of error.problem.fields ?? [])
    if (!error.message.includes(message)) lines.push(`  ${cleanText(path)}: ${cleanText(message)}`)
  return lines
}
