import { useNavigate } from '@solidjs/router'
import { createMemo, createSignal, createUniqueId, For, type JSX, Show } from 'solid-js'
import type { Instance } from '../api.ts'
import { createKeys } from '../keys.ts'
import { visible } from '../text/visible.ts'
import { useOverview } from './overview-context.ts'
import './search.css'

const most = 8

/** Goes to an instance by part of its name, address or host. `/` comes here. */
export function Search(): JSX.Element {
  const list = createUniqueId()
  const search = createSearch()
  return (
    <div class="search">
      <input
        ref={search.hold}
        type="search"
        role="combobox"
        aria-label="Find an instance"
        aria-expanded={search.isOpen()}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={
          search.isOpen() && search.found().length > 0 ? `${list}-${search.at()}` : undefined
        }
        placeholder="Find an instance  /"
        autocomplete="off"
        value={search.text()}
        onInput={search.type}
        onKeyDown={search.press}
      />
      <Show when={search.isOpen()}>
        <Found id={list} instances={search.found()} at={search.at()} open={search.open} />
      </Show>
    </div>
  )
}

/** The text, what it finds, and the keys of a list box. */
function createSearch() {
  const overview = useOverview()
  const navigate = useNavigate()
  const [text, setText] = createSignal('')
  const [at, setAt] = createSignal(0)
  let input: HTMLInputElement | undefined
  const found = createMemo(() => findInstances(overview.data()?.instances ?? [], text()))
  const isOpen = () => text().trim() !== ''
  const type = (event: { currentTarget: HTMLInputElement }) => {
    setText(event.currentTarget.value)
    setAt(0)
  }
  const leave = () => {
    setText('')
    input?.blur()
  }
  const open = (instance: Instance | undefined) => {
    if (!instance) return
    leave()
    navigate(`/instances/${instance.id}`)
  }
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step) setAt((at() + step + found().length) % Math.max(1, found().length))
    else if (event.key === 'Enter') open(found()[at()])
    else if (event.key === 'Escape') leave()
    else return
    event.preventDefault()
  }
  createKeys({ '/': () => input?.focus() })
  const hold = (element: HTMLInputElement) => {
    input = element
  }
  return { text, at, found, isOpen, open, press, type, hold }
}

function Found(props: {
  id: string
  instances: readonly Instance[]
  at: number
  open: (instance: Instance) => void
}): JSX.Element {
  return (
    <ul id={props.id} role="listbox" aria-label="Instances">
      <For each={props.instances} fallback={<li class="dim">No instance is called that.</li>}>
        {(instance, index) => (
          <li
            id={`${props.id}-${index()}`}
            role="option"
            aria-selected={index() === props.at}
            onMouseDown={() => props.open(instance)}
          >
            <bdi>{visible(instance.name)}</bdi>{' '}
            <small class="dim">
              {instance.address}:{instance.port}
            </small>
          </li>
        )}
      </For>
    </ul>
  )
}

function findInstances(instances: readonly Instance[], text: string): Instance[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const named = ({ name, address, port, host }: Instance) =>
    `${name} ${address}:${port} ${host.name}`.toLowerCase()
  return instances.filter((one) => words.every((word) => named(one).includes(word))).slice(0, most)
}
