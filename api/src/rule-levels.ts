import type { z } from '@hono/zod-openapi'
import { ProblemError } from './problem-error.ts'
import type { levelsSchema, RuleDescription } from './schemas/rule.ts'

type Levels = z.infer<typeof levelsSchema>

/** Refuses levels that could never be right: the other way round than the rule's, or cleared beyond where they are entered. */
export function checkLevels(rule: Pick<RuleDescription, 'name' | 'levels'>, levels: Levels): void {
  const wantsAbove = Object.values(rule.levels).some((level) => level && 'above' in level)
  for (const [name, level] of Object.entries(levels)) {
    if (level === undefined) continue
    if ('above' in level !== wantsAbove) {
      throw refused(
        `${rule.name} fires ${wantsAbove ? 'above' : 'below'} a value; say so for ${name}.`,
      )
    }
    const [entered, isBeyond] =
      'above' in level
        ? [level.above, level.clear > level.above]
        : [level.below, level.clear < level.below]
    if (isBeyond) {
      throw refused(
        `${name} is entered at ${entered} and would already be cleared at ${level.clear}.`,
      )
    }
  }
}

function refused(detail: string): ProblemError {
  return new ProblemError({ status: 400, detail })
}
