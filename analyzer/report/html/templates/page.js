"use strict";
document.documentElement.classList.add("js");

// What a sentence tells of itself stands at the foot of the window: nothing moves, and nothing is cut off.
const tip = document.body.appendChild(document.createElement("div"));
tip.className = "tip";
tip.hidden = true;
let pointed = null;
let focused = null;
function tell() {
  const sentence = pointed || focused;
  tip.hidden = !sentence;
  tip.textContent = sentence ? sentence.dataset.tip : "";
}
document.addEventListener("mouseover", (event) => { pointed = event.target.closest(".s"); tell(); });
document.addEventListener("focusin", (event) => { focused = event.target.closest(".s"); tell(); });
document.addEventListener("focusout", () => { focused = null; tell(); });

// Leaves only the sentences of one stance and one speaker in the text, with the headings over them.
function filter(article) {
  const bar = article.querySelector(".filter");
  const text = article.querySelector(".text");
  if (!bar) return;
  const who = bar.querySelector("select");
  const output = bar.querySelector("output");
  const clear = bar.querySelector("button");
  const sentences = [...text.querySelectorAll(".s")];
  const speakers = sentences.map((one) => one.dataset.who.split(" "));
  const upwards = [...text.querySelectorAll(".head, .s")].reverse();

  function apply() {
    const stance = bar.querySelector("input:checked").value;
    const speaker = who.value;
    let shown = 0;
    sentences.forEach((one, number) => {
      const fits = (!stance || one.classList.contains(stance)) && (!speaker || speakers[number].includes(speaker));
      one.classList.toggle("on", fits);
      shown += fits;
    });
    const blocks = new Set();
    let below = false;
    for (const part of upwards) {
      const heading = part.classList.contains("head");
      if (heading) part.classList.toggle("on", below);
      if (part.classList.contains("on")) blocks.add(part.parentElement);
      below = heading ? false : below || part.classList.contains("on");
    }
    for (const block of text.children) block.classList.toggle("on", blocks.has(block));
    text.classList.toggle("f", Boolean(stance || speaker));
    clear.hidden = !(stance || speaker);
    output.textContent = `${shown} of ${sentences.length} sentences shown`;
  }

  function set(stance, speaker) {
    for (const input of bar.querySelectorAll("input")) input.checked = input.value === stance;
    who.value = speaker;
    apply();
  }

  bar.addEventListener("change", apply);
  clear.addEventListener("click", () => {
    set("", "");
    bar.querySelector("input").focus();
  });
  article.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-who]");
    if (link) set(link.dataset.stance, link.dataset.who);
    const stroke = event.target.closest("[data-s]");
    if (stroke) go(`#${article.id}s${stroke.dataset.s}`);
  });
  article.showAll = () => set("", "");

  // One stop of the tab key for all sentences; arrows go on from the one that has the focus.
  sentences.forEach((one, number) => { one.tabIndex = number ? -1 : 0; });
  text.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const here = sentences.indexOf(event.target);
    if (!step || here < 0) return;
    let next = here + step;
    while (sentences[next] && hides(sentences[next])) next += step;
    if (!sentences[next]) return;
    event.preventDefault();
    sentences[here].tabIndex = -1;
    sentences[next].tabIndex = 0;
    sentences[next].focus();
  });
  apply();
}
function hides(sentence) {
  return sentence.closest(".text.f") && !sentence.classList.contains("on");
}
document.querySelectorAll("article").forEach(filter);

// A link to a sentence that a filter hides shows all again.
function reveal(hash) {
  const target = document.getElementById(decodeURIComponent(hash.slice(1)));
  const sentence = target && target.closest(".s");
  if (sentence && hides(sentence)) sentence.closest("article").showAll();
  return target;
}
function go(hash) {
  const target = reveal(hash);
  location.hash = hash;
  target.scrollIntoView({ block: "center" });
}
window.addEventListener("hashchange", () => {
  const target = reveal(location.hash);
  if (target) target.scrollIntoView({ block: "nearest" });
});

// Whoever has jumped finds a way back to where he was.
const back = document.body.insertBefore(document.createElement("button"), tip);
back.type = "button";
back.className = "back";
back.textContent = "↩ back to where you were";
back.hidden = true;
let origin = null;
back.addEventListener("click", () => {
  back.hidden = true;
  origin.scrollIntoView({ block: "center" });
  origin.focus({ preventScroll: true });
});
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#']");
  if (!link) return;
  if (!link.dataset.who) reveal(link.hash);
  if (link.closest("nav, .sorted")) return;
  origin = link;
  back.hidden = false;
});

// The articles of an index really change places, so that reading order and tab order follow the eye.
for (const index of document.querySelectorAll(".sorted")) {
  index.addEventListener("change", (event) => {
    const place = (row) => Number(row.style.getPropertyValue(`--${event.target.value}`));
    const rows = [...index.querySelectorAll(".row:not(.top)")].sort((a, b) => place(a) - place(b));
    rows[0].parentElement.append(...rows);
  });
}

// Evidence and sources that are folded away are no help on paper.
let unfolded = [];
window.addEventListener("beforeprint", () => {
  unfolded = [...document.querySelectorAll("details.more:not([open])")];
  unfolded.forEach((one) => { one.open = true; });
});
window.addEventListener("afterprint", () => unfolded.forEach((one) => { one.open = false; }));
