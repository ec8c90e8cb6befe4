import { Dialog } from '@ark-ui/solid/dialog'
import type { JSX } from 'solid-js'
import { Portal } from 'solid-js/web'
import './dialog.css'

interface Props {
  title: string
  isOpen: boolean
  close: () => void
  /** `alertdialog` asks about something that cannot be undone. */
  role?: 'dialog' | 'alertdialog'
  children: JSX.Element
}

/** A modal dialog: keeps the focus, closes on Escape, gives the focus back. Loaded when first opened. */
export function ModalDialog(props: Props): JSX.Element {
  return (
    <Dialog.Root
      open={props.isOpen}
      role={props.role ?? 'dialog'}
      onOpenChange={(details) => {
        if (!details.open) props.close()
      }}
      lazyMount
      unmountOnExit
    >
      <Portal>
        <Dialog.Backdrop class="dialog-backdrop" />
        <Dialog.Positioner class="dialog-place">
          <Dialog.Content class="dialog">
            <Dialog.Title>{props.title}</Dialog.Title>
            {props.children}
          </Dialog.Content>
        </Dialog.Positioner>
      </Portal>
    </Dialog.Root>
  )
}
