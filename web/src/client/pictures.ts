/**
 * Images of groups. An `<img>` sends no token, so each image is fetched with the token and shown
 * from a `blob:` URL. There is one URL per conversation, revoked when the image changes or access
 * ends.
 */
import type { Http } from './http.ts';
import type { Problem } from './problem.ts';

/** The small version suits lists and headers on screens of double density. */
const SMALL_SIZE_QUERY = '?size=small';
/** After a failed request, the first rendering after this time requests the image again. */
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

  /** The `blob:` URL, or `undefined` until the image is loaded. */
  blobUrlOf(url: string | null | undefined): string | undefined {
    if (!url?.startsWith(this.#sitePath)) return undefined;
    // A changed image has a new id under the same path.
    const path = url.slice(0, url.lastIndexOf('/'));
    const cached = this.#cache.get(path);
    if (cached?.url === url && !(cached.retryAt! <= performance.now())) return cached.blobUrl;
    this.#revoke(path);
    const picture: Picture = { url };
    this.#cache.set(path, picture);
    void this.#load(path, picture);
  }

  /** Revokes all URLs, for example when the member loses access. */
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
      // Only transient failures are retried. The stream reports a new image.
      if ((error as Problem).transient !== false) picture.retryAt = performance.now() + RETRY_MS;
    }
  }
}
