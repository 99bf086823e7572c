// Turns what a terminal shows into an SVG picture for the documents:
//   tmux capture-pane -pe | node scripts/picture.mjs "flotilla up -d --wait" > docs/demo.svg
import { text } from 'node:stream/consumers';

const cell = { width: 8.4, height: 18 };
const margin = { left: 16, top: 44, bottom: 14 };
const palette = {
  normal: '#d6deeb',
  30: '#637777',
  31: '#ef5350',
  32: '#7fdb98',
  33: '#ecc48d',
  34: '#82aaff',
  35: '#c792ea',
  36: '#7fdbca',
  37: '#d6deeb',
  90: '#7a8899',
};

let style = { color: palette.normal, bold: false, dim: false };
const lines = (await text(process.stdin)).replace(/\s+$/, '').split('\n');
process.stdout.write(picture(lines.map(runs), process.argv[2] ?? 'flotilla'));

/** A line as pieces of one style each, which lasts over line ends; only the codes that Flotilla prints are understood. */
function runs(line) {
  const pieces = [];
  let column = 0;
  for (const part of line.split(/(\u001b\[[0-9;]*m)/)) {
    if (part.startsWith('\u001b')) {
      style = part.slice(2, -1).split(';').map(Number).reduce(applyCode, style);
    } else if (part !== '') {
      pieces.push({ text: part, column, ...style });
      column += [...part].length;
    }
  }
  return pieces;
}

function applyCode(style, code) {
  if (code === 0) return { color: palette.normal, bold: false, dim: false };
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, dim: true };
  if (code === 22) return { ...style, bold: false, dim: false };
  if (code === 39) return { ...style, color: palette.normal };
  const color = palette[code >= 91 && code <= 97 ? code - 60 : code];
  return color === undefined ? style : { ...style, color };
}

function picture(rows, title) {
  const columns = Math.max(60, ...rows.flat().map(({ column, text }) => column + [...text].length));
  const width = Math.ceil(columns * cell.width + 2 * margin.left);
  const height = margin.top + rows.length * cell.height + margin.bottom;
  const texts = rows.flatMap((row, index) => row.map((piece) => textElement(piece, index))).join('\n');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeXml(title)}">
<rect width="100%" height="100%" rx="8" fill="#0b1622"/>
<g fill="#38495c"><circle cx="20" cy="20" r="5"/><circle cx="38" cy="20" r="5"/><circle cx="56" cy="20" r="5"/></g>
<g font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14" xml:space="preserve">
${texts}
</g>
</svg>
`;
}

function textElement({ text, column, color, bold, dim }, row) {
  if (text.trim() === '') return '';
  const x = (margin.left + column * cell.width).toFixed(1);
  const y = margin.top + row * cell.height + 12;
  const weight = bold ? ' font-weight="bold"' : '';
  const opacity = dim ? ' opacity="0.6"' : '';
  const length = ([...text].length * cell.width).toFixed(1);
  return `<text x="${x}" y="${y}" fill="${color}"${weight}${opacity} textLength="${length}" lengthAdjust="spacing">${escapeXml(text)}</text>`;
}

function escapeXml(value) {
  return value.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
