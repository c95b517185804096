/** Parses the text/event-stream format from chunks that may end anywhere. */

export interface ServerEvent {
  kind: string;
  data: string;
  id?: string;
}

/**
 * Returns a function that accepts text and calls `onEvent` per event. Comments (heartbeats) are
 * dropped.
 */
export function sseParser(onEvent: (event: ServerEvent) => void): (chunk: string) => void {
  let rest = '';
  let kind = '';
  let data: string[] = [];
  let id: string | undefined;
  const line = (text: string): void => {
    if (text === '') {
      if (data.length)
        onEvent({
          kind: kind || 'message',
          data: data.join('\n'),
          ...(id === undefined ? {} : { id }),
        });
      kind = '';
      data = [];
      id = undefined;
      return;
    }
    const colon = text.indexOf(':');
    if (colon === 0) return;
    const field = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? '' : text.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') kind = value;
    else if (field === 'data') data.push(value);
    else if (field === 'id') id = value;
  };
  return (chunk) => {
    rest += chunk;
    // A CR at the end of a chunk may be the first half of a CRLF.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop()!;
    lines.forEach(line);
  };
}
