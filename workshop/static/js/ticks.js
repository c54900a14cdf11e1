// Ticked rows of a list: all at once, how many there are, and from box to box with the arrows. Without it the boxes and
// their buttons work as they are.
export function startTicks() {
  document.addEventListener("change", (event) => changed(event.target));
  document.addEventListener("click", stretch);
  document.addEventListener("keydown", walk);
  document.addEventListener("fresh", show);
  window.addEventListener("pageshow", show);
  show();
}

let last = null;

const isTick = (element) => element.matches?.("input[type=checkbox][name=code][form]") && element.form?.hasAttribute("data-ticked");
const ticks = (form) => [...form.elements].filter(isTick);

function changed(box) {
  const all = box.closest?.("[data-ticked-all]");
  if (all) ticks(box.form).forEach((each) => (each.checked = box.checked));
  if (all || isTick(box)) show();
}

// With Shift a click ticks all boxes between it and the one before.
function stretch(event) {
  const box = event.target;
  if (!isTick(box)) return;
  const every = ticks(box.form);
  const [from, to] = [every.indexOf(last), every.indexOf(box)].sort((a, b) => a - b);
  if (event.shiftKey && from >= 0) every.slice(from, to + 1).forEach((each) => (each.checked = box.checked));
  last = box;
}

function walk(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !isTick(event.target)) return;
  const every = ticks(event.target.form);
  every[every.indexOf(event.target) + step]?.focus();
  event.preventDefault();
}

function show() {
  document.querySelectorAll("form[data-ticked]").forEach(count);
}

function count(form) {
  const every = ticks(form);
  const chosen = every.filter((each) => each.checked).length;
  const all = form.querySelector("[data-ticked-all]");
  const words = form.querySelector("output");
  all.hidden = every.length < 2;
  all.querySelector("input").checked = chosen > 0 && chosen === every.length;
  all.querySelector("input").indeterminate = chosen > 0 && chosen < every.length;
  words.value = chosen === 0 ? "" : chosen === 1 ? words.dataset.one : words.dataset.many.replace("{n}", chosen);
  form.toggleAttribute("data-some", chosen > 0);
  form.querySelectorAll("button").forEach((button) => (button.disabled = chosen === 0));
}
