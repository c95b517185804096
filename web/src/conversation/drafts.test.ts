import { expect, it } from 'vitest';
import { Draft, saveAbout, savedAbout } from './drafts.ts';

function storage() {
  const all = new Map<string, string>();
  return {
    draft: (key: string) => all.get(key) ?? '',
    saveDraft: (key: string, text: string) => void (text ? all.set(key, text) : all.delete(key)),
  };
}

it('a draft survives in the tab and in new tabs', () => {
  const stored = storage();
  new Draft(stored, 'c', 'one').save('hello');
  expect(new Draft(stored, 'c', 'one').text).toBe('hello');
  expect(new Draft(stored, 'c', 'two').text).toBe('hello');
});

it('drafts of two tabs do not overwrite each other', () => {
  const stored = storage();
  const one = new Draft(stored, 'c', 'one');
  const two = new Draft(stored, 'c', 'two');
  one.save('from one');
  two.save('from two');
  one.save('from one, longer');
  expect(new Draft(stored, 'c', 'one').text).toBe('from one, longer');
  expect(new Draft(stored, 'c', 'two').text).toBe('from two');
  two.save('');
  expect(new Draft(stored, 'c', 'one').text).toBe('from one, longer');
  two.save('again');
  one.save('');
  expect(new Draft(stored, 'c', 'two').text).toBe('again');
});

it('an emptied field does not clear the draft of another tab', () => {
  const stored = storage();
  const one = new Draft(stored, 'c', 'one');
  const two = new Draft(stored, 'c', 'two');
  one.save('from one');
  two.save('');
  expect(new Draft(stored, 'c', 'one').text).toBe('from one');
});

it('stores which message is replied to or edited', () => {
  const stored = storage();
  saveAbout(stored, 'c', { kind: 'edit', message: 'm' });
  expect(savedAbout(stored, 'c')).toEqual({ kind: 'edit', message: 'm' });
  saveAbout(stored, 'c');
  expect(savedAbout(stored, 'c')).toBeUndefined();
});
