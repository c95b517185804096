/// <reference path="../causerie.d.ts" preserve="true" />
'use client';

import { createElement, useEffect, useMemo, useRef } from 'react';
import type { CSSProperties, HTMLAttributes, ReactElement, Ref } from 'react';
import { loadCauserie, resetCauserie } from './index.js';

export interface CauserieChatProps
  extends
    Omit<CauserieChatAttributes, 'server'>,
    Omit<HTMLAttributes<CauserieChatElement>, 'children' | 'onError' | 'style' | 'lang'> {
  /** The origin of the service. */
  server: string;
  /** Returns a token of the signed-in member; null while no member is signed in. */
  token: CauserieIdentify | null | undefined;
  /** Your id of the signed-in member: the chat restarts when it changes. */
  member?: string | number | null;
  /** The nonce of the content security policy. */
  nonce?: string;
  onChatOpen?: (event: CauserieEventMap['causerie-open']) => void;
  onChatClose?: (event: CauserieEventMap['causerie-close']) => void;
  onChatError?: (event: CauserieEventMap['causerie-error']) => void;
  onChatMessage?: (event: CauserieEventMap['causerie-message']) => void;
  /** `causerie.js` did not load. By default the console shows why. */
  onLoadError?: (error: Error) => void;
  ref?: Ref<CauserieChatElement>;
  style?: CSSProperties & CauserieCustomProperties;
}

/** `<causerie-chat>`, with `causerie.js`. When `token` becomes null, the member is signed out. */
export function CauserieChat(props: CauserieChatProps): ReactElement {
  const {
    token,
    member,
    onChatOpen,
    onChatClose,
    onChatError,
    onChatMessage,
    onLoadError,
    ...rest
  } = props;
  const { server, nonce } = rest;
  const latest = useRef({ token, onLoadError });
  const wasSignedIn = useRef(false);
  useEffect(() => {
    latest.current = { token, onLoadError };
  });
  // A function of each render would restart the chat each time.
  const identify = useMemo<CauserieIdentify>(() => () => latest.current.token?.() ?? '', [member]);
  const isSignedIn = !!token;
  useEffect(() => {
    if (isSignedIn) {
      wasSignedIn.current = true;
      loadCauserie({ server, nonce, token: identify }).catch((error: Error) =>
        (latest.current.onLoadError ?? console.error)(error),
      );
    } else if (wasSignedIn.current) {
      wasSignedIn.current = false;
      resetCauserie();
    }
  }, [server, nonce, identify, isSignedIn]);
  return createElement('causerie-chat', {
    ...rest,
    'oncauserie-open': onChatOpen,
    'oncauserie-close': onChatClose,
    'oncauserie-error': onChatError,
    'oncauserie-message': onChatMessage,
  });
}
