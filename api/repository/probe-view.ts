import { quoteName, type ProbeTable } from './probe-table.ts'

/**
 * The view of a probe for Grafana and other readers: history over time, named by what was probed. `columns` come in
 * the order of the table, which only grows at its end: so the view can be replaced under those who read it.
 */
export function probeView({ name, target }: ProbeTable, columns: readonly string[]): string {
  const list = columns.map((column) => `, p.${quoteName(column)}`).join('')
  const [table, label] = target === 'host_id' ? ['pem.host', 'host'] : ['pem.instance', 'instance']
  const ours = [
    `p.collected_at as ${free('time', columns)}`,
    `p.${target}`,
    `o.name as ${free(label, columns)}`,
  ]
  return `
    create or replace view pem_api.${quoteName(name)} as
    select ${ours.join(', ')}${list}
      from pemhistory.${quoteName(name)} p
      join ${table} o on o.id = p.${target}`
}

function free(name: string, taken: readonly string[]): string {
  return taken.includes(name) ? free(`${name}_`, taken) : quoteName(name)
}
