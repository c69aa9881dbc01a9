/** Marks the file as ours ("TWPT"), so that another program's database is never written to. */
export const APPLICATION_ID = 0x54575054

/** Raised when the tables change; a file of a newer version is refused, never guessed at. */
export const SCHEMA_VERSION = 1

/**
 * The tables of one study.
 *
 * `position` is the place in the present plan, NULL for what an earlier version of the study file asked for: it stays
 * stored and is reused when it comes back, but is not part of the results. `trials.attempt` is the attempt that owns the
 * trial or decided it: only its measurements count. `numbers` holds the values of `metric_sets.names`, both as JSON.
 */
export const CREATE_TABLES = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE lease (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  id TEXT NOT NULL, pid INTEGER NOT NULL, host TEXT NOT NULL, since REAL NOT NULL, renewed REAL NOT NULL
);
CREATE TABLE hosts (
  key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, pid INTEGER NOT NULL, host TEXT NOT NULL, platform TEXT NOT NULL,
  started REAL NOT NULL
);
CREATE TABLE configurations (
  key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, position INTEGER, content TEXT NOT NULL
);
CREATE TABLE trials (
  key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, configuration INTEGER NOT NULL REFERENCES configurations,
  seed INTEGER NOT NULL, position INTEGER, state TEXT NOT NULL, failed INTEGER NOT NULL, lost INTEGER NOT NULL,
  attempt INTEGER
);
CREATE TABLE attempts (
  key INTEGER PRIMARY KEY, id TEXT NOT NULL, trial INTEGER NOT NULL REFERENCES trials, host INTEGER NOT NULL REFERENCES hosts,
  started REAL NOT NULL, ended REAL, "end" TEXT, batches INTEGER, digest TEXT, error INTEGER REFERENCES errors
);
CREATE TABLE errors (
  key INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, name TEXT NOT NULL, code TEXT, message TEXT NOT NULL, stack TEXT,
  cause TEXT
);
CREATE TABLE metric_sets (key INTEGER PRIMARY KEY, names TEXT NOT NULL UNIQUE);
CREATE TABLE measurements (
  attempt INTEGER NOT NULL, number INTEGER NOT NULL, kind TEXT NOT NULL, env_steps INTEGER NOT NULL,
  gradient_steps INTEGER NOT NULL, metric_set INTEGER NOT NULL REFERENCES metric_sets, numbers TEXT NOT NULL,
  PRIMARY KEY (attempt, number)
) WITHOUT ROWID;
CREATE VIEW points AS
  SELECT t.id AS trial, t.seed, m.kind, m.env_steps, m.gradient_steps, name.value AS metric, number.value AS value
  FROM trials t
  JOIN measurements m ON m.attempt = t.attempt
  JOIN metric_sets s ON s.key = m.metric_set
  JOIN json_each(s.names) name
  JOIN json_each(m.numbers) number ON number.key = name.key;
`
