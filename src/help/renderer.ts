import { Renderer, type Tokens } from 'marked';

interface Places {
  /** Where a link of the file leads in the portal. */
  link(href: string): string;
  image(href: string): { readonly address: string; readonly width: number; readonly height: number };
}

/** Draws the Markdown of the guide: links and pictures by their places in the portal, wide tables and code in boxes that scroll, by keyboard too. */
export class GuideRenderer extends Renderer {
  readonly #places: Places;

  constructor(places: Places) {
    super();
    this.#places = places;
  }

  override link(token: Tokens.Link): string {
    return super.link({ ...token, href: this.#places.link(token.href) });
  }

  /** Pictures far below are loaded when somebody comes near them; their size is known before, so that nothing jumps. */
  override image(token: Tokens.Image): string {
    const { address, width, height } = this.#places.image(token.href);
    return super
      .image({ ...token, href: address })
      .replace('<img ', `<img width="${width}" height="${height}" loading="lazy" `);
  }

  override code(token: Tokens.Code): string {
    return super.code(token).replace('<pre>', '<pre tabindex="0">');
  }

  override table(token: Tokens.Table): string {
    return `<div class="table" tabindex="0">${super.table(token)}</div>`;
  }
}
