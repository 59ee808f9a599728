// What HTML alone cannot do. Every page works without this file; nothing here decides anything.
const root = document.documentElement;
const find = (selector) => document.querySelector(selector);
root.classList.add('script');

// What only this file shows stands in an attribute until now (views/layouts/later.eta).
const later = find('[data-later]');
if (later) later.outerHTML = later.dataset.later;

// Messages can be put away.
document.addEventListener('click', ({ target }) => {
  const flash = target.closest('[data-dismiss]')?.closest('.flash');
  if (!flash) return;
  flash.remove();
  find('main').focus();
});

// The side panel: says whether it is open; on wide screens it stays as it was left, on phones it closes like a menu.
const toggle = find('#menu-toggle');
const wide = matchMedia('(min-width: 801px)');
const panelIsOpen = () =>
  wide.matches ? toggle.checked === document.body.classList.contains('panel-narrow') : toggle.checked;
const tellPanel = () => toggle?.setAttribute('aria-expanded', String(panelIsOpen()));
const closeDrawer = () => {
  if (wide.matches || !toggle?.checked) return false;
  toggle.checked = false;
  tellPanel();
  return true;
};
toggle?.addEventListener('change', () => {
  tellPanel();
  if (wide.matches) {
    const [host, secure] = location.protocol === 'https:' ? ['__Host-', '; secure'] : ['', ''];
    const state = panelIsOpen() ? 'wide' : 'narrow';
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not everywhere yet
    document.cookie = `${host}pmp_panel=${state}; path=/; max-age=31536000; samesite=lax${secure}`;
  }
});
wide.addEventListener('change', tellPanel);
tellPanel();
document.addEventListener('click', ({ target }) => {
  if (!target.closest('.side-panel, .hamburger')) closeDrawer();
});
document.addEventListener('keydown', ({ key }) => {
  if (key === 'Escape' && closeDrawer()) toggle.focus();
});

// Menus: popovers open and close by themselves; here come their place in browsers without anchors, and the arrow keys.
const itemsOf = (menu) => [...menu.querySelectorAll('a, button')];
const buttonOf = (menu) => find(`[popovertarget="${menu.id}"]`);
const placeMenu = (menu) => {
  if (CSS.supports('position-area', 'block-end')) return;
  const button = buttonOf(menu).getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = button.bottom + 5 + height <= innerHeight;
  const start = getComputedStyle(menu).direction === 'rtl' ? button.left : button.right - width;
  const left = Math.min(Math.max(8, start), innerWidth - width - 8);
  Object.assign(menu.style, {
    margin: '0',
    inset: `${below ? button.bottom + 5 : button.top - height - 5}px auto auto ${left}px`,
  });
};
document.addEventListener(
  'toggle',
  ({ target, newState }) => {
    if (!target.matches('[popover]')) return;
    buttonOf(target)?.setAttribute('aria-expanded', String(newState === 'open'));
    if (newState !== 'open') return;
    placeMenu(target);
    itemsOf(target)[0]?.focus();
  },
  true,
);
document.addEventListener('keydown', (event) => {
  const menu = event.target.closest?.('.menu:popover-open');
  if (!menu) return;
  const items = itemsOf(menu);
  const now = items.indexOf(document.activeElement);
  const next = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: -1 }[event.key];
  if (event.key === 'Tab') menu.hidePopover();
  if (next === undefined) return;
  event.preventDefault();
  items.at(next % items.length).focus();
});

// A file can be dropped anywhere on the drop zone; the browser's own field takes it.
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
  const { raw, status } = event.detail.ctx.response;
  const left = raw.headers.get('session-left');
  if (left && idle) sessionEnds(left);
  if (status !== 204 && !raw.headers.get('content-type')?.startsWith('text/html')) event.preventDefault();
});

// Tells something to the ear: from within the dialog where it is open, for then nothing else is heard.
const announcer = find('#announcer');
function announce(text) {
  (find('#idle[open]') ?? find('dialog[open]') ?? find('main')).append(announcer);
  announcer.textContent = '';
  setTimeout(() => {
    announcer.textContent = text;
  }, 50);
}

// The dialog: opens when htmx has filled it, closes when the server says so; focus goes back to the row it came from.
let openedFrom = null;
const dialog = find('#dialog');
document.addEventListener('htmx:before:request', (event) => {
  const link = event.detail.ctx.sourceElement?.closest('[data-opens-dialog]');
  if (!link) return;
  const menu = link.closest('.menu');
  openedFrom = { button: (menu && buttonOf(menu)) ?? link, row: link.closest('[id][data-id]')?.id };
  dialog.dataset.page = link.getAttribute('href');
  menu?.hidePopover();
});
const focusOn = (element) => {
  if (!element) return;
  if (element.tabIndex < 0) element.tabIndex = -1;
  element.focus();
};
document.addEventListener('htmx:after:swap', () => {
  if (dialog?.childElementCount && !dialog.open) {
    dialog.showModal();
    focusOn(dialog.querySelector('h2'));
    dialog.scrollTop = 0;
  }
  focusOn(newReasons());
  // A list that was replaced tells once how it is now.
  const list = find('[data-told]');
  if (!list) return;
  announce(list.dataset.told);
  delete list.dataset.told;
});
document.addEventListener('dialog-close', () => {
  // After a decision there may be a next one: the way to it is in the message and in the row, if the row is on this page.
  const decided = find('#flash [data-next]')?.dataset.next;
  for (const way of document.querySelectorAll('tr [data-next]')) if (way.dataset.next !== decided) way.remove();
  if (decided) openedFrom = { row: decided };
  dialog?.close();
});
document.addEventListener('click', (event) => {
  if (!event.target.closest('[data-close-dialog]') || !dialog?.open) return;
  event.preventDefault();
  dialog.close();
});
// Escape does not throw away what was typed: it goes to the button that does.
dialog?.addEventListener('cancel', (event) => {
  if (!dialog.querySelector('textarea')?.value) return;
  event.preventDefault();
  dialog.querySelector('[data-close-dialog]').focus();
});
dialog?.addEventListener('close', () => {
  const { button, row } = openedFrom ?? {};
  const changed = row && document.getElementById(row);
  const way = (changed ?? document).querySelector('[data-next]');
  dialog.replaceChildren();
  focusOn(button?.isConnected ? button : way || changed?.querySelector('.more, a') || find('main h1'));
  openedFrom = null;
});

