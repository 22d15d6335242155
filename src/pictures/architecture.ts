import { Canvas, columnsIn, textWidth } from './canvas.ts';
import { architectureTitle, flow, nodes, permissions } from './architecture-facts.ts';
import type { Node } from './architecture-facts.ts';
import { edge, grounds, inks, onInk } from './colours.ts';
import { drawBand, margin, textLines } from './parts.ts';
import { finish } from './picture.ts';
import type { Layout, Picture } from './picture.ts';

const width = 1160;
const box = { width: 230, height: 132 };
const columnStep = 290;
const rowTops = [142, 370] as const;

/** The lab as a picture: who sends, who receives, who deletes, who retries. */
export function architecturePicture(): Picture {
  return finish(architectureLayout(), {
    title: architectureTitle,
    alt: `Architecture. ${flow.map(({ text }, at) => `${at + 1}: ${text}`).join(' ')}`,
    txt: architectureText(),
  });
}

export function architectureLayout(): Layout {
  const canvas = new Canvas(width);
  drawBand(canvas, 88);
  canvas.write(
    architectureTitle,
    { x: margin, y: 56 },
    { size: 26, colour: inks.text, weight: 'bold' },
  );
  for (const node of Object.values(nodes)) drawNode(canvas, node);
  drawArrows(canvas);
  return { canvas, height: drawFlow(canvas, rowTops[1] + box.height + 34) };
}

function corner({ column, row }: Node): { x: number; y: number } {
  return { x: margin + column * columnStep, y: rowTops[row] };
}

function drawNode(canvas: Canvas, node: Node): void {
  const { x, y } = corner(node);
  canvas.rectangle(
    { x, y, ...box, radius: 10 },
    { fill: grounds.row, stroke: edge, strokeWidth: 2 },
  );
  canvas.write(node.service, { x: x + 14, y: y + 24 }, { size: 14, colour: inks.quiet });
  canvas.write(
    node.name,
    { x: x + 14, y: y + 50 },
    { size: 16.5, colour: inks.text, weight: 'bold' },
  );
  for (const [at, line] of node.lines.entries()) {
    canvas.write(line, { x: x + 14, y: y + 75 + at * 21 }, { size: 14, colour: inks.blue });
  }
}

function drawArrows(canvas: Canvas): void {
  const { queue, mapping, worker, logs } = nodes;
  const [senderRight, queueRight, mappingRight] = [nodes.sender, queue, mapping].map(
    (node) => corner(node).x + box.width,
  ) as [number, number, number];
  const [upper, lower] = [rowTops[0] + 42, rowTops[0] + 96];
  const gap = columnStep - box.width;
  drawArrow(canvas, { number: 1, from: [senderRight, upper], to: [senderRight + gap, upper] });
  drawArrow(canvas, { number: 2, from: [queueRight, upper], to: [queueRight + gap, upper] });
  drawArrow(canvas, { number: 3, from: [mappingRight, upper], to: [mappingRight + gap, upper] });
  drawArrow(canvas, { number: 4, from: [mappingRight + gap, lower], to: [mappingRight, lower] });
  drawArrow(canvas, { number: 5, from: [queueRight + gap, lower], to: [queueRight, lower] });
  drawRetry(canvas, corner(queue).x + box.width / 2);

  const bottom = rowTops[0] + box.height;
  const down = (node: Node): { from: [number, number]; to: [number, number] } => {
    const x = corner(node).x + box.width / 2;
    return { from: [x, bottom], to: [x, rowTops[1]] };
  };
  drawArrow(canvas, { number: 7, ...down(queue) });
  drawArrow(canvas, { number: 8, ...down(logs) });
  const words = { size: 15, weight: 'bold' } as const;
  const wordY = (bottom + rowTops[1]) / 2;
  const queueX = corner(queue).x + box.width / 2 + 22;
  canvas.write('redrive policy', { x: queueX, y: wordY }, { ...words, colour: flow[6].colour });
  const logsX = corner(logs).x + box.width / 2 + 22;
  canvas.write('log lines', { x: logsX, y: wordY }, { ...words, colour: flow[7].colour });
  const roleX = corner(mapping).x + box.width / 2;
  const rightsShape = { stroke: inks.text, strokeWidth: 2, dash: '5 5' };
  canvas.path(`M${roleX} ${rowTops[1]}V${bottom}`, rightsShape);
  const turn = (bottom + rowTops[1]) / 2;
  canvas.path(
    `M${roleX + 60} ${rowTops[1]}V${turn}H${corner(worker).x + 60}V${bottom}`,
    rightsShape,
  );
}

