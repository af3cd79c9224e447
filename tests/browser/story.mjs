// Tells a story step by step, and counts what came true.
//
// A step is a function whose name says what it shows: `logsOut` is printed as "logs out".
// Steps build on each other, so after a failure the rest of that story is skipped.

const tally = { passed: 0, failed: 0, skipped: 0 };

export async function tell(title, world, steps) {
  console.log(title);
  let broken = false;
  for (const step of steps) {
    if (broken) {
      report("skipped", step);
      continue;
    }
    try {
      await step(world);
      report("passed", step);
    } catch (fault) {
      broken = true;
      report("failed", step);
      console.log(indented(fault.stack ?? String(fault)));
      await world.shot?.(`failed-${step.name}`).catch(() => {});
    }
  }
}

// Prints the closing line; true when nothing failed.
export function conclude() {
  const skipped = tally.skipped ? `, ${tally.skipped} skipped` : "";
  console.log(`${tally.passed} passed, ${tally.failed} failed${skipped}`);
  return tally.failed === 0;
}

export function expect(truth, complaint) {
  if (!truth) throw new Error(complaint);
}

export function expectSame(found, wanted, what) {
  expect(found === wanted, `${what}: found ${JSON.stringify(found)}, wanted ${JSON.stringify(wanted)}`);
}

function report(outcome, step) {
  tally[outcome] += 1;
  const words = step.name.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
  console.log(`  ${outcome.padEnd(8)} ${words}`);
}

function indented(text) {
  return text.replace(/^/gm, "           ");
}
