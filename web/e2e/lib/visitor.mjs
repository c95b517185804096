// A visitor in a browser context of their own. It records errors and requests.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
export const DESKTOP = { width: 1180, height: 800 };
export const PHONE = { width: 390, height: 844 };

export class Visitor {
  problems = [];
  requests = [];

  static async create(
    { browser, stack },
    {
      site,
      member,
      name,
      role,
      lang = 'en',
      theme = 'light',
      dir = 'ltr',
      viewport = DESKTOP,
      touch = false,
      origin = stack.origin,
      path,
    },
  ) {
    const context = await browser.newContext({
      viewport,
      hasTouch: touch,
      colorScheme: theme,
      reducedMotion: 'reduce',
      locale: lang,
      serviceWorkers: 'block',
    });
    context.setDefaultTimeout(15_000);
    const page = await context.newPage();
    const visitor = new Visitor(context, page, { site, member, role });
    const query = new URLSearchParams({
      site: site?.id ?? 'demo',
      lang,
      theme,
      dir,
      ...(member && { member }),
      ...(name && { name }),
    });
    visitor.hosts = [stack.origin, origin];
    visitor.address = `${origin}${path ?? `/host?${query}`}`;
    return visitor;
  }

  constructor(context, page, { site, member, role }) {
    Object.assign(this, { context, page, site, id: member, role });
    page.on(
      'console',
      (message) =>
        message.type() === 'error' &&
        this.problems.push(`${message.text()} ${message.location().url ?? ''}`),
    );
    page.on('pageerror', (error) => this.problems.push(String(error)));
    page.on(
      'dialog',
      (dialog) => (this.problems.push(`a dialog: ${dialog.message()}`), dialog.dismiss()),
    );
    page.on('request', (request) => this.requests.push(request.url()));
  }

  async arrive() {
    await this.page.goto(this.address);
    return this;
  }

  /** Recorded errors that the test does not allow, and requests to other hosts. */
  reportedErrors(allowed) {
    const foreign = this.requests.filter(
      (url) => !this.hosts.some((host) => url.startsWith(`${host}/`)) && !/^(data|blob):/.test(url),
    );
    return [
      ...this.problems.filter((text) => !allowed.some((pattern) => pattern.test(text))),
      ...foreign.map((url) => `a request to another host: ${url}`),
    ];
  }

  /** Violations that axe finds on the screen, including shadow roots. */
  async axeViolations() {
    await this.page.evaluate(axe);
    return this.page.evaluate(async () =>
      (await globalThis.axe.run(document, { resultTypes: ['violations'] })).violations.map(
        ({ id, nodes }) =>
          `${id}: ${nodes.map((node) => `${node.target.flat().join(' ')} (${node.any.concat(node.all).map((check) => check.message)[0] ?? ''})`).join('; ')}`,
      ),
    );
  }
}