/** The loop over the queue: what failed comes back to it. */
function drawRetry(canvas: Canvas, x: number): void {
  const y = rowTops[0];
  const colour = flow[5].colour;
  canvas.path(`M${x + 50} ${y}V${y - 26}H${x - 50}V${y - 9}`, { stroke: colour, strokeWidth: 2.5 });
  canvas.path(`M${x - 50} ${y}l-7 -12h14z`, { fill: colour });
  drawNumber(canvas, { number: 6, x, y: y - 26 });
  canvas.write('retry', { x: x + 60, y: y - 17 }, { size: 15, colour, weight: 'bold' });
}

function drawArrow(
  canvas: Canvas,
  { number, from, to }: { number: number; from: [number, number]; to: [number, number] },
): void {
  const colour = flow[number - 1]?.colour ?? inks.text;
  const [dx, dy] = [Math.sign(to[0] - from[0]), Math.sign(to[1] - from[1])];
  const [x, y] = to;
  canvas.path(`M${from[0]} ${from[1]}L${x - dx * 9} ${y - dy * 9}`, {
    stroke: colour,
    strokeWidth: 2.5,
  });
  const [backX, backY] = [x - dx * 12, y - dy * 12];
  const [sideX, sideY] = [dy * 7, dx * 7];
  canvas.path(`M${x} ${y}L${backX + sideX} ${backY + sideY}L${backX - sideX} ${backY - sideY}Z`, {
    fill: colour,
  });
  // Not in the middle: the arrow head needs its place too.
  drawNumber(canvas, {
    number,
    x: (from[0] + x) / 2 - dx * 5,
    y: (from[1] + y) / 2 - dy * 5,
  });
}

function drawNumber(
  canvas: Canvas,
  { number, x, y }: { number: number; x: number; y: number },
): void {
  const size = 16;
  canvas.rectangle(
    { x: x - 13, y: y - 13, width: 26, height: 26, radius: 13 },
    { fill: flow[number - 1]?.colour ?? inks.text },
  );
  canvas.write(
    String(number),
    { x: x - textWidth(1, size) / 2, y: y + 5.7 },
    { size, colour: onInk, weight: 'bold' },
  );
}

function drawFlow(canvas: Canvas, top: number): number {
  let y = top;
  for (const [at, { text }] of flow.entries()) {
    drawNumber(canvas, { number: at + 1, x: margin + 13, y: y + 13 });
    for (const line of textLines(text, columnsIn(width - 2 * margin - 42, 17), 'prose')) {
      canvas.write(line, { x: margin + 42, y: y + 19 }, { size: 17, colour: inks.text });
      y += 25;
    }
    y += 11;
  }
  for (const line of textLines(permissions, columnsIn(width - 2 * margin, 15), 'prose')) {
    canvas.write(line, { x: margin, y: y + 21 }, { size: 15, colour: inks.quiet });
    y += 23;
  }
  return y + 28;
}

function architectureText(): string {
  const parts = Object.values(nodes).map(
    ({ service, name, lines }) => `  ${name} (${service}): ${lines.join(', ')}`,
  );
  const steps = flow.map(({ text }, at) => `  ${at + 1}  ${text}`);
  return `${[architectureTitle, ['Parts', ...parts].join('\n'), ['Flow', ...steps].join('\n'), permissions].join('\n\n')}\n`;
}
