// A scan may begin before the page listens, or while one page gives way to the next: its keys are kept for scanner.js.
// Not a module, so that it hears the first key. What a person does in a field or on a button is left alone.
(() => {
  const LONGEST_WAIT = 5_000;
  const carried = JSON.parse(sessionStorage.getItem("keys-carried") ?? "null");
  sessionStorage.removeItem("keys-carried");
  const keys = carried && Date.now() - carried.at < LONGEST_WAIT ? [...carried.keys] : [];

  function keep(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const ends = event.key === "Enter" || (event.key === "Tab" && keys.length > 0);
    if (event.key.length > 1 && !ends) return;
    const nowhere = [document.body, document.documentElement].includes(event.target);
    if (!nowhere && !event.target.matches?.("[data-scan-input]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    keys.push(event.key);
  }

  document.addEventListener("keydown", keep, true);
  window.keysUntilNow = () => {
    document.removeEventListener("keydown", keep, true);
    return keys;
  };
})();
