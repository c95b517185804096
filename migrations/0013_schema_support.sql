-- Which binaries may work on this schema: those that know the migration `oldest_binary` or a later one. A binary that finds
-- migrations that it does not know looks here. A migration that older binaries cannot work with raises the number.
CREATE TABLE schema_support (
  only_row      boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  oldest_binary bigint NOT NULL
);

INSERT INTO schema_support (oldest_binary) VALUES (13);
