import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { renderList } from '@trunkline/probes'
import { ruleList, runbookList } from './list-sources.ts'

for (const source of [ruleList, runbookList]) {
  writeFileSync(join(source.folder, 'list.ts'), renderList(source))
}
// Only now: they read the lists.
const { renderCatalogue } = await import('./catalogue.ts')
writeFileSync(join(import.meta.dirname, 'CATALOGUE.md'), renderCatalogue())
const { rules, runbooks } = await import('./index.ts')
const counts = `${Object.keys(rules).length} rules, ${Object.keys(runbooks).length} runbooks`
process.stdout.write(`rules/list.ts, rules/runbooks/list.ts and rules/CATALOGUE.md: ${counts}\n`)
