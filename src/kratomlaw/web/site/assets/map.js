// How is a map used? Zoom, parts of it, and marks that are large enough for a finger: close ones are one circle.
"use strict";

(() => {
  const least = 24; // pixels that a target has to measure
  const steps = ["banned", "restricted", "legal", "unknown"];
  const space = "http://www.w3.org/2000/svg";

  for (const region of document.querySelectorAll(".region")) {
    const canvas = region.querySelector(".canvas");
    const map = canvas.querySelector("svg");
    const marks = [...map.querySelectorAll("a.local")];
    const members = region.querySelector(".members");
    const whole = map.viewBox.baseVal;
    const full = { x: whole.x, y: whole.y, width: whole.width, height: whole.height };
    const top = Number(/translate\(0 ([\d.]+)\)/.exec(map.querySelector("g").getAttribute("transform"))?.[1] ?? 0);
    let box = { ...full };
    const places = marks.map((link) => {
      const drawn = link.querySelector("g");
      const [, x, y] = /translate\(([\d.-]+) ([\d.-]+)\)/.exec(drawn.getAttribute("transform"));
      const hit = document.createElementNS(space, "circle");
      hit.setAttribute("class", "hit");
      drawn.prepend(hit);
      return { link, drawn, hit, x: Number(x), y: Number(y) };
    });
    const layer = document.createElementNS(space, "g");
    layer.setAttribute("transform", map.querySelector("g").getAttribute("transform"));
    map.append(layer);
    const tools = region.querySelector(".tools");
    const part = tools.querySelector(".part");
    tools.hidden = false;
    tools.addEventListener("submit", (event) => event.preventDefault());
    part.addEventListener("change", () => {
      const [x, y, width, height] = part.value.split(" ").map(Number);
      look(part.value ? { x, y, width, height } : full, part.selectedIndex);
    });
    tools.querySelector(".in").addEventListener("click", () => zoom(0.5));
    tools.querySelector(".out").addEventListener("click", () => zoom(2));
    region.addEventListener("shown", draw);
    draw(); // at once: the observer comes with the first frame, and whoever prints the page need not wait for that
    new ResizeObserver(draw).observe(canvas);
    drag();
    taps();

    function pixels() {
      return map.getBoundingClientRect().width / box.width || 1;
    }

    function zoom(factor, x = box.x + box.width / 2, y = box.y + box.height / 2) {
      const width = Math.min(full.width, Math.max(full.width / 64, box.width * factor));
      const height = (width * full.height) / full.width;
      look({ x: x - width / 2, y: y - height / 2, width, height });
    }

    // Shows a part of the map in the frame of the whole, whose form stays.
    function look(wanted, chosen = -1) {
      const ratio = full.width / full.height;
      const width = Math.min(full.width, Math.max(wanted.width, wanted.height * ratio));
      const height = width / ratio;
      const between = (value, least, most) => Math.min(Math.max(value, least), Math.max(least, most));
      box = {
        x: between(wanted.x + (wanted.width - width) / 2, full.x, full.x + full.width - width),
        y: between(wanted.y + (wanted.height - height) / 2, full.y, full.y + full.height - height),
        width,
        height,
      };
      map.setAttribute("viewBox", `${box.x} ${box.y} ${box.width} ${box.height}`);
      map.style.setProperty("--shrink", String(Math.max(box.width / full.width, 0.08)));
      // After a zoom no part is chosen, so that each can be.
      part.selectedIndex = box.width < full.width ? chosen : 0;
      canvas.classList.toggle("zoomed", box.width < full.width);
      draw();
    }

    // Marks that are closer than a finger is wide are one circle with their number.
    function draw() {
      const scale = pixels();
      const size = Math.max(0.85, 9 / (7 * scale)) * Math.min(1, (box.width / full.width) * 1.6);
      const focused = document.activeElement?.classList.contains("cluster") ? document.activeElement.dataset.key : null;
      const groups = [];
      for (const place of places.filter(({ link }) => !link.classList.contains("off"))) {
        const near = groups.find((group) => Math.hypot(group.x - place.x, group.y - place.y) * scale < least + 4);
        if (near) {
          near.places.push(place);
        } else {
          groups.push({ x: place.x, y: place.y, places: [place] });
        }
      }
      layer.replaceChildren();
      for (const { link } of places) {
        link.classList.remove("together");
      }
      for (const group of groups) {
        for (const { link, drawn, hit, x, y } of group.places) {
          drawn.setAttribute("transform", `translate(${x} ${y})scale(${size})`);
          hit.setAttribute("r", String((least + 1) / 2 / scale / size));
          link.classList.toggle("together", group.places.length > 1);
        }
        if (group.places.length > 1) {
          layer.append(circle(group, scale));
        }
      }
      if (focused) {
        layer.querySelector(`[data-key="${focused}"]`)?.focus();
      }
    }

    function circle(group, scale) {
      const drawn = document.createElementNS(space, "g");
      const status = steps.find((one) => group.places.some(({ link }) => link.querySelector(`.fill-${one}, [fill*="${one}-reported"]`)));
      const shape = document.createElementNS(space, "circle");
      const text = document.createElementNS(space, "text");
      const radius = (least / 2 + 1) / scale;
      const proven = group.places.some(({ link }) => link.querySelector(`.fill-${status}`));
      drawn.setAttribute("class", `cluster ${status}${proven ? "" : " reported"}`);
      drawn.setAttribute("role", "button");
      drawn.setAttribute("tabindex", "0");
      drawn.dataset.key = group.places[0].link.dataset.code;
      drawn.setAttribute("aria-label", `${group.places.length} local rules, the strictest ${status}${proven ? "" : " (reported)"}: list them and zoom in`);
      for (const [name, value] of Object.entries({ cx: group.x, cy: group.y, r: radius })) {
        shape.setAttribute(name, String(value));
      }
      shape.setAttribute("class", proven ? `fill-${status}` : "");
      shape.setAttribute("fill", !proven ? "#fff" : { banned: "#8c1c42", restricted: "#e69f00", legal: "#8fc7ee", unknown: "#d5d5d5" }[status]);
      text.setAttribute("x", String(group.x));
      text.setAttribute("y", String(group.y + 4.3 / scale));
      text.setAttribute("font-size", String(12 / scale));
      text.textContent = String(group.places.length);
      drawn.append(shape, text);
      const open = () => {
        list(group.places);
        const xs = group.places.map(({ x }) => x);
        const ys = group.places.map(({ y }) => y + top);
        const margin = 12;
        look({
          x: Math.min(...xs) - margin,
          y: Math.min(...ys) - margin,
          width: Math.max(...xs) - Math.min(...xs) + 2 * margin,
          height: Math.max(...ys) - Math.min(...ys) + 2 * margin,
        });
      };
      drawn.addEventListener("click", open);
      drawn.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") {
          event.preventDefault();
          open();
        }
      });
      return drawn;
    }

    // The members of a circle in words: some lie on one point, and a keyboard has no finger.
    function list(found) {
      const heading = document.createElement("p");
      heading.textContent = `${found.length} local rules here:`;
      const entries = document.createElement("ul");
      for (const { link } of found) {
        const item = document.createElement("li");
        const copy = document.createElement("a");
        copy.href = link.getAttribute("href");
        copy.textContent = link.getAttribute("aria-label");
        item.append(copy);
        entries.append(item);
      }
      members.replaceChildren(heading, entries);
    }

    function drag() {
      let from = null;
      let moved = false;
      canvas.addEventListener("pointerdown", (event) => {
        moved = false;
        from = box.width < full.width && event.isPrimary ? { x: event.clientX, y: event.clientY, box } : null;
      });
      canvas.addEventListener("pointermove", (event) => {
        if (!from || !event.isPrimary) {
          return;
        }
        const scale = pixels();
        const [right, down] = [event.clientX - from.x, event.clientY - from.y];
        moved ||= Math.hypot(right, down) > 6;
        if (moved) {
          look({ ...from.box, x: from.box.x - right / scale, y: from.box.y - down / scale });
        }
      });
      for (const end of ["pointerup", "pointercancel", "pointerleave"]) {
        canvas.addEventListener(end, () => (from = null));
      }
      // Whoever moved the map did not want to open the place below the finger.
      canvas.addEventListener("click", (event) => moved && event.preventDefault(), true);
      canvas.addEventListener("dragstart", (event) => event.preventDefault());
    }

    // A finger on a place that is smaller than a finger zooms in, so that nobody opens the neighbour.
    function taps() {
      canvas.addEventListener("click", (event) => {
        const link = event.target.closest?.("a.place:not(.local)");
        if (!link || event.pointerType !== "touch" || event.defaultPrevented) {
          return;
        }
        const shown = link.getBoundingClientRect();
        if (Math.min(shown.width, shown.height) < least && box.width > full.width / 32) {
          event.preventDefault();
          const frame = map.getBoundingClientRect();
          const scale = pixels();
          zoom(0.4, box.x + (event.clientX - frame.left) / scale, box.y + (event.clientY - frame.top) / scale);
        }
      });
    }
  }
})();
