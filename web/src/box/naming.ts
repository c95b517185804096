/** The last step of a new group: name, optional image, Create. */
import { css, html, nothing } from 'lit';
import type { Member } from '../client/types.ts';
import { uuidv7 } from '../client/uuid.ts';
import { t } from '../i18n/index.ts';
import { isBlank } from '../i18n/text.ts';
import { withErrorToast, toast } from '../ui/toast.ts';
import { avatar } from '../ui/avatar.ts';
import { limitInput } from '../ui/limit-input.ts';
import { icon } from '../ui/icons.ts';
import { chooseImage } from '../ui/image.ts';
import { StoreElement, define } from '../ui/element.ts';

/** The service's limit. */
const MAX_NAME_CHARS = 100;

const styles = css`
  ca-naming,
  ca-naming form {
    display: flex;
    flex-direction: column;
    flex: 1;
    min-block-size: 0;
  }
  .ca-naming {
    display: grid;
    justify-items: center;
    gap: 18px;
    padding: 28px 24px;
    overflow-y: auto;
    flex: 1;
    align-content: start;
  }
  .ca-naming label {
    display: grid;
    gap: 6px;
    inline-size: 100%;
    font-weight: 600;
    font-size: 13.5px;
  }
  .ca-naming label .ca-field {
    font-weight: 400;
    font-size: 15px;
  }
  .ca-picture {
    position: relative;
    border-radius: 50%;
    --ca-avatar: 88px;
  }
  .ca-camera {
    position: absolute;
    inset-block-end: -2px;
    inset-inline-end: -4px;
    display: grid;
    place-items: center;
    inline-size: 34px;
    block-size: 34px;
    border-radius: 50%;
    border: 2px solid var(--ca-surface);
    background: var(--ca-accent);
    color: var(--ca-on-accent);
  }
  .ca-camera .ca-icon {
    inline-size: 17px;
    block-size: 17px;
  }
  .ca-faces {
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
    gap: 8px;
  }
  .ca-faces li {
    --ca-avatar: 24px;
    display: flex;
    align-items: center;
    gap: 7px;
    max-inline-size: 100%;
    padding: 4px 12px 4px 4px;
    border-radius: 99px;
    background: var(--ca-raised);
    font-size: 13.5px;
  }
`;

export class CaNaming extends StoreElement {
  static override sheets = [styles];
  static override properties = {
    chosen: { attribute: false },
    name: { state: true },
    busy: { state: true },
    picture: { state: true },
  };
  declare chosen: readonly Member[];
  declare name: string;
  declare busy: boolean;
  declare picture: string;
  #image: File | null = null;
  /** One id per form, so that pressing the button twice creates one group. */
  readonly #group = uuidv7();

  constructor() {
    super();
    this.name = this.picture = '';
    this.busy = false;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    URL.revokeObjectURL(this.picture);
  }

  #onInput = (event: InputEvent): void => {
    limitInput(event, MAX_NAME_CHARS);
    this.name = (event.target as HTMLInputElement).value;
  };

  #choose = async (): Promise<void> => {
    const image = await chooseImage(this);
    if (!image) return;
    URL.revokeObjectURL(this.picture);
    this.#image = image;
    this.picture = URL.createObjectURL(image);
  };

  #create = async (event: Event): Promise<void> => {
    event.preventDefault();
    const name = this.name.trim();
    if (isBlank(name) || this.busy) return;
    const { api } = this.store;
    this.busy = true;
    const group = await withErrorToast(
      this,
      api.createGroup(
        this.#group,
        name,
        this.chosen.map((member) => member.id),
      ),
    );
    // The group exists even if saving its image fails.
    if (group && this.#image)
      await api.changeGroupImage(group.id, this.#image).catch(() => toast(this, t('image_failed')));
    this.busy = false;
    if (group) this.emit('ca-go', { name: 'conversation', id: group.id });
  };

  protected override render(): unknown {
    const n = this.chosen.length;
    return html`<form @submit=${this.#create}>
      <div class="ca-naming">
        <button
          type="button"
          class="ca-picture"
          part="camera"
          aria-label=${t('image')}
          title=${t('image')}
          @click=${this.#choose}
        >
          ${avatar('group', this.name, this.picture, 'group')}<span class="ca-camera"
            >${icon('camera')}</span
          >
        </button>
        <label
          >${t('group_name')}<input
            class="ca-field"
            required
            autocomplete="off"
            .value=${this.name}
            @input=${this.#onInput}
            @change=${this.#onInput}
        /></label>
        <ul class="ca-faces">
          ${this.chosen.map(
            (member) =>
              html`<li>
                ${avatar(member.id, member.display_name, member.avatar_url)}<span
                  class="ca-clip"
                  dir="auto"
                  >${member.display_name}</span
                >
              </li>`,
          )}
        </ul>
      </div>
      <div class="ca-foot">
        <span class="ca-grow ca-soft ca-small">${n ? t('chosen', { n }) : nothing}</span>
        <button class="ca-button ca-primary" ?disabled=${isBlank(this.name) || this.busy}>
          ${t('create')}
        </button>
      </div>
    </form>`;
  }
}

define('ca-naming', CaNaming);
