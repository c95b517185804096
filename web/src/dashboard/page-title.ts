/** The count before the title of the page: `(3) Causerie`. The title stays that of the page. */
export class PageTitle {
  #prefix = '';

  showCount(count: number): void {
    const { title } = document;
    const own = title.startsWith(this.#prefix) ? title.slice(this.#prefix.length) : title;
    this.#prefix = count ? `(${count}) ` : '';
    if (title !== this.#prefix + own) document.title = this.#prefix + own;
  }
}
