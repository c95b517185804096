import { describe, expect, it } from 'vitest';
import { runPositions } from './runs.ts';

const row = (id: string, author: string, time: string) => ({
  id,
  author,
  sent_at: `2026-03-01T${time}:00Z`,
});
/** `[` starts a run, `]` ends one. */
const runs = (...args: Parameters<typeof runPositions>): string =>
  runPositions(...args)
    .map(({ first, last }, index) => `${first ? '[' : ''}${args[0][index]!.id}${last ? ']' : ''}`)
    .join('');

describe('a run', () => {
  it('is of one author', () => {
    expect(
      runs([row('a', 'ana', '10:00'), row('b', 'ana', '10:01'), row('c', 'bob', '10:01')]),
    ).toBe('[ab][c]');
    expect(runs([])).toBe('');
  });
  it('goes on for five minutes after each message', () => {
    const times = ['10:00', '10:04', '10:09', '10:15'];
    expect(runs(times.map((time, index) => row(String(index), 'ana', time)))).toBe('[012][3]');
  });
  it('ends at the unread line and with the day', () => {
    const rows = [row('a', 'ana', '10:00'), row('b', 'ana', '10:01'), row('c', 'ana', '10:02')];
    expect(runs(rows, 'b')).toBe('[a][bc]');
    const nextDay = { ...row('d', 'ana', '10:00'), sent_at: '2026-03-03T10:00:00Z' };
    expect(runs([...rows, nextDay])).toBe('[abc][d]');
  });
});
