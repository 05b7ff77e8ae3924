/** The look of the page: light or dark as the reader's device has it, one column on a phone. No script, nothing from elsewhere. */
export const STYLE = `
:root{color-scheme:light dark;--bg:#fff;--panel:#f6f8fa;--ink:#1f2328;--soft:#59636e;--line:#d1d9e0;
--ours:#1a6fb5;--none:#c4432b;--equal:#8a6d00;--first:#7a52a8;--fixed:#6e7781;--best:#1a7f37}
@media(prefers-color-scheme:dark){:root{--bg:#0d1117;--panel:#161b22;--ink:#e6edf3;--soft:#9198a1;--line:#3d444d;
--ours:#58a6ff;--none:#ff8a73;--equal:#d9b54a;--first:#c4a1f0;--fixed:#a2abb5;--best:#4ac26b}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.55 system-ui,sans-serif}
main{max-width:46rem;margin:0 auto;padding:1.25rem 1rem 3rem}
h1{font-size:1.6rem;line-height:1.25;margin:.5rem 0}
h2{font-size:1.2rem;margin:2.2rem 0 .4rem}
p{margin:.5rem 0}
.soft,figcaption,dd{color:var(--soft)}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.75rem;margin:1rem 0}
.card{background:var(--panel);border:1px solid var(--line);border-radius:.6rem;padding:.7rem .85rem}
.card b{display:block;font-size:1.55rem;line-height:1.2;font-variant-numeric:tabular-nums}
.card span{color:var(--soft);font-size:.88rem;line-height:1.35;display:block}
figure{margin:1rem 0}
figcaption{font-size:.88rem;margin-top:.3rem}
svg{display:block;width:100%;max-width:36rem;height:auto}
svg text{font:13px system-ui,sans-serif;fill:var(--ink)}
svg .t{fill:var(--soft);font-size:12px}
svg .g{stroke:var(--line)}
svg .l{stroke:var(--none);stroke-dasharray:5 4}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1rem;font-size:.88rem;margin:.3rem 0 0;padding:0;list-style:none}
.legend i{display:inline-block;width:.8rem;height:.8rem;border-radius:.2rem;margin-right:.35rem;vertical-align:-.08rem}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:.6rem}
table{border-collapse:collapse;font-size:.86rem;width:100%;font-variant-numeric:tabular-nums}
th,td{padding:.35rem .6rem;text-align:right;white-space:nowrap;border-bottom:1px solid var(--line)}
th:first-child,td:first-child{text-align:left}
tr:last-child td{border-bottom:0}
tr.ours td{font-weight:600}
details{margin:.6rem 0}
summary{cursor:pointer;padding:.35rem 0}
dt{font-weight:600;margin-top:.6rem}
dd{margin:0}
`;
