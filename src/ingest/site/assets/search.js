// Searches the index of search/*.js, which ingest/site/search.py writes. Files are loaded as scripts, because
// a page opened from a disk may not fetch. Stems are cut exactly as there.
"use strict";
const ingestSearch = (() => {
  const waiting = new Map();
  const loaded = new Map();
  const DAY = 86400000;
  const EPOCH = Date.UTC(2000, 0, 1);
  const PAGE = 20;
  const MOST_PREFIXES = 400;

  const take = (name, data) => waiting.get(name)(data);

  const load = (name) => {
    if (!loaded.has(name)) {
      loaded.set(name, new Promise((resolve, reject) => {
        waiting.set(name, resolve);
        const script = document.createElement("script");
        script.src = `search/${name}.js`;
        script.onerror = () => reject(new Error(`search/${name}.js is missing; build the site again`));
        document.head.append(script);
      }));
    }
    return loaded.get(name);
  };

  const stem = (word) => {
    if (word.length > 4 && word.endsWith("ies")) word = word.slice(0, -3) + "y";
    else if (word.length > 3 && word.endsWith("s") && !/(ss|us|is)$/.test(word)) word = word.slice(0, -1);
    for (const ending of ["ing", "ed"]) {
      if (word.length > ending.length + 3 && word.endsWith(ending)) {
        word = word.slice(0, -ending.length);
        if (word.at(-1) === word.at(-2) && !"lsz".includes(word.at(-1))) word = word.slice(0, -1);
        break;
      }
    }
    return word.length > 4 && word.endsWith("e") ? word.slice(0, -1) : word;
  };

  const words = (text) =>
    text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase()
      .replace(/['’]s(?![a-z0-9])|['’]/g, "").match(/[a-z0-9]+/g) || [];

  let facets;
  const prepare = async () => {
    if (!facets) {
      const raw = await load("facets");
      facets = {
        ...raw,
        place: raw.place.split(",").map((at) => (at ? raw.places[at] : "")),
        theme: raw.theme.split(","),
        day: raw.day.split(",").map((day) => (day ? parseInt(day, 36) : -1)),
        stopped: new Set(raw.stop),
        shards: new Set(raw.terms),
      };
    }
    return facets;
  };

  const unpack = (gaps) => {
    let at = 0;
    return gaps.split(" ").map((gap) => (at += parseInt(gap, 36)));
  };

  // The entries that hold a word, with how telling it is: rare words count more.
  const holders = async (word, isLast) => {
    const root = stem(word);
    const found = new Map();
    const note = (gaps) => {
      const entries = unpack(gaps);
      const weight = Math.log(1 + facets.count / entries.length);
      for (const entry of entries) found.set(entry, Math.max(found.get(entry) || 0, weight));
    };
    for (const shard of new Set([root.slice(0, 2), word.slice(0, 2)])) {
      if (!facets.shards.has(shard)) continue;
      const terms = await load(`terms-${shard}`);
      if (Object.hasOwn(terms, root)) note(terms[root]);
      if (isLast) Object.keys(terms).filter((term) => term.startsWith(word)).slice(0, MOST_PREFIXES).forEach((term) => note(terms[term]));
    }
    return found;
  };

  // Returns the numbers of the entries that fit, the best first; without words, the newest first.
  const find = async (query) => {
    await prepare();
    const asked = words(query.q || "");
    const telling = asked.filter((word, i) => word.length > 1 && !facets.stopped.has(word));
    const since = query.since ? (Date.UTC(+query.since, 0, 1) - EPOCH) / DAY : null;
    const theme = query.theme ? facets.letters[query.theme] : "";
    const kind = query.kind ? String(facets.polarities.indexOf(query.kind)) : "";
    const fits = (entry) =>
      (!query.place || facets.place[entry] === query.place) && (!theme || facets.theme[entry].includes(theme)) &&
      (!kind || facets.polarity[entry] === kind) && (since === null || facets.day[entry] >= since);
    if (asked.length && !telling.length) return [];
    if (!telling.length) {
      const page = String(facets.polarities.indexOf("page"));
      const all = Array.from({ length: facets.count }, (_, entry) => entry);
      return all.filter((entry) => fits(entry) && (kind || facets.polarity[entry] !== page))
        .sort((a, b) => facets.day[b] - facets.day[a] || a - b);
    }
    let scores;
    for (const [i, word] of telling.entries()) {
      const found = await holders(word, i === telling.length - 1);
      if (!scores) scores = found;
      else for (const [entry, score] of scores) {
        if (found.has(entry)) scores.set(entry, score + found.get(entry));
        else scores.delete(entry);
      }
    }
    return [...scores.keys()].filter(fits).sort((a, b) => scores.get(b) - scores.get(a) || facets.day[b] - facets.day[a] || a - b);
  };

  const element = (name, given = {}, ...parts) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(given)) made.setAttribute(key, value);
    made.append(...parts.filter((part) => part !== ""));
    return made;
  };

  // The text with the words that were asked for marked; never as HTML.
  const marked = (text, query) => {
    const asked = words(query.q || "").filter((word) => !facets.stopped.has(word));
    const roots = new Set(asked.map(stem));
    const last = asked.at(-1);
    return text.split(/([\p{L}\p{N}\p{M}'’]+)/u).map((part) => {
      const hit = words(part).some((word) => roots.has(stem(word)) || (last && word.startsWith(last)));
      return hit ? element("mark", {}, part) : part;
    });
  };

  const date = (day) => new Date(`${day}T00:00:00Z`).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });

  const line = async (entry, query) => {
    const shard = await load(`docs-${Math.floor(entry / facets.shard)}`);
    const [text, path, who, where, proof, what, authority, day] = shard[entry % facets.shard];
    const kind = facets.polarities[facets.polarity[entry]];
    if (kind === "page") {
      return element("li", { class: "st" }, element("p", {}, element("span", { class: "sign" }, what), " ", element("a", { href: path }, ...marked(text, query))),
        element("p", { class: "by" }, day ? date(day) : ""));
    }
    const source = proof ? [", ", element("a", { href: proof, rel: "noreferrer" }, where || "source")] : where ? [`, ${where}`] : [];
    return element("li", { class: `st p-${kind}` },
      element("p", {}, element("span", { class: "sign" }, facets.signs[kind]), " ", ...marked(text, query)),
      element("p", { class: "by" }, element("a", { href: path }, `${authority}: ${what}`), day ? ` · ${date(day)}` : "", ` · ${who}`, ...source));
  };

  const start = () => {
    const form = document.getElementById("search");
    if (!form) return;
    const list = document.getElementById("results");
    const more = document.getElementById("more");
    const count = document.getElementById("found");
    let latest = 0;
    let rest = [];
    let query = {};

    const show = async (turn) => {
      const part = await Promise.all(rest.slice(0, PAGE).map((entry) => line(entry, query)));
      if (turn !== latest) return;
      rest = rest.slice(PAGE);
      list.append(...part);
      more.hidden = !rest.length;
      more.textContent = `Show ${Math.min(PAGE, rest.length)} more of ${rest.length.toLocaleString("en-GB")}`;
    };

    const run = async () => {
      const turn = (latest += 1);
      query = Object.fromEntries([...new FormData(form)].filter(([, value]) => value.trim()));
      const address = new URLSearchParams(query).toString();
      try {
        history.replaceState(null, "", address ? `?${address}` : location.pathname);
      } catch { /* Some browsers refuse this for files. */ }
      if (!address) {
        rest = [];
        list.replaceChildren();
        more.hidden = true;
        count.textContent = "";
        return;
      }
      try {
        const found = await find(query);
        if (turn !== latest) return;
        rest = found;
        list.replaceChildren();
        count.textContent = found.length ? `${found.length.toLocaleString("en-GB")} found` : "Nothing found. Try fewer words, or another form of them.";
        await show(turn);
      } catch (error) {
        count.textContent = `The search does not work: ${error.message}.`;
      }
    };

    for (const [key, value] of new URLSearchParams(location.search)) {
      const field = form.elements[key];
      if (field && (field.tagName !== "SELECT" || [...field.options].some((option) => option.value === value))) field.value = value;
    }
    let timer;
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(run, 200);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      run();
    });
    more.addEventListener("click", () => show(latest));
    form.hidden = false;
    run();
  };

  document.addEventListener("DOMContentLoaded", start);
  return { take, find, tokens: (text) => words(text).filter((word) => word.length > 1).map(stem) };
})();
