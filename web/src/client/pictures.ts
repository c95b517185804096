/**
 * Images of groups. An `<img>` sends no token, so each is fetched with it and shown under a `blob:` address of this page:
 * one for each conversation, given back when its image is another or nobody may look any more.
 */
import type { Http, Problem } from './http.ts';

/** Small is for lists and headers, up to twice the size that they show. */
const SMALL = '?size=small';
/** What could not be had is asked for again with what is drawn after that. */
const AGAIN_MS = 10_000;

interface Picture {
  url: string;
  address?: string;
  again?: number;
}

export class Pictures {
  private readonly known = new Map<string, Picture>();
  private readonly ours: string;

  constructor(
    private readonly http: Http,
    private readonly changed: () => void,
  ) {
    this.ours = `${http.base.slice(http.base.lastIndexOf('/v1/sites/'))}/`;
  }

  /** Where it can be shown from; `undefined` until it is here. */
  of(url: string | null | undefined): string | undefined {
    if (!url?.startsWith(this.ours)) return undefined;
    // An image that is changed has another id, behind the same path.
    const place = url.slice(0, url.lastIndexOf('/'));
    const known = this.known.get(place);
    if (known?.url === url && !(known.again! <= Date.now())) return known.address;
    this.forget(place);
    const picture: Picture = { url };
    this.known.set(place, picture);
    void this.load(place, picture);
  }

  /** All of them: who may read no more has nothing left to look at. */
  drop(): void {
    for (const place of this.known.keys()) this.forget(place);
  }

  private forget(place: string): void {
    const address = this.known.get(place)?.address;
    if (address) URL.revokeObjectURL(address);
    this.known.delete(place);
  }

  private async load(place: string, picture: Picture): Promise<void> {
    try {
      const answer = await this.http.fetch(picture.url.slice(this.ours.length - 1) + SMALL);
      const image = await answer.blob();
      if (this.known.get(place) !== picture) return;
      picture.address = URL.createObjectURL(image);
      this.changed();
    } catch (error) {
      // Gone is gone; the stream tells of the next one.
      if ((error as Problem).passing !== false) picture.again = Date.now() + AGAIN_MS;
    }
  }
}
