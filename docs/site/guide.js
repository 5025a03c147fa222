// The decision guide: the rules in GUIDE, judged as `wellmade advise` judges them; the cost is left to that command.
const COMPARED = {
  above: (a, b) => a > b,
  at_least: (a, b) => a >= b,
  below: (a, b) => a < b,
  at_most: (a, b) => a <= b,
};

/** Return all answers, with what follows from others where one is left out. */
function complete(given) {
  const answers = {};
  for (const field of GUIDE.fields) answers[field.name] = field.name in given ? given[field.name] : field.default;
  if (!("peak" in given)) answers.peak = 2 * answers.rate;
  if (!("processor_share" in given)) answers.processor_share = Math.min(1, answers.memory / GUIDE.processor_memory);
  if (answers.data === "relational") answers.relational = "relational" in given ? given.relational : true;
  if (!("latency" in given) && answers.starts_with === "requests") answers.latency = 10 * answers.duration;
  return answers;
}

/** Return the answers and what rules ask besides. */
function valuesOf(given) {
  const answers = complete(given);
  return {
    ...answers,
    waits: answers.latency !== null,
    spikiness: answers.peak / answers.rate,
    concurrency: answers.peak * answers.duration,
    fifo_most: GUIDE.fifo_most,
    ...Object.fromEntries(GUIDE.questions.map((question) => [question.name, "none"])),
  };
}

function text(value) {
  if (typeof value === "boolean") return value ? "yes" : "no";
  return value === null ? "none" : String(value);
}

function limitOf(test, values) {
  const limit = typeof test.limit === "string" ? values[test.limit] : test.limit;
  return typeof limit === "boolean" ? Number(limit) : limit;
}

function holds(test, values) {
  const value = values[test.field];
  if (test.is) return test.is.includes(text(value));
  const limit = limitOf(test, values);
  const known = (one) => typeof one === "number";
  return known(value) && known(limit) && COMPARED[test.how](value, limit);
}

function figure(value) {
  return typeof value === "number"
    ? Number(value.toPrecision(6)).toLocaleString("en-US", { maximumFractionDigits: 9 })
    : text(value);
}

function reason(rule, values) {
  const limits = rule.tests.filter((test) => !test.is).map((test) => limitOf(test, values));
  const told = rule.because.replace(/\{(\w+)\}/g, (_, name) =>
    figure(name === "limit" ? limits.find((limit) => typeof limit === "number") ?? "" : values[name]),
  );
  return { text: told, source: rule.source, read: rule.read };
}

/** Return each question that is asked, with its options from the best to the refused; `taken` settles equals. */
function decide(given, taken = {}) {
  const values = valuesOf(given);
  const answers = [];
  for (const question of GUIDE.questions) {
    if (!question.asked.some((tests) => tests.every((test) => holds(test, values)))) continue;
    const judged = Object.entries(question.options).map(([name, title]) => judge(question, name, title, values));
    judged.sort((a, b) => a.refused.length > 0 ? (b.refused.length > 0 ? b.score - a.score : 1)
      : b.refused.length > 0 ? -1 : b.score - a.score);
    const equals = judged.filter((one) => !one.refused.length && one.score === judged[0].score);
    const chosen = equals.find((one) => one.name === taken[question.name]) ?? equals[0] ?? null;
    if (chosen) values[question.name] = chosen.name;
    answers.push({ name: question.name, title: question.title, judged, equals, chosen });
  }
  return answers;
}

function judge(question, name, title, values) {
  const rules = question.rules.filter(
    (rule) => rule.option === name && rule.tests.every((test) => holds(test, values)),
  );
  const by = (effect) => rules.filter((rule) => rule.effect === effect);
  const sum = (effect) => by(effect).reduce((total, rule) => total + rule.weight, 0);
  const reasons = (effect) => by(effect).map((rule) => reason(rule, values));
  return {
    name,
    title,
    score: sum("preferred_when") - sum("avoided_when"),
    refused: reasons("refused_when"),
    preferred: reasons("preferred_when"),
    avoided: reasons("avoided_when"),
  };
}

/** Return the file that `wellmade advise` reads. */
function asFile(given) {
  return Object.entries(given).map(([name, value]) => `${name}: ${text(value)}`).join("\n") + "\n";
}

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function input(field) {
  const id = `guide-${field.name}`;
  const assumed = field.otherwise || (field.default === null ? "none" : text(field.default));
  if (field.flag || field.choices.length) {
    const choices = field.flag ? ["yes", "no"] : field.choices;
    const options = choices.map((choice) => element("option", { value: choice }, choice));
    return element("select", { id, name: field.name }, element("option", { value: "" }, `assume: ${assumed}`), ...options);
  }
  const pattern = field.none ? { placeholder: `${assumed} (a number, or none)` } : { placeholder: assumed };
  return element("input", { id, name: field.name, inputmode: "decimal", ...pattern });
}

