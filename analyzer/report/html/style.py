"""The look of the HTML reports: colours that hold on a light and on a dark ground, every rule under one class."""

from __future__ import annotations

# Tints are translucent and text keeps the ground's own colour, so a notebook of any theme reads well.
FRAGMENT = r"""
.npov-r{font:14px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;max-width:62em;color:inherit;
--crit:#d64545;--endo:#2f9e5f;--mix:#c98a00;--neut:#8a8f98;--mark:#a05cc8;--src:#3d86d8;--line:rgba(128,128,128,.3);
--soft:rgba(128,128,128,.13);text-align:left}
.npov-r *{box-sizing:border-box}
.npov-r h2,.npov-r h3{font-weight:600;line-height:1.25;margin:1.1em 0 .4em;color:inherit}
.npov-r h2{font-size:1.45em;margin-top:.2em}
.npov-r h3{font-size:1.02em;border-bottom:1px solid var(--line);padding-bottom:.15em}
.npov-r p{margin:.3em 0}
.npov-r .dim,.npov-r small{opacity:.72;font-size:.93em}
.npov-r .scores{display:flex;gap:2em;flex-wrap:wrap;margin:.7em 0}
.npov-r .score b{font-size:1.5em;font-variant-numeric:tabular-nums}
.npov-r .bar{display:inline-block;width:9em;height:.6em;border-radius:.3em;background:var(--soft);overflow:hidden;
vertical-align:baseline}
.npov-r .bar>i{display:block;height:100%;background:var(--neut)}
.npov-r .bar>i.good{background:var(--endo)}.npov-r .bar>i.fair{background:var(--mix)}
.npov-r .bar>i.bad{background:var(--crit)}.npov-r .bar>i.src{background:var(--src)}
.npov-r table{border-collapse:collapse;width:100%;margin:.3em 0;font-size:.97em;background:none;color:inherit}
.npov-r th,.npov-r td{padding:.22em .9em .22em 0;text-align:left;vertical-align:top;border:0;background:none;
color:inherit;white-space:normal}
.npov-r th{font-weight:600;opacity:.72}
.npov-r td.n,.npov-r th.n{text-align:right;font-variant-numeric:tabular-nums}
.npov-r .nb{white-space:nowrap}.npov-r td:first-child{min-width:9em}
.npov-r tr+tr td{border-top:1px solid var(--soft)}
.npov-r ul.ev{margin:.1em 0 .7em;padding:0 0 0 1.2em;list-style:disc}
.npov-r ul.ev li{margin:.1em 0}
.npov-r .more{margin:-.6em 0 .7em 1.2em}.npov-r .more summary{opacity:.72;font-size:.93em;cursor:pointer}
.npov-r q{quotes:"\201C" "\201D";font-style:italic}
.npov-r q b{font-weight:600}
.npov-r .issue{display:flex;gap:.9em;flex-wrap:wrap;align-items:baseline;margin-top:.45em}
.npov-r .issue>b{flex:1 1 12em;font-weight:600}
.npov-r .num{font-variant-numeric:tabular-nums;width:2.4em;text-align:right}
.npov-r .verdict{flex:0 0 11em;white-space:nowrap}
.npov-r .v-supported,.npov-r .critique{color:var(--crit)}.npov-r .v-missing{color:var(--mark)}
.npov-r .v-not{color:var(--endo)}.npov-r .endorsement{color:var(--endo)}.npov-r .mixed{color:var(--mix)}
.npov-r .v-supported,.npov-r .v-missing{font-weight:600}
.npov-r .split{display:flex;height:.9em;border-radius:.3em;overflow:hidden;background:var(--soft);max-width:40em}
.npov-r .split>i{display:block}
.npov-r .b-critique{background:var(--crit)}.npov-r .b-endorsement{background:var(--endo)}
.npov-r .b-mixed{background:var(--mix)}.npov-r .b-neutral{background:var(--neut)}
.npov-r .dot{display:inline-block;width:.7em;height:.7em;border-radius:50%;margin-right:.35em}
.npov-r a{color:inherit;text-decoration-color:var(--src);text-underline-offset:.15em}
"""

PAGE = """
:root{color-scheme:light dark}
body{margin:0;background:Canvas;color:CanvasText}
.npov-r{max-width:88em;margin:0 auto;padding:1.2em 1.4em 4em;font-size:15px}
.npov-r .cols{display:grid;grid-template-columns:minmax(0,1fr);gap:1.5em 2.6em}
@media(max-width:75.9em){.npov-r .cols>section:first-child{order:2}}
@media(min-width:76em){.npov-r .cols{grid-template-columns:minmax(0,1.15fr) minmax(0,1fr)}}
.npov-r .text{font:17px/1.65 Georgia,"Times New Roman",serif;white-space:pre-wrap;overflow-wrap:anywhere;margin:.6em 0}
.npov-r .s{position:relative;border-radius:.2em;cursor:help;-webkit-box-decoration-break:clone;
box-decoration-break:clone;padding:.08em 0;color:inherit}
.npov-r .s.critique,.npov-r .k.critique{background:rgba(214,69,69,.17)}
.npov-r .s.endorsement,.npov-r .k.endorsement{background:rgba(47,158,95,.18)}
.npov-r .s.mixed,.npov-r .k.mixed{background:rgba(201,138,0,.2)}
.npov-r .k{padding:.05em .4em;border-radius:.2em;color:inherit;white-space:nowrap}
.npov-r .key{display:flex;flex-wrap:wrap;gap:.3em 1em;font-size:.93em;margin:.5em 0}
.npov-r .src{border-bottom:2px solid var(--src);font-weight:600}
.npov-r .cue{border-bottom:2px dotted var(--src)}
.npov-r .mark{text-decoration:underline wavy var(--mark) 1px;text-underline-offset:.2em}
.npov-r .cite{opacity:.6;font-size:.8em}
.npov-r .tag{opacity:.75;font-size:.85em;border:1px solid var(--line);border-radius:.2em}
.npov-r .banner{opacity:.75;font:14px/1.5 system-ui,sans-serif;background:var(--soft)}
.npov-r .head{font-weight:700}
.npov-r .hit:target+span{outline:2px solid var(--src);outline-offset:1px}
.npov-r .s:target,.npov-r .s:has(.hit:target){box-shadow:0 0 0 2px var(--src)}
.npov-r .s:focus-visible{outline:2px solid var(--src)}
.npov-r .s:is(:hover,:focus)::after{content:attr(data-tip);position:absolute;left:0;top:100%;z-index:9;
width:max-content;max-width:min(34em,80vw);margin-top:.3em;padding:.5em .8em;border-radius:.4em;white-space:pre-line;
font:13px/1.5 system-ui,sans-serif;background:CanvasText;color:Canvas;box-shadow:0 3px 12px rgba(0,0,0,.3);
pointer-events:none}
.npov-r .cols .bar{width:5.5em}.npov-r .cols td .bar{width:3em}
.npov-r .cols table{font-size:.88em}.npov-r .cols th,.npov-r .cols td{padding-right:.6em}
.npov-r .wrap{overflow-x:auto}
@media print{.npov-r .s::after{display:none}}
"""
