import type { JSX } from 'solid-js'
import { now, toggleZone, zone } from '../clock.ts'
import { timeOfDay, zoneName } from '../text/moment.ts'

/** The server's time, and the zone that every time on the page is in. */
export function Clock(): JSX.Element {
  return (
    <button
      class="quiet clock"
      title={`Times are in ${zone() === 'local' ? Intl.DateTimeFormat().resolvedOptions().timeZone : 'UTC'}. Press to change between the browser's zone and UTC.`}
      onClick={toggleZone}
    >
      {timeOfDay(now(), zone())} <span class="dim">{zoneName(zone(), now())}</span>
    </button>
  )
}
