import { createSignal, type JSX } from 'solid-js'
import { type Alert, answerOf, client, type Problem, problemOf } from '../../api.ts'
import { exactNow } from '../../clock.ts'
import { notify } from '../../notices.ts'
import { visible } from '../../text/visible.ts'
import { ModalDialog } from '../../ui/dialog.tsx'
import { ProblemNote } from '../../ui/problem.tsx'

const ends = [
  { value: '', name: 'until it is resolved' },
  { value: '1', name: 'for 1 hour' },
  { value: '4', name: 'for 4 hours' },
  { value: '12', name: 'for 12 hours' },
  { value: '24', name: 'for a day' },
] as const

interface Props {
  alert: Pick<Alert, 'id' | 'message'>
  close: () => void
  done: () => void
}

/** Says that somebody is on it: with a note, and an end after which it counts as unseen again. */
export function AcknowledgeDialog(props: Props): JSX.Element {
  const [problem, setProblem] = createSignal<Problem>()
  const [isBusy, setBusy] = createSignal(false)
  const save = async (fields: FormData) => {
    setBusy(true)
    try {
      await answerOf(
        client.alerts[':id'].acknowledge.$post({
          param: { id: props.alert.id },
          json: readForm(fields),
        }),
      )
      notify('Acknowledged.')
      props.done()
      props.close()
    } catch (error) {
      setProblem(problemOf(error))
    }
    setBusy(false)
  }
  return (
    <ModalDialog title="Acknowledge" isOpen close={() => props.close()}>
      <p>
        <bdi>{visible(props.alert.message)}</bdi>
      </p>
      <form
        class="page"
        onSubmit={(event) => {
          event.preventDefault()
          void save(new FormData(event.currentTarget))
        }}
      >
        <label>
          <span>Note: what you know, what you do</span>
          <textarea name="note" rows="3" maxlength="2000" />
        </label>
        <label>
          <span>Holds</span>
          <select name="hours">
            {ends.map((end) => (
              <option value={end.value}>{end.name}</option>
            ))}
          </select>
        </label>
        <ProblemNote problem={problem()} />
        <div class="buttons">
          <button class="primary" type="submit" disabled={isBusy()}>
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

function readForm(fields: FormData) {
  const [note, hours] = [text(fields.get('note')), Number(text(fields.get('hours')))]
  const until = new Date(exactNow() + hours * 3_600_000).toISOString()
  return { ...(note ? { note } : {}), ...(hours > 0 ? { until } : {}) }
}

const text = (value: FormDataEntryValue | null) => (typeof value === 'string' ? value.trim() : '')
