// What to order: steppers and ticks, and the totals that follow from them. Without it the form works as it was sent.
const form = document.querySelector("[data-order-form]");

function money(minor) {
  const currency = form.dataset.currency;
  return new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency }).format(minor / 100);
}

function lineTotal(row) {
  const pieces = Number(row.querySelector("input[data-pieces]").value) || 0;
  return pieces * Number(row.dataset.each);
}

function add() {
  const sums = new Map();
  for (const row of form.querySelectorAll("tr[data-each]")) {
    row.querySelector("[data-line-total]").textContent = money(lineTotal(row));
    const ticked = row.querySelector("input[name=line]").checked;
    const sum = sums.get(row.dataset.supplier) ?? { minor: 0, ticked: 0, all: 0 };
    sums.set(row.dataset.supplier, {
      minor: sum.minor + (ticked ? lineTotal(row) : 0), ticked: sum.ticked + (ticked ? 1 : 0), all: sum.all + 1,
    });
  }
  show(sums);
}

function show(sums) {
  let total = 0;
  let orders = 0;
  for (const [supplier, sum] of sums) {
    const group = form.querySelector(`tr[data-group][data-supplier="${supplier}"]`);
    group.querySelector("[data-group-total]").textContent = money(sum.minor);
    const tick = group.querySelector("input[data-tick-all]");
    tick.checked = sum.ticked === sum.all;
    tick.indeterminate = sum.ticked > 0 && sum.ticked < sum.all;
    total += sum.minor;
    orders += sum.ticked ? 1 : 0;
  }
  document.querySelector("[data-total]").textContent = money(total);
  const send = document.querySelector("[data-send]");
  send.disabled = orders === 0;
  send.textContent = orders === 1 ? send.dataset.one : send.dataset.many.replace("{n}", orders);
}

function step(button) {
  const field = button.parentElement.querySelector("input[data-pieces]");
  const pack = Number(field.step) || 1;
  const least = Number(field.min) || 1;
  field.value = Math.max(least, (Number(field.value) || 0) + pack * Number(button.dataset.step));
}

form?.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-step]");
  if (button) step(button);
  if (button) add();
});
form?.addEventListener("input", (event) => {
  if (event.target.matches("[data-tick-all]")) {
    const supplier = event.target.closest("tr").dataset.supplier;
    for (const tick of form.querySelectorAll(`tr[data-each][data-supplier="${supplier}"] input[name=line]`)) tick.checked = event.target.checked;
  }
  add();
});
