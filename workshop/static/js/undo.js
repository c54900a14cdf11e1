// "Undo, 8 s": counts down, then the button goes. A toast goes with it.
export function startUndo() {
  count();
  setInterval(count, 1000);
}

function count() {
  document.querySelectorAll("[data-undo]").forEach(tickButton);
  document.querySelectorAll("[data-toast]").forEach(tickToast);
}

function left(element, seconds) {
  element.dataset.until ??= String(Date.now() + seconds * 1000);
  return Math.ceil((Number(element.dataset.until) - Date.now()) / 1000);
}

function tickButton(button) {
  const seconds = left(button, Number(button.dataset.undo));
  if (seconds <= 0) return button.form.remove();
  button.querySelector("span").textContent = button.dataset.undoWords.replace("#", seconds);
}

function tickToast(toast) {
  const used = toast.matches(":hover, :focus-within");
  if (left(toast, Number(toast.dataset.toast)) <= 0 && !used) toast.remove();
}
