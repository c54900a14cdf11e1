// A field with a list of what was found under it: asks the server, and lets the arrows choose. Made for find and the scan box.
const LONGEST_ADDRESS = 1500;

export class Listbox {
  constructor(input, id, address) {
    Object.assign(this, { input, id, address, answered: null, number: 0 });
  }

  get list() {
    return document.getElementById(this.id);
  }

  get chosen() {
    return this.list.querySelector("[role=option][aria-selected=true]");
  }

  get options() {
    return [...this.list.querySelectorAll("a[role=option]")];
  }

  // Ask for what is in the field; say whether this was the newest question. Without a network what was found before stays.
  async ask() {
    const text = this.input.value;
    const mine = (this.number += 1);
    const body = new URLSearchParams({ q: text, at: location.pathname, list: this.id });
    const headers = { "HX-Request": "true", ...JSON.parse(document.body.getAttribute("hx-headers") ?? "{}") };
    const long = text.length > LONGEST_ADDRESS;
    try {
      const answer = await fetch(this.address + (long ? "" : `?${body}`), long ? { method: "POST", headers, body } : { headers });
      if (!answer.ok || mine !== this.number) return false;
      this.list.outerHTML = await answer.text();
    } catch {
      return false;
    }
    this.answered = text;
    return true;
  }

  // What is still under way comes too late.
  forget() {
    this.number += 1;
  }

  choose(option) {
    this.chosen?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option?.id ?? "");
  }

  step(by) {
    const all = this.options;
    if (!all.length) return;
    const at = all.indexOf(this.chosen);
    if (at < 0) return this.choose(by > 0 ? all[0] : all.at(-1));
    this.choose(Math.abs(by) === 1 ? all[(at + by + all.length) % all.length] : all[Math.min(Math.max(at + by, 0), all.length - 1)]);
  }
}
