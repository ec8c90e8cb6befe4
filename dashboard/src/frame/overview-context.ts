import { createContext, useContext } from 'solid-js'
import { answerOf, client, type Overview } from '../api.ts'
import { createWatch, type Watch } from '../watch.ts'

/** Read once for the whole page: the frame's counts, the search and the overview are the same data. */
export const OverviewContext = createContext<Watch<Overview>>()

export function createOverview(): Watch<Overview> {
  return createWatch({
    source: () => 'overview',
    read: (_, signal) => answerOf(client.overview.$get({}, { init: { signal } })),
    wants: (event) => event.kind === 'alert',
    everyMs: 5_000,
  })
}

export function useOverview(): Watch<Overview> {
  const overview = useContext(OverviewContext)
  if (!overview) throw new Error('The overview is only known inside the frame.')
  return overview
}
