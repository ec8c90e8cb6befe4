import type { RuleDescription } from '@trunkline/api/client'
import type { Command } from 'commander'
import { answerOf } from '../api-access.ts'
import { CommandFailed, jsonOption, type Cli } from './context.ts'
import { findInstance } from './instances.ts'
import { levelText, parseLevel } from './levels.ts'
import { addRuleCaseCommands } from './rule-cases.ts'
import { pairs, table } from './table.ts'

export function addRuleCommands(program: Command, cli: Cli): void {
  const group = program.command('rule').description('what makes an alert')

  group
    .command('list')
    .description('list the rules')
    .option(...jsonOption)
    .action(async (options: { json?: boolean }) => {
      const { items } = await answerOf(cli.api().rules.$get())
      cli.show(options, { items, next: null }, () =>
        table(
          ['code', 'name', 'area', 'warning', 'critical', 'fault', 'summary'],
          items.map((rule) => [
            rule.code,
            rule.name,
            rule.area,
            levelText(rule.levels.warning, rule.unit),
            levelText(rule.levels.critical, rule.unit),
            rule.runtime.error,
            rule.summary,
          ]),
          cli.columns,
        ),
      )
    })

  group
    .command('show <rule>')
    .description('show a rule: when it fires, what to do then')
    .option(...jsonOption)
    .action(async (name: string, options: { json?: boolean }) => {
      const rule = await answerOf(cli.api().rules[':name'].$get({ param: { name } }))
      cli.show(options, rule, () => describe(rule))
    })

  addRuleCaseCommands(group, cli)

  group
    .command('override <rule>')
    .description(
      'set other levels for a rule, everywhere or on one instance; they are merged over the shipped ones',
    )
    .option('--info <level>', 'as in "above 60 clear 50 for 30s"')
    .option('--warning <level>', 'as in "above 300 clear 240 for 60s"')
    .option('--critical <level>', 'as in "above 900 clear 600 for 60s"')
    .option('--instance <instance>', 'only on this instance (number or name)')
    .option('--reset', 'go back to the shipped levels')
    .option(...jsonOption)
    .action(async (name: string, options: OverrideOptions) => {
      const rule = await override(cli, name, options)
      cli.show(options, rule, () => describe(rule))
    })
}

interface OverrideOptions {
  info?: string
  warning?: string
  critical?: string
  instance?: string
  reset?: boolean
  json?: boolean
}

async function override(
  cli: Cli,
  name: string,
  options: OverrideOptions,
): Promise<RuleDescription> {
  const api = cli.api()
  const route = api.rules[':name'].override
  const instance =
    options.instance === undefined ? undefined : await findInstance(api, options.instance)
  if (options.reset) {
    const query = instance ? { instance: String(instance.id) } : {}
    return answerOf(route.$delete({ param: { name }, query }))
  }
  const levels = Object.fromEntries(
    (['info', 'warning', 'critical'] as const)
      .map((level) => [level, options[level]] as const)
      .filter((entry): entry is [(typeof entry)[0], string] => entry[1] !== undefined)
      .map(([level, text]) => [level, parseLevel(text)]),
  )
  if (Object.keys(levels).length === 0)
    throw new CommandFailed('Name at least one of --info, --warning, --critical, or --reset.')
  const json = instance ? { levels, instanceId: instance.id } : { levels }
  return answerOf(route.$put({ param: { name }, json }))
}

function describe(rule: RuleDescription): string {
  const levels = (['info', 'warning', 'critical'] as const).map(
    (level) => [level, levelText(rule.levels[level], rule.unit)] as const,
  )
  const overrides = rule.overrides.map(
    (one) =>
      [
        one.instanceId === null
          ? 'override everywhere'
          : `override on instance ${String(one.instanceId)}`,
        `${Object.entries(one.levels)
          .map(([level, value]) => `${level}: ${levelText(value, rule.unit) ?? ''}`)
          .join('; ')} (by ${one.changedBy})`,
      ] as const,
  )
  return pairs([
    ['rule', `${rule.code} ${rule.name}`],
    ['summary', rule.summary],
    ['area', rule.area],
    ...levels,
    ...overrides,
    ['reads', rule.reads.join(', ')],
    ['without data', rule.onNoData],
    ['muted by', rule.mutedBy.join(', ')],
    ['runbooks', rule.runbooks.join(', ')],
    ['evaluated', rule.runtime.evaluatedAt],
    ['fault', rule.runtime.error],
    ['what to do', rule.whatToDo.trim().replace(/\s+/g, ' ')],
  ])
}
