-- The image of a group, by the id that it is kept under. No event of one is in any log yet, so the rows are right as they are.
ALTER TABLE conversation_list ADD COLUMN image_id uuid;
