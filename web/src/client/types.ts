/** The shapes of the API, by short names: all of them are those of the contracts (`npm run generate`). */
import type { components, paths } from './generated/api.ts';

type Schemas = components['schemas'];

export type Kind = Schemas['ConversationKind'];
export type History = Schemas['History'];
export type Settings = Schemas['SiteSettings'];
export type Site = Schemas['Site'];
export type Member = Schemas['Member'];
export type Participant = Schemas['Participant'];
export type Conversation = Schemas['Conversation'];
export type Message = Schemas['Message'];
export type MessagePage = Schemas['MessagePage'];
/** A message as a command answers it: its place in the order comes by the stream. */
export type SentMessage = Schemas['SentMessage'];
export type Preferences = Schemas['Preferences'];

/** Why the service says no; and for what reasons of its own the client does. */
export type Code =
  Schemas['Code'] | 'network' | 'identity.unavailable' | 'unexpected' | `http.${number}`;

type Frames = Schemas['Frames'];
/** One event of the live stream. */
export type Frame = { [K in keyof Frames]: { kind: K; data: Frames[K] } }[keyof Frames];

export type Method = 'get' | 'put' | 'post' | 'patch' | 'delete';
type SubPath<Path> = Path extends `/v1/sites/{site}${infer Rest}` ? Rest : never;

/** The paths below the site that have this method. */
export type Route<M extends Method> = {
  [Path in keyof paths]: paths[Path] extends Record<M, object> ? SubPath<Path> : never;
}[keyof paths];

/** As many values as a path has places for them. */
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

/** What it answers, where it answers JSON. */
export type ResponseBody<M extends Method, R extends string> =
  Operation<M, R> extends { responses: infer All } ? JsonOf<All[keyof All]> : never;
type JsonOf<One> = One extends { content: { 'application/json': infer Body } } ? Body : void;

/** What goes with it: the query of a question, the body of a command. */
export type Input<M extends Method, R extends string> =
  Operation<M, R> extends { requestBody: { content: infer Content } }
    ? [input: Content extends { 'application/json': infer Body } ? Body : Blob]
    : Operation<M, R> extends { parameters: { query?: infer Query } }
      ? [input?: Query]
      : [];
