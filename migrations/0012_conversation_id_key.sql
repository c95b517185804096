-- The key of the ids of direct and business conversations (docs/adr/0024). One row, never changed: with another key the
-- service would not find the conversations that were started under this one. It is part of every dump and restore.
CREATE TABLE conversation_id_key (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  key       bytea NOT NULL CHECK (octet_length(key) = 32)
);
REVOKE ALL ON conversation_id_key FROM PUBLIC;

-- gen_random_uuid() draws from the strong random source of Postgres: 122 bits each.
INSERT INTO conversation_id_key (key)
VALUES (sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')));

CREATE FUNCTION refuse_key_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the key of conversation ids is never changed: % is refused', TG_OP USING ERRCODE = 'CS003';
END $$;
CREATE TRIGGER conversation_id_key_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON conversation_id_key
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_key_change();
