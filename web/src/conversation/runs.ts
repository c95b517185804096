/** Runs of messages: consecutive ones of one author within a few minutes. */
import { isSameDay } from '../ui/time.ts';

const SAME_RUN_MS = 5 * 60_000;

export interface RunPosition {
  first: boolean;
  last: boolean;
}

interface Row {
  id: string;
  author: string;
  sent_at: string;
}

/** Where each row is in its run. The unread line, before the row `line`, separates runs. */
export function runPositions(rows: readonly Row[], line?: string): RunPosition[] {
  const starts = rows.map((row, index) => {
    const before = rows[index - 1];
    return (
      !before ||
      row.id === line ||
      row.author !== before.author ||
      !isSameDay(before.sent_at, row.sent_at) ||
      Date.parse(row.sent_at) - Date.parse(before.sent_at) > SAME_RUN_MS
    );
  });
  return starts.map((first, index) => ({ first, last: starts[index + 1] ?? true }));
}
