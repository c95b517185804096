// The dashboard by roles and accessible names.
import { Visitor } from './visitor.mjs';

export async function openDashboardPage(
  given,
  { site, member = 'owner', role = 'owner', section = 'inbox', lang = 'en', ttl, ...rest },
) {
  const visitor = await Visitor.create(given, {
    site,
    member,
    role,
    lang,
    path: `/dashboard#${section}`,
    ...rest,
  });
  const token = await given.world.token({ site: site.id, member, role, ttl });
  await visitor.context.addInitScript(
    ([key, value]) => sessionStorage.getItem(key) ?? sessionStorage.setItem(key, value),
    ['causerie:dashboard:token', token],
  );
  await visitor.arrive();
  return new Dashboard(visitor);
}

export class Dashboard {
  constructor(visitor) {
    Object.assign(this, { visitor, page: visitor.page, context: visitor.context });
    this.switch = this.page.getByRole('switch');
    this.rows = this.page.locator('tbody tr');
  }
  button(name) {
    return this.page.getByRole('button', { name, exact: true });
  }
  async openSection(name) {
    await this.page.getByRole('link', { name, exact: false }).click();
  }
  row(name) {
    return this.rows.filter({ hasText: name });
  }
  async memberAction(name, action) {
    await this.row(name).getByRole('button', { name: 'More actions' }).click();
    await this.page.getByRole('menuitem', { name: action, exact: true }).click();
  }
  async dialog(yes, text) {
    const dialog = this.page.locator('dialog');
    if (text !== undefined) await dialog.getByRole('textbox').fill(text);
    await dialog.getByRole('button', { name: yes, exact: true }).click();
  }
}
