import type { Contents } from './contents.ts'

/** One column, no images, nothing fetched; follows the reader's dark or light. */
export function htmlOf(contents: Contents): string {
  const { title, notes, facts, advice, actions, evidence, link } = contents
  const body = [
    `<h1>${escape(title)}</h1>`,
    ...notes.map((note) => `<p class="note">${escape(note)}</p>`),
    `<table>${facts.map(([name, value]) => `<tr><th scope="row">${escape(name)}</th><td>${escape(value)}</td></tr>`).join('')}</table>`,
    link === null ? '' : `<p><a href="${escape(link)}">Open the alert</a></p>`,
    advice === '' ? '' : `<h2>What to do</h2>${paragraphs(advice)}`,
    actions.lines.length === 0
      ? ''
      : `<h2>${escape(actions.title)}</h2><ul>${tagged('li', actions.lines)}</ul>`,
    evidenceOf(evidence),
  ]
  return page(title, body.join('\n'))
}

/** For what could not be laid out. */
export function wrapHtml({ title, pre }: { title: string; pre: string }): string {
  return page(title, `<pre>${escape(pre)}</pre>`)
}

const style = `
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 16px; max-width: 720px; }
h1 { font-size: 18px; } h2 { font-size: 15px; margin: 20px 0 4px; }
table { border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: 3px 12px 3px 0; }
thead th, .rows td { border-bottom: 1px solid #8888; font-size: 13px; }
.rows { overflow-x: auto; }
.note { border-left: 4px solid #c80; padding-left: 10px; }
pre { white-space: pre-wrap; }`

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>${escape(title)}</title><style>${style}</style></head>
<body>
${body}
</body></html>`
}

function evidenceOf({ columns, rows }: Contents['evidence']): string {
  if (rows.length === 0) return ''
  const head = columns.map((column) => `<th scope="col">${escape(column)}</th>`).join('')
  const body = rows.map((row) => `<tr>${tagged('td', row)}</tr>`).join('\n')
  return `<h2>Evidence</h2><div class="rows"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`
}

function paragraphs(text: string): string {
  return tagged('p', text.split('\n\n'))
}

function tagged(tag: string, texts: string[]): string {
  return texts.map((text) => `<${tag}>${escape(text)}</${tag}>`).join('')
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (mark) => entities[mark] ?? mark)
}
