import { useNavigate } from '@solidjs/router'
import { createMemo, createSignal, createUniqueId, For, type JSX, Show } from 'solid-js'
import type { Instance } from '../api.ts'
import { createKeys } from '../keys.ts'
import { visible } from '../text/visible.ts'
import { useOverview } from './overview-context.ts'

const most = 8

/** Goes to an instance by part of its name, address or host. `/` comes here. */
export function Search(): JSX.Element {
  const overview = useOverview()
  const navigate = useNavigate()
  const list = createUniqueId()
  const [text, setText] = createSignal('')
  const [at, setAt] = createSignal(0)
  let input: HTMLInputElement | undefined
  const found = createMemo(() => findInstances(overview.data()?.instances ?? [], text()))
  const isOpen = () => text().trim() !== ''
  const open = (instance: Instance | undefined) => {
    if (!instance) return
    setText('')
    input?.blur()
    navigate(`/instances/${instance.id}`)
  }
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step) setAt((at() + step + found().length) % Math.max(1, found().length))
    else if (event.key === 'Enter') open(found()[at()])
    else if (event.key === 'Escape') {
      setText('')
      input?.blur()
    } else return
    event.preventDefault()
  }
  createKeys({ '/': () => input?.focus() })
  return (
    <div class="search">
      <input
        ref={(element) => (input = element)}
        type="search"
        role="combobox"
        aria-label="Find an instance"
        aria-expanded={isOpen()}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={isOpen() && found().length > 0 ? `${list}-${at()}` : undefined}
        placeholder="Find an instance  /"
        autocomplete="off"
        value={text()}
        onInput={(event) => {
          setText(event.currentTarget.value)
          setAt(0)
        }}
        onKeyDown={press}
      />
      <Show when={isOpen()}>
        <ul id={list} role="listbox" aria-label="Instances">
          <For each={found()} fallback={<li class="dim">No instance is called that.</li>}>
            {(instance, index) => (
              <li
                id={`${list}-${index()}`}
                role="option"
                aria-selected={index() === at()}
                onMouseDown={() => open(instance)}
              >
                <bdi>{visible(instance.name)}</bdi>{' '}
                <small class="dim">
                  {instance.address}:{instance.port}
                </small>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </div>
  )
}

function findInstances(instances: readonly Instance[], text: string): Instance[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const named = ({ name, address, port, host }: Instance) =>
    `${name} ${address}:${port} ${host.name}`.toLowerCase()
  return instances.filter((one) => words.every((word) => named(one).includes(word))).slice(0, most)
}
