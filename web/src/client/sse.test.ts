import { expect, it } from 'vitest';
import { sseParser, type ServerEvent } from './sse.ts';

const TEXT =
  ': hello\n\nevent: message.sent\ndata: {"a":\ndata: 1}\nid: 7d2-1\n\nevent: typing\ndata: {}\n\n: beat\n\n';

it('parses the same events from any chunks', () => {
  const parse = (text: string, size: number): ServerEvent[] => {
    const events: ServerEvent[] = [];
    const feed = sseParser((event) => events.push(event));
    for (let at = 0; at < text.length; at += size) feed(text.slice(at, at + size));
    return events;
  };
  const whole = parse(TEXT, TEXT.length);
  expect(whole).toEqual([
    { kind: 'message.sent', data: '{"a":\n1}', id: '7d2-1' },
    { kind: 'typing', data: '{}' },
  ]);
  for (let size = 1; size < 30; size++) {
    expect(parse(TEXT, size)).toEqual(whole);
    expect(parse(TEXT.replaceAll('\n', '\r\n'), size)).toEqual(whole);
  }
});
