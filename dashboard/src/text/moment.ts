/** `local` is the browser's own zone. */
export type Zone = string

const formats = new Map<string, Intl.DateTimeFormat>()

/** A point in time in words: only the time of day when it is today, else with the date. */
export function sayMoment(at: number, zone: Zone, now: number): string {
  const day = dayOf(at, zone)
  const time = format(zone, 'time').format(at)
  return day === dayOf(now, zone) ? time : `${day} ${time}`
}

/** The whole of it, for titles and details: `Fri 20 Nov 2026, 23:47:24 UTC`. */
export function sayFully(at: number, zone: Zone): string {
  return `${format(zone, 'full').format(at)} ${zoneName(zone, at)}`
}

export function timeOfDay(at: number, zone: Zone): string {
  return format(zone, 'time').format(at)
}

/**
 * What the zone is called at that time: it changes with daylight saving. Each English knows only its own zones by
 * name (`CET` is British, `EST` American) and writes the others as `GMT-5`.
 */
export function zoneName(zone: Zone, at: number): string {
  const names = (['zone', 'zoneOfAmerica', 'zoneOfAustralia'] as const).map(
    (kind) =>
      format(zone, kind)
        .formatToParts(at)
        .find(({ type }) => type === 'timeZoneName')?.value ?? zone,
  )
  return names.find((name) => !/^GMT[+-]/.test(name)) ?? names[0] ?? zone
}

function dayOf(at: number, zone: Zone): string {
  return format(zone, 'day').format(at)
}

const options = {
  time: { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  minute: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  day: { day: 'numeric', month: 'short', year: 'numeric' },
  full: {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  },
  parts: {
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
    hourCycle: 'h23',
  },
  zone: { timeZoneName: 'short' },
  zoneOfAmerica: { timeZoneName: 'short' },
  zoneOfAustralia: { timeZoneName: 'short' },
} satisfies Record<string, Intl.DateTimeFormatOptions>

const locales: Partial<Record<keyof typeof options, string>> = {
  zoneOfAmerica: 'en-US',
  zoneOfAustralia: 'en-AU',
}

/** Making a formatter costs a hundred times what using one does: each is made once. */
export function format(zone: Zone, kind: keyof typeof options): Intl.DateTimeFormat {
  const key = `${kind} ${zone}`
  const known = formats.get(key)
  if (known) return known
  const made = new Intl.DateTimeFormat(locales[kind] ?? 'en-GB', {
    ...options[kind],
    ...(zone === 'local' ? {} : { timeZone: zone }),
  })
  formats.set(key, made)
  return made
}
