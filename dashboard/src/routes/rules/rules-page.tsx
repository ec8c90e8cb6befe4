import { useLocation } from '@solidjs/router'
import { For, type JSX, Show } from 'solid-js'
import { answerOf, client, type RuleDescription } from '../../api.ts'
import { sayDuration, sayWritten } from '../../text/duration.ts'
import { sayQuantity } from '../../text/quantity.ts'
import { visible } from '../../text/visible.ts'
import { createTitle } from '../../title.ts'
import { StateMark } from '../../ui/mark.tsx'
import { Age } from '../../ui/moment.tsx'
import { Watched } from '../../ui/watched.tsx'
import { createWatch } from '../../watch.ts'
import './rules.css'

const levels = ['critical', 'warning', 'info'] as const

/** What raises an alert: the catalogue of rules, their levels, and whether each is evaluated. */
export function RulesPage(): JSX.Element {
  const location = useLocation()
  const rules = createWatch({
    source: () => 'rules',
    read: (_, signal) => answerOf(client.rules.$get({}, { init: { signal } })),
    everyMs: 15_000,
  })
  createTitle(() => 'Rules')
  return (
    <div class="page">
      <h1>Rules</h1>
      <Watched watch={rules}>
        {(data) => (
          <For each={data().items}>
            {(rule) => <RulePanel rule={rule} isNamed={location.hash === `#${rule.name}`} />}
          </For>
        )}
      </Watched>
    </div>
  )
}

function RulePanel(props: { rule: RuleDescription; isNamed: boolean }): JSX.Element {
  let element: HTMLElement | undefined
  queueMicrotask(() => props.isNamed && element?.scrollIntoView())
  return (
    <section
      class="panel"
      classList={{ named: props.isNamed }}
      id={props.rule.name}
      ref={(section) => (element = section)}
      aria-labelledby={`rule-${props.rule.name}`}
    >
      <RuleHead rule={props.rule} />
      <p>{props.rule.summary}</p>
      <Show when={props.rule.runtime.error}>
        {(error) => <pre class="problem">{visible(error(), { lines: true })}</pre>}
      </Show>
      <Levels levels={props.rule.levels} unit={props.rule.unit} />
      <For each={props.rule.overrides}>
        {(override) => (
          <div>
            <h3>
              {override.instanceId === null
                ? 'Changed for all'
                : `Changed for instance ${override.instanceId}`}{' '}
              <span class="dim">by {visible(override.changedBy)}</span>
            </h3>
            <Levels levels={override.levels} unit={props.rule.unit} />
          </div>
        )}
      </For>
      <details>
        <summary class="dim">What to do</summary>
        <p class="what-to-do">{props.rule.whatToDo.trim().replace(/\s*\n\s*/g, ' ')}</p>
      </details>
      <p class="dim">
        Reads {props.rule.reads.join(', ')}
        <Show when={props.rule.mutedBy.length > 0}>
          {' '}
          · muted by {props.rule.mutedBy.join(', ')}
        </Show>
        <Show when={props.rule.runbooks.length > 0}>
          {' '}
          · may be mended by {props.rule.runbooks.join(', ')}
        </Show>
      </p>
    </section>
  )
}

function RuleHead(props: { rule: RuleDescription }): JSX.Element {
  return (
    <header>
      <h2 id={`rule-${props.rule.name}`}>
        {props.rule.code} {props.rule.name}
      </h2>
      <span class="dim">
        {props.rule.area} · evaluated <Age at={props.rule.runtime.evaluatedAt} />
        <Show when={props.rule.runtime.evaluatedAt}> ago</Show>
        <Show when={props.rule.runtime.durationMs}>
          {(ms) => <> in {sayDuration(ms() / 1_000)}</>}
        </Show>
      </span>
    </header>
  )
}

function Levels(props: { levels: RuleDescription['levels']; unit: string }): JSX.Element {
  return (
    <ul class="levels">
      <For each={levels}>
        {(name) => (
          <Show when={props.levels[name]}>
            {(level) => (
              <li>
                <StateMark shown={{ mark: name, word: name, old: false }} />{' '}
                {sayLevel(level(), props.unit)}
              </li>
            )}
          </Show>
        )}
      </For>
    </ul>
  )
}

type Level = NonNullable<RuleDescription['levels'][(typeof levels)[number]]>

/** When it is entered and left. A value without a unit only ranks the levels, and says nothing to people. */
function sayLevel(level: Level, unit: string): string {
  const held = level.for === '0s' ? '' : sayWritten(level.for)
  if (unit === '') return held ? `after ${held}` : 'at once'
  const [bar, clear] =
    'above' in level
      ? [`from ${sayQuantity(level.above, unit)}`, 'below']
      : [`down to ${sayQuantity(level.below, unit)}`, 'above']
  return `${bar}${held && ` for ${held}`}, clear ${clear} ${sayQuantity(level.clear, unit)}`
}
