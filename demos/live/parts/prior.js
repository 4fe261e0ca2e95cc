// @ts-check
// The prior N(0, I) behind a map of codes: its middle, and circles of one and two standard deviations.

const RADII = [1, 2]; // standard deviations
const GREY = "#808080";
const CORNER = Math.SQRT1_2; // where a circle has its number, right and up

/**
 * @param {CanvasRenderingContext2D} context
 * @param {{x: number, y: number, unit: number}} place pixels of the middle, and of one standard deviation
 */
export function drawPrior(context, {x, y, unit}) {
  context.save();
  context.strokeStyle = GREY;
  context.fillStyle = GREY;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x - 4, y);
  context.lineTo(x + 4, y);
  context.moveTo(x, y - 4);
  context.lineTo(x, y + 4);
  context.stroke();
  context.font = "11px sans-serif";
  for (const radius of RADII) {
    context.globalAlpha = 1;
    context.setLineDash(radius === 1 ? [4, 3] : []);
    context.beginPath();
    context.arc(x, y, radius * unit, 0, 2 * Math.PI);
    context.stroke();
    context.fillText(String(radius), x + radius * unit * CORNER + 3, y - radius * unit * CORNER - 2);
  }
  context.restore();
}
