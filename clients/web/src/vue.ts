/// <reference path="../causerie.d.ts" preserve="true" />
import { defineComponent, h, onMounted, watch } from 'vue';
import { loadCauserie, resetCauserie } from './index.js';

export interface CauserieChatProps {
  /** The origin of the service. */
  server: string;
  site: string;
  /** Returns a token of the signed-in member; null while no member is signed in. */
  token?: CauserieIdentify | null;
  /** Your id of the signed-in member: the chat restarts when it changes. */
  member?: string | number | null;
  theme?: CauserieChatAttributes['theme'];
  lang?: string;
  pageTitle?: CauserieChatAttributes['page-title'];
  pictureHosts?: string;
  /** The address of the page where members sign in. */
  signIn?: string;
  /** The nonce of the content security policy. */
  nonce?: string;
}

export type CauserieChatEmits = {
  open: (event: CauserieEventMap['causerie-open']) => void;
  close: (event: CauserieEventMap['causerie-close']) => void;
  error: (event: CauserieEventMap['causerie-error']) => void;
  message: (event: CauserieEventMap['causerie-message']) => void;
  /** `causerie.js` did not load. */
  loadError: (error: Error) => void;
};

/** `<causerie-chat>`, with `causerie.js`. When `token` becomes null, the member is signed out. */
export const CauserieChat = defineComponent<CauserieChatProps, CauserieChatEmits>(
  (props, { emit }) => {
    const start = (): void => {
      const { server, nonce } = props;
      // A function of each render would restart the chat each time.
      const token: CauserieIdentify = () => props.token?.() ?? '';
      loadCauserie({ server, nonce, token }).catch((error: Error) => {
        console.error(error);
        emit('loadError', error);
      });
    };
    onMounted(() => {
      if (props.token) start();
      watch(
        () => [props.server, props.member, !!props.token],
        (_, [, , wasSignedIn]) => {
          if (props.token) start();
          else if (wasSignedIn) resetCauserie();
        },
      );
    });
    return () => {
      const { site, server, theme, lang, pageTitle, pictureHosts, signIn } = props;
      return h('causerie-chat', {
        site,
        server,
        theme,
        lang,
        'page-title': pageTitle,
        'picture-hosts': pictureHosts,
        'sign-in': signIn,
        'onCauserie-open': (event: Event) => emit('open', event),
        'onCauserie-close': (event: Event) => emit('close', event),
        'onCauserie-error': (event: CauserieEventMap['causerie-error']) => emit('error', event),
        'onCauserie-message': (event: CauserieEventMap['causerie-message']) =>
          emit('message', event),
      });
    };
  },
  {
    name: 'CauserieChat',
    props: [
      'server',
      'site',
      'token',
      'member',
      'theme',
      'lang',
      'pageTitle',
      'pictureHosts',
      'signIn',
      'nonce',
    ],
    emits: ['open', 'close', 'error', 'message', 'loadError'],
  },
);
