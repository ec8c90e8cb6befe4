/**
 * Server settings of the engine's connections. Its statements are the same few, all the time, and their parameters
 * do not change which plan is best: planning them anew would take longer than running them.
 */
export const engineSettings = { plan_cache_mode: 'force_generic_plan' } as const
