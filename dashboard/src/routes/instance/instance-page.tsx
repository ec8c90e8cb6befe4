import { useLocation, useParams, useSearchParams } from '@solidjs/router'
import { createEffect, createMemo, type JSX, lazy, Show, Suspense } from 'solid-js'
import { answerOf, client } from '../../api.ts'
import { exactNow, now } from '../../clock.ts'
import { defaultRange, isLive, readRange, spanOf, type TimeRange } from '../../charts/time-range.ts'
import { createTitle } from '../../title.ts'
import { visible } from '../../text/visible.ts'
import { RangeControl } from '../../charts/range-control.tsx'
import { createWatch } from '../../watch.ts'
import { Watched } from '../../ui/watched.tsx'
import { BlockingPanel } from './blocking-panel.tsx'
import { InstanceFacts } from './instance-facts.tsx'
import './instance.css'

const InstanceCharts = lazy(async () => ({
  default: (await import('./instance-charts.tsx')).InstanceCharts,
}))
const InstanceTables = lazy(async () => ({
  default: (await import('./instance-tables.tsx')).InstanceTables,
}))

/** How often the right edge of a live chart moves. */
const liveStepMs = 5_000

export function InstancePage(): JSX.Element {
  const params = useParams<{ id: string }>()
  return (
    <Show when={params.id} keyed>
      {(id) => <OneInstance id={id} />}
    </Show>
  )
}

function OneInstance(props: { id: string }): JSX.Element {
  const instance = createWatch({
    source: () => props.id,
    read: (id, signal) =>
      answerOf(client.instances[':id'].$get({ param: { id } }, { init: { signal } })),
    wants: (event) => event.kind === 'alert',
    everyMs: 5_000,
  })
  const { range, span, choose } = createRange()
  createTitle(() => visible(instance.data()?.name ?? 'Instance'))
  createJumpToHash(() => instance.data() !== undefined)
  return (
    <div class="page">
      <Watched watch={instance}>
        {(data) => (
          <>
            <InstanceFacts instance={data()} isOld={instance.isOld()} />
            <BlockingPanel instance={data()} />
            <RangeControl range={range()} span={span()} choose={choose} />
            <Suspense fallback={<p class="dim">Reading…</p>}>
              <InstanceCharts
                instance={data()}
                span={span()}
                isLive={isLive(range())}
                choose={choose}
              />
              <InstanceTables instance={data()} />
            </Suspense>
          </>
        )}
      </Watched>
    </div>
  )
}

/** The time range in the URL, and the span it is now; a live one moves on in steps. */
function createRange() {
  const [query, setQuery] = useSearchParams<{ from?: string; to?: string }>()
  const range = createMemo(() => readRange({ from: query.from, to: query.to }, exactNow()))
  const step = createMemo(() => (isLive(range()) ? Math.floor(now() / liveStepMs) : 0))
  const span = createMemo(() => {
    const at = step() > 0 ? Math.max(step() * liveStepMs, 0) : exactNow()
    // `readRange` has checked it; only the passing of time could make it none.
    return spanOf(range(), at) ?? spanOf(defaultRange, at) ?? { from: at - 1, to: at }
  })
  const choose = (next: TimeRange) => setQuery({ from: next.from, to: next.to }, { scroll: false })
  return { range, span, choose }
}

/** What `#locks` names is there only after the data is. */
function createJumpToHash(isThere: () => boolean) {
  const location = useLocation()
  let done = false
  createEffect(() => {
    if (!isThere() || done || !location.hash) return
    done = true
    setTimeout(() => document.getElementById(location.hash.slice(1))?.scrollIntoView(), 300)
  })
}
