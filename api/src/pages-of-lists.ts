import { ProblemError } from './problem-error.ts'

const defaultSize = 100

/** How many items a page of a list has. */
export function pageSize(limit: number | undefined): number {
  return limit ?? defaultSize
}

/** A page out of rows of which one more was read than it holds: that one tells that there is a next page. */
export function takePage<T extends { id: string }>(
  rows: readonly T[],
  limit: number | undefined,
): { items: T[]; next: string | null } {
  const items = rows.slice(0, pageSize(limit))
  return { items, next: rows.length > items.length ? (items.at(-1)?.id ?? null) : null }
}

/** A cursor is the id of the last item of the page before. */
export function uuidCursor(cursor: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(cursor)) return cursor
  throw new ProblemError({ status: 400, detail: 'The cursor is not one that a list gave.' })
}
