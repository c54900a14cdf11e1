// A file that a scan made, such as a label, is fetched at once: the page stays, and the scanner goes on.
export function startFetching() {
  document.addEventListener("htmx:afterSettle", fetchFile);
}

function fetchFile() {
  const link = document.querySelector("#strip a[data-fetch]");
  if (!link) return;
  link.removeAttribute("data-fetch");
  link.click();
}
