/**
 * Images of groups. An `<img>` sends no token, so each is fetched with it and shown under a `blob:` address of this page:
 * one for each conversation, given back when its image is another or nobody may look any more.
 */
import type { Http, Problem } from './http.ts';

/** Small is for lists and headers, up to twice the size that they show. */
const SMALL_SIZE_QUERY = '?size=small';
/** What could not be had is asked for again with what is drawn after that. */
const RETRY_MS = 10_000;

interface Picture {
  url: string;
  blobUrl?: string;
  retryAt?: number;
}

export class Pictures {
  readonly #cache = new Map<string, Picture>();
  readonly #sitePath: string;

  constructor(
    private readonly http: Http,
    private readonly changed: () => void,
  ) {
    this.#sitePath = `${http.base.slice(http.base.lastIndexOf('/v1/sites/'))}/`;
  }

  /** Where it can be shown from; `undefined` until it is here. */
  blobUrlOf(url: string | null | undefined): string | undefined {
    if (!url?.startsWith(this.#sitePath)) return undefined;
    // An image that is changed has another id, behind the same path.
    const path = url.slice(0, url.lastIndexOf('/'));
    const cached = this.#cache.get(path);
    if (cached?.url === url && !(cached.retryAt! <= Date.now())) return cached.blobUrl;
    this.#revoke(path);
    const picture: Picture = { url };
    this.#cache.set(path, picture);
    void this.#load(path, picture);
  }

  /** All of them: who may read no more has nothing left to look at. */
  clear(): void {
    for (const path of this.#cache.keys()) this.#revoke(path);
  }

  #revoke(path: string): void {
    const address = this.#cache.get(path)?.blobUrl;
    if (address) URL.revokeObjectURL(address);
    this.#cache.delete(path);
  }

  async #load(path: string, picture: Picture): Promise<void> {
    try {
      const response = await this.http.fetch(
        picture.url.slice(this.#sitePath.length - 1) + SMALL_SIZE_QUERY,
      );
      const image = await response.blob();
      if (this.#cache.get(path) !== picture) return;
      picture.blobUrl = URL.createObjectURL(image);
      this.changed();
    } catch (error) {
      // Gone is gone; the stream tells of the next one.
      if ((error as Problem).transient !== false) picture.retryAt = Date.now() + RETRY_MS;
    }
  }
}
