import { type JSX, Show } from 'solid-js'
import { createTask } from '../../task.ts'
import { ModalDialog } from '../../ui/dialog.tsx'
import { ProblemNote } from '../../ui/problem.tsx'
import { Parameters } from './action-card.tsx'

interface Props {
  runbook: string
  summary: string
  risk: string
  on: string
  parameters: Record<string, string | number>
  /** A dry run has just shown what it would hit. */
  isSeen: boolean
  run: () => Promise<void>
  close: () => void
}

/** Before anything is changed on a server: what, where, and whether somebody has looked first. */
export function RunDialog(props: Props): JSX.Element {
  const task = createTask(async () => {
    await props.run()
    props.close()
  })
  return (
    <ModalDialog
      title={`Run ${props.runbook}?`}
      role="alertdialog"
      isOpen
      close={() => props.close()}
    >
      <p>{props.summary}</p>
      <p>
        On <b>{props.on}</b>, risk class {props.risk}. <Parameters parameters={props.parameters} />
      </p>
      <Show when={!props.isSeen}>
        <p class="problem">
          No dry run has shown what this hits. Run one first unless every second counts.
        </p>
      </Show>
      <p class="dim">
        What it is about is looked at again as it runs; if that has changed, nothing happens.
      </p>
      <ProblemNote problem={task.problem()} />
      <div class="buttons">
        <button class="danger" disabled={task.isBusy()} onClick={() => task.run()}>
          Run it
        </button>
        <button onClick={() => props.close()}>Do nothing</button>
      </div>
    </ModalDialog>
  )
}
