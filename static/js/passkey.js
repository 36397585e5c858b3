/* Asks the browser for a passkey and puts its answer into the form; without this script the code field remains. */
(function () {
  'use strict';
  const bytes = (text) => {
    const plain = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
    return Uint8Array.from(plain, (c) => c.charCodeAt(0)).buffer;
  };
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');

  function decoded(options) {
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    for (const list of [options.excludeCredentials, options.allowCredentials]) {
      for (const one of list || []) one.id = bytes(one.id);
    }
    return options;
  }

  function encoded(key) {
    const response = {};
    for (const name of ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle']) {
      if (key.response[name]) response[name] = text(key.response[name]);
    }
    return JSON.stringify({ id: key.id, rawId: text(key.rawId), type: key.type, response, clientExtensionResults: {} });
  }

  async function ask(form, button) {
    const publicKey = decoded(JSON.parse(form.dataset.passkey));
    button.disabled = true;
    try {
      const key = publicKey.user ? await navigator.credentials.create({ publicKey })
        : await navigator.credentials.get({ publicKey });
      form.querySelector('[name=answer]').value = encoded(key);
      form.submit();
    } catch (error) {
      button.disabled = false;
      document.getElementById('announce').textContent = form.querySelector('[data-passkey-failed]').textContent;
      form.querySelector('[data-passkey-failed]').hidden = false;
    }
  }

  if (!window.PublicKeyCredential) return;
  for (const form of document.querySelectorAll('form[data-passkey]')) {
    form.hidden = false;
    form.addEventListener('submit', (event) => {
      if (form.querySelector('[name=answer]').value) return;
      event.preventDefault();
      ask(form, form.querySelector('button'));
    });
  }
})();
