import { For, type JSX } from 'solid-js'
import { type Alert, answerOf, client } from '../../api.ts'
import { exactNow } from '../../clock.ts'
import { notify } from '../../notices.ts'
import { createTask } from '../../task.ts'
import { visible } from '../../text/visible.ts'
import { ModalDialog } from '../../ui/dialog.tsx'
import { ProblemNote } from '../../ui/problem.tsx'

const ends = [
  { hours: '', name: 'until it is resolved' },
  { hours: '1', name: 'for 1 hour' },
  { hours: '4', name: 'for 4 hours' },
  { hours: '12', name: 'for 12 hours' },
  { hours: '24', name: 'for a day' },
] as const

interface Props {
  alert: Pick<Alert, 'id' | 'message'>
  close: () => void
  done: () => void
}

/** Says that somebody is on it: with a note, and an end after which it counts as unseen again. */
export function AcknowledgeDialog(props: Props): JSX.Element {
  const save = createTask(async (fields: FormData) => {
    const param = { id: props.alert.id }
    await answerOf(client.alerts[':id'].acknowledge.$post({ param, json: readForm(fields) }))
    notify('Acknowledged.')
    props.done()
    props.close()
  })
  return (
    <ModalDialog title="Acknowledge" isOpen close={() => props.close()}>
      <p>
        <bdi>{visible(props.alert.message)}</bdi>
      </p>
      <form
        class="page"
        onSubmit={(event) => {
          event.preventDefault()
          save.run(new FormData(event.currentTarget))
        }}
      >
        <Fields />
        <ProblemNote problem={save.problem()} />
        <div class="buttons">
          <button class="primary" type="submit" disabled={save.isBusy()}>
            Acknowledge
          </button>
          <button type="button" onClick={() => props.close()}>
            Leave it
          </button>
        </div>
      </form>
    </ModalDialog>
  )
}

function Fields(): JSX.Element {
  return (
    <>
      <label>
        <span>Note: what you know, what you do</span>
        <textarea name="note" rows="3" maxlength="2000" />
      </label>
      <label>
        <span>Holds</span>
        <select name="hours">
          <For each={ends}>{(end) => <option value={end.hours}>{end.name}</option>}</For>
        </select>
      </label>
    </>
  )
}

function readForm(fields: FormData) {
  const [note, hours] = [text(fields.get('note')), Number(text(fields.get('hours')))]
  const until = new Date(exactNow() + hours * 3_600_000).toISOString()
  return { ...(note ? { note } : {}), ...(hours > 0 ? { until } : {}) }
}

const text = (value: FormDataEntryValue | null) => (typeof value === 'string' ? value.trim() : '')