/** Return the answer that a text is; undefined where it is none. */
function parsed(field, given) {
  const typed = given.trim();
  if (field.flag) return typed === "yes";
  if (field.choices.length) return typed;
  if (field.none && typed === "none") return null;
  const number = Number(typed);
  const fits = typed !== "" && number >= field.least && number <= field.most;
  return fits && (!field.whole || Number.isInteger(number)) ? number : undefined;
}

/** Return fields with what contradicts other answers, as the command refuses them. */
function contradictions(given) {
  const answers = complete(given);
  const starts = answers.starts_with;
  const scheduled = starts === "schedule";
  const found = [
    ["peak", answers.peak < answers.rate, "must be at least the rate"],
    ["latency", answers.latency !== null && answers.latency < answers.duration, "must be at least the duration"],
    ["latency", answers.latency !== null && ["schedule", "table_changes", "files"].includes(starts),
      `must be none where ${starts} start the work`],
    ["websocket", answers.websocket && starts !== "requests", `must be no where ${starts} start the work`],
    ["connected", "connected" in given && !answers.websocket, "must be left out without websocket: yes"],
    ["ordering", scheduled && answers.ordering !== "none", "must be none for a schedule"],
    ["consumers", scheduled && answers.consumers > 1, "must be 1 for a schedule"],
    ["stored", "stored" in given && answers.data === "none", "must be left out where data is none"],
    ["relational", answers.data === "relational" && given.relational === false, "must be yes where data is relational"],
  ];
  return found.filter(([, holds]) => holds).map(([name, , why]) => [name, why]);
}

function shown(reasons) {
  return element("ul", {}, ...reasons.map((one) => {
    const read = one.read ? `read ${one.read}` : "not read again";
    return element("li", {}, `${one.text} (`, element("a", { href: one.source }, "AWS"), `, ${read})`);
  }));
}

function answered(answer, onTake) {
  const part = element("section", {}, element("h3", {}, answer.title));
  if (!answer.chosen) part.append(element("p", {}, "Every option is refused."));
  else if (answer.equals.length > 1) {
    const name = `taken-${answer.name}`;
    part.append(element("p", {}, "Equal by the rules; the cost at your load decides:"));
    for (const one of answer.equals) {
      const radio = element("input", { type: "radio", name, value: one.name, id: `${name}-${one.name}` });
      radio.checked = one === answer.chosen;
      radio.addEventListener("change", () => onTake(answer.name, one.name));
      part.append(element("label", { for: radio.id, class: "guide-equal" }, radio, ` ${one.title}`));
    }
  } else part.append(element("p", {}, element("strong", {}, answer.chosen.title)));
  if (answer.chosen) part.append(shown([...answer.chosen.preferred, ...answer.chosen.avoided]));
  const others = answer.judged.filter((one) => !answer.equals.includes(one));
  if (others.length) {
    const rest = element("details", {}, element("summary", {}, `${others.length} other options, and what speaks against them`));
    for (const one of others) {
      const state = one.refused.length ? "refused" : "less preferred";
      rest.append(element("p", {}, element("strong", {}, one.title), `: ${state}`));
      rest.append(shown(one.refused.length ? one.refused : one.avoided));
    }
    part.append(rest);
  }
  return part;
}

function start(place) {
  const form = element("form", { class: "guide-form" });
  const result = element("div", { class: "guide-result", "aria-live": "polite" });
  const file = element("pre", { tabindex: "0", "aria-label": "workload.yaml" });
  const taken = {};
  for (const field of GUIDE.fields) {
    const unit = field.unit ? ` (${field.unit})` : "";
    const told = element("span", { class: "guide-problem", id: `guide-${field.name}-problem` });
    const control = input(field);
    control.setAttribute("aria-describedby", told.id);
    form.append(element("div", { class: "guide-field" },
      element("label", { for: control.id }, field.question + unit), control, told));
  }
  const update = () => {
    const given = {};
    const problems = {};
    for (const field of GUIDE.fields) {
      const typed = form.elements[field.name].value;
      if (typed.trim() === "") continue;
      const value = parsed(field, typed);
      if (value === undefined) problems[field.name] = `must be a number from ${field.least} to ${field.most}`;
      else given[field.name] = value;
    }
    for (const [name, why] of contradictions(given)) problems[name] ??= why;
    for (const field of GUIDE.fields) {
      document.getElementById(`guide-${field.name}-problem`).textContent = problems[field.name] ?? "";
    }
    if (Object.keys(problems).length) return;
    const again = (question, option) => { taken[question] = option; update(); focusOn(question, option); };
    result.replaceChildren(...decide(given, taken).map((answer) => answered(answer, again)));
    file.textContent = asFile(given) || "rate: 1\n";
  };
  const focusOn = (question, option) => document.getElementById(`taken-${question}-${option}`)?.focus();
  form.addEventListener("input", update);
  form.addEventListener("submit", (event) => event.preventDefault());
  place.replaceChildren(form, result, element("p", {}, "The same for ", element("code", {}, "wellmade advise workload.yaml"), ":"), file);
  update();
}

if (typeof document !== "undefined") {
  const place = document.getElementById("guide");
  if (place) start(place);
}
