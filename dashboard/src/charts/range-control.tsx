import { For, type JSX, Show } from 'solid-js'
import { exactNow, zone } from '../clock.ts'
import { createKeys } from '../keys.ts'
import { notify } from '../notices.ts'
import { sayMoment, zoneName } from '../text/moment.ts'
import {
  fixed,
  isLive,
  presets,
  rangeName,
  shifted,
  type Span,
  type TimeRange,
  zoomedOut,
} from './time-range.ts'

interface Props {
  range: TimeRange
  span: Span
  choose: (range: TimeRange) => void
}

/** The one time range of all charts of a page; it lives in the URL. */
export function RangeControl(props: Props): JSX.Element {
  const step = (direction: -1 | 1) => props.choose(shifted(props.span, direction, exactNow()))
  return (
    <div class="range" role="group" aria-label="Time range">
      <button
        aria-label="Half a range earlier"
        title="Half a range earlier"
        onClick={() => step(-1)}
      >
        ‹
      </button>
      <RangeSelect {...props} />
      <button
        aria-label="Half a range later"
        title="Half a range later"
        disabled={isLive(props.range)}
        onClick={() => step(1)}
      >
        ›
      </button>
      <button onClick={() => props.choose(zoomedOut(props.span, exactNow()))}>Zoom out</button>
      <button
        class="quiet"
        title="A link that always shows this very stretch of time"
        onClick={() => void copyLink(props.span)}
      >
        Copy fixed link
      </button>
      <Show when={!isLive(props.range)}>
        <span class="dim">
          {sayMoment(props.span.from, zone(), exactNow())} –{' '}
          {sayMoment(props.span.to, zone(), exactNow())} {zoneName(zone(), props.span.to)}
        </span>
      </Show>
    </div>
  )
}

function RangeSelect(props: Props): JSX.Element {
  let select: HTMLSelectElement | undefined
  createKeys({ t: () => select?.focus() })
  const chosen = () =>
    isLive(props.range) && props.range.from.startsWith('now-') ? props.range.from.slice(4) : ''
  return (
    <select
      ref={(element) => (select = element)}
      aria-label="Time range"
      value={chosen()}
      onChange={(event) => props.choose({ from: `now-${event.currentTarget.value}`, to: 'now' })}
    >
      <Show when={!presets.some((preset) => preset === chosen())}>
        <option value={chosen()}>{rangeName(props.range) ?? 'fixed range'}</option>
      </Show>
      <For each={presets}>
        {(preset) => (
          <option value={preset} selected={preset === chosen()}>
            {rangeName({ from: `now-${preset}`, to: 'now' })}
          </option>
        )}
      </For>
    </select>
  )
}

async function copyLink(span: Span) {
  const url = new URL(location.href)
  for (const [name, value] of Object.entries(fixed(span))) url.searchParams.set(name, value)
  try {
    await navigator.clipboard.writeText(url.href)
    notify('Link copied.')
  } catch {
    // Clipboards need a secure origin; the address bar always works.
    notify(`Copy this: ${url.href}`)
  }
}
