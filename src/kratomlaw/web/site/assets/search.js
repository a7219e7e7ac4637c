// Which place does a visitor mean? Names, ZIP codes and addresses are compared with what the library worked out.
"use strict";

(() => {
  const query = document.getElementById("query");
  const results = document.getElementById("results");
  const found = document.getElementById("found");
  const folder = document.currentScript.src.replace(/[^/]*$/, "");
  const root = document.querySelector("link[rel=stylesheet]").getAttribute("href").replace(/assets\/.*$/, "");
  const longest = 12;
  const postal = {
    bch: "beach", ctr: "center", cty: "city", hbr: "harbor", hgts: "heights", hts: "heights", is: "island",
    jct: "junction", lk: "lake", mtn: "mountain", pk: "park", pt: "point", spg: "spring", spgs: "springs",
    sprgs: "springs", vlg: "village", vly: "valley", st: "saint", ste: "sainte", mt: "mount", ft: "fort", twp: "township",
  };
  const loads = new Map();
  let places = [];
  let zips = new Map();
  let current = null;

  query.addEventListener("input", () => void find());
  query.addEventListener("keydown", onKey);
  results.addEventListener("keydown", onKey);
  void find();
  if (query.dataset.entered) {
    void open();
  }

  async function open() {
    const best = await current;
    const first = results.querySelector("a");
    // One reading is opened; of several a person chooses.
    best?.length === 1 ? first.click() : first?.focus();
  }

  async function onKey(event) {
    const links = [...results.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement);
    if (event.key === "Enter" && at < 0) {
      event.preventDefault();
      await open();
    } else if (event.key === "ArrowDown" && at + 1 < links.length) {
      event.preventDefault();
      links[at + 1].focus();
    } else if (event.key === "ArrowUp" && at >= 0) {
      event.preventDefault();
      at === 0 ? query.focus() : links[at - 1].focus();
    } else if (event.key === "Escape" && at >= 0) {
      query.focus();
    }
  }

  // Answers with the readings that are equally good, once they are shown; a later question overtakes an earlier one.
  function find() {
    const asked = query.value;
    const work = (async () => {
      if (!asked.trim()) {
        show([], "");
        return [];
      }
      found.textContent ||= "Searching …";
      try {
        await load("places.js");
        unpack();
        const { hits, note } = await search(asked);
        if (asked === query.value) {
          show(hits, note);
        }
        const first = hits[0];
        return first ? hits.filter((hit) => hit.group === first.group) : [];
      } catch {
        found.textContent = "The names of places could not be loaded. All places are listed on the page Places.";
        return [];
      }
    })();
    current = work;
    return work;
  }

  function load(name) {
    if (!loads.has(name)) {
      loads.set(name, new Promise((done, failed) => {
        const script = document.createElement("script");
        script.src = folder + name;
        script.addEventListener("load", done);
        script.addEventListener("error", failed);
        document.head.append(script);
      }));
    }
    return loads.get(name);
  }

  function unpack() {
    if (places.length) {
      return;
    }
    places = window.kratomlawPlaces.places.map(([page, name, kind, where, mark, names]) => {
      const listed = names.split("|");
      return { page, name, kind, where, mark, names: listed, compact: listed.map(compact) };
    });
    for (const line of window.kratomlawPlaces.zips) {
      const [prefix, most, known, others] = line.split(";");
      zips.set(prefix, { most, known: BigInt(`0x${known}`), others });
    }
  }

  async function search(text) {
    const parts = text.split(/[,،，、;\n]+/).map((part) => part.trim()).filter(Boolean);
    const byZip = zipIn(text);
    const named = byZip.code ? parts.map((part) => part.replace(/\s*\b\d{5}([-\s]?\d{4})?$/, "")).filter(Boolean) : parts;
    const readings = readingsOf(named);
    const hits = byZip.rows.map((row, index) => ({ ...placeHit(row), group: 0, order: index, zip: byZip.code }));
    for (const reading of readings) {
      hits.push(...(await matches(reading)));
    }
    const seen = new Set();
    const unique = hits
      .sort((a, b) => a.group - b.group || a.order - b.order || (a.name < b.name ? -1 : 1))
      .filter((hit) => {
        // Of names that are spelt nearly so, one for each law is enough.
        const key = `${hit.page} ${hit.group === 3 ? "" : hit.town ?? ""}`;
        return !seen.has(key) && seen.add(key);
      });
    const sure = unique.filter((hit) => hit.group < 3);
    // A likeness suggests only where nothing is called so; a name that only begins so comes after those that are it.
    const shown = sure.length ? sure : unique;
    return { hits: shown, note: noteOn(text, byZip, shown, readings) };
  }

  // A ZIP code at the end of what was typed, or alone: a house number stands elsewhere.
  function zipIn(text) {
    const match = /(?:^|[\s,])(\d{5})(?:[-\s]?\d{4})?\s*(?:,?\s*(?:usa?|united states(?: of america)?))?\s*$/i.exec(text);
    if (!match) {
      return { code: "", rows: [], unknown: "" };
    }
    const entry = zips.get(match[1].slice(0, 3));
    const ending = Number(match[1].slice(3));
    if (!entry || !((entry.known >> BigInt(99 - ending)) & 1n)) {
      return { code: "", rows: [], unknown: match[1] };
    }
    let rows = entry.most;
    for (const other of entry.others ? entry.others.split(",") : []) {
      const [endings, listed] = other.split(":");
      if (endings.match(/../g).includes(match[1].slice(3))) {
        rows = listed;
      }
    }
    return { code: match[1], rows: rows.split("."), unknown: "" };
  }

  // What the parts of a question may be: a name, and the states or countries in which it has to lie.
  function readingsOf(parts) {
    if (!parts.length) {
      return [];
    }
    const readings = [];
    let end = parts.length;
    let within = null;
    while (end > 1) {
      const listed = qualified(parts[end - 1]);
      if (!listed.length) {
        break;
      }
      within = within ? within.filter((place) => listed.some((each) => inside(place, each))) : listed;
      end -= 1;
    }
    readings.push({ name: parts[end - 1], within });
    const words = parts[end - 1].split(/\s+/);
    for (let cut = words.length - 1; cut > 0 && cut >= words.length - 4; cut -= 1) {
      const listed = qualified(words.slice(cut).join(" "));
      if (listed.length) {
        const both = within ? listed.filter((place) => within.some((each) => inside(place, each))) : listed;
        readings.push({ name: words.slice(0, cut).join(" "), within: both });
      }
    }
    // In an address without commas the town stands after the street.
    for (const { name, within: state } of readings.slice()) {
      const rest = name.split(/\s+/);
      if (/^\d/.test(name) && state) {
        for (let begin = Math.max(1, rest.length - 3); begin < rest.length; begin += 1) {
          readings.push({ name: rest.slice(begin).join(" "), within: state, exact: true });
        }
      }
    }
    return readings.filter((reading) => compact(reading.name));
  }

  function qualified(text) {
    const wanted = compact(text);
    return places.filter(
      (place) => !place.page.includes("/") && (place.compact.includes(wanted) || place.page === wanted),
    );
  }

  function inside(place, outer) {
    return place.page === outer.page || place.page.startsWith(`${outer.page}-`) || place.page.startsWith(`${outer.page}/`);
  }

  function allowed(page, within) {
    return !within || within.some((outer) => inside({ page }, outer));
  }

  // Groups: 0 a country or state, 1 another place or town that is called so, 2 one whose name begins so or has the word,
  // 3 one that is spelt nearly so.
  async function matches({ name, within, exact }) {
    const wanted = compact(name);
    const words = fold(name);
    const hits = [];
    places.forEach((place, row) => {
      const rank = Math.min(...place.names.map((each, index) => rankOf(each, place.compact[index], words, wanted)));
      if (rank < 9 && allowed(place.page, within)) {
        const whole = place.page.includes("/") || within ? 1 : 0;
        hits.push({ ...placeHit(row.toString(36)), group: rank ? rank : whole, order: place.page.includes("/") ? 1 : 0 });
      }
    });
    const letter = /^[a-z]/.test(wanted) ? wanted[0] : "other";
    await load(`towns-${letter}.js`).catch(() => undefined);
    for (const [entry, folded] of townsOf(letter)) {
      const rank = folded === wanted ? 1 : wanted.length > 2 && folded.startsWith(wanted) ? 2 : near(folded, wanted) ? 3 : 9;
      if (rank < 9) {
        hits.push(...townHits(entry, rank, within, folded === wanted ? name : ""));
      }
    }
    return exact ? hits.filter((hit) => hit.group < 2) : hits;
  }

  function rankOf(name, short, words, wanted) {
    if (short === wanted) {
      return 0;
    }
    if (short.startsWith(wanted) || name.includes(` ${words}`) || (wanted.length > 3 && name.includes(words))) {
      return 2;
    }
    return near(short, wanted) ? 3 : 9;
  }

  function townsOf(letter) {
    const listed = (window.kratomlawTowns ??= {});
    if (typeof listed[letter] === "string") {
      listed[letter] = listed[letter].split("|").map((entry) => [entry, compact(entry.slice(0, entry.indexOf(",")))]);
    }
    return listed[letter] ?? [];
  }

  function townHits(entry, rank, within, typed) {
    const [name, ...lying] = entry.split(",");
    // The plain name is one word; a person who typed its words knows them.
    const written = /^\p{Ll}/u.test(name) ? title(typed.trim() || name) : name;
    return lying.flatMap((each, index) => {
      const [above, rows] = each.split(":");
      const place = places[parseInt(above, 36)];
      if (!allowed(place.page, within)) {
        return [];
      }
      const [first, ...others] = (rows ?? above).split(".");
      const decides = places[parseInt(first, 36)];
      // A town that has a page of its own is listed by that.
      if (decides.page.includes("/") && decides.compact.some((own) => own === compact(written)) && decides.kind !== "county") {
        return [];
      }
      return [{
        page: decides.page, name: written, town: `${written} ${place.page}`, kind: /(County|Parish|Borough|Municipio)$/.test(name) ? "county" : place.page.startsWith("us") ? "town" : "city",
        mark: decides.mark, group: rank, order: 2 + index, where: place.where && place.where !== "United States" ? `${place.name}, ${place.where}` : place.name,
        law: decides, others: others.map((row) => places[parseInt(row, 36)].name).filter((each) => each !== place.name),
      }];
    });
  }

  function placeHit(row) {
    const place = places[parseInt(row, 36)];
    const level = place.page.includes("/") ? place.kind : place.page.includes("-") ? "state or province" : "country";
    return { page: place.page, name: place.name, kind: level, where: place.where, mark: place.mark };
  }

  function noteOn(text, byZip, hits, readings) {
    if (byZip.code && byZip.rows.length > 1) {
      return `ZIP code ${byZip.code} touches places with rules of their own, the strictest first; which of them holds depends on the address.`;
    }
    if (byZip.code) {
      return `ZIP code ${byZip.code} lies here, and no rule below this level is recorded for it.`;
    }
    if (byZip.unknown && !hits.length) {
      return `There is no ZIP code ${byZip.unknown}.`;
    }
    if (/^\s*\d{1,4}\s*$/.test(text)) {
      return "A ZIP code has five digits.";
    }
    if (!hits.length) {
      return "No such place is known. A town without a rule of its own has the law of its state or country: look that up.";
    }
    if (hits[0].group === 3) {
      return `Nothing is called “${readings[0].name}”. Did you mean one of these?`;
    }
    const exact = hits.filter((hit) => hit.group === hits[0].group).length;
    const listed = shownOf(hits).length;
    return (
      (hits[0].group < 2 ? `${exact} ${exact === 1 ? "place is" : "places are"} called so` : `${hits.length} places`) +
      (listed < hits.length ? `; the first ${listed} of ${hits.length} are shown` : "")
    );
  }

  // All that are called so, however many; of those that only begin so a few.
  function shownOf(hits) {
    const exact = hits.filter((hit) => hit.group < 2);
    return exact.length >= longest ? exact : hits.slice(0, longest);
  }

  function show(hits, note) {
    results.replaceChildren(...shownOf(hits).map(entry));
    found.textContent = note;
  }

  function entry(hit) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = `${root}places/${hit.page}.html`;
    const said = document.createElement("span");
    const name = document.createElement("b");
    name.textContent = hit.name;
    const more = document.createElement("span");
    more.className = "quiet";
    more.textContent = ` ${[hit.kind, hit.where].filter(Boolean).join(", ")}${lawOf(hit)}`;
    said.append(name, more);
    const mark = document.createElement("span");
    mark.className = `status status-${hit.mark.split(" ")[0]}`;
    mark.textContent = hit.mark;
    link.append(said, " ", mark);
    item.append(link);
    return item;
  }

  function lawOf(hit) {
    if (!hit.law) {
      return "";
    }
    const more = hit.others.length ? `; part of it may lie in ${hit.others.slice(0, 3).join(", ")}` : "";
    return ` · law of ${hit.law.name}${more}`;
  }

  function title(text) {
    return text.replace(/(^|[\s-])(\p{Ll})/gu, (_, before, letter) => before + letter.toUpperCase());
  }

  function fold(text) {
    const plain = text
      .normalize("NFKD")
      .replace(/[\u0300-\u036f]/g, "")
      .normalize("NFC")
      .toLowerCase()
      .replace(/ß/g, "ss")
      .replace(/['’‘ʻʼ`´.]/g, "")
      .replace(/&/g, " and ")
      .replace(/[^\p{L}\p{N}\p{M}]+/gu, " ")
      .trim();
    const words = plain.split(" ");
    if (words.length > 1 && words[0] === "the") {
      words.shift();
    }
    return words.length > 1 ? words.map((word) => postal[word] ?? word).join(" ") : plain;
  }

  function compact(text) {
    return fold(text).replace(/ /g, "");
  }

  // Whether two names differ by one letter (more, less, other or swapped), long ones by two.
  function near(name, wanted) {
    const most = wanted.length < 4 ? 0 : wanted.length < 8 ? 1 : 2;
    if (!most || Math.abs(name.length - wanted.length) > most || name[0] !== wanted[0]) {
      return false;
    }
    let before = [];
    let row = Array.from({ length: wanted.length + 1 }, (_, index) => index);
    for (let i = 1; i <= name.length; i += 1) {
      const next = [i];
      for (let j = 1; j <= wanted.length; j += 1) {
        const same = name[i - 1] === wanted[j - 1] ? 0 : 1;
        next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + same);
        if (i > 1 && j > 1 && name[i - 1] === wanted[j - 2] && name[i - 2] === wanted[j - 1]) {
          next[j] = Math.min(next[j], before[j - 2] + 1);
        }
      }
      if (Math.min(...next) > most) {
        return false;
      }
      [before, row] = [row, next];
    }
    return row[wanted.length] <= most;
  }
})();
