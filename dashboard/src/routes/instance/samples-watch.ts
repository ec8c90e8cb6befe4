import { answerOf, client, type Samples } from '../../api.ts'
import { createWatch, type Watch } from '../../watch.ts'

/** The newest rows of a probe on an instance, read again when a sample of it arrives. */
export function createSamplesWatch(probe: string, instance: () => number): Watch<Samples> {
  return createWatch({
    source: instance,
    read: (id, signal) =>
      answerOf(
        client.samples[':probe'].$get(
          { param: { probe }, query: { instance: String(id) } },
          { init: { signal } },
        ),
      ),
    // A coalesced event names neither: then anything may have come.
    wants: (event, id) =>
      event.kind === 'sample' &&
      (event.probe ?? probe) === probe &&
      (event.instanceId ?? id) === id,
  })
}
