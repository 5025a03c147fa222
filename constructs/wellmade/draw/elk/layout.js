// Reads the attempts for one whole picture and those for each of its sheets as JSON, gives every node and arrow its
// place, and writes what is drawn: the whole where it is no wider than asked, else all sheets. Of several attempts
// the first that is no wider is taken, else the narrowest; one whose `below` is exceeded so far is passed over.
const ELK = require(process.argv[2]);
const widest = Number(process.argv[3]);
const kernel = new ELK();

// Some graphs fail, or lead an arrow through a box, only where gaps are closed: they are laid out with them.
const CLOSING = "elk.layered.compaction.postCompaction.strategy";

function withGaps(node) {
  const { [CLOSING]: _, ...layoutOptions } = node.layoutOptions || {};
  return { ...node, layoutOptions, ...(node.children && { children: node.children.map(withGaps) }) };
}

function* every(node) {
  yield node;
  for (const child of node.children || []) yield* every(child);
}

function crossesBox(placed) {
  const nodes = [...every(placed)];
  const boxes = nodes.filter((node) => !(node.children || []).length);
  const lines = nodes
    .flatMap((node) => node.edges || [])
    .flatMap((edge) => edge.sections || [])
    .map((one) => [one.startPoint, ...(one.bendPoints || []), one.endPoint])
    .flatMap((points) => points.slice(1).map((point, place) => [points[place], point]));
  return lines.some(([one, other]) =>
    boxes.some(
      ({ x, y, width, height }) =>
        Math.max(one.x, other.x) > x + 1 &&
        Math.min(one.x, other.x) < x + width - 1 &&
        Math.max(one.y, other.y) > y + 1 &&
        Math.min(one.y, other.y) < y + height - 1,
    ),
  );
}

async function clear(graph) {
  const closed = await kernel.layout(structuredClone(graph)).catch(() => null);
  return closed && !crossesBox(closed) ? closed : kernel.layout(withGaps(graph));
}

async function firstThatFits(attempts) {
  let best, failure;
  for (const { graph, below } of attempts) {
    if (below && best && best.width > below) continue;
    const placed = await clear(graph).catch((error) => void (failure = error));
    if (placed && (!best || placed.width < best.width)) best = placed;
    if (best && best.width <= widest) break;
  }
  if (!best) throw failure;
  return best;
}

async function laidOut({ whole, sheets }) {
  if (!sheets.length) return [await firstThatFits(whole)];
  const one = whole.length ? await firstThatFits(whole).catch(() => null) : null;
  if (one && one.width <= widest) return [one];
  const placed = [];
  for (const attempts of sheets) placed.push(await firstThatFits(attempts));
  return placed;
}

let text = "";
process.stdin.setEncoding("utf8");
process.stdin.on("data", (part) => (text += part));
process.stdin.on("end", () => {
  laidOut(JSON.parse(text))
    .then((placed) => process.stdout.write(JSON.stringify(placed)))
    .catch((error) => {
      process.stderr.write(String(error.message || error));
      process.exitCode = 1;
    });
});
