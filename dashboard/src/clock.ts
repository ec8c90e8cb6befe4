import { createSignal } from 'solid-js'
import type { Zone } from './text/moment.ts'
import { readStored, writeStored } from './stored.ts'

const [tick, setTick] = createSignal(Date.now())
const [zoneName, setZoneName] = createSignal<Zone>(readStored('zone') === 'UTC' ? 'UTC' : 'local')
let offsetMs = 0

/** The server's time, once a second: ages are right even where the browser's clock is wrong. */
export const now = tick

/** The zone all times are shown in: the browser's, or UTC. */
export const zone = zoneName

export function startClock(): () => void {
  const timer = setInterval(() => setTick(Date.now() + offsetMs), 1_000)
  return () => clearInterval(timer)
}

/** The server's time this instant, not only each second. */
export function exactNow(): number {
  return Date.now() + offsetMs
}

/** Takes the server's time from the `Date` of an answer. Whole seconds only, so small differences mean nothing. */
export function learnTime(date: string | null, sentAt: number) {
  const server = Date.parse(date ?? '')
  if (Number.isNaN(server)) return
  const difference = server + 500 - (sentAt + Date.now()) / 2
  offsetMs = Math.abs(difference) < 2_000 ? 0 : difference
}

export function toggleZone() {
  setZoneName(zone() === 'UTC' ? 'local' : 'UTC')
  writeStored('zone', zone())
}
