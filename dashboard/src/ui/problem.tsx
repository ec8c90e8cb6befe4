import { For, type JSX, Show } from 'solid-js'
import type { Problem } from '../api.ts'
import { visible } from '../text/visible.ts'
import './problem.css'

/** What went wrong, as the server said it, and what mends it. */
export function ProblemNote(props: { problem: Problem | undefined }): JSX.Element {
  return (
    <Show when={props.problem}>
      {(problem) => (
        <div class="problem" role="alert">
          <strong>{visible(problem().title)}</strong>
          <Show when={problem().detail && problem().detail !== problem().title}>
            <p>{visible(problem().detail)}</p>
          </Show>
          <ul>
            <For each={problem().fields}>
              {(field) => (
                <li>
                  <code>{field.path}</code> {visible(field.message)}
                </li>
              )}
            </For>
            <For each={problem().problems}>
              {(item) => (
                <li>
                  {visible(item.problem)}
                  <Show when={item.mend}>
                    {(mend) => <pre>{visible(mend(), { lines: true })}</pre>}
                  </Show>
                </li>
              )}
            </For>
          </ul>
          <Show when={problem().requestId}>
            {(id) => (
              <small class="dim">
                Request <code>{id()}</code>
              </small>
            )}
          </Show>
        </div>
      )}
    </Show>
  )
}

/** Nothing to show, why, and the command or page that changes it. */
export function Empty(props: { children: JSX.Element; command?: string }): JSX.Element {
  return (
    <div class="empty">
      <p>{props.children}</p>
      <Show when={props.command}>{(command) => <code>{command()}</code>}</Show>
    </div>
  )
}
