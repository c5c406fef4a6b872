"""The tables of the store that several logs are shipped to, in PostgreSQL: they take rows and give none back.

Whoever keeps the database makes them once, with what `whisper-tui log ship --init` prints, and stays their owner. A role
that ships may read all, insert into the streams that it has begun, and erase personal data of these through one function.
"""

from __future__ import annotations

SCHEMA = "whisper_tui"
VERSION = 1
"""Of these tables, in the comment on the schema."""

COLUMNS = ("seq", "kind", "at", "user", "leg", "session", "agent", "queue", "linkedid", "body", "hash")
"""Of `log` beside the stream, in this order."""
CALL_COLUMNS = (
    "pbx", "uniqueid", "queue", "agent", "joined", "waited", "answered", "talked", "held", "holds", "transfers", "outcome",
    "ended", "repeat",
)  # fmt: skip
"""Of `calls` beside the stream. The hash of the caller's number stays where it is: nobody could take it out here."""

DDL = f"""\
CREATE SCHEMA {SCHEMA};
COMMENT ON SCHEMA {SCHEMA} IS 'session logs of whisper-tui, tables {VERSION}';

-- Which role ships a stream: the one that began it. Whoever owns the tables may name another.
CREATE TABLE {SCHEMA}.streams (
    stream text PRIMARY KEY,
    role text NOT NULL DEFAULT session_user,
    since timestamptz NOT NULL DEFAULT clock_timestamp());

-- What people call a stream, which is the log_id of a log. The newest counts.
CREATE TABLE {SCHEMA}.names (
    stream text NOT NULL,
    name text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp());
CREATE INDEX names_of_streams ON {SCHEMA}.names (stream, at);

-- Rows as they stand in the log: hash is SHA-256(hash of the row before || body); the other columns are for searching.
CREATE TABLE {SCHEMA}.log (
    stream text NOT NULL,
    seq bigint NOT NULL CHECK (seq > 0),
    kind text NOT NULL, at double precision NOT NULL, "user" text NOT NULL, leg text NOT NULL, session text NOT NULL,
    agent text NOT NULL, queue text NOT NULL, linkedid text NOT NULL,
    body bytea NOT NULL,
    hash bytea NOT NULL CHECK (octet_length(hash) = 32),
    shipped timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (stream, seq));
CREATE INDEX log_times ON {SCHEMA}.log (at);
CREATE INDEX log_sessions ON {SCHEMA}.log (session) WHERE session <> '';
CREATE INDEX log_legs ON {SCHEMA}.log (leg) WHERE leg <> '';

-- What may be erased: callers' numbers as UTF-8, and what their hashes in the rows are salted with.
CREATE TABLE {SCHEMA}.personal (
    stream text NOT NULL, seq bigint NOT NULL, field text NOT NULL, salt bytea NOT NULL, value bytea NOT NULL,
    PRIMARY KEY (stream, seq, field),
    FOREIGN KEY (stream, seq) REFERENCES {SCHEMA}.log);

-- What became of the calls of queues. It is no evidence: of a visit that came to be known better there is more than one row.
CREATE TABLE {SCHEMA}.calls (
    stream text NOT NULL, pbx text NOT NULL, uniqueid text NOT NULL, queue text NOT NULL, agent text NOT NULL,
    joined double precision NOT NULL, waited double precision, answered double precision, talked double precision,
    held double precision, holds integer, transfers integer, outcome text NOT NULL, ended double precision NOT NULL,
    repeat integer NOT NULL,
    shipped timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (stream, pbx, uniqueid, queue, joined, ended, outcome));
CREATE INDEX calls_ended ON {SCHEMA}.calls (stream, ended);

-- One row a visit: the last that was told of it. A run that stopped, or lost the link, knew less of the same visit.
CREATE VIEW {SCHEMA}.visits AS
SELECT * FROM {SCHEMA}.calls AS told WHERE NOT EXISTS (
    SELECT FROM {SCHEMA}.calls AS later
    WHERE (later.stream, later.pbx, later.uniqueid, later.queue) = (told.stream, told.pbx, told.uniqueid, told.queue)
    AND (later.shipped, later.ended, later.outcome) > (told.shipped, told.ended, told.outcome)
    AND (later.joined = told.joined
        OR told.outcome = 'unknown' AND told.joined <= later.ended AND told.ended >= later.joined - 2));

CREATE FUNCTION {SCHEMA}.belong() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM {SCHEMA}.streams WHERE stream = NEW.stream AND role = session_user) THEN
        RETURN NEW;
    END IF;
    INSERT INTO {SCHEMA}.streams (stream) VALUES (NEW.stream) ON CONFLICT DO NOTHING;
    IF NOT EXISTS (SELECT FROM {SCHEMA}.streams WHERE stream = NEW.stream AND role = session_user) THEN
        RAISE EXCEPTION 'this log is shipped by another role' USING ERRCODE = 'WT003';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION {SCHEMA}.refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'the session log is append-only' USING ERRCODE = 'WT001';
END $$;

-- A row comes after the one before it, or is there already. Where rows aged out before they were shipped, the first row of
-- the next file of the log may come.
CREATE FUNCTION {SCHEMA}.follow() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    before record;
    same bytea;
BEGIN
    SELECT seq, hash INTO before FROM {SCHEMA}.log WHERE stream = NEW.stream ORDER BY seq DESC LIMIT 1;
    IF NOT FOUND THEN
        RETURN NEW;
    END IF;
    IF NEW.seq <= before.seq THEN
        SELECT hash INTO same FROM {SCHEMA}.log WHERE stream = NEW.stream AND seq = NEW.seq;
        IF same = NEW.hash THEN
            RETURN NULL;
        END IF;
        RAISE EXCEPTION 'row % is there with another hash', NEW.seq USING ERRCODE = 'WT002';
    END IF;
    IF NEW.seq = before.seq + 1 AND NEW.hash IN (
        sha256(before.hash || NEW.body),
        sha256(sha256(convert_to('whisper-tui session log ' || NEW.stream || ' after ', 'UTF8') || before.hash) || NEW.body))
    OR NEW.seq > before.seq + 1 AND NEW.kind = 'log-carried' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'row % does not follow row %', NEW.seq, before.seq USING ERRCODE = 'WT002';
END $$;

-- Personal data comes together with its row, never to one that was there before: what was erased stays so.
CREATE FUNCTION {SCHEMA}.accompany() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM {SCHEMA}.log WHERE stream = NEW.stream AND seq = NEW.seq
        AND xmin::text = (txid_current() % 4294967296)::text) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the session log is append-only' USING ERRCODE = 'WT001';
END $$;

-- The one thing that takes something away. It runs as its owner, and knows the table of personal data alone.
CREATE FUNCTION {SCHEMA}.erase(of_stream text, of_rows bigint[]) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH gone AS (
        DELETE FROM {SCHEMA}.personal WHERE stream = of_stream AND seq = ANY (of_rows)
        AND EXISTS (SELECT FROM {SCHEMA}.streams WHERE stream = of_stream AND role = session_user)
        RETURNING 1)
    SELECT count(*) FROM gone;
$$;

CREATE TRIGGER names_belong BEFORE INSERT ON {SCHEMA}.names FOR EACH ROW EXECUTE FUNCTION {SCHEMA}.belong();
CREATE TRIGGER calls_belong BEFORE INSERT ON {SCHEMA}.calls FOR EACH ROW EXECUTE FUNCTION {SCHEMA}.belong();
-- Triggers are asked in the order of their names.
CREATE TRIGGER log_belongs BEFORE INSERT ON {SCHEMA}.log FOR EACH ROW EXECUTE FUNCTION {SCHEMA}.belong();
CREATE TRIGGER log_follows BEFORE INSERT ON {SCHEMA}.log FOR EACH ROW EXECUTE FUNCTION {SCHEMA}.follow();
CREATE TRIGGER log_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON {SCHEMA}.log EXECUTE FUNCTION {SCHEMA}.refuse();
CREATE TRIGGER personal_comes BEFORE INSERT ON {SCHEMA}.personal FOR EACH ROW EXECUTE FUNCTION {SCHEMA}.accompany();
CREATE TRIGGER personal_stays BEFORE UPDATE ON {SCHEMA}.personal EXECUTE FUNCTION {SCHEMA}.refuse();
"""

