/** Short names for the types generated from the contracts (`npm run generate`). */
import type { components, paths } from './generated/api.ts';

type Schemas = components['schemas'];

export type Kind = Schemas['ConversationKind'];
export type History = Schemas['History'];
export type Settings = Schemas['SiteSettings'];
export type Site = Schemas['Site'];
export type Member = Schemas['Member'];
export type MemberCounts = Schemas['MemberCounts'];
export type Group = Schemas['Group'];
export type Participant = Schemas['Participant'];
export type Conversation = Schemas['Conversation'];
export type Message = Schemas['Message'];
export type MessagePage = Schemas['MessagePage'];
/** The response to a message command. The stream delivers the message with its `seq`. */
export type SentMessage = Schemas['SentMessage'];
export type Preferences = Schemas['Preferences'];

/** Error codes of the service, and the client's own. */
export type Code =
  | Schemas['Code']
  | 'network'
  | 'identity.unavailable'
  | 'identity.not_a_token'
  | 'stopped'
  | 'unexpected'
  | `http.${number}`;

type Frames = Schemas['Frames'];
/** One event of the live stream. */
export type Frame = { [K in keyof Frames]: { kind: K; data: Frames[K] } }[keyof Frames];

export type Method = 'get' | 'put' | 'post' | 'patch' | 'delete';
type SubPath<Path> = Path extends `/v1/sites/{site}${infer Rest}` ? Rest : never;

/** The paths below the site that support this method. */
export type Route<M extends Method> = {
  [Path in keyof paths]: paths[Path] extends Record<M, object> ? SubPath<Path> : never;
}[keyof paths];

/** One value per placeholder of the path. */
export type PathValues<R extends string> = R extends `${string}{${string}}${infer Rest}`
  ? [string, ...PathValues<Rest>]
  : [];

type Operation<M extends Method, R extends string> = R extends unknown
  ? M extends unknown
    ? paths[`/v1/sites/{site}${R}` & keyof paths] extends Record<M, infer Found>
      ? Found
      : never
    : never
  : never;

/** The JSON response, or void. */
export type ResponseBody<M extends Method, R extends string> =
  Operation<M, R> extends { responses: infer All } ? JsonOf<All[keyof All]> : never;
type JsonOf<One> = One extends { content: { 'application/json': infer Body } } ? Body : void;

/** The query of a GET, the body of a command. */
export type Input<M extends Method, R extends string> =
  Operation<M, R> extends { requestBody: { content: infer Content } }
    ? [input: Content extends { 'application/json': infer Body } ? Body : Blob]
    : Operation<M, R> extends { parameters: { query?: infer Query } }
      ? [input?: Query]
      : [];
