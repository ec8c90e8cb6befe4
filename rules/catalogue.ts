import { type Level, type Rule, rules } from './index.ts'

/** The page that lists every rule with its levels, what to do, and what its cases show. */
export function renderCatalogue(): string {
  const entries = Object.entries<Rule>(rules)
  return [
    '# Catalogue of rules',
    '',
    'Made from the definitions by `npm run generate -w rules`. Every threshold can be overridden, for all instances or for one.',
    '',
    '| code | rule | area | warning | critical | unit | what |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...entries.map(
      ([name, { code, area, levels, unit, summary }]) =>
        `| ${code} | [${name}](#${name.toLowerCase()}) | ${area} | ${levelText(levels.warning)} | ${levelText(levels.critical)} | \`${unit}\` | ${summary} |`,
    ),
    ...entries.flatMap(([name, rule]) => ['', ...renderRule(name, rule)]),
    '',
  ].join('\n')
}

function renderRule(name: string, rule: Rule): string[] {
  const { code, summary, reads, identity, mutedBy, keepFiring, onNoData, runbooks, cases } = rule
  const facts = [
    `Reads ${list(reads)}`,
    `one alert for each ${list(identity)}`,
    ...(mutedBy.length > 0 ? [`not told while ${list(mutedBy)} fires`] : []),
    ...(keepFiring === undefined ? [] : [`resolved after ${keepFiring}`]),
    `without data: ${onNoData}`,
  ]
  return [
    `## ${name}`,
    '',
    `${code}. ${summary} ${facts.join('; ')}.`,
    '',
    `> ${rule.message}`,
    '',
    rule.whatToDo.trim().replace(/\s+/g, ' '),
    '',
    ...(runbooks.length > 0
      ? [`Proposes ${list(runbooks.map(({ runbook }) => runbook))}.`, '']
      : []),
    ...cases.map(({ says }) => `- ${says}`),
  ]
}

function levelText(level: Level | undefined): string {
  if (level === undefined) return ''
  const [sign, bar, out] = 'above' in level ? ['≥', level.above, '<'] : ['≤', level.below, '>']
  const clear = level.clear === bar ? '' : `, clear ${out} ${level.clear}`
  return `${sign} ${bar} for ${level.for}${clear}`
}

function list(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ')
}
