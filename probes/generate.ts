import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { renderList } from './definition-list.ts'
import { probeList } from './list-source.ts'

const folder = import.meta.dirname
writeFileSync(join(folder, 'list.ts'), renderList(probeList))
// Only now: it reads the list.
const { renderCatalogue } = await import('./catalogue.ts')
writeFileSync(join(folder, 'CATALOGUE.md'), renderCatalogue())
const { probes } = await import('./list.ts')
const names = Object.keys(probes)
process.stdout.write(`probes/list.ts and probes/CATALOGUE.md: ${names.length} probes\n`)
