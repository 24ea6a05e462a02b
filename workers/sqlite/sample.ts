import type { Cell } from '../wire/cells';
import type { Progress } from '../wire/opening';
import { sampleSchema } from './sampleSchema';
import * as words from './sampleWords';
import type { SqliteConnection } from './sqliteConnection';

/** Mulberry32: the same numbers every time. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

const ARTISTS = 48;
const CUSTOMERS = 180;
const INVOICES = 1400;
const DAY = 86_400_000;

/** Fills an empty database with a record shop: always the same rows, in one transaction. */
export function fillSample(connection: SqliteConnection, onProgress: (progress: Progress) => void): void {
  onProgress({ label: 'Making the sample', done: 0, total: null, unit: 'rows' });
  const random = numbers(20261124);
  const upTo = (n: number): number => Math.floor(random() * n);
  const pick = <T>(list: readonly T[]): T => list[upTo(list.length)]!;
  const money = (cents: number): Cell => (cents % 100 === 0 ? { real: cents / 100 } : cents / 100);

  connection.query('BEGIN');
  for (const sql of sampleSchema) connection.query(sql);
  const insert = (table: string, columns: number) => {
    const statement = connection.prepare(`INSERT INTO ${table} VALUES (${'?,'.repeat(columns).slice(0, -1)})`)!;
    return {
      row(...cells: Cell[]): void {
        statement.bind(cells);
        statement.step();
        statement.reset();
      },
      done: () => statement.finalize()
    };
  };

  const genre = insert('genres', 2);
  words.genres.forEach((name, i) => genre.row(i + 1, name));
  genre.done();

  const artist = insert('artists', 4);
  const album = insert('albums', 5);
  const track = insert('tracks', 7);
  const prices: number[] = [];
  let albums = 0;
  const artistNames = new Set<string>();
  for (let a = 1; a <= ARTISTS; a++) {
    let name: string;
    do name = `${pick(words.artistFirst)} ${pick(words.artistSecond)}`;
    while (artistNames.has(name));
    artistNames.add(name);
    const [, country, code] = pick(words.cities);
    const facts = JSON.stringify({ members: 1 + upTo(6), origin: country, tags: [pick(words.genres).toLowerCase()] });
    artist.row(a, name, code, a % 7 === 0 ? null : facts);
    for (let n = 2 + upTo(4); n > 0; n--) {
      albums++;
      const released = new Date(Date.UTC(1971 + upTo(54), upTo(12), 1 + upTo(28))).toISOString().slice(0, 10);
      album.row(albums, `${pick(words.titleFirst)} ${pick(words.titleSecond)}`, a, 1 + upTo(words.genres.length), released);
      for (let place = 1, all = 7 + upTo(7); place <= all; place++) {
        const title = `${pick(words.titleFirst)} ${pick(words.titleSecond)}`;
        const cents = random() < 0.15 ? 149 : random() < 0.1 ? 100 : 99;
        prices.push(cents);
        track.row(prices.length, title, albums, place, 95_000 + upTo(320_000), money(cents), random() < 0.06 ? 1 : 0);
      }
    }
  }
  for (const statement of [artist, album, track]) statement.done();

  const customer = insert('customers', 7);
  const joined: number[] = [];
  for (let c = 1; c <= CUSTOMERS; c++) {
    const first = pick(words.firstNames);
    const last = pick(words.lastNames);
    const [city, country] = pick(words.cities);
    const at = Date.UTC(2021, 0, 1) + upTo(1500) * DAY;
    joined.push(at);
    const mail = `${first}.${last}.${c}@example.com`.normalize('NFD').replace(/[^\x21-\x7e]/g, '').toLowerCase();
    customer.row(c, first, last, mail, city, country, new Date(at).toISOString().slice(0, 10));
  }
  customer.done();

  const invoice = insert('invoices', 4);
  const line = insert('invoice_lines', 5);
  let lines = 0;
  for (let i = 1; i <= INVOICES; i++) {
    const c = 1 + upTo(CUSTOMERS);
    const at = new Date(joined[c - 1]! + upTo(550) * DAY + upTo(86_400) * 1000);
    invoice.row(i, c, at.toISOString().slice(0, 19).replace('T', ' '), pick(['card', 'card', 'transfer', 'voucher']));
    for (let n = 1 + upTo(5); n > 0; n--) {
      const t = 1 + upTo(prices.length);
      line.row(++lines, i, t, money(prices[t - 1]!), 1 + Number(random() < 0.08));
    }
  }
  invoice.done();
  line.done();

  const playlist = insert('playlists', 3);
  const entry = insert('playlist_tracks', 3);
  for (let p = 1; p <= 14; p++) {
    playlist.row(p, `${pick(words.genres)} ${pick(['for rainy days', 'at breakfast', 'on the road', 'after midnight'])}`, 1 + upTo(CUSTOMERS));
    for (let place = 1, all = 12 + upTo(20); place <= all; place++) entry.row(p, place, 1 + upTo(prices.length));
  }
  playlist.done();
  entry.done();
  connection.query('COMMIT');
}