// A text that is offered is put into its field, below what was typed there; another one takes the place of the first.
document.addEventListener('click', (event) => {
  const offer = event.target.closest('[data-fill]');
  if (!offer) return;
  event.preventDefault();
  const field = document.getElementById(offer.dataset.fill);
  const typed = field.value === field.dataset.filled ? '' : field.value.trim();
  field.value = typed === '' ? offer.textContent.trim() : `${typed}\n${offer.textContent.trim()}`;
  field.dataset.filled = field.value;
  offer.closest('details').open = false;
  field.focus();
});

// Copying, also where browsers have no clipboard to offer (plain http); the button shows it, and it is told.
async function copy(button) {
  const { copy: text, copied, notCopied } = button.dataset;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = document.createElement('textarea');
    field.value = text;
    button.after(field);
    field.select();
    const done = document.execCommand('copy');
    field.remove();
    button.focus();
    if (!done) return announce(notCopied);
  }
  button.dataset.done = '';
  setTimeout(() => delete button.dataset.done, 2000);
  announce(copied);
}
document.addEventListener('click', ({ target }) => {
  const button = target.closest('[data-copy]');
  if (button) copy(button);
});

// A download leaves the page as it is: the page says at once that it happened, and the server need not say it on the next.
document.addEventListener('click', ({ target }) => {
  const link = target.closest('a[download]');
  const message = find('#downloaded')?.content.firstElementChild.cloneNode(true);
  if (!link || !message) return;
  const address = new URL(link.href);
  address.searchParams.set('told', '1');
  link.href = address.href;
  announce(message.textContent.trim());
  message.setAttribute('role', 'status');
  message.dataset.flash = 'certificate-downloaded';
  find('#flash').replaceChildren(message);
  link.closest('.menu:popover-open')?.hidePopover();
});

// Reasons against what was sent are read out once, where they appear.
function newReasons() {
  const reasons = find('[role=alert]:not([data-seen])');
  if (reasons) reasons.dataset.seen = '';
  return reasons;
}
focusOn(newReasons());

// The end of the session, which the tabs tell each other: a dialog asks in time whether somebody is still there; when the time is up,
// the texts typed into a form are handed to the sign-in (docs/decisions/0015). Nothing of this decides: the server does.
const idle = find('#idle');
const SHARED = 'pmp-session-ends';
let endsAt = 0;
let timer;
let typedInto;
function shared(value) {
  try {
    if (value) localStorage.setItem(SHARED, value);
    return Number(localStorage.getItem(SHARED));
  } catch {
    return 0;
  }
}
function sessionEnds(seconds) {
  endsAt = shared(Date.now() + seconds * 1000) || Date.now() + seconds * 1000;
  watchIdle();
}
function watchIdle() {
  clearTimeout(timer);
  endsAt = Math.max(endsAt, shared());
  const left = Math.ceil((endsAt - Date.now()) / 1000);
  const early = left - idle.dataset.warn;
  if (early > 0) {
    idle.close();
    timer = setTimeout(watchIdle, Math.min(early, 60) * 1000);
    return;
  }
  if (!idle.open) {
    idle.querySelector('.problem').textContent = '';
    idle.showModal();
  }
  if (left < 0) {
    leave();
    return;
  }
  idle.querySelector('[role=timer]').textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
  if (left === 60) announce(idle.dataset.minute);
  if (left === 10) announce(idle.dataset.seconds);
  timer = setTimeout(watchIdle, 1000);
}
const ask = (path, body) => fetch(path, { method: 'POST', headers: { 'HX-Request': 'true' }, body });
const complain = (text) => {
  idle.querySelector('.problem').textContent = text;
};
async function stay() {
  try {
    const { headers } = await ask('/session/extension');
    if (headers.has('hx-redirect')) {
      leave();
      return;
    }
    const left = headers.get('session-left');
    if (!left) throw left;
    sessionEnds(left);
    if (idle.open) complain(idle.dataset.limit);
  } catch {
    complain(idle.dataset.unreachable);
  }
}
async function leave() {
  clearTimeout(timer);
  const form = typedInto?.isConnected ? typedInto : find('dialog[open] form, main form:has(.wrong)');
  const body = new URLSearchParams({ next: (dialog.contains(form) ? dialog : idle).dataset.page });
  for (const { type, name, value } of form?.elements ?? [])
    if (/^(text|email|tel|textarea|select-one)$/.test(type)) body.append(`typed.${name}`, value);
  try {
    location.assign((await ask('/session/expiry', body)).headers.get('hx-redirect') ?? '/login');
  } catch {
    complain(idle.dataset.unreachable);
    timer = setTimeout(watchIdle, 10_000);
  }
}
if (idle) {
  sessionEnds(idle.dataset.left);
  document.addEventListener('input', ({ target }) => {
    if (target.form?.method === 'post') typedInto = target.form;
  });
  document.addEventListener('visibilitychange', watchIdle);
  addEventListener('storage', watchIdle);
  idle.querySelector('[data-stay]').addEventListener('click', stay);
  idle.addEventListener('cancel', (event) => {
    event.preventDefault();
    stay();
  });
}
