// What a product and its photographs are: no AWS, no variables, no clock.

const MOST_BYTES = 20 * 1024 * 1024;
const SUFFIXES = { "image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp" };

export class InvalidRequestError extends Error {}

export function skuOf(text) {
  must(/^[A-Z0-9-]{1,40}$/.test(text), "sku must be capitals, digits and hyphens, at most 40");
  return text;
}

export function productOf(sku, body) {
  const { name, price_cents: cents } = objectOf(body);
  must(typeof name === "string" && name.trim() && name.length <= 200, "name must be a text of 1 to 200 letters");
  // JSON can hold half of a letter, which no table keeps as it was sent.
  must(name.isWellFormed() && !name.includes("\0"), "name must hold whole letters, and no NUL");
  must(Number.isInteger(cents) && cents >= 0 && cents <= 1e8, "price_cents must be a whole number up to 100000000");
  return { sku, name, price_cents: cents };
}

export function photoOf(sku, body) {
  const { content_type: type, size } = objectOf(body);
  must(typeof type === "string" && Object.hasOwn(SUFFIXES, type), `content_type must be one of ${Object.keys(SUFFIXES).join(", ")}`);
  must(Number.isInteger(size) && size > 0 && size <= MOST_BYTES, `size must be 1 to ${MOST_BYTES} bytes`);
  return { sku, suffix: SUFFIXES[type], content_type: type, size };
}

// The photograph that a page of names begins after: the `next` of the page before, or none.
export function afterOf(text) {
  must(text === undefined || /^[\w.-]{1,100}$/.test(text), "after must be the next of the page before");
  return text;
}

// What is known of a photograph: a row tells of its thumbnail, a reason why there is none.
export function statusOf(row, reason) {
  if (row) return { status: "done", width: Number(row.width.N), height: Number(row.height.N) };
  return reason ? { status: "refused", reason } : { status: "waiting" };
}

function objectOf(body) {
  try {
    const found = JSON.parse(body ?? "");
    if (typeof found === "object" && found !== null && !Array.isArray(found)) return found;
  } catch {
    // As any other body that is no object.
  }
  throw new InvalidRequestError("the body must be a JSON object");
}

function must(isGood, message) {
  if (!isGood) throw new InvalidRequestError(message);
}
