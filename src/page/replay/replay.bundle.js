"use strict";
(() => {
  // model.ts
  var kinds = ["sent", "received", "handled", "failed", "due", "seen"];
  var unsent = { place: "unsent", receiveCount: 0, hiddenUntil: 0 };
  function inOrder(events) {
    return events.toSorted((a, b) => a.at - b.at || kinds.indexOf(a.kind) - kinds.indexOf(b.kind));
  }
  function statesAt(replay, at) {
    const past = inOrder(replay.events).filter((event) => event.at <= at);
    return statesAfter(replay, past, at);
  }
  function statesAfter(replay, events, at) {
    const states = new Map(replay.messages.map(({ id }) => [id, unsent]));
    const receivedAt = /* @__PURE__ */ new Map();
    for (const event of events) {
      if (event.kind === "received") receivedAt.set(event.message, event.at);
      const hiddenFrom = receivedAt.get(event.message) ?? event.at;
      const before = states.get(event.message) ?? unsent;
      states.set(event.message, stateAfter(event, before, hiddenFrom, replay));
    }
    for (const [id, state] of states)
      if (state.place === "hidden" && state.hiddenUntil <= at)
        states.set(id, { ...state, place: "queue", hiddenUntil: 0 });
    return states;
  }
  var placeAfter = {
    sent: "queue",
    received: "worker",
    handled: "deleted",
    failed: "hidden",
    due: "due",
    seen: "dead-letter queue"
  };
  function stateAfter({ kind, receiveCount }, before, hiddenFrom, { visibilityTimeoutSeconds }) {
    return {
      place: placeAfter[kind],
      receiveCount: Math.max(before.receiveCount, receiveCount),
      hiddenUntil: kind === "failed" ? hiddenFrom + visibilityTimeoutSeconds * 1e3 : 0
    };
  }
  var togetherMs = 1e3;
  function beatsOf({ events }) {
    const beats = [];
    for (const event of inOrder(events)) {
      const last = beats.at(-1);
      const joins = last?.kind === event.kind && event.at - last.events[0].at < togetherMs && last.events.every(({ message }) => message !== event.message);
      if (joins) beats[beats.length - 1] = { ...last, events: [...last.events, event], at: event.at };
      else beats.push({ kind: event.kind, events: [event], at: event.at });
    }
    return beats;
  }
  function endOf({ events }) {
    return Math.max(0, ...events.map(({ at }) => at));
  }
  var speed = 16;
  var moveMs = 430;
  var longestWaitMs = 4e3;
  function scheduleOf(replay) {
    const stretches = [];
    let [play, lab] = [0, 0];
    for (const [beat, { events, at }] of beatsOf(replay).entries()) {
      const starts = Math.max(lab, events[0].at);
      if (starts > lab) {
        const to = play + Math.min(longestWaitMs, (starts - lab) / speed);
        stretches.push({ from: play, to, labFrom: lab, labTo: starts, beat: void 0 });
        play = to;
      }
      const labTo = Math.max(starts, at);
      stretches.push({ from: play, to: play + moveMs, labFrom: starts, labTo, beat });
      [play, lab] = [play + moveMs, labTo];
    }
    return stretches;
  }
  function playingTime(schedule) {
    return schedule.at(-1)?.to ?? 0;
  }
  function labAt(schedule, play) {
    const now = schedule.find(({ to }) => play < to);
    if (now === void 0) return schedule.at(-1)?.labTo ?? 0;
    const share = (play - now.from) / (now.to - now.from);
    return now.labFrom + Math.max(0, share) * (now.labTo - now.labFrom);
  }
  function playAt(schedule, lab) {
    const now = schedule.findLast(({ labFrom }) => labFrom <= lab);
    if (now === void 0) return 0;
    if (lab >= now.labTo) return now.to;
    return now.from + (lab - now.labFrom) / (now.labTo - now.labFrom) * (now.to - now.from);
  }
  function seconds(ms) {
    return `${(ms / 1e3).toFixed(1)} s`;
  }
  function storyOf(replay) {
    return beatsOf(replay).map((beat) => sentence(beat, replay));
  }
  function sentence({ kind, events }, replay) {
    const who = listed(events.map(({ message }) => nameOf(message, replay)));
    const one = events.length === 1;
    const { functionName, queueName, deadLetterQueueName: deadLetters, maxReceiveCount } = replay;
    const { receiveCount } = events[0];
    const isRetry = receiveCount > 1;
    const isOneBatch = !one && events.every(({ batchSize }) => batchSize === events.length);
    const hidden = `${replay.visibilityTimeoutSeconds} s`;
    const ending = {
      sent: () => `sent to ${queueName}.`,
      received: () => isRetry ? `visible again, and received again: receive ${receiveCount} of ${maxReceiveCount}.` : `received by ${functionName}${isOneBatch ? `, in one batch of ${events.length}` : ""}.`,
      handled: () => "handled, and deleted from the queue.",
      failed: () => isRetry ? `failed again, and hidden for ${hidden} again.` : `failed. SQS hides ${one ? "it" : "them"} for ${hidden} from the receive.`,
      due: () => `received ${maxReceiveCount} times, as often as allowed. SQS moves it at the next receive, and records no moment of the move.`,
      seen: () => `seen in ${deadLetters}.`
    };
    return `${who}: ${ending[kind]()}`;
  }
  function nameOf(id, { messages }) {
    return messages.find((message) => message.id === id)?.name ?? id;
  }
  function listed(names) {
    return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  }

  // ../../lab/html.ts
  var entities = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&apos;"
  };
  function escapeHtml(text) {
    return text.replaceAll(/[&<>"']/g, (sign) => entities[sign] ?? sign);
  }

  // scene.ts
  var width = 360;
  var box = { width: 164, head: 46, lane: 44, left: 4, right: 192, top: 92, gap: 62 };
  var chip = { width: 152, height: 38 };
  var longestName = 20;
  function planOf(replay) {
    const ends = (kind) => replay.events.filter((event) => event.kind === kind).length;
    const tall = (lanes) => box.head + lanes * box.lane;
    const upper = tall(Math.max(2, replay.messages.length));
    const lower = tall(Math.max(1, ends("handled"), ends("seen")));
    const below = box.top + upper + box.gap;
    return {
      height: below + lower + 4,
      queue: { x: box.left, y: box.top, height: upper },
      worker: { x: box.right, y: box.top, height: upper },
      dead: { x: box.left, y: below, height: lower },
      done: { x: box.right, y: below, height: lower }
    };
  }
  function restOf(id, place, replay) {
    const plan = planOf(replay);
    const lane = replay.messages.findIndex((message) => message.id === id);
    const arrival = (kind) => replay.events.filter((event) => event.kind === kind).findIndex(({ message }) => message === id);
    const inside = ({ x, y }, row) => ({
      x: x + (box.width - chip.width) / 2,
      y: y + box.head + Math.max(0, row) * box.lane
    });
    const rests = {
      unsent: { x: inside(plan.queue, 0).x, y: 2 },
      queue: inside(plan.queue, lane),
      hidden: inside(plan.queue, lane),
      worker: inside(plan.worker, lane),
      deleted: inside(plan.done, arrival("handled")),
      due: { x: inside(plan.dead, 0).x, y: plan.dead.y - (box.gap + chip.height) / 2 },
      "dead-letter queue": inside(plan.dead, arrival("seen"))
    };
    return rests[place];
  }
  function labelOf(state, at) {
    const left = Math.max(0, Math.ceil((state.hiddenUntil - at) / 1e3));
    const labels = {
      unsent: "",
      queue: state.receiveCount === 0 ? "• waiting" : "• visible again",
      worker: `▸ receive ${state.receiveCount}`,
      hidden: `✗ failed ${state.receiveCount}×, hidden ${left} s`,
      deleted: "✓ handled, deleted",
      due: "? move due, not seen yet",
      "dead-letter queue": `→ seen, after ${state.receiveCount} receives`
    };
    return labels[state.place];
  }
  function sceneHtml(replay, at) {
    const plan = planOf(replay);
    const { queue, worker, dead, done } = plan;
    const states = statesAt(replay, at);
    const chips = replay.messages.map(({ id }) => chipSvg(id, replay, states.get(id), at));
    const slots = replay.messages.map(({ id }) => {
      const { x, y } = restOf(id, "queue", replay);
      return `<rect class="slot" x="${x}" y="${y}" width="${chip.width}" height="${chip.height}" rx="9"/>`;
    });
    const last = replay.maxReceiveCount;
    const middle = box.width / 2;
    return `<svg class="scene" viewBox="0 0 ${width} ${plan.height}" role="img" aria-label="Where each message is. The story beside it says the same in sentences.">
<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0 0L8 4L0 8z"/></marker></defs>
<text class="small" x="10" y="26">Producer</text>
<path class="route" d="M36 34V${queue.y - 2}" marker-end="url(#tip)"/>
<path class="route back" d="M${worker.x + middle} ${worker.y}C${worker.x + middle} 30 ${queue.x + middle} 30 ${queue.x + middle} ${queue.y - 2}" marker-end="url(#tip)"/>
<text class="small middle" x="226" y="34">failed: hidden ${replay.visibilityTimeoutSeconds} s, then again</text>
<path class="route" d="M${queue.x + box.width} ${queue.y + queue.height / 2}H${worker.x - 2}" marker-end="url(#tip)"/>
<path class="route dead" d="M${queue.x + 20} ${queue.y + queue.height}V${dead.y - 2}" marker-end="url(#tip)"/>
<text class="small" x="${queue.x + 30}" y="${dead.y - box.gap / 2 + 4}">after ${last} receives</text>
<path class="route" d="M${worker.x + 20} ${worker.y + worker.height}V${done.y - 2}" marker-end="url(#tip)"/>
<text class="small" x="${worker.x + 30}" y="${done.y - box.gap / 2 + 4}">handled: deleted</text>
${boxSvg("queue", queue, "Source queue", replay.queueName)}
${boxSvg("worker", worker, "λ Worker", replay.functionName)}
${boxSvg("dead", dead, "Dead-letter queue", replay.deadLetterQueueName)}
${boxSvg("done", done, "Handled", "no longer in the queue")}
${slots.join("")}
${chips.join("\n")}
</svg>`;
  }
  function boxSvg(kind, { x, y, height }, title, name) {
    return `<g class="box ${kind}" data-box="${kind}"><rect x="${x}" y="${y}" width="${box.width}" height="${height}" rx="12"/><text class="title" x="${x + 10}" y="${y + 19}">${escapeHtml(title)}</text><text class="small" x="${x + 10}" y="${y + 35}">${escapeHtml(short(name, 26))}</text></g>`;
  }
  function chipSvg(id, replay, state, at) {
    const { place, receiveCount } = state ?? { place: "unsent", receiveCount: 0 };
    const { x, y } = restOf(id, place, replay);
    const label = state === void 0 ? "" : labelOf(state, at);
    return `<g class="chip" data-message="${escapeHtml(id)}" data-place="${place}" data-receives="${receiveCount}" transform="translate(${x} ${y})"><rect width="${chip.width}" height="${chip.height}" rx="9"/><text class="name" x="9" y="16">${escapeHtml(short(nameOf(id, replay), longestName))}</text><text class="state" x="9" y="30">${escapeHtml(label)}</text></g>`;
  }
  function short(name, length) {
    const signs2 = Array.from(name);
    return signs2.length <= length ? name : `${signs2.slice(0, length - 1).join("")}…`;
  }
  function storyHtml(replay) {
    const beats = beatsOf(replay);
    return storyOf(replay).map(
      (sentence2, i) => `<li><span class="at">${seconds(beats[i]?.events[0].at ?? 0)}</span> <span>${escapeHtml(sentence2)}</span></li>`
    ).join("\n");
  }
  var signs = { sent: "•", received: "", handled: "", failed: "✗", due: "?", seen: "→" };
  var apart = 20;
  function marksSvg(replay) {
    const end = Math.max(1, endOf(replay));
    const marks = [];
    for (const { kind, events } of beatsOf(replay)) {
      const [{ at }] = events;
      const x = 8 + at / end * (width - 16);
      if (signs[kind] !== "" && x - (marks.at(-1)?.x ?? -apart) >= apart)
        marks.push({ x, sign: signs[kind], at });
    }
    const drawn = marks.map(({ x, sign, at }) => {
      const label = Math.min(width - 16, Math.max(12, x));
      return `<text class="middle" x="${x.toFixed(1)}" y="12">${sign}</text><text class="middle small" x="${label.toFixed(1)}" y="25">${(at / 1e3).toFixed(0)}</text>`;
    });
    return `<svg class="marks" viewBox="0 0 ${width} 30" aria-hidden="true">${drawn.join("")}</svg>`;
  }

  // player.ts
  function attach(root, first) {
    const find = (selector) => {
      const found = root.querySelector(selector);
      if (found === null) throw new Error(`the replay has no ${selector}`);
      return found;
    };
    const toggle = find("[data-do=toggle]");
    const slider = find("input[type=range]");
    const clock = find("output");
    const still = matchMedia("(prefers-reduced-motion: reduce)");
    const paper = matchMedia("print");
    let replay = first;
    let schedule = scheduleOf(first);
    let now = playingTime(schedule);
    let playing = false;
    let earlier;
    let frame = 0;
    function show(lab, stretch) {
      const chips = stretch?.beat === void 0 ? restingAt(lab) : movingIn(stretch, stretch.beat);
      for (const chip2 of chips) draw(chip2, lab);
      slider.value = String(lab);
      clock.textContent = seconds(lab);
      markStory(stretch?.beat ?? beatsOf(replay).findLastIndex(({ at }) => at <= lab));
      toggle.textContent = playing ? "Pause" : now >= playingTime(schedule) ? "Play again" : "Play";
    }
    function restingAt(lab) {
      return [...statesAt(replay, lab)].map(([id, state]) => ({
        id,
        state,
        at: restOf(id, state.place, replay),
        moving: false
      }));
    }
    function movingIn({ from, to, labTo }, beat) {
      const kind = beatsOf(replay)[beat]?.kind;
      const isOutcome = kind === "failed" || kind === "handled";
      const past = beatsOf(replay).slice(0, beat + 1).map(({ events }) => events);
      const before = statesAfter(replay, past.slice(0, -1).flat(), labTo);
      const share = still.matches ? 1 : eased((now - from) / (to - from), isOutcome ? turning : 0);
      return [...statesAfter(replay, past.flat(), labTo)].map(([id, state]) => {
        const start = restOf(id, before.get(id)?.place ?? "unsent", replay);
        const end = restOf(id, state.place, replay);
        const isBack = start.x !== end.x && state.place === "hidden";
        const moving = share < 1 && (start.x !== end.x || start.y !== end.y);
        const at = between(start, end, share, isBack ? arcTop : void 0);
        return { id, state, at, moving };
      });
    }
    function draw({ id, state, at: { x, y }, moving }, lab) {
      const chip2 = find(`[data-message="${CSS.escape(id)}"]`);
      chip2.setAttribute("transform", `translate(${x.toFixed(2)} ${y.toFixed(2)})`);
      chip2.dataset["place"] = state.place;
      chip2.classList.toggle("moving", moving);
      chip2.dataset["receives"] = String(state.receiveCount);
      const label = chip2.querySelector(".state");
      if (label !== null) label.textContent = labelOf(state, lab);
    }
    function markStory(current) {
      for (const [i, item] of [...find(".story").children].entries()) {
        if (i === current) item.setAttribute("aria-current", "step");
        else item.removeAttribute("aria-current");
        item.classList.toggle("later", i > current);
      }
      const sentence2 = find(".story").children[current]?.textContent?.trim() ?? "";
      slider.setAttribute("aria-valuetext", `${seconds(Number(slider.value))} ${sentence2}`);
    }
    function tick(time) {
      if (!playing) return;
      now = Math.min(playingTime(schedule), now + (time - (earlier ?? time)));
      earlier = time;
      if (now >= playingTime(schedule)) return player.seek(endOf(replay));
      show(
        labAt(schedule, now),
        schedule.find(({ to }) => now < to)
      );
      frame = requestAnimationFrame(tick);
    }
    function step(by) {
      const beats = schedule.filter(({ beat }) => beat !== void 0);
      const next = by > 0 ? beats.find(({ to }) => to > now) : beats.findLast(({ to }) => to < now);
      if (next === void 0) return player.seek(by > 0 ? endOf(replay) : 0);
      playing = false;
      now = next.to;
      show(next.labTo, next);
    }
    const player = {
      play() {
        if (now >= playingTime(schedule)) now = 0;
        playing = true;
        earlier = void 0;
        cancelAnimationFrame(frame);
        frame = requestAnimationFrame(tick);
      },
      pause() {
        playing = false;
        show(labAt(schedule, now));
      },
      seek(lab) {
        playing = false;
        now = playAt(schedule, lab);
        show(lab);
      },
      update(next) {
        const isFollowed = playing || now >= playingTime(schedule);
        const lab = labAt(schedule, now);
        replay = next;
        schedule = scheduleOf(next);
        slider.max = String(endOf(next));
        find(".stage").innerHTML = sceneHtml(next, lab);
        find(".story").innerHTML = storyHtml(next);
        find(".marks").outerHTML = marksSvg(next);
        const isMore = now < playingTime(schedule);
        if (!isFollowed || !isMore) show(lab);
        else if (still.matches) player.seek(endOf(next));
        else player.play();
      }
    };
    const actions = {
      toggle: () => playing ? player.pause() : player.play(),
      back: () => step(-1),
      forward: () => step(1)
    };
    for (const button of root.querySelectorAll("[data-do]"))
      button.addEventListener("click", actions[button.dataset["do"] ?? ""] ?? (() => void 0));
    slider.addEventListener("input", () => player.seek(Number(slider.value)));
    const keys = {
      " ": () => actions["toggle"]?.(),
      Home: () => player.seek(0),
      End: () => player.seek(endOf(replay))
    };
    slider.addEventListener("keydown", (event) => {
      const act = keys[event.key];
      if (act === void 0) return;
      event.preventDefault();
      act();
    });
    paper.addEventListener("change", ({ matches }) => {
      if (matches) player.seek(endOf(replay));
    });
    find(".controls").hidden = false;
    show(endOf(replay));
    if (!still.matches && !paper.matches) player.play();
    return player;
  }
  var arcTop = 40;
  function between(from, to, share, over) {
    const lift = over === void 0 ? 0 : Math.sin(share * Math.PI) * (from.y - over);
    return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share - lift };
  }
  var turning = 0.35;
  function eased(share, rests) {
    const inside = Math.min(1, Math.max(0, (share - rests) / (1 - rests)));
    return inside * inside * (3 - 2 * inside);
  }

  // browser.ts
  for (const root of document.querySelectorAll("[data-replay]"))
    attach(root, JSON.parse(root.dataset["replay"] ?? ""));
})();