GRANTS = """
-- The role that ships: it may read, and insert and `erase` in streams that it has begun.
-- Give it a password, or another way to log in.
DO {quote}
BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = {text}) THEN
        CREATE ROLE {name} LOGIN;
    END IF;
END {quote};
REVOKE ALL ON SCHEMA {schema} FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA {schema} FROM PUBLIC;
GRANT USAGE ON SCHEMA {schema} TO {name};
GRANT SELECT, INSERT ON {schema}.names, {schema}.log, {schema}.personal, {schema}.calls TO {name};
GRANT SELECT ON {schema}.visits, {schema}.streams TO {name};
GRANT INSERT (stream) ON {schema}.streams TO {name};
GRANT EXECUTE ON FUNCTION {schema}.erase(text, bigint[]) TO {name};
COMMIT;
"""

HEAD = """\
-- The tables that session logs of whisper-tui are shipped to, and the role that ships. Run it as whoever is to own them and
-- is not that role, in a database whose encoding is UTF8: psql -d DATABASE -f THIS. Once the tables are there it makes the
-- role alone: a role for every machine keeps each from the streams of the others.
BEGIN;
"""


def script(role: str) -> str:
    """What makes the tables, and lets `role` ship into them: SQL for whoever keeps the database."""
    name, text = (f"{sign}{role.replace(sign, sign * 2)}{sign}" for sign in ('"', "'"))
    quote = "$role$"
    while quote in role:  # a role may be called anything
        quote = f"{quote[:-1]}_$"
    tables = f"""DO $tables$ BEGIN IF to_regnamespace('{SCHEMA}') IS NULL THEN EXECUTE $ddl$
{DDL}$ddl$; END IF; END $tables$;
"""
    return HEAD + tables + GRANTS.format(schema=SCHEMA, name=name, text=text, quote=quote)
