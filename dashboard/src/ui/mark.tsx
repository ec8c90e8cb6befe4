import { type JSX, Show } from 'solid-js'
import type { Mark, Shown } from '../health.ts'
import './mark.css'

/** A state by shape, colour and word: never by colour alone. */
export function StateMark(props: { shown: Shown }): JSX.Element {
  return (
    <span
      class={`mark mark-${props.shown.mark}`}
      classList={{ old: props.shown.old }}
      data-mark={props.shown.mark}
    >
      <Shape mark={props.shown.mark} />
      <span>{props.shown.word}</span>
      <Show when={props.shown.old && isLevel(props.shown.mark)}>
        <span class="visually-hidden">, by stale data</span>
      </Show>
    </span>
  )
}

const isLevel = (mark: Mark) => mark === 'critical' || mark === 'warning' || mark === 'info'

/** Octagon, triangle, square, disc, clock, question mark, dash. */
const shapes: Record<Mark, string> = {
  critical: 'M5 .5h6L15.500 5v6L11 15.500H5L.5 11V5ZM7 3.500v5.500h2V3.500ZM7 10.500v2h2v-2Z',
  warning: 'M8 1 15.500 14.500H.5ZM7.100 5.500v4.700h1.800V5.500ZM7.100 11.300v1.800h1.800v-1.800Z',
  info: 'M1.500 1.500h13v13h-13ZM7 3.700v2h2v-2ZM7 7v5.300h2V7Z',
  ok: 'M8 2.500a5.500 5.500 0 1 0 .01 0Z',
  waiting: 'M1.5 6.5h3v3h-3ZM6.5 6.5h3v3h-3ZM11.5 6.5h3v3h-3Z',
  stale:
    'M8 1a7 7 0 1 0 .01 0ZM8 2.800a5.200 5.200 0 1 1-.01 0ZM7.200 4.500v4.200l3 1.900.9-1.400-2.300-1.400V4.500Z',
  unknown:
    'M4.500 5.500C4.500 3.300 6 2 8.100 2s3.500 1.200 3.500 3.100c0 2.400-2.500 2.600-2.500 4.600v.5H7v-.8c0-2.500 2.400-2.800 2.400-4.200 0-.8-.5-1.300-1.300-1.300-.9 0-1.400.6-1.400 1.600ZM7 12h2.100v2.100H7Z',
  unmonitored: 'M2.500 7h11v2h-11Z',
}

function Shape(props: { mark: Mark }): JSX.Element {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true" fill="currentColor" fill-rule="evenodd">
      <path d={shapes[props.mark]} />
    </svg>
  )
}
