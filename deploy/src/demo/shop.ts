import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { startPostgres, type TestPostgres } from '../../test/postgres.ts'

const writers = 6
const pauseMs = 150
const products = 50

/** A second PostgreSQL with a small web shop's transactions on it. */
export interface Shop extends AsyncDisposable {
  server: TestPostgres
  url: string
  monitorUrl: string
  actorUrl: string
  /** Orders committed so far. */
  orders: () => number
}

export async function openShop(): Promise<Shop> {
  await using stack = new AsyncDisposableStack()
  const server = stack.use(await startPostgres({ settings: { cluster_name: 'shop' } }))
  const owner = await server.createDatabase('shop')
  await furnish(owner)
  const url = asRole(owner, 'shop_web')
  const load = stack.use(startLoad(url))
  const owned = stack.move()
  return {
    server,
    url,
    monitorUrl: asRole(url, 'trunkline_monitor'),
    actorUrl: asRole(url, 'trunkline_actor'),
    orders: load.orders,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** The monitor and the actor are what docs/add-an-instance.md tells people to make. */
async function furnish(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  try {
    await sql.unsafe(`
      create role trunkline_monitor login password 'demo' connection limit 5;
      grant pg_monitor to trunkline_monitor;
      create role trunkline_actor login password 'demo' connection limit 2;
      grant pg_signal_backend, pg_read_all_stats to trunkline_actor;
      create role shop_web login password 'demo';
      create table product (id int primary key, name text not null, stock int not null);
      create table "order" (
        id bigint generated always as identity primary key,
        product_id int not null references product, at timestamptz not null default now()
      );
      insert into product select n, 'product ' || n, 1000000 from generate_series(1, ${String(products)}) n;
      grant select, insert, update on all tables in schema public to shop_web`)
  } finally {
    await sql.end({ timeout: 5 })
  }
}

function asRole(url: string, role: string): string {
  const changed = new URL(url)
  changed.username = role
  changed.password = 'demo'
  return changed.href
}

/** Writers that sell product after product; when the server goes away they come back with it. */
function startLoad(url: string): AsyncDisposable & { orders: () => number } {
  const stop = new AbortController()
  let orders = 0
  const sql = postgres(url, {
    max: writers,
    connect_timeout: 2,
    backoff: () => 0.5,
    // Nobody awaits that question in 3.4.9: a connection lost meanwhile would end the process.
    fetch_types: false,
    onnotice: () => undefined,
    connection: { application_name: 'web' },
  })
  const sell = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      // Few products are popular, so that writers meet on the same rows.
      const product = 1 + Math.floor(Math.random() ** 3 * products)
      try {
        // One statement: postgres.js 3.4.9 ends the process when a connection breaks inside `begin`.
        await sql`
          with sold as (update product set stock = stock - 1 where id = ${product} returning id)
          insert into "order" (product_id) select id from sold`
        orders++
      } catch {
        // The server is away or ended the session; the next turn finds out.
      }
      await sleep(pauseMs, undefined, { signal: stop.signal }).catch(() => undefined)
    }
  }
  const selling = Array.from({ length: writers }, sell)
  return {
    orders: () => orders,
    async [Symbol.asyncDispose]() {
      stop.abort()
      await sql.end({ timeout: 1 }).catch(() => undefined)
      await Promise.allSettled(selling)
    },
  }
}
