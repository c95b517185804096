// The chat box by roles and accessible names, in French or English.
import { Visitor } from './visitor.mjs';

const LABELS = {
  en: {
    open: 'Open chat',
    close: 'Close',
    back: 'Back',
    newChat: 'New chat',
    group: 'New group chat',
    next: 'Next',
    create: 'Create',
    name: 'Group name',
    write: 'Write a message',
    send: 'Send',
    more: 'More actions',
    find: 'Search by name',
    options: 'Options',
  },
  fr: {
    open: 'Ouvrir le chat',
    close: 'Fermer',
    back: 'Retour',
    newChat: 'Nouveau chat',
    group: 'Nouvelle conversation de groupe',
    next: 'Suivant',
    create: 'Créer',
    name: 'Nom du groupe',
    write: 'Écrire un message',
    send: 'Envoyer',
    more: 'Plus d’actions',
    find: 'Rechercher par nom',
    options: 'Options',
  },
};

export async function openBoxPage(given, options) {
  const visitor = await Visitor.create(given, options);
  await visitor.arrive();
  return new Box(visitor, LABELS[options.lang ?? 'en']);
}

export class Box {
  constructor(visitor, labels) {
    Object.assign(this, { visitor, labels, page: visitor.page, context: visitor.context });
    this.panel = this.page.locator('.ca-panel');
    this.bubble = this.page.locator('causerie-chat .bubble');
    this.badge = this.page.locator('causerie-chat .badge');
    this.input = this.panel.getByRole('textbox', { name: labels.write });
    this.log = this.panel.getByRole('log');
    this.items = this.panel.locator('.ca-item');
  }

  button(name, exact = true) {
    return this.panel.getByRole('button', { name, exact });
  }
  menuitem(name) {
    return this.panel.getByRole('menuitem', { name, exact: true });
  }
  item(title) {
    return this.items.filter({ hasText: title });
  }
  message(text) {
    return this.panel
      .locator('.ca-msg')
      .filter({ has: this.page.locator('.ca-text', { hasText: text }) });
  }

  async open() {
    await this.bubble.click();
    await this.panel.waitFor();
    await this.panel.locator('.ca-item, .ca-state').first().waitFor();
    return this;
  }
  async openConversation(title) {
    await this.item(title).click();
    await this.panel.locator('ca-conversation .ca-head h2').waitFor();
    return this;
  }
  async openWith(title) {
    await this.open();
    return this.openConversation(title);
  }
  async write(text) {
    await this.input.fill(text);
    await this.button(this.labels.send).click();
  }
  async moreActions(action) {
    await this.panel
      .locator('ca-conversation .ca-head')
      .getByRole('button', { name: this.labels.more })
      .click();
    await this.panel.getByRole('menu').waitFor();
    if (action) await this.menuitem(action).click();
  }
  /** The menu of one message. */
  async messageAction(text, action) {
    await this.message(text).last().hover();
    await this.message(text).last().locator('.ca-actions button').last().click();
    await this.menuitem(action).click();
  }
  async dialog(yes, text) {
    const dialog = this.panel.locator('dialog');
    if (text !== undefined) await dialog.getByRole('textbox').fill(text);
    await dialog.getByRole('button', { name: yes, exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
  }
  texts() {
    return this.panel.locator('.ca-msg .ca-text').allInnerTexts();
  }
}
