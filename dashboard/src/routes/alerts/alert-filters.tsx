import type { JSX } from 'solid-js'
import { areaNames, type AreaName } from '../../api.ts'
import { useOverview } from '../../frame/overview-context.ts'
import { visible } from '../../text/visible.ts'
import { Choice } from '../../ui/choice.tsx'

const states = ['open', 'firing', 'pending', 'resolved', 'all'] as const
const levels = ['critical', 'warning', 'info'] as const

export interface Filters {
  state: (typeof states)[number]
  level: (typeof levels)[number] | undefined
  instance: string | undefined
  area: AreaName | undefined
}

/** The filters of a URL; what is not one of the choices is no filter. */
export function readFilters(query: Partial<Record<keyof Filters, string | string[]>>): Filters {
  return {
    state: states.find((state) => state === query.state) ?? 'open',
    level: levels.find((level) => level === query.level),
    instance:
      typeof query.instance === 'string' && /^\d{1,9}$/.test(query.instance)
        ? query.instance
        : undefined,
    area: areaNames.find((area) => area === query.area),
  }
}

interface Props {
  filters: Filters
  change(change: Partial<Record<keyof Filters, string | undefined>>): void
}

export function AlertFilters(props: Props): JSX.Element {
  const overview = useOverview()
  return (
    <form
      class="filters"
      role="search"
      aria-label="Filters"
      onSubmit={(event) => event.preventDefault()}
    >
      <Choice
        name="state"
        value={props.filters.state}
        options={states.map((state) => ({ value: state, name: state }))}
        change={(state) => props.change({ state })}
      />
      <Choice
        name="level"
        value={props.filters.level}
        any="any level"
        options={levels.map((level) => ({ value: level, name: level }))}
        change={(level) => props.change({ level })}
      />
      <Choice
        name="area"
        value={props.filters.area}
        any="any area"
        options={areaNames.map((area) => ({ value: area, name: area }))}
        change={(area) => props.change({ area })}
      />
      <Choice
        name="instance"
        value={props.filters.instance}
        any="any instance"
        options={(overview.data()?.instances ?? []).map(({ id, name }) => ({
          value: String(id),
          name: visible(name),
        }))}
        change={(instance) => props.change({ instance })}
      />
    </form>
  )
}
