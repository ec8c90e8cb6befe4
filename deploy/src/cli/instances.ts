import type { Instance } from '@trunkline/api/client'
import type { Command } from 'commander'
import { answerOf, connectApi } from '../api-access.ts'
import { CommandFailed, jsonOption, type Cli } from './context.ts'
import { humaneSeconds } from './humane.ts'
import { addAddCommand } from './instance-add.ts'
import { pairs, table } from './table.ts'

type Api = ReturnType<typeof connectApi>

export function addInstanceCommands(program: Command, cli: Cli): void {
  const group = program.command('instance').description('the PostgreSQL servers that are watched')

  addAddCommand(group, cli)

  group
    .command('list')
    .description('list the instances with state and age of their data')
    .option(...jsonOption)
    .action(async (options: { json?: boolean }) => {
      const { items } = await answerOf(cli.api().instances.$get())
      cli.show(options, { items, next: null }, () => instancesTable(items, cli.columns))
    })

  group
    .command('show <instance>')
    .description('show one instance, by number or name')
    .option(...jsonOption)
    .action(async (which: string, options: { json?: boolean }) => {
      const found = await findInstance(cli.api(), which)
      cli.show(options, found, () => describe(found))
    })

  group
    .command('remove <instance>')
    .description('stop watching an instance; its history stays')
    .action(async (which: string) => {
      const api = cli.api()
      const found = await findInstance(api, which)
      await answerOf(api.instances[':id'].$delete({ param: { id: String(found.id) } }))
      cli.line(`Instance ${String(found.id)}, ${found.name}, is no longer watched.`)
    })
}

/** An instance by its number or its name. */
export async function findInstance(api: Api, which: string): Promise<Instance> {
  const { items } = await answerOf(api.instances.$get())
  const found =
    items.find((item) => item.name === which) ?? items.find((item) => String(item.id) === which)
  if (found) return found
  const known = items.map((item) => `${String(item.id)} ${item.name}`).join(', ')
  throw new CommandFailed(`There is no instance "${which}"; there are: ${known || 'none'}.`)
}

export function instancesTable(items: Instance[], width: number | undefined): string {
  return table(
    ['id', 'name', 'address', 'state', 'role', 'version', 'data', 'age', 'worst'],
    items.map((item) => [
      item.id,
      item.name,
      `${item.address}:${String(item.port)}`,
      item.state,
      item.role,
      item.version,
      item.health,
      humaneSeconds(item.dataAgeSeconds),
      worstOf(item),
    ]),
    width,
  )
}

const levelNames = ['none', 'info', 'warning', 'critical']

function worstOf(item: Instance): string {
  const areas = Object.entries(item.areas)
  const level = Math.max(0, ...areas.map(([, area]) => area.level))
  const where = areas.filter(([, area]) => level > 0 && area.level === level).map(([name]) => name)
  if (where.length > 0) return `${levelNames[level] ?? ''}: ${where.join(', ')}`
  const unknown = areas.filter(([, area]) => area.health !== 'ok').map(([name]) => name)
  return unknown.length > 0 ? `not known: ${unknown.join(', ')}` : 'ok'
}

function describe(item: Instance): string {
  return pairs([
    ['id', item.id],
    ['name', item.name],
    ['address', `${item.address}:${String(item.port)}`],
    ['database', item.database],
    ['agent', item.agent.name],
    ['host', item.host.name],
    ['state', item.stateReason === null ? item.state : `${item.state}: ${item.stateReason}`],
    ['data', `${item.health}, ${humaneSeconds(item.dataAgeSeconds)} old`],
    ['role', item.role],
    ['version', item.version],
    ['started', item.startedAt],
    ['system identifier', item.systemIdentifier],
    [
      'runbooks',
      item.hasActor
        ? 'run as a role that was tried when the instance was added'
        : 'refused: no action role; add the instance again with --actor',
    ],
    ...Object.entries(item.areas).map(
      ([name, area]) =>
        [
          name,
          area.health === 'ok' ? (levelNames[area.level] ?? '').replace('none', 'ok') : area.health,
        ] as const,
    ),
  ])
}
