// Long histories: appends thousands of messages with the log's own function.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from '@playwright/test';

const TOOLS =
  process.env.CAUSERIE_TOOLS_DIR ??
  fileURLToPath(new URL('../../../.causerie/tools', import.meta.url));

/** psql of the private Postgres, else of the machine. */
function psql() {
  const own = existsSync(TOOLS)
    ? readdirSync(TOOLS, { recursive: true }).find((path) => path.endsWith('bin/psql'))
    : undefined;
  return own ? join(TOOLS, own) : 'psql';
}

/** Copies the first message of a conversation with new ids and texts, by two authors in turn. */
const FILL = (site, conversation, authors, count) => `
  WITH one AS (SELECT * FROM events WHERE aggregate_type = 'message' AND payload->>'conversation_id' = '${conversation}' ORDER BY position LIMIT 1),
  many AS (
    SELECT n, format('${site}/019a%s-%s-7000-8000-%s', lpad(to_hex(n >> 16), 4, '0'), lpad(to_hex(n & 65535), 4, '0'), substr(md5(random()::text), 1, 12)) AS id,
           payload || jsonb_build_object('text', format('Message %s, %s', n, repeat('with a few more words ', n % 7)), 'author_id', (ARRAY['${authors[0]}', '${authors[1]}'])[1 + (n / 3) % 2]) AS payload,
           metadata || jsonb_build_object('actor', (ARRAY['${authors[0]}', '${authors[1]}'])[1 + (n / 3) % 2]) AS metadata, event_type, event_version
      FROM one, generate_series(1, ${count}) AS n)
  SELECT cardinality(appended) FROM (SELECT array_agg(id ORDER BY n) AS ids, array_agg(gen_random_uuid()) AS event_ids, array_agg(event_type) AS types,
           array_agg(event_version) AS versions, array_agg(payload ORDER BY n) AS payloads, array_agg(metadata ORDER BY n) AS metadata FROM many) AS all_of_them,
    append_first_events((SELECT max(epoch) FROM log_epochs), 'message', ids, event_ids, types, versions, payloads, metadata, '{}', '{}', '{}', '{}', '{}')`;

export async function fill(stack, site, conversation, authors, count) {
  execFileSync(
    psql(),
    [stack.database, '-v', 'ON_ERROR_STOP=1', '-Atqc', FILL(site.id, conversation, authors, count)],
    { maxBuffer: 1e8 },
  );
  await expect(async () => {
    const { last_seq } = await site.as(authors[0], 'GET', `/conversations/${conversation}`);
    expect(last_seq).toBeGreaterThan(count);
  }, `${count} messages to be read`).toPass({ timeout: 90_000 });
  // Waits until the read models have caught up, so that later commands are visible at once.
  await expect(async () => {
    await site.as(authors[0], 'PATCH', `/conversations/${conversation}/preferences`, {
      pinned: Date.now() % 2 === 0,
    });
    const start = Date.now();
    await site.as(authors[0], 'GET', `/conversations/${conversation}/messages?limit=1`);
    expect(Date.now() - start).toBeLessThan(60);
  })
    .toPass({ timeout: 30_000 })
    .catch(() => undefined);
}
