/** A native modal dialog. It traps the focus and restores it by itself. */
import { css, html, render } from 'lit';
import { t } from '../i18n/index.ts';
import { isBlank } from '../i18n/text.ts';
import { adoptStyles } from './element.ts';
import { limitInput } from './limit-input.ts';

const styles = css`
  dialog.ca-dialog {
    border: 1px solid transparent;
    border-radius: var(--ca-radius);
    padding: 22px;
    inline-size: min(380px, calc(100vw - 32px));
    background: var(--ca-surface);
    color: var(--ca-text);
    box-shadow: var(--ca-shadow);
  }
  dialog.ca-dialog::backdrop {
    background: rgb(8 14 13 / 0.45);
  }
  dialog.ca-dialog form {
    display: grid;
    gap: 14px;
  }
  dialog.ca-dialog p {
    overflow: clip;
    overflow-wrap: anywhere;
  }
  .ca-dialog h2 {
    font-size: 17px;
    font-weight: 650;
  }
  .ca-ends {
    display: flex;
    justify-content: flex-end;
    gap: 10px;
    margin-block-start: 6px;
  }
`;

export interface DialogOptions {
  title: string;
  text?: string;
  ok: string;
  danger?: boolean;
  /** Adds a required text field. */
  field?: {
    label: string;
    value: string;
    max: number;
    /** Known values, each a button. */
    choices?: readonly string[];
  };
}

/** Resolves to the text of the field, '' without a field, or null if the user cancels. */
export function openDialog(near: Element, options: DialogOptions): Promise<string | null> {
  const dialog = document.createElement('dialog');
  dialog.className = 'ca-dialog';
  dialog.setAttribute('part', 'dialog');
  dialog.setAttribute('aria-label', options.title);
  const root = near.getRootNode() as ShadowRoot;
  adoptStyles(root, styles);
  (root.querySelector('[data-menus]') ?? root.lastElementChild ?? root).append(dialog);
  return new Promise((resolve) => {
    let result: string | null = null;
    const submit = (event: Event) => {
      event.preventDefault();
      result = dialog.querySelector('input')?.value.trim() ?? '';
      if (options.field && isBlank(result)) return;
      dialog.close();
    };
    const choose = (choice: string) => {
      result = choice;
      dialog.close();
    };
    const { field } = options;
    render(
      html`<form @submit=${submit}>
        <h2>${options.title}</h2>
        ${options.text ? html`<p class="ca-soft">${options.text}</p>` : null}
        ${
          field
            ? html`<input
                  class="ca-field"
                  aria-label=${field.label}
                  .value=${field.value}
                  @input=${(event: InputEvent) => limitInput(event, field.max)}
                  @change=${(event: InputEvent) => limitInput(event, field.max)}
                  required
                  autofocus
                />
                ${
                  field.choices?.length
                    ? html`<div class="ca-choices">
                        ${field.choices.map(
                          (choice) =>
                            html`<button
                              type="button"
                              class="ca-tag"
                              @click=${() => choose(choice)}
                            >
                              ${choice}
                            </button>`,
                        )}
                      </div>`
                    : null
                }`
            : null
        }
        <div class="ca-ends">
          <button type="button" class="ca-button" @click=${() => dialog.close()}>
            ${t('cancel')}
          </button>
          <button class="ca-button ${options.danger ? 'ca-danger' : 'ca-primary'}">
            ${options.ok}
          </button>
        </div>
      </form>`,
      dialog,
    );
    dialog.addEventListener('keydown', (event) => event.stopPropagation());
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(result);
    });
    dialog.showModal();
    dialog.querySelector('input')?.select();
  });
}
