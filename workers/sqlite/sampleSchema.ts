/** The sample's DDL, in order: a record shop with keys, indexes, views, a check and a trigger. */
export const sampleSchema: readonly string[] = [
  `CREATE TABLE genres (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
)`,
  `CREATE TABLE artists (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  country_code TEXT NOT NULL CHECK (length(country_code) = 2),
  facts JSON
)`,
  `CREATE TABLE albums (
  id INTEGER PRIMARY KEY,
  title TEXT NOT NULL,
  artist_id INTEGER NOT NULL REFERENCES artists (id) ON DELETE CASCADE,
  genre_id INTEGER NOT NULL REFERENCES genres (id),
  released DATE NOT NULL
)`,
  `CREATE TABLE tracks (
  id INTEGER PRIMARY KEY,
  title TEXT NOT NULL,
  album_id INTEGER NOT NULL REFERENCES albums (id) ON DELETE CASCADE,
  place INTEGER NOT NULL,
  milliseconds INTEGER NOT NULL CHECK (milliseconds > 0),
  price REAL NOT NULL,
  is_bonus BOOLEAN NOT NULL DEFAULT 0,
  length TEXT AS (printf('%d:%02d', milliseconds / 60000, milliseconds / 1000 % 60)) VIRTUAL,
  UNIQUE (album_id, place)
)`,
  `CREATE TABLE customers (
  id INTEGER PRIMARY KEY,
  first_name TEXT NOT NULL,
  last_name TEXT NOT NULL,
  email TEXT NOT NULL UNIQUE,
  city TEXT,
  country TEXT,
  joined DATE NOT NULL
)`,
  `CREATE TABLE invoices (
  id INTEGER PRIMARY KEY,
  customer_id INTEGER NOT NULL REFERENCES customers (id),
  issued_at DATETIME NOT NULL,
  payment TEXT NOT NULL CHECK (payment IN ('card', 'transfer', 'voucher'))
)`,
  `CREATE TABLE invoice_lines (
  id INTEGER PRIMARY KEY,
  invoice_id INTEGER NOT NULL REFERENCES invoices (id) ON DELETE CASCADE,
  track_id INTEGER NOT NULL REFERENCES tracks (id),
  unit_price REAL NOT NULL,
  quantity INTEGER NOT NULL DEFAULT 1 CHECK (quantity > 0)
)`,
  `CREATE TABLE playlists (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  customer_id INTEGER REFERENCES customers (id) ON DELETE SET NULL
)`,
  `CREATE TABLE playlist_tracks (
  playlist_id INTEGER NOT NULL REFERENCES playlists (id) ON DELETE CASCADE,
  place INTEGER NOT NULL,
  track_id INTEGER NOT NULL REFERENCES tracks (id),
  PRIMARY KEY (playlist_id, place)
) WITHOUT ROWID`,
  'CREATE INDEX albums_by_artist ON albums (artist_id)',
  'CREATE INDEX invoices_by_customer ON invoices (customer_id, issued_at)',
  'CREATE INDEX lines_by_invoice ON invoice_lines (invoice_id)',
  'CREATE INDEX lines_by_track ON invoice_lines (track_id)',
  `CREATE VIEW invoice_totals AS
SELECT i.id, i.issued_at, c.first_name || ' ' || c.last_name AS customer, c.country,
       round(sum(l.unit_price * l.quantity), 2) AS total
FROM invoices i
JOIN customers c ON c.id = i.customer_id
JOIN invoice_lines l ON l.invoice_id = i.id
GROUP BY i.id`,
  `CREATE VIEW best_sellers AS
SELECT t.title AS track, a.title AS album, r.name AS artist, sum(l.quantity) AS sold
FROM invoice_lines l
JOIN tracks t ON t.id = l.track_id
JOIN albums a ON a.id = t.album_id
JOIN artists r ON r.id = a.artist_id
GROUP BY t.id
ORDER BY sold DESC, track`,
  `CREATE TRIGGER tracks_keep_price BEFORE UPDATE OF price ON tracks
WHEN new.price < 0
BEGIN
  SELECT raise(ABORT, 'A price cannot be negative');
END`
];
