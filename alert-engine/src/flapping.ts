const slots = 20
const startsAbove = 30
const endsBelow = 25

/**
 * The ring of the last 20 observations with one more: a bit is set where the level changed. `age` is how many
 * observations passed since the ring was kept, so that a quiet alert need not be written to grow older.
 */
export function pushFlap(ring: number, changed: boolean, age: number): number {
  const older = age >= slots ? 0 : (ring << age) & (2 ** slots - 1)
  return older | (changed ? 1 : 0)
}

/** Whether it flaps: a share of changes, the newer ones weighing more, that starts above 30 % and ends below 25 %. */
export function isFlapping(ring: number, was: boolean): boolean {
  const share = flapPercent(ring)
  return was ? share >= endsBelow : share > startsAbove
}

function flapPercent(ring: number): number {
  let sum = 0
  for (let age = 0; age < slots; age += 1) if ((ring >> age) & 1) sum += 1.18 - 0.02 * age
  return (100 * sum) / slots
}
