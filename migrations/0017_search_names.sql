-- Members are found and listed by a key that the projector folds from the name, so that case, accents and the locale of the
-- database make no difference. `search_version` says by which rules: the projector writes keys of other rules again when it
-- begins to work, these of version 0 first.
ALTER TABLE member_list ADD COLUMN search_name text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE member_list ADD COLUMN search_version int NOT NULL DEFAULT 0;
UPDATE member_list SET search_name = left(lower(display_name COLLATE "C"), 200);
DROP INDEX member_list_by_name;
DROP INDEX member_list_by_status;
CREATE INDEX member_list_by_name ON member_list (site_id, search_name, member_id);
CREATE INDEX member_list_by_status ON member_list (site_id, status, search_name, member_id);
