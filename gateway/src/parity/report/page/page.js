'use strict';
// Nothing is needed of this to read the page: every finding opens and closes without it.
const byId = (id) => document.getElementById(id);
const all = [...document.querySelectorAll('li.finding')];
const text = byId('text');
const lists = ['route', 'kind', 'severity'].map((name) => [name, byId('by-' + name)]);
const help = byId('help');

const visible = () => all.filter((finding) => !finding.hidden);
const summaryOf = (finding) => finding.querySelector('summary');
const words = new Map(all.map((finding) => [finding, summaryOf(finding).textContent.toLowerCase()]));

function say(message) {
  byId('said').textContent = message;
}

function filter() {
  const wanted = text.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const finding of all) {
    const chosen = lists.every(([name, list]) => !list.value || finding.dataset[name] === list.value);
    finding.hidden = !(chosen && wanted.every((word) => words.get(finding).includes(word)));
  }
  const left = visible().length;
  byId('shown').textContent = left === all.length ? left + (left === 1 ? ' finding' : ' findings') : left + ' of ' + all.length;
  byId('none').hidden = left > 0;
}

function go(step) {
  const findings = visible();
  if (findings.length === 0) return;
  const at = findings.findIndex((finding) => finding.contains(document.activeElement));
  const next = at < 0 ? (step > 0 ? 0 : findings.length - 1) : Math.min(Math.max(at + step, 0), findings.length - 1);
  const summary = summaryOf(findings[next]);
  summary.focus({ preventScroll: true });
  summary.scrollIntoView({ block: 'nearest' });
}

function show(hash) {
  const finding = hash.startsWith('#finding-') && byId(decodeURIComponent(hash.slice(1)));
  if (!finding) return;
  finding.querySelector('details').open = true;
  finding.scrollIntoView();
  summaryOf(finding).focus();
}

async function copy(button) {
  const source = byId(button.dataset.copies);
  try {
    await navigator.clipboard.writeText(source.textContent);
  } catch {
    // A page from a disk may not be allowed to; a selection is.
    const range = document.createRange();
    range.selectNodeContents(source);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    if (!document.execCommand('copy')) return say('It is selected, and can be copied with the keyboard.');
  }
  say('Copied.');
  const before = button.textContent;
  button.textContent = 'Copied';
  setTimeout(() => { button.textContent = before; }, 1500);
}

if (text) {
  byId('filter').addEventListener('input', filter);
  byId('filter').addEventListener('submit', (event) => event.preventDefault());
  byId('filter').addEventListener('reset', () => setTimeout(filter));
  byId('keys').addEventListener('click', () => help.showModal());
}

document.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (button?.dataset.copies) copy(button);
  if (button?.dataset.route && text) {
    const route = lists[0][1];
    if ([...route.options].some((option) => option.value === button.dataset.route)) {
      route.value = button.dataset.route;
      filter();
      byId('findings').scrollIntoView();
      go(1);
    } else {
      say('This route has no finding.');
    }
  }
});

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
  const writes = event.target.matches('input, select, textarea');
  if (event.key === 'Escape' && writes) {
    event.target.blur();
    return go(1);
  }
  // The arrows belong to whatever scrolls or chooses.
  const scrolls = writes || event.target.closest('.scroll, pre');
  if (event.key === 'j' && !writes || event.key === 'ArrowDown' && !scrolls) go(1);
  else if (event.key === 'k' && !writes || event.key === 'ArrowUp' && !scrolls) go(-1);
  else if (event.key === '/' && !writes && text) text.focus();
  else if (event.key === '?' && !writes) help.showModal();
  else return;
  event.preventDefault();
});

addEventListener('hashchange', () => show(location.hash));
show(location.hash);
