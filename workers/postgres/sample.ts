/**
 * The built-in sample: a chain of film rentals, made by SQL that always gives the same rows. It shows schemas,
 * an enum, a domain, keys, partitions, arrays, JSON, comments, views, a materialized view, a function and a trigger.
 */
export const sampleStatements: readonly string[] = [
  `CREATE SCHEMA reports`,
  `COMMENT ON SCHEMA reports IS 'Read only: what the shops look at every morning'`,
  `CREATE TYPE rating AS ENUM ('G', 'PG', 'PG-13', 'R', 'NC-17')`,
  `CREATE DOMAIN year_of_release AS integer CHECK (VALUE BETWEEN 1895 AND 2100)`,

  `CREATE TABLE genre (
    genre_id smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE
  )`,
  `INSERT INTO genre (name) SELECT unnest(ARRAY['Action', 'Animation', 'Comedy', 'Documentary', 'Drama', 'Family',
    'History', 'Horror', 'Music', 'Science fiction', 'Sport', 'Travel'])`,

  `CREATE TABLE film (
    film_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    title text NOT NULL,
    genre_id smallint NOT NULL REFERENCES genre ON UPDATE CASCADE,
    released year_of_release NOT NULL,
    rating rating NOT NULL DEFAULT 'PG',
    minutes smallint NOT NULL CHECK (minutes > 0),
    price_per_day numeric(4,2) NOT NULL DEFAULT 2.99,
    tags text[] NOT NULL DEFAULT '{}',
    details jsonb NOT NULL DEFAULT '{}',
    words tsvector GENERATED ALWAYS AS (to_tsvector('english', title)) STORED
  )`,
  `COMMENT ON TABLE film IS 'What can be rented'`,
  `COMMENT ON COLUMN film.price_per_day IS 'In dollars'`,
  `INSERT INTO film (title, genre_id, released, rating, minutes, price_per_day, tags, details)
   SELECT first[1 + g % 20] || ' ' || second[1 + (g / 20 * 7 + g) % 25] || CASE WHEN g >= 500 THEN ' II' ELSE '' END,
          1 + g * 5 % 12, 1950 + g * 37 % 75, (enum_range(NULL::rating))[1 + g * 3 % 5], 61 + g * 29 % 119,
          (ARRAY[0.99, 1.99, 2.99, 4.99])[1 + g % 4],
          CASE g % 4 WHEN 0 THEN '{}' WHEN 1 THEN ARRAY['classic'] WHEN 2 THEN ARRAY['new', 'subtitled'] ELSE ARRAY['award'] END,
          jsonb_build_object('languages', (ARRAY['["en"]', '["en", "fr"]', '["ja", "en"]'])[1 + g % 3]::jsonb, 'stars', g * 13 % 50 / 10.0)
     FROM generate_series(0, 599) g,
          (SELECT ARRAY['Silent', 'Golden', 'Last', 'Broken', 'Midnight', 'Distant', 'Paper', 'Electric', 'Winter', 'Lost',
            'Crimson', 'Hollow', 'Quiet', 'Burning', 'Second', 'Invisible', 'Northern', 'Salt', 'Borrowed', 'Wild'] AS first,
           ARRAY['River', 'Garden', 'Station', 'Summer', 'Harbour', 'Letter', 'Orchard', 'Signal', 'Mountain', 'Mirror', 'Promise',
            'Circus', 'Lantern', 'Empire', 'Kitchen', 'Horizon', 'Daughter', 'Engine', 'Island', 'Waltz', 'Shadow', 'Parade',
            'Voyage', 'Archive', 'Storm'] AS second) w`,
  `CREATE INDEX film_title ON film (title)`,
  `CREATE INDEX film_words ON film USING gin (words)`,

  `CREATE TABLE actor (
    actor_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    first_name text NOT NULL,
    last_name text NOT NULL,
    born date
  )`,
  `INSERT INTO actor (first_name, last_name, born)
   SELECT (ARRAY['Ada', 'Bruno', 'Chloé', 'Dario', 'Elif', 'Felix', 'Greta', 'Hugo', 'Ines', 'Jonas'])[1 + g % 10],
          (ARRAY['Abel', 'Brandt', 'Costa', 'Dubois', 'Eriksen', 'Fontaine', 'García', 'Holm', 'Ito', 'Jansen', 'Keller', 'Lindqvist',
                 'Moreau', 'Novák', 'Okafor'])[1 + g * 7 % 15],
          CASE WHEN g % 9 > 0 THEN date '1930-01-01' + g * 211 % 25000 END
     FROM generate_series(0, 149) g`,

  `CREATE TABLE film_actor (
    film_id integer REFERENCES film ON DELETE CASCADE,
    actor_id integer REFERENCES actor ON DELETE CASCADE,
    part text,
    PRIMARY KEY (film_id, actor_id)
  )`,
  `INSERT INTO film_actor (film_id, actor_id, part)
   SELECT f, 1 + (f * 17 + n * 41) % 150, (ARRAY['lead', 'support', NULL])[1 + n % 3]
     FROM generate_series(1, 600) f, generate_series(0, 3) n ON CONFLICT DO NOTHING`,

  `CREATE TABLE shop (
    shop_id smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    city text NOT NULL,
    opened date NOT NULL,
    hours jsonb NOT NULL
  )`,
  `INSERT INTO shop (city, opened, hours) VALUES
    ('Lisbon', '2011-03-14', '{"weekday": [10, 20], "sunday": null}'),
    ('Gothenburg', '2014-09-01', '{"weekday": [11, 19], "sunday": [12, 17]}'),
    ('Kraków', '2019-05-20', '{"weekday": [9, 21], "sunday": [10, 18]}')`,

  `CREATE TABLE customer (
    customer_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    shop_id smallint NOT NULL REFERENCES shop,
    name text NOT NULL,
    email text UNIQUE,
    joined date NOT NULL,
    active boolean NOT NULL DEFAULT true,
    changed_at timestamptz
  )`,
  `INSERT INTO customer (shop_id, name, email, joined, active)
   SELECT 1 + g % 3, n || ' ' || l, CASE WHEN g % 11 > 0 THEN lower(n || '.' || l || g) || '@example.com' END,
          date '2020-01-01' + g * 17 % 1800, g % 13 <> 0
     FROM generate_series(0, 399) g,
          LATERAL (SELECT (ARRAY['Alma', 'Ben', 'Cara', 'Dev', 'Eve', 'Finn', 'Gina', 'Hal', 'Iris', 'Joel', 'Kira'])[1 + g % 11] AS n,
                          (ARRAY['Ash', 'Birch', 'Cedar', 'Elm', 'Fir', 'Hazel', 'Juniper', 'Larch', 'Maple'])[1 + g * 5 % 9] AS l) w`,

  `CREATE TABLE rental (
    rental_id bigint GENERATED ALWAYS AS IDENTITY,
    rented_at timestamptz NOT NULL,
    film_id integer NOT NULL REFERENCES film,
    customer_id integer NOT NULL REFERENCES customer,
    days smallint NOT NULL DEFAULT 2,
    returned_at timestamptz,
    PRIMARY KEY (rental_id, rented_at)
  ) PARTITION BY RANGE (rented_at)`,
  ...[1, 2, 3, 4, 5, 6].map(
    (month) =>
      `CREATE TABLE rental_2026_0${month} PARTITION OF rental FOR VALUES FROM ('2026-0${month}-01 00:00+00') TO ('2026-0${month + 1}-01 00:00+00')`
  ),
  `CREATE INDEX rental_film ON rental (film_id)`,
  `INSERT INTO rental (rented_at, film_id, customer_id, days, returned_at)
   SELECT t, 1 + g * 61 % 600, 1 + g * 23 % 400, 1 + g % 5, CASE WHEN g < 5850 THEN t + make_interval(days => 1 + g % 5, hours => g % 9) END
     FROM generate_series(0, 5999) g, LATERAL (SELECT timestamptz '2026-01-01 09:00+00' + g * interval '43 minutes' AS t) w`,

  `CREATE TABLE payment (
    payment_id uuid PRIMARY KEY,
    rental_id bigint NOT NULL,
    rented_at timestamptz NOT NULL,
    amount numeric(6,2) NOT NULL,
    paid_by text NOT NULL CHECK (paid_by IN ('card', 'cash', 'voucher')),
    FOREIGN KEY (rental_id, rented_at) REFERENCES rental ON DELETE CASCADE
  )`,
  `INSERT INTO payment
   SELECT md5(r.rental_id::text)::uuid, r.rental_id, r.rented_at, r.days * f.price_per_day,
          (ARRAY['card', 'card', 'cash', 'voucher'])[1 + r.rental_id % 4]
     FROM rental r JOIN film f USING (film_id) WHERE r.rental_id % 10 > 0`,

  `CREATE VIEW reports.open_rental AS
   SELECT r.rental_id, f.title, c.name AS customer, s.city, r.rented_at, r.rented_at + make_interval(days => r.days) AS due_at
     FROM rental r JOIN film f USING (film_id) JOIN customer c USING (customer_id) JOIN shop s USING (shop_id)
    WHERE r.returned_at IS NULL`,
  `CREATE VIEW reports.film_list AS
   SELECT f.film_id, f.title, g.name AS genre, f.rating, string_agg(a.first_name || ' ' || a.last_name, ', ' ORDER BY a.last_name) AS actors
     FROM film f JOIN genre g USING (genre_id) LEFT JOIN film_actor USING (film_id) LEFT JOIN actor a USING (actor_id)
    GROUP BY f.film_id, g.name`,
  `CREATE MATERIALIZED VIEW reports.monthly_sales AS
   SELECT date_trunc('month', p.rented_at)::date AS month, s.city, count(*) AS rentals, sum(p.amount) AS amount
     FROM payment p JOIN rental r USING (rental_id, rented_at) JOIN customer c USING (customer_id) JOIN shop s USING (shop_id)
    GROUP BY 1, 2`,
  `CREATE UNIQUE INDEX monthly_sales_key ON reports.monthly_sales (month, city)`,

  `CREATE FUNCTION rentals_of(who integer) RETURNS bigint LANGUAGE sql STABLE
   RETURN (SELECT count(*) FROM rental WHERE customer_id = who)`,
  `CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     NEW.changed_at := now();
     RETURN NEW;
   END $$`,
  `CREATE TRIGGER customer_changed BEFORE UPDATE ON customer FOR EACH ROW EXECUTE FUNCTION note_change()`
];
