// Lets axe look at the colours of one element of each kind: of each combination of the text's colour, size and weight with
// the colours that lie behind it. Returns what is wrong, and which combinations have been seen by now.
async ([options, known]) => {
  const seen = new Set(known);
  const hasText = (element) => [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const lying = new Map();
  const behind = (element) => {
    if (!element) return "";
    if (!lying.has(element)) {
      const { backgroundColor, backgroundImage, opacity } = getComputedStyle(element);
      const [own, others] = [`|${backgroundColor} ${backgroundImage} ${opacity}`, behind(element.parentElement)];
      lying.set(element, others.includes(own) ? others : others + own);
    }
    return lying.get(element);
  };
  const combination = (element) => {
    const { color, fontSize, fontWeight } = getComputedStyle(element);
    return `${color} ${fontSize} ${fontWeight} on ${behind(element)}`;
  };
  const isNew = (element) => {
    const before = seen.size;
    return hasText(element) && element.checkVisibility({ visibilityProperty: true }) && seen.add(combination(element)).size > before;
  };
  const include = [...document.querySelectorAll("body *")].filter(isNew);
  const violations = include.length ? (await axe.run({ include }, options)).violations : [];
  return { violations, seen: [...seen] };
}
