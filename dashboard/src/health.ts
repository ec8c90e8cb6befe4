import type { Agent, Area, Instance } from './api.ts'

/** How anything watched is drawn: each has its own shape, colour and word. `unknown` and `stale` are never green. */
export type Mark =
  | 'critical'
  | 'warning'
  | 'info'
  | 'ok'
  | 'waiting'
  | 'stale'
  | 'unknown'
  | 'unmonitored'

export interface Shown {
  mark: Mark
  word: string
  /** A state known only from data that is too old: drawn hatched, whatever its colour. */
  old: boolean
}

const levels = ['ok', 'info', 'warning', 'critical'] as const satisfies readonly Mark[]
const stateWords: Record<Instance['state'], string> = {
  up: 'up',
  starting: 'starting',
  down: 'down',
  unreachable: 'unreachable',
  no_slots: 'no slots',
  refused: 'refused',
  unsupported: 'unsupported',
  unknown: 'no data',
}

export function levelMark(level: number): Mark {
  return levels[level] ?? 'unknown'
}

/** One cell of the overview. `isOld`: the page itself could not read for a while, so nothing on it is certain. */
export function areaShown(area: Area, page: { isOld: boolean }): Shown {
  const old = page.isOld || area.health === 'stale'
  if (area.level > 0) return { mark: levelMark(area.level), word: levelWord(area), old }
  if (area.health === 'unknown') return noData
  return old ? { mark: 'stale', word: 'stale', old } : { mark: 'ok', word: 'ok', old }
}

/** The cell of availability: the state itself, which is known some seconds before an alert is raised. */
export function availabilityShown(instance: Instance, page: { isOld: boolean }): Shown {
  const { state, health } = instance
  if (health === 'unmonitored') return { mark: 'unmonitored', word: 'unwatched', old: true }
  const area = areaShown(instance.areas.availability, page)
  const isNews = state !== 'up' && state !== 'unknown'
  if (instance.areas.availability.level > 0)
    return isNews ? { ...area, word: stateWords[state] } : area
  if (health === 'no_data') return noData
  if (health === 'stale') return stale
  // The server says so too once data is stale: a state is only known by fresh data.
  if (state === 'unknown') return noData
  if (area.mark !== 'ok') return area
  if (state === 'up') return { ...area, word: 'up' }
  return { mark: state === 'starting' ? 'info' : 'warning', word: stateWords[state], old: false }
}

const noData: Shown = { mark: 'unknown', word: 'no data', old: true }
const stale: Shown = { mark: 'stale', word: 'stale', old: true }

export function agentShown(agent: Pick<Agent, 'state'>, page: { isOld: boolean }): Shown {
  if (agent.state === 'unknown') return { mark: 'unknown', word: 'never seen', old: true }
  if (agent.state === 'late') return { mark: 'warning', word: 'late', old: page.isOld }
  return page.isOld ? stale : { mark: 'ok', word: 'ok', old: false }
}

function levelWord(area: Area): string {
  return area.alerts > 1 ? `${levelMark(area.level)} ×${area.alerts}` : levelMark(area.level)
}
