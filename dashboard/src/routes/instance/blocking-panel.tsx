import { For, type JSX, Show } from 'solid-js'
import { sayDuration } from '../../text/duration.ts'
import { oneLine, visible } from '../../text/visible.ts'
import { Watched } from '../../ui/watched.tsx'
import { type Blocked, blockingTrees, countWaiters } from './blocking-tree.ts'
import { SampleAge } from './sample-age.tsx'
import { createSamplesWatch } from './samples-watch.ts'

/** Who blocks whom: the session to look at is the root, so it stands first. */
export function BlockingPanel(props: { instance: { id: number } }): JSX.Element {
  const watch = createSamplesWatch('blocking', () => props.instance.id)
  return (
    <section class="panel" id="locks" aria-labelledby="blocking-heading">
      <header>
        <h2 id="blocking-heading">Blocking</h2>
        <SampleAge watch={watch} />
      </header>
      <Watched watch={watch}>
        {(data) => (
          <Show
            when={data().rows.length > 0}
            fallback={<p class="dim">No session waits for another.</p>}
          >
            <ul class="tree">
              <For each={blockingTrees(data().rows)}>{(root) => <Node node={root} />}</For>
            </ul>
          </Show>
        )}
      </Watched>
    </section>
  )
}

function Node(props: { node: Blocked }): JSX.Element {
  return (
    <li>
      <p>
        <b>{props.node.pid}</b>{' '}
        <bdi>
          {[props.node.user, props.node.application]
            .filter(Boolean)
            .map((name) => visible(name ?? ''))
            .join(' · ')}
        </bdi>{' '}
        <Show when={props.node.state}>
          {(state) => (
            <span class="tag">
              {visible(state())}
              <Show when={props.node.idleSeconds}>
                {(seconds) => <> for {sayDuration(seconds())}</>}
              </Show>
            </span>
          )}
        </Show>
        <Show when={props.node.wait}>
          {(wait) => (
            <span class="dim">
              waits <b>{sayDuration(wait().seconds ?? 0)}</b> for {visible(wait().lock)}
              <Show when={wait().relation}>
                {(relation) => (
                  <>
                    {' '}
                    on <bdi>{visible(relation())}</bdi>
                  </>
                )}
              </Show>
            </span>
          )}
        </Show>{' '}
        <Show when={props.node.waiters.length > 0}>
          <span class="tag strong">blocks {countWaiters(props.node)}</span>
        </Show>
      </p>
      <Show when={props.node.query}>{(query) => <code class="cut">{oneLine(query())}</code>}</Show>
      <Show when={props.node.waiters.length > 0}>
        <ul>
          <For each={props.node.waiters}>{(waiter) => <Node node={waiter} />}</For>
        </ul>
      </Show>
    </li>
  )
}
