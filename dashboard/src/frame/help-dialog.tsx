import { For, type JSX } from 'solid-js'
import { keysOn, setKeys } from '../keys.ts'
import { StateMark } from '../ui/mark.tsx'
import { ModalDialog } from '../ui/dialog.tsx'
import type { Shown } from '../health.ts'
import './help-dialog.css'

const keys = [
  ['/', 'find an instance'],
  ['g then o, a, r, n, h', 'overview, alerts, actions, notifications, agents'],
  ['j and k', 'next and previous row of a list'],
  ['Enter', 'open the row'],
  ['a', 'acknowledge the alert'],
  ['t', 'choose the time range of the charts'],
  ['?', 'this help'],
] as const

const marks: readonly [Shown, string][] = [
  [{ mark: 'ok', word: 'ok', old: false }, 'fresh data, and no rule fires'],
  [{ mark: 'info', word: 'info', old: false }, 'worth knowing'],
  [{ mark: 'warning', word: 'warning', old: false }, 'look at it today'],
  [{ mark: 'critical', word: 'critical', old: false }, 'act now'],
  [{ mark: 'waiting', word: 'pending', old: false }, 'not yet decided, or under way'],
  [{ mark: 'stale', word: 'stale', old: true }, 'the newest data is too old to say'],
  [{ mark: 'unknown', word: 'no data', old: true }, 'nothing is known'],
  [{ mark: 'unmonitored', word: 'unwatched', old: true }, 'its agent does not report'],
]

export function HelpDialog(props: { close: () => void }): JSX.Element {
  return (
    <ModalDialog title="Help" isOpen close={props.close}>
      <h3>Keys</h3>
      <dl class="keys">
        <For each={keys}>
          {([key, does]) => (
            <>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{does}</dd>
            </>
          )}
        </For>
      </dl>
      <label class="inline">
        <input
          type="checkbox"
          checked={keysOn()}
          onChange={(event) => setKeys(event.currentTarget.checked)}
        />
        Single-key shortcuts
      </label>
      <h3>States</h3>
      <dl class="keys">
        <For each={marks}>
          {([shown, means]) => (
            <>
              <dt>
                <StateMark shown={shown} />
              </dt>
              <dd>{means}</dd>
            </>
          )}
        </For>
      </dl>
      <p class="dim">
        Add <code>?kiosk</code> to the address for a wall screen. The clock changes between your
        zone and UTC when pressed.
      </p>
      <div class="buttons">
        <button class="primary" onClick={() => props.close()}>
          Close
        </button>
      </div>
    </ModalDialog>
  )
}
