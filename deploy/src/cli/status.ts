import type { Overview } from '@trunkline/api/client'
import type { Command } from 'commander'
import { answerOf } from '../api-access.ts'
import { jsonOption, type Cli } from './context.ts'
import { humaneSeconds } from './humane.ts'
import { instancesTable } from './instances.ts'
import { table } from './table.ts'

export function addStatusCommand(program: Command, cli: Cli): void {
  program
    .command('status')
    .description('what is watched, how old the data is, what is wrong')
    .option(...jsonOption)
    .action(async (options: { json?: boolean }) => {
      const overview = await answerOf(cli.api().overview.$get())
      cli.show(options, overview, () => describe(overview, cli.columns))
    })
}

function describe(
  { instances, agents, counts, engine }: Overview,
  width: number | undefined,
): string {
  const behind =
    engine.behindSeconds === null ? 'never' : `${humaneSeconds(engine.behindSeconds)} ago`
  return [
    `Alerts: ${String(counts.critical)} critical, ${String(counts.warning)} warning, ${String(counts.info)} info`,
    `Engine: ${engine.leader === null ? 'none leads: nothing is evaluated' : engine.leader}, last evaluated ${behind}`,
    '',
    instances.length === 0
      ? 'No instances. Add one: npx trunkline instance add postgres://monitor@127.0.0.1:5432/postgres'
      : instancesTable(instances, width),
    '',
    table(
      ['agent', 'host', 'state', 'seen', 'dropped', 'restarts'],
      agents.map((one) => [
        one.name,
        one.host.name,
        one.state,
        one.ageSeconds === null ? 'never' : `${humaneSeconds(one.ageSeconds)} ago`,
        one.droppedSamples,
        one.workerRestarts,
      ]),
      width,
    ),
  ].join('\n')
}
