import type { ProbeDescription, Samples } from '@trunkline/api/client'
import type { Command } from 'commander'
import { answerOf } from '../api-access.ts'
import { CommandFailed, jsonOption, type Cli } from './context.ts'
import { humaneSeconds } from './humane.ts'
import { findInstance } from './instances.ts'
import { cellOf, pairs, table } from './table.ts'

export function addProbeCommands(program: Command, cli: Cli): void {
  const group = program.command('probe').description('what is collected')

  group
    .command('list')
    .description('list the probes')
    .option(...jsonOption)
    .action(async (options: { json?: boolean }) => {
      const { items } = await answerOf(cli.api().probes.$get())
      cli.show(options, { items, next: null }, () =>
        table(
          ['name', 'once per', 'every', 'kept', 'summary'],
          items.map((probe) => [
            probe.name,
            probe.scope,
            probe.every,
            probe.retention,
            probe.summary,
          ]),
          cli.columns,
        ),
      )
    })

  group
    .command('show <probe>')
    .description('show what a probe collects, or with --instance or --host its newest rows')
    .option('--instance <instance>', 'number or name of the instance whose newest rows to show')
    .option('--host <id>', 'number of the host whose newest rows to show')
    .option(...jsonOption)
    .action(async (name: string, options: { instance?: string; host?: string; json?: boolean }) => {
      if (options.instance === undefined && options.host === undefined) {
        const { items } = await answerOf(cli.api().probes.$get())
        const probe = items.find((item) => item.name === name)
        if (!probe)
          throw new CommandFailed(`There is no probe "${name}"; see: npx trunkline probe list`)
        return cli.show(options, probe, () => describe(probe, cli.columns))
      }
      const samples = await newest(cli, name, options)
      cli.show(options, samples, () => rowsOf(samples, cli.columns))
    })
}

async function newest(
  cli: Cli,
  probe: string,
  target: { instance?: string; host?: string },
): Promise<Samples> {
  const api = cli.api()
  const query =
    target.instance === undefined
      ? { host: target.host ?? '' }
      : { instance: String((await findInstance(api, target.instance)).id) }
  return answerOf(api.samples[':probe'].$get({ param: { probe }, query }))
}

function describe(probe: ProbeDescription, width: number | undefined): string {
  return [
    pairs([
      ['name', probe.name],
      ['summary', probe.summary],
      ['once per', probe.scope],
      ['role', probe.role],
      ['every', probe.every],
      ['kept', probe.retention],
    ]),
    '',
    table(
      ['column', 'is', 'type'],
      probe.columns.map((column) => [column.name, column.role, column.type]),
      width,
    ),
    '',
    table(
      ['metric', 'kind', 'unit', 'description'],
      probe.metrics.map((metric) => [metric.name, metric.kind, metric.unit, metric.description]),
      width,
    ),
  ].join('\n')
}

function rowsOf(samples: Samples, width: number | undefined): string {
  const columns = samples.columns.map(({ name }) => name)
  const rows = samples.rows.map((row) => columns.map((name) => cellOf(row[name])))
  const { run } = samples
  const failure =
    run && !run.ok
      ? `\nThe newest run failed: ${run.error ?? ''}${run.hint ? ` (${run.hint})` : ''}`
      : ''
  return `${table(columns, rows, width)}\n${String(rows.length)} rows, ${humaneSeconds(samples.ageSeconds)} old${failure}`
}
