import type { ProbeName } from '@trunkline/probes'

/**
 * Nothing is known, by this probe, of the instance since the action ended. Samples carry the agent's clock, the end the
 * repository's: what they differ by is waited for.
 */
export const notSampledSince = (probe: ProbeName): string => `
    select 'no newer sample of ${probe}' as not_yet
     where not exists (
             select from pemdata.probe_run run
               left join pemdata.agent on agent.agent_id = run.agent_id
              where run.probe = '${probe}' and run.instance_id = $instance_id::int and run.ok
                and run.collected_at > $finished_at::text::timestamptz
                                       + make_interval(secs => abs(coalesce(agent.clock_skew_seconds, 0))))`
