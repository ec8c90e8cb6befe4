import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CaseRunner } from '@trunkline/alert-engine/rule-cases'
import type { Command } from 'commander'
import { freePort } from '../../test/free-port.ts'
import { CommandFailed, jsonOption, type Cli } from './context.ts'

type PreparedRule = CaseRunner['rules'][number]

/** One thing looked at, and what was wrong with it: nothing when it is good. */
interface Finding {
  rule: string
  says: string
  problems: string[]
}

/** `rule check` and `rule test`, on a throwaway PostgreSQL of their own: Trunkline need not run. */
export function addRuleCaseCommands(group: Command, cli: Cli): void {
  group
    .command('check [rule]')
    .description("ask PostgreSQL whether the rules' queries and messages fit the tables they read")
    .option(...jsonOption)
    .action(async (name: string | undefined, options: { json?: boolean }) => {
      await report(cli, options, (runner) =>
        each(runner, name, async (rule) => [
          {
            rule: rule.name,
            says: 'query, evidence and message',
            problems: await runner.check(rule),
          },
        ]),
      )
    })

  group
    .command('test [rule]')
    .description("run the rules' cases through the real engine on a real PostgreSQL")
    .option(...jsonOption)
    .action(async (name: string | undefined, options: { json?: boolean }) => {
      await report(cli, options, (runner) => each(runner, name, (rule) => runner.run(rule)))
    })
}

async function report(
  cli: Cli,
  options: { json?: boolean },
  look: (runner: CaseRunner) => Promise<Finding[]>,
): Promise<void> {
  const items = await withRunner(look)
  cli.show(options, { items }, () => items.map(lineOf).join('\n'))
  const wrong = items.filter(({ problems }) => problems.length > 0).length
  if (wrong > 0) throw new CommandFailed(`${String(wrong)} of ${String(items.length)} are wrong.`)
}

async function each(
  { rules }: CaseRunner,
  name: string | undefined,
  look: (rule: PreparedRule) => Promise<Finding[]>,
): Promise<Finding[]> {
  const chosen = rules.filter(
    (rule) => name === undefined || rule.name === name || rule.code === name,
  )
  if (chosen.length === 0)
    throw new CommandFailed(
      `There is no rule "${name ?? ''}"; there are: ${rules.map((rule) => rule.name).join(', ')}.`,
    )
  const found: Finding[] = []
  for (const rule of chosen) found.push(...(await look(rule)))
  return found
}

async function withRunner(look: (runner: CaseRunner) => Promise<Finding[]>): Promise<Finding[]> {
  const { startPostgresServer, removeServerFolder } = await import('@trunkline/api/repository')
  const { createCaseRunner } = await import('@trunkline/alert-engine/rule-cases')
  const folder = mkdtempSync(join(tmpdir(), 'trunkline-rules-'))
  const data = join(folder, 'postgresql')
  try {
    const server = await startPostgresServer({
      folder: data,
      port: await freePort(),
      password: 'throwaway',
      logFile: join(folder, 'postgresql.log'),
      settings: { fsync: 'off' },
    })
    try {
      await using runner = await createCaseRunner({ url: server.superUrl })
      return await look(runner)
    } finally {
      await server.stop()
    }
  } finally {
    await removeServerFolder(data)
    rmSync(folder, { recursive: true, force: true })
  }
}

function lineOf({ rule, says, problems }: Finding): string {
  const mark = problems.length === 0 ? '✓' : '✗'
  return [`${mark} ${rule}: ${says}`, ...problems.map((problem) => `    ${problem}`)].join('\n')
}
