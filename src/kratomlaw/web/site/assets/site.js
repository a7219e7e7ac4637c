// What does the visitor's browser do? It shows the periods of a day and finds names. It decides nothing about law.
"use strict";

(() => {
  const element = (id) => document.getElementById(id);
  const builtOn = document.body.dataset.builtOn;
  const today = (() => {
    const now = new Date();
    const two = (number) => String(number).padStart(2, "0");
    return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  })();

  showAge();
  if (element("data")) {
    showMaps(JSON.parse(element("data").textContent));
  }
  if (element("search")) {
    search();
  }
  for (const section of document.querySelectorAll(".local")) {
    filter(section);
  }

  function showAge() {
    const days = Math.round((Date.parse(today) - Date.parse(builtOn)) / 86_400_000);
    const age = document.querySelector(".age");
    if (age && days > 0) {
      age.textContent = `, ${days} ${days === 1 ? "day" : "days"} ago` + (days > 90 ? ": it is old, look for newer data" : "");
    }
    const old = document.querySelector(".old");
    if (old && days > 90) {
      old.querySelector(".days").textContent = String(days);
      old.hidden = false;
    }
    for (const card of document.querySelectorAll("[data-next]")) {
      card.querySelector(".due").hidden = card.dataset.next > today;
    }
  }

  function showMaps(data) {
    const places = Object.entries(data.places);
    const dates = [...new Set([...data.dates, today < builtOn ? builtOn : today])].sort();
    const slider = element("slider");
    const day = element("day");
    const asked = new URLSearchParams(location.hash.slice(1));
    const shown = {
      day: isDay(asked.get("on")) ? asked.get("on") : today < builtOn ? builtOn : today,
      product: asked.get("product") in data.products ? asked.get("product") : "leaf",
    };
    slider.max = String(dates.length - 1);
    element("controls").hidden = false;
    document.querySelector(`input[name="product"][value="${shown.product}"]`).checked = true;
    element("controls").addEventListener("submit", (event) => event.preventDefault());
    slider.addEventListener("input", () => show({ day: dates[Number(slider.value)] }));
    day.addEventListener("input", () => isDay(day.value) && show({ day: day.value }));
    element("products").addEventListener("change", (event) => show({ product: event.target.value }));
    show({});

    function show(change) {
      Object.assign(shown, change);
      day.value = shown.day;
      slider.value = String(Math.max(0, lastIndex(dates, shown.day)));
      slider.setAttribute("aria-valuetext", shown.day);
      for (const region of document.querySelectorAll(".region")) {
        showRegion(region);
      }
      describe();
      if (location.hash || Object.keys(change).length) {
        history.replaceState(null, "", `#on=${shown.day}&product=${shown.product}`);
      }
    }

    function periodsOf(place) {
      return place[shown.product] ?? place.leaf ?? [];
    }

    function periodOf(code) {
      const periods = data.places[code] ? periodsOf(data.places[code]) : [];
      const index = lastIndex(periods.map((period) => period[0]), shown.day);
      if (index < 0) {
        return { status: "unknown", since: "", sale: "unknown", possession: "unknown", age: 0, approximate: 0, own: 0, reported: 0, none: true };
      }
      const [, status, since, sale, possession, age, approximate, own, reported] = periods[index];
      return { status, since, sale, possession, age, approximate, own, reported, none: false };
    }

    function showRegion(region) {
      const name = region.dataset.region;
      const counts = { legal: 0, restricted: 0, banned: 0, unknown: 0, local: 0, reported: 0 };
      const counted = new Set();
      const title = `${data.products[shown.product]} in ${name === "us" ? "the United States" : "the world"} on ${shown.day}`;
      region.querySelector("svg > title").textContent = title;
      region.querySelector("caption").textContent = title;
      for (const link of region.querySelectorAll("svg a")) {
        const code = link.dataset.code;
        const period = periodOf(code);
        const local = link.classList.contains("local");
        const text = say(data.places[code].name, period);
        link.querySelector("title").textContent = text;
        link.setAttribute("aria-label", text);
        if (local) {
          const dot = link.querySelector(".dot");
          link.classList.toggle("off", !period.own);
          dot.setAttribute("class", period.reported ? "dot" : `dot fill-${period.status}`);
          dot.setAttribute("fill", period.reported ? hatched(name, period.status) : data.looks[period.status].fill);
          dot.setAttribute("d", data.looks[period.status].dot);
        } else {
          paint(link.querySelector(".area"), period, name);
        }
        if (!counted.has(code) && !local) {
          counts[period.status] += 1;
          counts.reported += period.reported;
          counted.add(code);
        }
      }
      for (const link of region.querySelectorAll(".chips a")) {
        const period = periodOf(link.dataset.code);
        link.className = `chip status status-${period.status}`;
        link.title = say(data.places[link.dataset.code].name, period);
        link.setAttribute("aria-label", link.title);
        // A place that has no outline is counted by its link beside the map; states of a country are not.
        if (link.closest("p") && !counted.has(link.dataset.code)) {
          counts[period.status] += 1;
          counted.add(link.dataset.code);
        }
      }
      region.dispatchEvent(new Event("shown"));
      for (const row of region.querySelectorAll("tr[data-code]")) {
        const period = periodOf(row.dataset.code);
        const [status, since, sale, possession] = row.querySelectorAll("td");
        const badge = status.querySelector(".status");
        const local = Boolean(data.places[row.dataset.code]?.local);
        row.classList.toggle("off", local && !period.own);
        // Local rules are counted in the table: a reservation across counties has no mark on the map.
        counts.local += local && period.own ? 1 : 0;
        counts.reported += local && period.own ? period.reported : 0;
        badge.className = `status status-${period.status}` + (period.reported ? " status-reported" : "");
        badge.textContent = period.status + (period.reported ? " (reported)" : "") + (period.age ? ` ${period.age}+` : "");
        since.textContent = period.since;
        sale.textContent = period.sale;
        possession.textContent = period.possession;
      }
      for (const count of region.querySelectorAll(".count")) {
        count.textContent = String(counts[count.dataset.status]);
      }
    }

    function paint(area, { status, reported }, region) {
      const look = data.looks[status];
      const kind = area.classList.contains("edged") ? "area edged" : "area";
      const plain = look.pattern ? `url(#${region}-${status})` : look.fill;
      area.setAttribute("class", look.pattern || reported ? kind : `${kind} fill-${status}`);
      area.setAttribute("fill", reported ? hatched(region, status) : plain);
    }

    function hatched(region, status) {
      return `url(#${region}-${status}-reported)`;
    }

    function say(name, period) {
      if (period.none) {
        return `${name}: unknown (nothing is recorded for that day)`;
      }
      if (period.status === "unknown") {
        return `${name}: unknown`;
      }
      const said = (permission) => (permission === "unknown" ? "not known" : permission);
      return (
        `${name}: ${period.reported ? data.reported[period.status] : period.status}` +
        (period.since ? ` since ${period.since}` : "") +
        (period.age ? `, from age ${period.age}` : "") +
        ` (sale ${said(period.sale)}, possession ${said(period.possession)}` +
        (period.approximate ? ", date or law not exactly known)" : ")")
      );
    }

    function describe() {
      const changed = [];
      for (const [, place] of places) {
        const periods = periodsOf(place);
        const index = periods.findIndex((period) => period[0] === shown.day);
        const began = index === 0 && periods[0][2] === shown.day && periods[0][1] !== "unknown";
        // Without a "since" only the evidence begins on that day, not the law.
        if ((index > 0 && periods[index][2]) || began) {
          const before = index ? periods[index - 1][1] : "not recorded";
          const after = periods[index][1];
          changed.push(`${place.name} (${before === after ? `${after}, details change` : `${before} → ${after}`})`);
        }
      }
      const more = changed.length > 10 ? ` and ${changed.length - 10} more` : "";
      const scheduled = shown.day > builtOn ? ` This day lies after the data, of ${builtOn}: shown is the law as it was scheduled then.` : "";
      element("shown").textContent =
        `${data.products[shown.product]} on ${shown.day}.` +
        (changed.length ? ` Begins on this day: ${changed.slice(0, 10).join(", ")}${more}.` : "") +
        scheduled;
    }
  }

  // The local rules whose name has what was typed, and that have the chosen status; groups without any are left out.
  function filter(section) {
    const form = section.querySelector(".filter");
    const entries = [...section.querySelectorAll("li")];
    if (!form) {
      return;
    }
    form.hidden = false;
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", () => {
      const name = plain(form.querySelector(".name").value);
      const status = form.querySelector(".kind").value;
      let shown = 0;
      for (const entry of entries) {
        const group = plain(entry.closest(".group").querySelector("h3").textContent);
        const text = plain(entry.querySelector("a").textContent);
        entry.hidden = !((text.includes(name) || group.includes(name)) && (!status || entry.dataset.status === status));
        shown += entry.hidden ? 0 : 1;
      }
      for (const group of section.querySelectorAll(".group")) {
        group.hidden = !group.querySelector("li:not([hidden])");
      }
      form.querySelector("[role=status]").textContent = name || status ? `${shown} of ${entries.length}` : "";
    });
  }

  function plain(text) {
    return text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase().trim();
  }

  function isDay(text) {
    return /^\d{4}-\d{2}-\d{2}$/.test(text ?? "") && !Number.isNaN(Date.parse(text));
  }

  // ISO dates are in order when they are in the order of letters.
  function lastIndex(sorted, wanted) {
    let index = -1;
    while (index + 1 < sorted.length && sorted[index + 1] <= wanted) {
      index += 1;
    }
    return index;
  }

  // The names of all places are loaded when somebody uses the box.
  function search() {
    const query = element("query");
    element("search").hidden = false;
    const begin = () => {
      const script = document.createElement("script");
      script.src = `${document.querySelector("script[src$='/site.js']").getAttribute("src").replace("site.js", "search.js")}`;
      document.head.append(script);
    };
    query.addEventListener("focus", begin, { once: true });
    // Who presses Enter before the names are there is answered when they are.
    query.addEventListener("keydown", (event) => {
      query.dataset.entered = event.key === "Enter" ? "yes" : "";
    });
    if (document.activeElement === query) {
      query.dispatchEvent(new Event("focus"));
    }
  }
})();
