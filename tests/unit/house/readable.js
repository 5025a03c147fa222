// Faults of the page that is open: a picture that did not load, text below the contrast that WCAG's AA asks for.
(async () => {
  const channel = (value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * channel(r / 255) + 0.7152 * channel(g / 255) + 0.0722 * channel(b / 255);
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  const brush = canvas.getContext("2d", { willReadFrequently: true });
  const known = new Map();
  const rgba = (text) => {
    if (!known.has(text)) {
      brush.clearRect(0, 0, 1, 1);
      brush.fillStyle = text;
      brush.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = brush.getImageData(0, 0, 1, 1).data;
      known.set(text, [r, g, b, a / 255]);
    }
    return known.get(text);
  };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3]));
  const papers = new Map();
  const paper = (element) => {
    if (!element) return [255, 255, 255];
    if (!papers.has(element)) {
      const own = rgba(getComputedStyle(element).backgroundColor);
      papers.set(element, own[3] === 1 ? own.slice(0, 3) : over(own, paper(element.parentElement)));
    }
    return papers.get(element);
  };
  const found = new Set();
  document.head.append(Object.assign(document.createElement("style"), { textContent: "* { transition: none !important }" }));
  for (const scheme of ["default", "slate"]) {
    document.body.setAttribute("data-md-color-scheme", scheme);
    papers.clear();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const seen = new Set();
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement;
      if (seen.has(element) || !walker.currentNode.data.trim()) continue;
      seen.add(element);
      if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
      if (element.closest("script, style, noscript, [aria-hidden=true]")) continue;
      const style = getComputedStyle(element);
      const size = parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && parseInt(style.fontWeight, 10) >= 700);
      const below = paper(element);
      const [a, b] = [light(over(rgba(style.color), below)), light(below)].sort((x, y) => y - x);
      const ratio = (a + 0.05) / (b + 0.05);
      if (ratio < (large ? 3 : 4.5) - 0.01) {
        const text = element.textContent.trim().slice(0, 20);
        found.add(`${scheme}: ${element.tagName} ${element.className} ${style.color} ${ratio.toFixed(2)} "${text}"`);
      }
    }
  }
  const pictures = [...document.images];
  pictures.forEach((one) => { one.loading = "eager"; });
  await Promise.all(pictures.map((one) => one.decode().catch(() => found.add(`no picture: ${one.src}`))));
  return [...found];
})()
