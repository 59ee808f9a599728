// What HTML alone cannot do. Every page works without this file; nothing here decides anything.
(() => {
  const { documentElement: root } = document;
  root.classList.add('script');
  const dialog = document.getElementById('dialog');
  let opener = null;

  document.addEventListener('click', (event) => {
    const dismissed = event.target.closest('[data-dismiss]');
    if (dismissed) dismissed.closest('.flash')?.remove();
    if (event.target.closest('[data-close-dialog]') && dialog?.open) {
      event.preventDefault();
      dialog.close();
    }
    for (const menu of document.querySelectorAll('.action-menu[open], .user-menu[open]')) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    const menu = event.target.closest?.('.action-menu[open], .user-menu[open]');
    if (!menu) return;
    menu.open = false;
    menu.querySelector('summary').focus();
  });

  document.addEventListener('change', (event) => {
    if (event.target.matches('[data-submit-on-change]')) event.target.form.requestSubmit();
  });

  for (const name of ['dragover', 'dragleave', 'drop']) {
    document.addEventListener(name, (event) => {
      const zone = event.target.closest?.('.dropzone');
      if (!zone) return;
      event.preventDefault();
      zone.classList.toggle('over', name === 'dragover');
      const input = zone.querySelector('[type=file]');
      if (name === 'drop' && event.dataTransfer.files.length > 0) {
        input.files = event.dataTransfer.files;
        input.dispatchEvent(new Event('change', { bubbles: true }));
      }
    });
  }

  // htmx swaps every content type; only HTML of ours may come in.
  document.addEventListener('htmx:before:response', (event) => {
    const type = event.detail.ctx.response.raw.headers.get('content-type') ?? '';
    if (event.detail.ctx.response.status !== 204 && !type.startsWith('text/html')) event.preventDefault();
  });

  document.addEventListener('htmx:before:request', (event) => {
    const source = event.detail.ctx.sourceElement;
    if (source?.closest('[data-opens-dialog]'))
      opener = source.closest('.action-menu')?.querySelector('summary') ?? source;
  });

  document.addEventListener('htmx:after:swap', () => {
    if (dialog?.childElementCount && !dialog.open) dialog.showModal();
    const summary = document.querySelector('dialog[open] [role=alert]') ?? document.querySelector('main [role=alert]');
    summary?.focus();
  });

  // The server says that the dialog has done its work.
  document.addEventListener('dialog-close', () => dialog?.close());
  dialog?.addEventListener('close', () => {
    dialog.replaceChildren();
    const place = opener?.isConnected ? opener : document.querySelector('main h1');
    if (place?.tagName === 'H1') place.tabIndex = -1;
    place?.focus();
    opener = null;
  });

  document.querySelector('[role=alert]')?.focus();
})();
