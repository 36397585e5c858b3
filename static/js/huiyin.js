/* Makes pages nicer that work without it. No text of its own: words come from data attributes, so they are translated. */
(function () {
  'use strict';
  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  const on = (name, act, options) => document.addEventListener(name, act, options);
  const composing = (event) => event.isComposing || event.keyCode === 229 || event.key === 'Process';
  const announce = (text) => { const box = document.getElementById('announce'); if (box) box.textContent = text; };

  /* A pressed button says so, once. The server takes a double press as one (form key), so it may come back after a while. */
  function busy(button) {
    if (!button || !button.dataset.busy || button.disabled) return;
    button.dataset.label = button.innerHTML;
    button.textContent = button.dataset.busy;
    button.disabled = true;
    setTimeout(() => idle(button), 20000);
  }
  function idle(button) {
    if (!button || !('label' in button.dataset)) return;
    button.innerHTML = button.dataset.label;
    delete button.dataset.label;
    button.disabled = false;
  }
  on('submit', (event) => {
    const button = event.submitter || event.target.querySelector('[data-busy]');
    // After the event: a button disabled during it would not send its name.
    setTimeout(() => { if (!event.defaultPrevented) busy(button); });
  });
  window.addEventListener('pageshow', (event) => { if (event.persisted) all('[data-label]').forEach(idle); });

  /* Buttons that need a script are hidden without one. */
  function wake(root) {
    all('[data-copy],[data-print]', root).forEach((button) => { button.hidden = false; });
    all('form[data-upload] [data-upload-button]', root).forEach((button) => { button.hidden = true; });
    all('[data-count]', root).forEach(count);
    if (document.documentElement.dataset.size && document.documentElement.lang === 'zh-CN' && window.Intl && Intl.Segmenter) all('h1,h2,h3,dt,legend,.fld>label', root).forEach(phrase);
  }

  /* Chinese may break after any character: in large letters a heading breaks between words, where the browser knows them. */
  function phrase(heading) {
    const walk = document.createTreeWalker(heading, NodeFilter.SHOW_TEXT), texts = [];
    while (walk.nextNode()) texts.push(walk.currentNode);
    for (const text of texts) {
      const parts = [];
      for (const word of new Intl.Segmenter('zh', { granularity: 'word' }).segment(text.data)) {
        if (parts.length && word.isWordLike && !/[“‘（《〔]$/.test(parts[parts.length - 1])) parts.push(document.createElement('wbr'));
        parts.push(word.segment);
      }
      text.replaceWith(...parts);
    }
    heading.classList.add('words');
  }
  on('click', (event) => {
    const button = event.target.closest('[data-print],[data-copy],[data-exit]');
    if (!button) return;
    if ('print' in button.dataset) window.print();
    if ('copy' in button.dataset) copy(button);
    if ('exit' in button.dataset) { event.preventDefault(); leave(button); }
  });
  function copy(button) {
    const text = all(button.dataset.copy).map((part) => part.textContent.trim()).join('\n');
    const done = () => {
      const label = button.textContent;
      announce(button.textContent = button.dataset.done);
      setTimeout(() => { button.textContent = label; }, 3000);
    };
    if (navigator.clipboard) { navigator.clipboard.writeText(text).then(done); return; }
    const area = document.body.appendChild(document.createElement('textarea'));
    area.value = text;
    area.select();
    if (document.execCommand('copy')) done();
    area.remove();
    button.focus();
  }

  /* Quick exit: Esc three times in two seconds. Not Shift: it switches 中/英 in Chinese input methods. */
  let presses = [];
  function leave(link) {
    document.documentElement.hidden = true;
    location.replace(link.href);
  }
  on('keydown', (event) => {
    if (event.key !== 'Escape' || composing(event)) return;
    const open = all('details.menu[open]')[0];
    if (open) { open.open = false; open.firstElementChild.focus(); }
    const link = all('[data-exit]')[0];
    presses = presses.filter((time) => event.timeStamp - time < 2000).concat(event.timeStamp);
    if (link && presses.length > 2) leave(link);
  });

  /* Characters as people count them: code points, not UTF-16 units. */
  function count(field) {
    const box = document.getElementById(field.dataset.count);
    if (!box) return;
    const max = Number(box.dataset.max);
    const n = Array.from(field.value).length;
    box.classList.toggle('over', n > max);
    box.textContent = (n > max ? box.dataset.over : box.dataset.text).replace('{n}', n).replace('{max}', max).replace('{over}', n - max);
  }
  on('input', (event) => { if (event.target.dataset.count) count(event.target); });

  /* Files go one by one over the same form the server already understands; it answers with the page, we take its list. */
  on('change', (event) => {
    const form = event.target.form;
    if (event.target.type !== 'file' || !form || !form.dataset.upload) return;
    const files = Array.from(event.target.files);
    const blank = new FormData(form);
    blank.delete(event.target.name);
    const button = form.querySelector('[data-upload-button]');
    if (button) blank.append(button.name, button.value);
    event.target.value = '';
    files.map((file) => row(form, file)).reduce((before, next) => before.then(() => send(form, event.target.name, blank, next)), Promise.resolve());
  });
  function row(form, file) {
    const list = form.nextElementSibling && form.nextElementSibling.matches('.files.sending') ? form.nextElementSibling
      : form.insertAdjacentElement('afterend', Object.assign(document.createElement('ul'), { className: 'files sending' }));
    const item = list.appendChild(document.createElement('li'));
    const part = (tag, className, text) => Object.assign(item.appendChild(document.createElement(tag)), { className, textContent: text });
    const made = { file, item, part };
    part('span', '', file.name);
    made.state = part('span', 'state', form.dataset.waiting);
    made.stop = part('button', 'btn sm quiet rm', form.dataset.cancel);
    made.stop.type = 'button';
    made.stop.onclick = () => { made.stopped = true; if (made.request) made.request.abort(); else finish(made, form.dataset.cancelled); };
    return made;
  }
  function finish(made, reason) {
    made.stop.remove();
    if (reason) { made.state.remove(); made.part('p', 'err', reason); announce(made.file.name + ' ' + reason); } else made.item.remove();
  }
  function send(form, name, blank, made) {
    if (made.stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const body = new FormData();
      blank.forEach((value, key) => body.append(key, value));
      body.append(name, made.file);
      const bar = Object.assign(document.createElement('progress'), { max: 1, value: 0 });
      bar.setAttribute('aria-label', made.file.name);
      made.state.textContent = '';
      made.state.appendChild(bar);
      const request = made.request = new XMLHttpRequest();
      request.responseType = 'document';
      request.upload.onprogress = (event) => { if (event.lengthComputable) bar.value = event.loaded / event.total; };
      request.onloadend = () => {
        const page = request.response;
        const fresh = page && page.querySelector(form.dataset.upload);
        const stale = document.querySelector(form.dataset.upload);
        if (fresh && stale) stale.replaceWith(fresh);
        const said = page && page.querySelector('.errsum li');
        const good = request.status >= 200 && request.status < 300;
        finish(made, good ? '' : made.stopped ? form.dataset.cancelled : said ? said.textContent : form.dataset.failed);
        if (good) announce(made.file.name + ' ' + form.dataset.sent);
        resolve();
      };
      request.open('POST', form.action);
      request.send(body);
    });
  }

  /* Shortcuts of the back office: never while typing, composing or with a modifier; body[data-keys=off] turns them off. */
  function typing(event) {
    const at = event.target;
    return composing(event) || event.ctrlKey || event.metaKey || event.altKey || at.isContentEditable ||
      /^(TEXTAREA|SELECT)$/.test(at.tagName) || (at.tagName === 'INPUT' && !/^(checkbox|radio|button|submit)$/.test(at.type));
  }
  const letter = (event) => event.code === 'Slash' ? (event.shiftKey ? '?' : '/') : event.shiftKey ? '' : event.code.replace(/^Key/, '');
  function move(rows, at, step) {
    const next = rows[Math.max(0, Math.min(rows.length - 1, at + step))];
    choose(rows, next);
    const link = next.querySelector('a');
    if (link) link.focus();
  }
  /* The row's link hears `preview`: with hx-trigger="preview" it fills the pane beside the list. */
  function choose(rows, next) {
    rows.forEach((one) => one.classList.toggle('cur', one === next));
    const pane = document.getElementById('pane');
    if (pane) pane.replaceChildren(); // its keys belong to the row before
    const link = next.querySelector('a');
    if (link) preview(link);
  }
  /* A key may come before htmx is up: then the pane is asked for as soon as it is. */
  function preview(link) {
    if (!link.closest('.cur')) return;
    if ('htmxPowered' in link.dataset) link.dispatchEvent(new CustomEvent('preview'));
    else document.addEventListener('htmx:after:process', () => preview(link), { once: true });
  }
  /* Digits choose among the answers of the question in focus and go on to the next: a case is accepted in four keys. */
  const cards = (root) => all('fieldset', root).filter((one) => one.querySelector('input[type=radio]') && one.offsetParent);
  function pick(event) {
    const at = event.target;
    const digit = Number((/^(?:Digit|Numpad)([1-9])$/.exec(event.code) || [])[1]);
    if (!digit || event.shiftKey || at.type !== 'radio' || !at.form || !('start' in at.form.dataset)) return false;
    const box = all('input[type=radio]', at.closest('fieldset'))[digit - 1];
    if (!box) return false;
    box.click();
    const groups = cards(at.form);
    const next = groups[groups.indexOf(at.closest('fieldset')) + 1];
    (next ? start(next) : box).focus();
    return true;
  }
  function start(root) {
    const field = all('input,select,textarea', root).filter((one) => one.type !== 'hidden' && one.offsetParent)[0];
    return (field && field.type === 'radio' && all('input:checked', field.closest('fieldset'))[0]) || field;
  }
  const mark = (box) => { const line = box.closest('tr'); if (line) line.classList.toggle('sel', box.checked); };
  on('keydown', (event) => {
    if (document.body.dataset.keys === 'off' || !document.body.classList.contains('staff') || typing(event)) return;
    if (pick(event)) { event.preventDefault(); return; }
    const key = letter(event);
    const rows = all('.queue tbody tr');
    const at = rows.findIndex((one) => one.classList.contains('cur'));
    if (rows.length && (key === 'J' || key === 'K')) move(rows, at, key === 'J' ? 1 : -1);
    else if (at >= 0 && key === 'X') { const box = rows[at].querySelector('input[type=checkbox]'); if (box) box.click(); }
    else if (at >= 0 && key === 'Enter' && event.target === document.body) rows[at].querySelector('a').click();
    else {
      const found = all('[data-key]').filter((one) => one.dataset.key === key && one.offsetParent)[0];
      if (!found || event.repeat) return;
      if (/^(INPUT|TEXTAREA|SELECT)$/.test(found.tagName)) found.focus(); else found.click();
    }
    if (key !== 'Enter') event.preventDefault();
  });
  on('change', (event) => { if (event.target.type === 'checkbox') mark(event.target); });
  on('click', (event) => {
    const line = event.target.closest('.queue tbody tr');
    if (line && !event.target.closest('a,button,input,label')) choose(all('.queue tbody tr'), line);
  });

  /* htmx: what waits says so, half-typed pinyin asks nothing, hidden pages do not poll, a lost line is told. */
  let halfway = null;
  on('compositionstart', (event) => { halfway = event.target; });
  on('compositionend', (event) => { halfway = null; event.target.dispatchEvent(new Event('input', { bubbles: true })); });
  on('htmx:config:request', (event) => {
    const cause = event.detail.ctx.sourceEvent;
    if ((halfway && event.target.contains(halfway)) || (cause && cause.type === 'every' && document.hidden)) event.preventDefault();
  });
  on('htmx:before:request', (event) => {
    const ctx = event.detail.ctx;
    if (ctx.target && ctx.target.setAttribute) ctx.target.setAttribute('aria-busy', 'true');
    if (ctx.sourceEvent && ctx.sourceEvent.type === 'submit') busy(ctx.sourceEvent.submitter || event.target.querySelector('[data-busy]'));
  });
  on('htmx:finally:request', (event) => {
    const ctx = event.detail.ctx;
    if (ctx.target && ctx.target.removeAttribute) ctx.target.removeAttribute('aria-busy');
    if (!(ctx.hx && ctx.hx.redirect)) all('[data-label]', event.target).forEach(idle);
  });
  on('htmx:error', () => { const box = document.getElementById('announce'); if (box) { box.classList.remove('vh'); box.classList.add('offline'); box.textContent = box.dataset.offline; } });
  on('htmx:after:swap', (event) => { if (event.detail.ctx.target) wake(event.detail.ctx.target.isConnected ? event.detail.ctx.target : document); });

  wake();
  // Engines that know autofocus on fields only leave the summary out; after a swap htmx does this itself.
  const first = all('.errsum,[autofocus]')[0];
  const form = all('form[data-start]')[0];
  if (form && document.body.dataset.keys !== 'off') cards(form).forEach((one) => one.classList.add('counted'));
  const field = first || (form && start(form));
  if (field) field.focus();
  // Back from a step: the case that followed is the next one.
  const hash = /^#case-(\d+)$/.exec(location.hash);
  const rows = all('.queue tbody tr');
  const next = hash ? rows.findIndex((one) => { const link = one.querySelector('a'); return link && link.pathname.endsWith('/case/' + hash[1]); }) : -1;
  if (next >= 0 && document.body.dataset.keys !== 'off') move(rows, next, 0);
})();
