import { For, type JSX, Show } from 'solid-js'
import { answerOf, type Channel, client } from '../../api.ts'
import { notify } from '../../notices.ts'
import { can } from '../../session.ts'
import { createQuickTask } from '../../task.ts'
import { visible } from '../../text/visible.ts'
import { Empty } from '../../ui/problem.tsx'
import { Watched } from '../../ui/watched.tsx'
import { createWatch } from '../../watch.ts'

/** Where messages go, with a test of each. */
export function Channels(): JSX.Element {
  const channels = createWatch({
    source: () => 'channels',
    read: (_, signal) => answerOf(client.channels.$get({}, { init: { signal } })),
    everyMs: 60_000,
  })
  return (
    <section class="panel" aria-labelledby="channels">
      <h2 id="channels">Channels</h2>
      <Watched watch={channels}>
        {(data) => (
          <Show
            when={data().items.length > 0}
            fallback={
              <Empty command="TRUNKLINE_SMTP_URL=smtp://host:25 TRUNKLINE_MAIL_FROM=… TRUNKLINE_MAIL_TO=… npm start">
                Nobody is told of anything: there is no channel. Start with a mail server to have
                the first one:
              </Empty>
            }
          >
            <ul class="timeline">
              <For each={data().items}>{(channel) => <Line channel={channel} />}</For>
            </ul>
          </Show>
        )}
      </Watched>
    </section>
  )
}

function Line(props: { channel: Channel }): JSX.Element {
  const test = createQuickTask(async () => {
    const param = { id: String(props.channel.id) }
    const { results } = await answerOf(client.channels[':id'].test.$post({ param }))
    const bad = results.filter((result) => !result.ok)
    notify(
      bad.length === 0
        ? `Sent to ${results.length} ${results.length === 1 ? 'receiver' : 'receivers'}.`
        : bad.map(({ receiver, reply }) => `${receiver}: ${reply ?? 'no answer'}`).join('; '),
    )
  })
  return (
    <li class="buttons">
      <b>
        <bdi>{visible(props.channel.name)}</bdi>
      </b>
      <span>{props.channel.kind} to</span>
      <bdi>{props.channel.receivers.map((receiver) => visible(receiver)).join(', ')}</bdi>
      <Show when={!props.channel.enabled}>
        <span class="tag">off</span>
      </Show>
      <Show when={can('operator')}>
        <button disabled={test.isBusy()} onClick={() => test.run()}>
          Send a test
        </button>
      </Show>
    </li>
  )
}
