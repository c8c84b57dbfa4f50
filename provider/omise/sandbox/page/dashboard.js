'use strict';
// Draws the page again when the sandbox says that something changed, unless
// somebody is typing in it.
const stream = document.getElementById('live').dataset.stream;
let stale = false;

async function draw() {
  const live = document.getElementById('live');
  if (live.contains(document.activeElement) && document.activeElement.matches('input, textarea')) {
    stale = true;
    return;
  }
  stale = false;
  const answer = await fetch(location.pathname);
  if (!answer.ok) return;
  const open = live.querySelector('details').open;
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  live.replaceChildren(...page.getElementById('live').childNodes);
  live.querySelector('details').open = open;
}

new EventSource(stream).addEventListener('message', draw);
document.addEventListener('focusout', () => { if (stale) setTimeout(draw); });
