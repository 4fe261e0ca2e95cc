// What moved the decision of each network: a map over the picture of what speaks for a class and what against it.
//   const evidence = attribution(element, {networks, classes, methods, patch, dab, call: server.explain, fail});
//   evidence.show(bytes, probs);  evidence.about(6) chooses a class, evidence.about(null) the likeliest;  evidence.method = "gradient";
// probs: a list a network; networks, {name, title} each, may change places. Every class comes with one answer, so that another class is shown at once.
import {heatmap} from "../web/components/heatmap.js";
import {radioGroup} from "../web/components/radio_group.js";
import {fromBase64, toBase64} from "../web/lib/base64.js";
import {percent} from "../web/lib/format.js";
import {pump} from "../web/lib/rpc.js";

export const attribution = (root, {networks, classes, methods, patch, dab, call, fail}) => {
  root.classList.add("loom-evidence");
  root.innerHTML = `<div class="loom-tools"><div aria-label="How it is found" data-method></div>
      <label class="loom-check">for <select aria-label="Class in question"><option value="">the likeliest class</option>${classes.map((name, k) => `<option value="${k}">${name}</option>`).join("")}</select></label></div>
    <div class="evidence-pair">${networks.map(({title}) => `<figure><div></div><figcaption><b>${title}</b> <span></span></figcaption></figure>`).join("")}</div>
    <p class="evidence-read" aria-live="polite"></p>
    <p class="key"><span style="--color:#ff961e">speaks for it</span><span style="--color:#3c96ff">speaks against it</span></p>
    <p class="loom-hint"></p>`;
  const find = (selector) => root.querySelector(selector);
  const select = find("select");
  const says = find(".evidence-read");
  const spoken = {occlusion: "Occlusion", gradient: "Gradient"};
  const hints = {
    occlusion: `A grey square of ${patch} × ${patch} pixels covers one place after another. The map shows by how much the class's log-odds fall.`,
    gradient: `The slope of the class's log-odds: what a little more brightness on ${dab} × ${dab} pixels would do. Paint where it is orange.`,
  };
  let bytes = null;
  let probs = null;
  let maps = null;
  let wanted = null;

  const best = (p) => p.indexOf(Math.max(...p));
  const odds = (p) => Math.log(p / (1 - p));
  const back = (v) => 1 / (1 + Math.exp(-v));
  const inside = (p) => Math.min(1 - 1e-7, Math.max(1e-7, p));
  const subject = (n) => wanted ?? best(probs[n]);
  const values = (n) => {
    const {side, all, scale} = maps[n];
    return Array.from(all.subarray(subject(n) * side * side, (subject(n) + 1) * side * side), (v) => v * scale);
  };
  const read = (n, i) => {
    const k = subject(n);
    const now = inside(probs[n][k]);
    const step = (method.at === "occlusion" ? -1 : 0.1) * values(n)[i];
    const then = back(odds(now) + step);
    const what = method.at === "occlusion" ? "covered here" : "a dab here 10 % brighter";
    says.textContent = `${networks[n].title}, ${what}: ${classes[k]} ${percent(now)} → ${percent(then)} (${step < 0 ? "−" : "+"}${Math.abs(step).toFixed(2)} nats)`;
  };
  const rest = () => {
    says.textContent = "Point at a place, or step there with the arrow keys.";
  };
  const heats = networks.map(({title}, n) =>
    heatmap(root.querySelectorAll(".evidence-pair div")[n], {
      label: title,
      onRead: (i) => {
        if (maps) read(n, i);
      },
      onLeave: rest,
    }),
  );
  const draw = () => {
    find(".loom-hint").textContent = hints[method.at];
    if (!bytes) return;
    heats.forEach((heat, n) => {
      const shown = maps ? values(n) : null;
      const most = shown ? Math.max(...shown.map(Math.abs)) : 1;
      const k = probs && subject(n);
      heat.draw(bytes, shown, {side: maps?.[n].side ?? 28, most, box: method.at === "occlusion" ? patch : dab});
      root.querySelectorAll("figcaption b")[n].textContent = networks[n].title;
      if (!probs) return;
      root.querySelectorAll("figcaption span")[n].textContent = `${classes[k]} ${percent(probs[n][k])}`;
      heat.describe(
        `${networks[n].title}: what speaks for ${classes[k]}, ${percent(probs[n][k])}, and what against it; arrow keys read it`,
      );
    });
  };
  const explain = pump(
    call,
    (answer, request) => {
      maps = answer.maps.map(({data, scale, side}) => ({side, scale, all: new Int16Array(fromBase64(data).buffer)}));
      bytes = fromBase64(request.pixels);
      probs = request.probs;
      draw();
      root.dataset.shown = request.method;
    },
    fail,
  );
  let asked = null;
  const ask = () => {
    if (!asked) return;
    delete root.dataset.shown;
    explain({
      pixels: toBase64(asked.bytes),
      probs: asked.probs,
      method: method.at,
      networks: networks.map(({name}) => name),
    });
  };
  const method = radioGroup(
    find("[data-method]"),
    Object.fromEntries(methods.map((name) => [name, spoken[name]])),
    ask,
  );
  select.addEventListener("change", () => about(select.value === "" ? null : Number(select.value)));
  const about = (k) => {
    wanted = k;
    select.value = k ?? "";
    draw();
  };
  rest();
  draw();
  return {
    about,
    show(nextBytes, nextProbs) {
      asked = {bytes: nextBytes, probs: nextProbs};
      ask();
    },
    clear() {
      asked = bytes = maps = null;
    },
    get subject() {
      return wanted;
    },
    get method() {
      return method.at;
    },
    set method(name) {
      method.at = name;
      find(".loom-hint").textContent = hints[name];
      ask();
    },
  };
};
