#pragma once

#include <string_view>

namespace postq {

// In each page, so that one file read from anywhere looks as it should.
constexpr std::string_view kFeedStyle = R"css(:root {
  --paper: #fdfcfa; --card: #fff; --ink: #1f2328; --soft: #636a73; --line: #e6e2da; --link: #1a56a8; --tag: #3d6b2e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #16181b; --card: #1e2125; --ink: #e4e3df; --soft: #9aa1a9; --line: #33373d; --link: #8ab8f5; --tag: #a5cf94;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0 auto; padding: 2.5rem 1.25rem 4rem; max-width: 42rem;
  background: var(--paper); color: var(--ink);
  font: 1.0625rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  overflow-wrap: break-word;
}
a { color: var(--link); text-underline-offset: .15em; text-decoration-thickness: .06em; }
a:focus-visible, summary:focus-visible { outline: .15rem solid var(--link); outline-offset: .15rem; border-radius: .2rem; }
header.site { margin-bottom: 2rem; }
header.site h1 { margin: 0; font-size: 1.9rem; line-height: 1.2; letter-spacing: -.015em; }
header.site p { margin: .35rem 0 0; color: var(--soft); }
header.site a, .h-card { color: inherit; font-weight: 600; text-decoration: none; }
header.site a:hover, .h-card:hover, .about a:hover { text-decoration: underline; }
.h-entry {
  margin: 0 0 1.25rem; padding: 1.25rem 1.4rem 1rem;
  background: var(--card); border: 1px solid var(--line); border-radius: .75rem;
}
.h-entry h1.p-name, .h-entry h2 { margin: 0 0 .5rem; font-size: 1.3rem; line-height: 1.3; }
div.thread { margin-bottom: 1.25rem; }
div.thread .h-entry { margin: 0; border-radius: 0; border-bottom-style: dashed; }
div.thread .h-entry + .h-entry { border-top: 0; }
div.thread .h-entry:first-child { border-radius: .75rem .75rem 0 0; }
div.thread .h-entry:last-child { border-radius: 0 0 .75rem .75rem; border-bottom-style: solid; }
.e-content > :first-child, details > summary + * { margin-top: 0; }
.e-content p { margin: .75em 0; }
.hashtag { color: var(--tag); }
.media { margin: 1rem 0 .25rem; }
.media.several { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(14rem, 100%), 1fr)); gap: .5rem; }
figure { margin: 0; }
figcaption { margin-top: .35rem; color: var(--soft); font-size: .875rem; }
img, video { display: block; max-width: 100%; height: auto; border-radius: .5rem; background: var(--line); }
.several img, .several video { width: 100%; aspect-ratio: 4 / 3; object-fit: contain; }
.several figure:last-child:nth-child(odd) { grid-column: 1 / -1; }
audio { width: 100%; }
details summary { cursor: pointer; font-weight: 600; }
details[open] summary { margin-bottom: .75rem; }
.about, .context { margin: .9rem 0 0; color: var(--soft); font-size: .875rem; }
.context { margin: 0 0 .6rem; }
.h-entry h1.about, .h-entry h2.about { margin: 0 0 .8rem; font-size: .875rem; font-weight: 400; line-height: 1.6; }
.about a { color: inherit; text-decoration: none; }
.about > * + *::before { content: "\00b7"; margin-inline: .3em .45em; }
.about > data::before { content: none !important; }
nav.thread { display: flex; justify-content: space-between; font-size: .9375rem; }
nav.thread [rel="next"] { margin-inline-start: auto; }
.older h2 { font-size: 1.1rem; margin: 2.5rem 0 .5rem; }
.older ul { margin: 0; padding-inline-start: 1.2rem; }
.older li { margin: .3rem 0; }
.nothing { color: var(--soft); }
footer.site { margin-top: 2.5rem; color: var(--soft); font-size: .875rem; }
footer.site a { color: inherit; margin-inline-end: 1rem; }
@media print { body { max-width: none; background: none; } .h-entry { border: 0; padding: 0; break-inside: avoid; } }
)css";

}  // namespace postq
