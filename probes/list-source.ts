import type { ListSource } from './definition-list.ts'

/** What `list.ts` is made from. */
export const probeList = {
  folder: import.meta.dirname,
  type: 'Probe',
  typeFile: './probe.ts',
  name: 'probes',
  keyType: 'ProbeName',
  says: 'Every probe that ships, by the name of its tables.',
  command: 'npm run generate -w probes',
} satisfies ListSource
