import { A } from '@solidjs/router'
import { For, type JSX, Show } from 'solid-js'
import type { Action } from '../../api.ts'
import { sayValue, visible } from '../../text/visible.ts'
import { StateMark } from '../../ui/mark.tsx'
import { Moment } from '../../ui/moment.tsx'
import { RowsTable } from '../../ui/rows-table.tsx'
import { actionMeans, actionShown } from './action-state.ts'
import './actions.css'

/** One action as far as it has come: what was seen, what was done, what it said. */
export function ActionCard(props: { action: Action; children?: JSX.Element }): JSX.Element {
  return (
    <article
      class="action"
      aria-label={`${props.action.dryRun ? 'Dry run' : 'Action'} ${props.action.runbook}`}
    >
      <header>
        <StateMark shown={actionShown(props.action.state)} />
        <A href={`/actions/${props.action.id}`}>
          <b>
            {props.action.dryRun ? 'dry run of ' : ''}
            {props.action.runbook}
          </b>
        </A>
        <span class="dim">
          {actionMeans(props.action)} By <bdi>{visible(props.action.requestedBy)}</bdi>,{' '}
          <Moment at={props.action.createdAt} ago />
        </span>
      </header>
      <Show when={props.action.error}>
        {(error) => <pre class="problem">{visible(error(), { lines: true })}</pre>}
      </Show>
      <Steps
        rows={props.action.preview}
        title={props.action.dryRun ? 'It would act on' : 'It was about to act on'}
      />
      <Steps rows={props.action.result} title="Result" />
      <Output action={props.action} />
      {props.children}
    </article>
  )
}

/** What a runbook is called with, in words. */
export function Parameters(props: { parameters: Action['parameters'] }): JSX.Element {
  return (
    <span class="parameters">
      <For each={Object.entries(props.parameters)}>
        {([name, value]) => (
          <span class="tag">
            {name} <b>{sayValue(value)}</b>
          </span>
        )}
      </For>
    </span>
  )
}

function Steps(props: { rows: Action['preview']; title: string }): JSX.Element {
  return (
    <For each={props.rows}>
      {(rows) => (
        <div>
          <h3>{props.title}</h3>
          <Show
            when={rows.length > 0}
            fallback={<p class="dim">Nothing: what it was meant for is no longer there.</p>}
          >
            <RowsTable rows={rows} caption={props.title} />
          </Show>
        </div>
      )}
    </For>
  )
}

function Output(props: { action: Action }): JSX.Element {
  const text = () =>
    [props.action.outputHead, props.action.outputTail]
      .filter((part) => part !== null && part !== '')
      .join('\n⋯\n')
  return (
    <Show when={text()}>
      <details>
        <summary>Output</summary>
        <pre>{visible(text(), { lines: true })}</pre>
      </details>
    </Show>
  )
}
