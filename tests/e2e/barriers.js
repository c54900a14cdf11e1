// What no rule of axe asks: is everything that a finger presses 44 pixels high and wide, and does nothing move for those
// who asked for stillness? Links within a sentence are as high as the sentence.
() => {
  const LEAST = 44;
  const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;
  const name = (element) => element.outerHTML.replace(/\s+/g, " ").slice(0, 120);

  const inSentence = (element) => {
    if (element.tagName !== "A" || getComputedStyle(element).display !== "inline") return false;
    const sentence = element.closest("p, li, dd, td, th, .cell-second, .strip, div")?.textContent.trim() ?? "";
    return sentence.length > element.textContent.trim().length;
  };

  // A small drawing may have a larger area to press: its label, or a pseudo element of either.
  const around = (element) => ["::before", "::after"].map((which) => getComputedStyle(element, which))
    .filter((style) => style.content !== "none" && style.position === "absolute")
    .map((style) => ({ width: parseFloat(style.width) || 0, height: parseFloat(style.height) || 0 }));
  const area = (element) => {
    const boxes = [element, ...(element.labels ?? [])].flatMap((each) => [each.getBoundingClientRect(), ...around(each)]);
    return [Math.max(...boxes.map((box) => box.width)), Math.max(...boxes.map((box) => box.height))];
  };

  // What cannot be pressed where it is: a closed dialog, the skip link, the heads of a table that is drawn as cards.
  // The buttons beside the number of a stepper do the same.
  const ELSEWHERE = ".skip, dialog:not([open]), .table thead, .stepper input";
  const pressed = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")];
  const small = pressed.filter((element) => shown(element) && !element.closest(ELSEWHERE) && !inSentence(element))
    .map((element) => [element, ...area(element)])
    .filter(([, width, height]) => Math.min(width, height) < LEAST - 0.5)
    .map(([element, width, height]) => `${Math.round(width)} x ${Math.round(height)}: ${name(element)}`);

  const still = (style) => parseFloat(style.transitionDuration) < 0.001 && (style.animationName === "none" || parseFloat(style.animationDuration) < 0.001);
  const moving = [...document.querySelectorAll("body *")].filter((element) => shown(element) && !still(getComputedStyle(element)))
    .map((element) => `it moves: ${name(element)}`);

  return [...new Set([...small, ...moving])];
}
